import { numbersOf, textsOf } from '../columns';
import { identifier, join, sql } from '../sql';
import type { TableStore } from '../tableStore';
import type { DatasetVersion } from './version';

/** Which sources say an attribute of people, each with the rows that do: by the attribute's column, in the order of the sources. */
export async function statedColumns(
  store: TableStore,
  { sources }: DatasetVersion,
  signal?: AbortSignal,
): Promise<Record<string, { source: number; rows: number }[]>> {
  const found: Record<string, { source: number; rows: number }[]> = {};
  for (const [source, { stated }] of sources.entries()) {
    if (stated.users === null) continue;
    const known = await store.query(
      sql`SELECT column_name AS name FROM duckdb_columns() WHERE table_name = ${stated.users} AND starts_with(column_name, '_')`,
      signal,
    );
    const columns = textsOf(known, 'name') as string[];
    if (columns.length === 0) continue;
    const counts = columns.map((column) => sql`count(${identifier(column)})::DOUBLE AS ${identifier(column)}`);
    const table = await store.query(sql`SELECT ${join(counts)} FROM ${identifier(stated.users)}`, signal);
    for (const column of columns) {
      const [rows] = numbersOf(table, column);
      if (rows > 0) (found[column.slice(1)] ??= []).push({ source, rows });
    }
  }
  return found;
}
