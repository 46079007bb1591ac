// TEMPORARY: what is not merged yet.
import type { ColumnGuess, FileFormat } from '$lib/core/schema/roles';
import type { SourcePreview } from '$lib/core/schema/report';
import type { FileInput } from '$lib/core/schema/files';

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
export interface RoleSuggestion {
  role: string;
  confidence: number;
  reason: string;
  values?: Record<string, string | number>;
}
export type Column = ColumnGuess & { suggestion?: RoleSuggestion };
export type Preview = Omit<SourcePreview, 'columns'> & {
  columns: Column[];
  format?: FileFormat;
  sheets?: string[];
  arrays?: string[];
  text?: string;
  like?: string;
};
