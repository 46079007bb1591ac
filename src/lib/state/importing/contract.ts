// TEMPORARY: what comes with the formats.
import type { FileInput } from '$lib/core/schema/files';
import type { SourcePreview } from '$lib/core/schema/report';
import type { FileFormat } from '$lib/core/schema/roles';

export interface FileTable {
  file: FileInput;
  name: string;
  bytes: number;
  format: FileFormat;
  packing?: 'gzip' | 'zstd' | 'zip';
  sheet?: string;
  columns: string[];
  estimatedRows?: number;
}
export interface SkippedFile {
  name: string;
  code: string;
  message: string;
}
export type Preview = SourcePreview & { format?: FileFormat; sheets?: string[]; arrays?: string[]; text?: string };
