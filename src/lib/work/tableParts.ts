import { Cancelled } from '../core/base/errors';
import type { RunContext } from '../core/base/run';
import { indexesOf, textsOf } from '../core/store/columns';
import { identifier, sql } from '../core/store/sql';
import type { Snapshot, SnapshotPart } from '../core/store/snapshots';
import type { TableStore } from '../core/store/tableStore';

/** A part is held three times while it is written (engine, Arrow, file): about 60 MB of events. */
const rowsPerPart = 500_000;

/** Made again from the other tables when they are needed, or only there while a run builds something. */
const isDerived = (table: string) => table === 'profiles' || /^(next_|part_|temp_)/.test(table);

/** All tables worth keeping but those left out, as snapshot parts that are read when they are written. */
export async function tableParts(store: TableStore, leftOut: readonly string[]): Promise<Record<string, SnapshotPart>> {
  const parts: Record<string, SnapshotPart> = {};
  for (const table of await tableNames(store)) {
    if (isDerived(table) || leftOut.includes(table)) continue;
    const [rows] = indexesOf(await store.query(sql`SELECT coalesce(max(rowid) + 1, 0)::INTEGER AS n FROM ${identifier(table)}`), 'n');
    for (let start = 0, part = 0; part === 0 || start < rows; start += rowsPerPart, part++) {
      parts[`table:${table}:${part}`] = () => readPart(store, table, start);
    }
  }
  return parts;
}

async function readPart(store: TableStore, table: string, start: number): Promise<Uint8Array> {
  const { tableToIPC } = await import('apache-arrow');
  const rows = await store.query(
    sql`SELECT * FROM ${identifier(table)} WHERE rowid >= ${start} AND rowid < ${start + rowsPerPart} ORDER BY rowid`,
  );
  return tableToIPC(rows, 'stream');
}

/**
 * Replaces all tables of the store by those of the snapshot. Cancelled or failed, the store is left empty.
 * @throws Cancelled
 */
export async function restoreTables(store: TableStore, snapshot: Snapshot, run: RunContext): Promise<void> {
  await dropTables(store);
  const names = snapshot.files.filter((name) => name.startsWith('table:')).sort((a, b) => partOf(a) - partOf(b));
  try {
    for (const [done, name] of names.entries()) {
      run.report({ stage: 'open', done, total: names.length, unit: 'parts' });
      if (run.signal.aborted) throw new Cancelled();
      await restorePart(store, tableOf(name), partOf(name), await snapshot.readFile(name));
    }
  } catch (error) {
    await dropTables(store);
    throw error;
  }
}

/** Parts are named `table:<table>:<number>`. */
export const tableOf = (part: string) => part.split(':')[1];
const partOf = (name: string) => Number(name.split(':')[2]);

async function restorePart(store: TableStore, table: string, part: number, bytes: Uint8Array): Promise<void> {
  if (part === 0) return store.putTable(table, bytes);
  await store.putTable('part_restored', bytes);
  await store.execute(sql`INSERT INTO ${identifier(table)} SELECT * FROM part_restored ORDER BY rowid`);
  await store.execute(sql`DROP TABLE part_restored`);
}

export async function dropTables(store: TableStore): Promise<void> {
  for (const table of await tableNames(store)) await store.execute(sql`DROP TABLE IF EXISTS ${identifier(table)}`);
}

async function tableNames(store: TableStore): Promise<string[]> {
  return textsOf(await store.query(sql`SELECT table_name FROM duckdb_tables() ORDER BY table_name`), 'table_name') as string[];
}
