import { Table } from 'apache-arrow';
import type { RunContext } from '../../base/run';
import type { RejectedRow } from '../../schema/staging/staged';
import { TextPool } from '../../schema/staging/textPool';
import { indexesOf, textsOf } from '../columns';
import { identifier, sql } from '../sql';
import type { TableStore } from '../tableStore';
import { int32Column, textColumn } from './arrowColumns';
import { shortHash } from './names';
import type { TableMaker } from './tableMaker';
import type { DatasetSource, DatasetVersion } from './version';

/** Characters of one table of rejected rows: what a download holds at a time. */
const tableCharacters = 1 << 22;

/** Writes all rejected rows of a source into tables, one after the other, in file order. */
export async function writeRejects(
  maker: TableMaker,
  sourceId: string,
  rejects: Iterable<RejectedRow> & { readonly length: number },
  run: RunContext,
): Promise<Pick<DatasetSource, 'rejects' | 'moreRejects'>> {
  const tables: string[] = [];
  let rows: RejectedRow[] = [];
  let characters = 0;
  const write = async () => {
    const written = rows;
    tables.push(await maker.put(`rejects_${shortHash([sourceId, tables.length, written])}`, () => rejectsTable(written)));
    rows = [];
    characters = 0;
    await run.breathe();
  };
  for (const row of rejects) {
    rows.push(row);
    characters += row.text.length + (row.value?.length ?? 0) + 32;
    if (characters >= tableCharacters) await write();
  }
  if (rows.length > 0) await write();
  const [first = null, ...more] = tables;
  return { rejects: first, ...(more.length > 0 && { moreRejects: more }) };
}

/** The tables in which the rejected rows of a source lie, in file order. */
export function rejectTables(version: DatasetVersion, sourceId: string): string[] {
  const source = version.sources.find(({ id }) => id === sourceId);
  return source?.rejects ? [source.rejects, ...(source.moreRejects ?? [])] : [];
}

/** Rejected rows of one table, in file order; the first `limit` of them where it is given. */
export async function readRejectTable(store: TableStore, table: string, limit = Number.MAX_SAFE_INTEGER): Promise<RejectedRow[]> {
  const name = identifier(table);
  const { schema } = await store.query(sql`SELECT * FROM ${name} LIMIT 0`);
  // Tables from before do not have the cell.
  const value = schema.fields.some((field) => field.name === 'cell_text') ? sql`cell_text` : sql`NULL::VARCHAR`;
  const rows = await store.query(sql`
    SELECT row_number AS "row", column_name AS "column", code, row_text AS "text", ${value} AS "value" FROM ${name}
    ORDER BY row_number LIMIT ${limit}`);
  // By column: they can be hundreds of thousands, and a row object each would take seconds.
  const [columns, codes, texts, values] = ['column', 'code', 'text', 'value'].map((column) => textsOf(rows, column));
  return Array.from(indexesOf(rows, 'row'), (row, i) => ({
    row,
    column: columns[i] ?? '',
    code: codes[i] as RejectedRow['code'],
    text: texts[i] ?? '',
    ...(values[i] && { value: values[i] }),
  }));
}

/** All rejected rows of a source at once; a download reads a table at a time. */
export async function readRejects(store: TableStore, version: DatasetVersion, sourceId: string): Promise<RejectedRow[]> {
  const all: RejectedRow[] = [];
  for (const table of rejectTables(version, sourceId)) for (const row of await readRejectTable(store, table)) all.push(row);
  return all;
}

function rejectsTable(rows: readonly RejectedRow[]): Table {
  const texts = (of: (row: RejectedRow) => string) => {
    const pool = new TextPool();
    return textColumn(
      Int32Array.from(rows, (row) => pool.internText(of(row))),
      pool,
    );
  };
  return new Table({
    row_number: int32Column(Int32Array.from(rows, ({ row }) => row)),
    column_name: texts(({ column }) => column),
    code: texts(({ code }) => code),
    row_text: texts(({ text }) => text),
    cell_text: texts(({ value = '' }) => value),
  });
}
