import { UserError } from '../../base/errors';
import type { RunContext } from '../../base/run';
import { cellText } from '../../schema/csv/recordReader';
import type { FileSource } from '../../schema/files';
import { openTable } from '../../schema/formats';
import { headerOnly } from '../../schema/formats/formatErrors';
import { inspectColumn } from '../../schema/inspect/columnGuess';
import { guessDecimalMark } from '../../schema/inspect/decimalMark';
import { unguardCells, withoutGuard } from '../../schema/parse/spreadsheetText';
import { Found } from '../../schema/records';
import type { Mapping } from '../../schema/roles';
import type { RawFeature } from '../features';
import { TableColumn } from './tableColumn';

/** A table of any kind, one row a case: each column numbers (NaN where a cell is empty) or texts (null). */
export interface DataTable {
  name: string;
  rows: number;
  columns: RawFeature[];
  /** Rows that could not be read (quotes that never close), and are not among `rows`. */
  broken: number;
}

export interface ReadTableOptions {
  /** Columns whose numbers are names of kinds, such as a region's number. */
  categories?: readonly string[];
}

/** Cells that a table may have, at eight bytes each and again as many for the inputs: about a gigabyte. */
const mostCells = 64e6;

/**
 * Reads a file (CSV in any encoding, or what else the import reads; packed or not) as a table. A column is of numbers
 * where every cell that is not empty is one, of dates (then as days since 1970) where every cell is `2026-11-27` with or
 * without a time of day, and of texts otherwise. `NA`, `null`, `?` and the like are empty.
 * @throws UserError `table_column_unknown`, `table_too_large`, and what reading a file throws (`file_…`)
 */
export async function readTable(packed: FileSource, { categories = [] }: ReadTableOptions, run: RunContext): Promise<DataTable> {
  const { file, format } = await openTable(packed);
  const { settings, columns: names, rows: sampled, estimatedRows } = await format.sample(file, {});
  if (sampled.length === 0) throw headerOnly(packed);
  requireColumns(packed.name, names, categories);
  if (estimatedRows * names.length > 4 * mostCells) throw tooLarge(packed.name, estimatedRows, names.length);
  const cellsOf = (column: number) => sampled.map((row) => withoutGuard(row[column] ?? ''));
  const guesses = names.map((name, column) => inspectColumn(name, cellsOf(column)));
  const decimal = guessDecimalMark(
    guesses.filter(({ type }) => type === 'decimal'),
    settings.delimiter,
  );
  const mapping: Mapping = { ...settings, kind: 'users', columns: names, roles: {}, decimal };
  const forced = new Set(categories);
  for (;;) {
    const columns = names.map((name, column) => new TableColumn(name, forced.has(name) ? null : cellsOf(column), decimal));
    const { broken, rows } = await fill(columns, await format.open(file, mapping, {}), mapping.quote, packed.name, run);
    // A cell further down may show that a column is of texts, whose cells above are then read once more.
    const mistaken = columns.filter(({ isMistaken }) => isMistaken);
    if (mistaken.length === 0) return { name: packed.name, rows, columns: columns.map((column) => column.feature(rows)), broken };
    for (const { name } of mistaken) forced.add(name);
  }
}

/** @throws UserError `table_column_unknown` */
export function requireColumns(table: string, known: readonly string[], wanted: readonly string[]): void {
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const columns = known.length > 20 ? `${known.slice(0, 20).join(', ')} …` : known.join(', ');
  throw new UserError('table_column_unknown', `"${table}" has no column "${unknown}".`, `Its columns are: ${columns}.`, {
    file: table,
    column: unknown,
    columns,
  });
}

async function fill(
  columns: readonly TableColumn[],
  table: Awaited<ReturnType<Awaited<ReturnType<typeof openTable>>['format']['open']>>,
  quote: string,
  name: string,
  run: RunContext,
): Promise<{ rows: number; broken: number }> {
  let [rows, broken] = [0, 0];
  for await (const { records, fileOffset } of table.blocks()) {
    for (let found = records.next(); found !== Found.end; found = records.next()) {
      if (found === Found.broken) {
        broken++;
        continue;
      }
      unguardCells(records);
      const cells = Math.min(records.cells, records.starts.length);
      columns.forEach((column, c) => {
        if (c >= cells) column.addEmpty();
        else if (column.isText) column.addText(cellText(records, c, quote));
        else column.addNumber(records.bytes, records.starts[c], records.ends[c]);
      });
      if (++rows * columns.length > mostCells) throw tooLarge(name, rows, columns.length);
      if (rows % 512 === 0) await run.breathe();
    }
    run.report({ stage: 'read', done: fileOffset, unit: 'bytes' });
    await run.breathe();
  }
  return { rows, broken };
}

function tooLarge(file: string, rows: number, columns: number): UserError {
  return new UserError(
    'table_too_large',
    `"${file}" has at least ${rows} rows of ${columns} columns, more than fits into memory at once.`,
    'Leave out columns that say nothing, or take a sample of the rows.',
    { file, rows, columns },
  );
}
