import { UserError } from '../../base/errors';
import type { FileSource } from '../files';

export function fileChanged(file: FileSource): UserError {
  return new UserError(
    'file_changed',
    `"${file.name}" changed while it was read.`,
    'Wait until nothing writes to it, then choose it again.',
    { file: file.name },
  );
}

/** @param found the columns that are there */
export function changedColumns(missing: string, found: readonly string[]): UserError {
  const header = found.slice(0, 8).join(', ');
  return new UserError(
    'columns_changed',
    `The file has no column "${missing}" where the mapping expects it; its header says ${header}.`,
    'Map the columns of this file anew.',
    { column: missing, header },
  );
}

export function headerOnly(file: FileSource): UserError {
  const values = { file: file.name };
  return new UserError('file_header_only', `"${file.name}" has a header and no rows.`, 'Export the file again with its rows.', values);
}

/** A file that says that it is of a format and cannot be read as one. */
export function damaged(file: FileSource, format: string): UserError {
  return new UserError(
    'file_damaged',
    `"${file.name}" cannot be read as ${format}: it is damaged or ends too early.`,
    'Download or export it again, or export it as CSV.',
    { file: file.name, format },
  );
}

export function unreadableKind(file: FileSource, what: string): UserError {
  return new UserError(
    'file_binary',
    `"${file.name}" is not a text file (${what}).`,
    'Save it as CSV (UTF-8) first, then choose that file.',
    { file: file.name, what },
  );
}
