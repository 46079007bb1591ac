import { UserError } from '../../base/errors';
import type { FileSource } from '../files';
import type { FileFormat, Mapping } from '../roles';
import { arrow } from './arrow';
import { readBytes } from './bytes';
import { delimited } from './delimited';
import { startBytes, type TableFormat } from './format';
import { json } from './json';
import { seekable, unpack } from './packing';
import { parquet } from './parquet';
import { unreadable } from './signatures';
import { xlsx } from './xlsx';

/** In the order in which they are asked; any text is delimited where no other format knows it. */
const catalogue: readonly TableFormat[] = [parquet, arrow, xlsx, json, delimited];

/** A file unpacked, and what it is. */
export interface OpenedTable {
  file: FileSource;
  format: TableFormat;
}

/**
 * Unpacks a file and finds its format.
 * @param chosen instead of what the first bytes say, for text
 * @throws UserError `file_empty`, `file_binary`, `packed_…`, `archive_…`, `file_…`
 */
export async function openTable(packed: FileSource, chosen?: FileFormat): Promise<OpenedTable> {
  const file = await unpack(packed);
  const start = await readBytes(file, 0, startBytes);
  if (start.length === 0)
    throw new UserError('file_empty', `"${file.name}" is empty.`, 'Export the file again, or choose another one.', { file: file.name });
  const refusal = unreadable(file, start);
  if (refusal) throw refusal;
  const found = catalogue.find(({ recognises }) => recognises(start, file))!;
  const isText = found === json || found === delimited;
  const format = isText && chosen !== undefined ? formatOf(chosen) : found;
  if (format === json || format === delimited) return { file, format };
  if (isText) throw otherFormat(file, found.id, format.id);
  return { file: await seekable(file), format };
}

/**
 * The table that a mapping reads.
 * @throws UserError `format_changed` where the file is of another format than the mapping, and as {@link openTable}
 */
export async function openMapped(packed: FileSource, mapping: Mapping): Promise<OpenedTable> {
  const expected = mapping.format ?? 'delimited';
  const opened = await openTable(packed, expected);
  if (opened.format.id !== expected) throw otherFormat(packed, opened.format.id, expected);
  return opened;
}

export function formatOf(id: FileFormat): TableFormat {
  return catalogue.find((format) => format.id === id)!;
}

function otherFormat(file: FileSource, found: FileFormat, expected: FileFormat): UserError {
  return new UserError(
    'format_changed',
    `"${file.name}" is a file of the format ${found}, and its mapping is for ${expected}.`,
    'Map the columns of this file anew.',
    { file: file.name, found, expected },
  );
}
