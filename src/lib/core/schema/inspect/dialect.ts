import { UserError } from '../../base/errors';
import { isValidUtf8 } from '../csv/transcode';
import { RecordReader, cellText, type Dialect } from '../csv/recordReader';
import { Found } from '../records';
import type { FileSource } from '../files';

/** Columns beyond this are taken for a table that lies on its side. */
export const columnLimit = 2000;

/** In order of preference where they split alike. A space stands for runs of spaces. */
const delimiters = ['\t', '::', ';', '|', ',', ' '] as const;
const sampledRecords = 300;

export interface ReadRecords {
  records: string[][];
  /** Records with broken quotes; they are left out. */
  broken: number;
  /** The first cell with bytes that are not valid in the file's encoding; both count from 0. */
  invalid?: { record: number; cell: number };
}

/** The first records' cells as text. */
export function readRecords(bytes: Uint8Array, dialect: Dialect, limit: number): ReadRecords {
  const reader = new RecordReader(dialect, columnLimit + 1);
  reader.load(bytes, true);
  const records: string[][] = [];
  let broken = 0;
  let invalid: ReadRecords['invalid'];
  for (let found = reader.next(); found !== Found.end && records.length + broken < limit; found = reader.next()) {
    if (found === Found.broken) {
      broken++;
      continue;
    }
    const cells = Math.min(reader.cells, columnLimit + 1);
    if (!invalid && !isValidUtf8(bytes, reader.recordStart, reader.recordEnd)) {
      const cell = Array.from({ length: cells }).findIndex((_, at) => !isValidUtf8(bytes, reader.starts[at], reader.ends[at]));
      if (cell >= 0) invalid = { record: records.length, cell };
    }
    records.push(Array.from({ length: cells }, (_, cell) => cellText(reader, cell, dialect.quote)));
  }
  return { records, broken, ...(invalid && { invalid }) };
}

/**
 * How the file's columns are separated and quoted: the delimiter that cuts the most records into the same number of
 * cells.
 * @throws UserError `file_one_column`, `file_too_many_columns`, `file_never_splits`
 */
export function detectDialect(file: FileSource, head: Uint8Array, given: Partial<Dialect>): Dialect {
  const quote = given.quote ?? '"';
  if (given.delimiter !== undefined) {
    checkWidth(file, readRecords(head, { delimiter: given.delimiter, quote }, 20).records);
    return { delimiter: given.delimiter, quote };
  }
  let best: { delimiter: string; cells: number; share: number } | undefined;
  for (const delimiter of delimiters) {
    if (delimiter === ' ' && best && best.share >= 0.9) break;
    const { records } = readRecords(head, { delimiter, quote }, sampledRecords);
    checkWidth(file, records);
    const found = commonWidth(records);
    if (found.cells < 2 || found.share < 0.5) continue;
    const clearly = found.share >= 0.9;
    if (!best || (clearly && best.share < 0.9) || (clearly === best.share >= 0.9 && found.cells > best.cells))
      best = { delimiter, ...found };
  }
  if (!best) {
    if (!head.includes(10) && head.length > 1 << 19) throw neverSplits(file, head.length);
    throw new UserError(
      'file_one_column',
      `"${file.name}" has only one column; columns are separated by none of comma, tab, semicolon, pipe or spaces.`,
      'Choose the separator that the file uses, or export it as CSV.',
      { file: file.name },
    );
  }
  return { delimiter: best.delimiter, quote };
}

function commonWidth(records: readonly string[][]): { cells: number; share: number } {
  const counts = new Map<number, number>();
  // A trailing delimiter makes one empty cell more.
  for (const record of records) counts.set(record.length, (counts.get(record.length) ?? 0) + 1);
  const [cells, count] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [0, 0];
  return { cells, share: count / Math.max(1, records.length) };
}

function checkWidth(file: FileSource, records: readonly string[][]): void {
  const widest = records.length > 0 ? records[0].length : 0;
  if (widest > columnLimit) throw tooManyColumns(file);
}

export function tooManyColumns(file: FileSource): UserError {
  return new UserError(
    'file_too_many_columns',
    `"${file.name}" has more than ${columnLimit} columns.`,
    'Turn the table around, or export only the columns that matter.',
    { file: file.name, limit: columnLimit },
  );
}

function neverSplits(file: FileSource, bytes: number): UserError {
  const megabytes = Math.round(bytes / (1 << 20)) || 1;
  return new UserError(
    'file_never_splits',
    `"${file.name}" has no line end in its first ${megabytes} MB, so it has no rows.`,
    'Export it with one row per line.',
    { file: file.name, megabytes },
  );
}
