import { UserError, type Diagnostic } from '../../base/errors';
import type { FileSource } from '../files';
import { openMapped } from '../formats';
import { headerOnly } from '../formats/formatErrors';
import { fitToFile } from './fitToFile';
import type { Mapping } from '../roles';
import type { TextColumn } from './columns';
import { rejectMessages, type RejectCode, type RejectedRow, type StagedSource } from './staged';
import { stageInParallel, type StageHelpers } from './stageInParallel';
import { stageRange, type RangeOptions, type StagedRange } from './stageRange';
import { typedProperties } from './typedProperties';

export interface StageOptions extends RangeOptions {
  /** Other threads that can read parts of the file. */
  helpers?: StageHelpers;
}

export interface StagedFile extends Pick<StagedRange, 'source' | 'rowsRead' | 'rejectCounts' | 'negativeQuantities'> {
  rowsRejected: number;
  /** How many of the rejected rows are kept in the source. */
  rejectsKept: number;
  /** What was wrong with rows beyond their being rejected. */
  diagnostics: Diagnostic[];
}

/**
 * Reads a file block by block into staged columns; the store is not touched. Memory grows with the rows that are
 * kept, not with the file.
 *
 * @throws UserError `mapping_…`, `file_…`, `packed_…`, `archive_…`, `columns_changed`, `format_changed`; Cancelled
 */
export async function stageFile(file: FileSource, given: Mapping, options: StageOptions): Promise<StagedFile> {
  const { run } = options;
  // What the file is takes a moment, in a packed one more than that.
  run.report({ stage: 'read', done: 0, total: file.size, unit: 'bytes' });
  const table = await openMapped(file, given);
  const { mapping: fitted, missing, fileColumns } = await fitToFile(table, given);
  const mapping = options.orders?.joinedMapping(fitted) ?? fitted;
  const known = { ...options, fileColumns };
  const range = (await stageInParallel(table, mapping, options.helpers, known)) ?? (await stageRange(table, mapping, known));
  const { source, rowsRead, rejectCounts, negativeQuantities, firstBroken, problems } = range;
  const rowsRejected = [...rejectCounts.values()].reduce((sum, count) => sum + count, 0);
  if (rowsRead === 0) throw headerOnly(file);
  if (rowsRejected === rowsRead) throw allRejected(file, rowsRead, rejectCounts, firstOf(source));
  const { events } = source;
  if (events?.properties) events.properties = typedProperties(events.properties as Map<string, TextColumn>, mapping.decimal);
  const diagnostics = [
    ...encodingProblems(mapping, rejectCounts.get('bad_encoding') ?? 0, firstBroken),
    ...missingColumns(missing),
    ...problems,
  ];
  return { source, rowsRead, rowsRejected, rejectCounts, rejectsKept: source.rejects?.length ?? 0, negativeQuantities, diagnostics };
}

function missingColumns(missing: readonly string[]): Diagnostic[] {
  return missing.map((column) => ({
    code: 'kept_column_missing',
    severity: 'warning',
    message: `The file has no column "${column}", which the mapping keeps; it stays empty for these rows.`,
    hint: 'Export the file with that column, or do not keep it.',
    column,
    values: { column },
  }));
}

function encodingProblems({ encoding }: Mapping, count: number, first: { row: number; column: string } | undefined): Diagnostic[] {
  if (!first) return [];
  const values = { count, encoding, row: first.row, column: first.column };
  return [
    {
      code: 'broken_characters',
      severity: 'warning',
      message: `${count} rows were rejected because they have characters that are not valid in ${encoding}, the first in row ${first.row}, column "${first.column}".`,
      hint: 'If they are many, import the file again with another encoding.',
      row: first.row,
      column: first.column,
      values,
    },
  ];
}

function allRejected(file: FileSource, rows: number, counts: Map<RejectCode, number>, first: RejectedRow): UserError {
  const [code] = [...counts].sort((a, b) => b[1] - a[1])[0];
  return new UserError(
    'all_rows_rejected',
    `None of the ${rows} rows of "${file.name}" could be used; most often: ${rejectMessages[code]} (first at row ${first.row}${first.column && `, column "${first.column}"`})`,
    'Check the mapping of columns, the time format and the encoding.',
    { rows, file: file.name, reason: code, row: first.row, column: first.column },
  );
}

function firstOf({ rejects = [] }: StagedSource): RejectedRow {
  const [first] = rejects;
  return first;
}
