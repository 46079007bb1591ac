import { UserError } from '../core/base/errors';
import { indexesOf } from '../core/store/columns';
import { tablesToSave, type DatasetVersion } from '../core/store/dataset/version';
import { identifier, sql } from '../core/store/sql';
import { SavedElsewhere, type Snapshot, type SnapshotPart } from '../core/store/snapshots';
import type { TableStore } from '../core/store/tableStore';
import type { Desk } from './desk';
import { documentOf } from './savedDocument';
import { weightsKey, type DataState, type WorkspaceState } from './workspace';

/** A part is held three times while it is written (engine, Arrow, file): about 60 MB of events. */
const rowsPerPart = 524_288;

/**
 * Saves a state, all or nothing; does nothing where nothing is kept (command line). Tables and weights never change
 * under their names, so only those are written that the save before lacks.
 * @returns the state as it was saved
 * @throws UserError `storage_full`; `workspace_changed_elsewhere` where another tab has saved or removed it meanwhile
 */
export async function saveState(desk: Desk, state: WorkspaceState): Promise<WorkspaceState> {
  const storage = desk.platform.snapshots;
  if (!storage) return state;
  const { plan, data } = state;
  const entry = {
    ...state.entry,
    name: plan.name,
    savedAt: desk.platform.now().toISOString(),
    users: data?.version.facts.users ?? 0,
    events: data?.version.facts.events ?? 0,
  };
  const parts = await partsOf(desk, state);
  try {
    const saved = await storage.save(entry, documentOf(state), parts, state.revision);
    return { ...state, ...saved, savedParts: new Set(Object.keys(parts)) };
  } catch (error) {
    if (!(error instanceof SavedElsewhere)) throw error;
    throw new UserError(
      'workspace_changed_elsewhere',
      `"${plan.name}" was ${error.what} in another tab, so this change is not saved.`,
      'Reload the page to go on with what is stored; what is on screen here can only be looked at.',
      { name: plan.name, what: error.what },
    );
  }
}

/** Every large part that belongs to the state: how to make it, or `undefined` where the save before holds it. */
async function partsOf(desk: Desk, state: WorkspaceState): Promise<Record<string, SnapshotPart | undefined>> {
  const parts: Record<string, SnapshotPart | undefined> = {};
  for (const table of tablesOf(state)) {
    const saved = [...state.savedParts].filter((part) => tableOf(part) === table);
    if (saved.length > 0) for (const part of saved) parts[part] = undefined;
    else Object.assign(parts, await partsOfTable(await desk.store(), table));
  }
  const learnt = [...state.predictions.values()].map((prediction) => ({ key: weightsKey(prediction), state: prediction.state }));
  for (const { key, state: weights } of [...state.models, ...learnt]) {
    const part = modelPart(key);
    if (state.savedParts.has(part)) parts[part] = undefined;
    else if (weights) parts[part] = async () => (await import('../core/recommenders/state/npz')).writeNpz(weights);
  }
  return parts;
}

/** All tables worth keeping; those of the step back only where they were saved before, or were made anew. */
function tablesOf({ data, dataBefore, predictions, savedParts }: WorkspaceState): string[] {
  const saved = new Set([...savedParts].map(tableOf));
  const ofData = (part: DataState | null) => (part && !part.shipped ? tablesToSave(part.version) : []);
  const scores = [...predictions.values()].flatMap(({ outputs }) => [...outputs.values()].map(({ table }) => table));
  const now = [...ofData(data), ...scores];
  return [...new Set([...now, ...ofData(dataBefore).filter((table) => dataBefore?.isNew || saved.has(table))])];
}

/** Parts are named `table:<table>:<number>` and `model:<key>`. */
export const tableOf = (part: string) => (part.startsWith('table:') ? part.slice(6, part.lastIndexOf(':')) : '');
const numberOf = (part: string) => Number(part.slice(part.lastIndexOf(':') + 1));
export const modelPart = (key: string) => `model:${key}`;

async function partsOfTable(store: TableStore, table: string): Promise<Record<string, SnapshotPart>> {
  const parts: Record<string, SnapshotPart> = {};
  const [rows] = indexesOf(await store.query(sql`SELECT count(*)::INTEGER AS n FROM ${identifier(table)}`), 'n');
  for (let start = 0, part = 0; part === 0 || start < rows; start += rowsPerPart, part++) {
    parts[`table:${table}:${part}`] = () => readPart(store, table, start);
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

/** Puts tables of a saved workspace back into the store; those that are there stay. `onPart` is told of each part. */
export async function restoreTables(
  store: TableStore,
  snapshot: Snapshot,
  tables: readonly string[],
  onPart: (done: number, total: number) => void | Promise<void> = () => {},
): Promise<void> {
  const there = new Set(await tableNames(store));
  const wanted = new Set(tables.filter((table) => !there.has(table)));
  const parts = snapshot.files.filter((part) => wanted.has(tableOf(part))).sort((a, b) => numberOf(a) - numberOf(b));
  for (const [done, part] of parts.entries()) {
    await onPart(done, parts.length);
    await restorePart(store, tableOf(part), numberOf(part), await snapshot.readFile(part));
  }
}

/** The tables that a version needs and the snapshot has all of. */
export function isSaved(snapshot: Snapshot, version: DatasetVersion): boolean {
  const saved = new Set(snapshot.files.map(tableOf));
  return tablesToSave(version).every((table) => saved.has(table));
}

async function restorePart(store: TableStore, table: string, part: number, bytes: Uint8Array): Promise<void> {
  if (part === 0) return store.putTable(table, bytes);
  await store.putTable('part_restored', bytes);
  await store.execute(sql`INSERT INTO ${identifier(table)} SELECT * FROM part_restored ORDER BY rowid`);
  await store.execute(sql`DROP TABLE part_restored`);
}

async function tableNames(store: TableStore): Promise<string[]> {
  const found = await store.query(sql`SELECT table_name FROM duckdb_tables() ORDER BY table_name`);
  return found.toArray().map(({ table_name: name }) => String(name));
}
