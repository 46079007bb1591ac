export const fileFormats = ['csv', 'parquet', 'jsonl'] as const;
export type FileFormat = (typeof fileFormats)[number];

/** One finished file. */
export interface ExportFile {
  name: string;
  bytes: Uint8Array;
  rows: number;
  sha256: string;
}

/** Written beside the files of every run: what they are and how to make them again. */
export interface Manifest {
  muster: 1;
  plan: { name: string; sha256: string };
  data: { sha256: string; users: number; items: number; events: number; firstEvent: string | null; lastEvent: string | null };
  asOf: string;
  timeZone: string;
  seed: number;
  /** Version of Muster and of the engines. */
  versions: Record<string, string>;
  backends: Record<string, string>;
  /** ISO instant, given by the caller: core reads no clock. */
  createdAt: string;
  audiences: { id: string; segment: string; members: number; steps: { step: string; left: number }[] }[];
  lists: { id: string; audience: string; model: string; users: number; rows: number; shortLists: number }[];
  files: { name: string; format: FileFormat; rows: number; bytes: number; sha256: string }[];
}
