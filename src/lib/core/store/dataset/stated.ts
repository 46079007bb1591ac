import { Table } from 'apache-arrow';
import type { RejectedRow, StagedEntities } from '../../schema/staging/staged';
import { TextPool } from '../../schema/staging/textPool';
import { indexesOf, textsOf } from '../columns';
import { identifier, sql } from '../sql';
import type { TableStore } from '../tableStore';
import { float64Column, int32Column, textColumn, type Columns } from './arrowColumns';
import type { DatasetVersion } from './version';

/**
 * What a source says of users or items, as it says it: a row per row with the number of the id, when it was so (`at`,
 * microseconds; absent where no row says it), and attributes as text.
 */
export function statedTable({ id, attributes, times }: StagedEntities, numberOfCode: Int32Array): Table {
  const columns: Columns = { number: int32Column(id.codes.map((code) => numberOfCode[code])) };
  if (times?.some((time) => time === time)) columns.at = float64Column(times);
  // A prefix keeps an attribute called `number` apart from ours.
  for (const [name, column] of attributes) columns[`_${name}`] = textColumn(column.codes, column.pool);
  return new Table(columns);
}

/** The rejected rows that are kept of a source. */
export function rejectsTable(rows: readonly RejectedRow[]): Table {
  const texts = (name: 'column' | 'code' | 'text') => {
    const pool = new TextPool();
    return textColumn(
      Int32Array.from(rows, (row) => pool.internText(row[name])),
      pool,
    );
  };
  return new Table({
    row_number: int32Column(Int32Array.from(rows, ({ row }) => row)),
    column_name: texts('column'),
    code: texts('code'),
    row_text: texts('text'),
  });
}

/** The kept rejected rows of one source, in file order. */
export async function readRejects(store: TableStore, version: DatasetVersion, sourceId: string): Promise<RejectedRow[]> {
  const table = version.sources.find(({ id }) => id === sourceId)?.rejects;
  if (!table) return [];
  const rows = await store.query(sql`
    SELECT row_number AS "row", column_name AS "column", code, row_text AS "text" FROM ${identifier(table)} ORDER BY row_number`);
  // By column: they can be hundreds of thousands, and a row object each would take seconds.
  const [columns, codes, texts] = ['column', 'code', 'text'].map((name) => textsOf(rows, name));
  return Array.from(indexesOf(rows, 'row'), (row, i) => ({
    row,
    column: columns[i] ?? '',
    code: codes[i] as RejectedRow['code'],
    text: texts[i] ?? '',
  }));
}
