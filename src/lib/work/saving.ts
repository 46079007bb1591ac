import { UserError } from '../core/base/errors';
import { indexesOf } from '../core/store/columns';
import { tablesToSave, type DatasetVersion } from '../core/store/dataset/version';
import { identifier, sql } from '../core/store/sql';
import { SavedElsewhere, type Snapshot, type SnapshotPart, type WorkspaceEntry } from '../core/store/snapshots';
import type { TableStore } from '../core/store/tableStore';
import type { Desk } from './desk';
import { modelPart, numberOf, tableOf, tablePart } from './parts';
import { documentOf } from './savedDocument';
import { weightsKey, type DataState, type KeptModel, type WorkspaceState } from './workspace';

/** A part is held three times while it is written (engine, Arrow, file): about 60 MB of events. */
const rowsPerPart = 524_288;

/** From whose size the table's is told before it is written. */
const rowsSampled = 4096;

/**
 * Saves a state, all or nothing; does nothing where nothing is kept (command line). Tables and weights never change
 * under their names, so only those are written that the save before lacks.
 * @returns the state as it was saved
 * @throws UserError `storage_short`, `storage_full`, `storage_failed`: the save before is whole, and so is what is open;
 * `workspace_changed_elsewhere` where another tab has saved or removed it meanwhile
 */
export async function saveState(desk: Desk, state: WorkspaceState): Promise<WorkspaceState> {
  const storage = desk.platform.snapshots;
  if (!storage) return state;
  const { plan } = state;
  const { parts, expectedBytes } = await partsOf(desk, state);
  const kept = withSavableStepBack(state, Object.keys(parts));
  try {
    const saved = await storage.save(entryOf(desk, kept), documentOf(kept), parts, kept.revision, expectedBytes);
    return { ...kept, ...saved, savedParts: new Set(Object.keys(parts)), isUnsaved: false };
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

/** The entry as a save of the state writes it. */
export function entryOf(desk: Desk, { entry, plan, data }: WorkspaceState): WorkspaceEntry {
  const facts = data?.version.facts;
  const savedAt = desk.platform.now().toISOString();
  return { ...entry, name: plan.name, savedAt, users: facts?.users ?? 0, events: facts?.events ?? 0 };
}

/** The parts that belong to a state, and about how many bytes those are that have to be written. */
export interface StateParts {
  /** How to make each, or `undefined` where the save before holds it. */
  parts: Record<string, SnapshotPart | undefined>;
  expectedBytes: number;
}

export async function partsOf(desk: Desk, state: WorkspaceState): Promise<StateParts> {
  const parts: StateParts['parts'] = {};
  let expectedBytes = 0;
  for (const table of tablesOf(state)) {
    const saved = [...state.savedParts].filter((part) => tableOf(part) === table);
    for (const part of saved) parts[part] = undefined;
    if (saved.length > 0) continue;
    const made = await partsOfTable(await desk.store(), table);
    Object.assign(parts, made.parts);
    expectedBytes += made.expectedBytes;
  }
  const learnt: Omit<KeptModel, 'facts'>[] = [...state.predictions.values()].map((prediction) => ({
    key: weightsKey(prediction),
    state: prediction.state,
  }));
  for (const { key, state: weights, ids, entry } of [...state.models, ...learnt]) {
    const part = modelPart(key);
    if (entry?.lacksWeights) continue;
    if (state.savedParts.has(part)) parts[part] = undefined;
    else if (weights) parts[part] = async () => (await import('../core/recommenders/state/npz')).writeNpz(weights, { ids });
  }
  return { parts, expectedBytes };
}

/** Data whose tables were never saved, because there was no room, cannot be gone back to once others are open. */
export function withSavableStepBack(state: WorkspaceState, parts: readonly string[]): WorkspaceState {
  const { dataBefore } = state;
  const saved = new Set(parts.map(tableOf));
  const isSavable = !dataBefore || dataBefore.shipped || tablesToSave(dataBefore.version).every((table) => saved.has(table));
  return isSavable ? state : { ...state, dataBefore: null };
}

/** All tables worth keeping; those of the step back only where they were saved before, or were made anew. */
function tablesOf({ data, dataBefore, predictions, savedParts }: WorkspaceState): string[] {
  const saved = new Set([...savedParts].map(tableOf));
  const ofData = (part: DataState | null) => (part && !part.shipped ? tablesToSave(part.version) : []);
  const scores = [...predictions.values()].flatMap(({ outputs }) => [...outputs.values()].map(({ table }) => table));
  const now = [...ofData(data), ...scores];
  return [...new Set([...now, ...ofData(dataBefore).filter((table) => dataBefore?.isNew || saved.has(table))])];
}

async function partsOfTable(store: TableStore, table: string): Promise<{ parts: Record<string, SnapshotPart>; expectedBytes: number }> {
  const parts: Record<string, SnapshotPart> = {};
  const [rows] = indexesOf(await store.query(sql`SELECT count(*)::INTEGER AS n FROM ${identifier(table)}`), 'n');
  for (let start = 0, part = 0; part === 0 || start < rows; start += rowsPerPart, part++) {
    parts[tablePart(table, part)] = () => readPart(store, table, start, rowsPerPart);
  }
  const sample = await readPart(store, table, 0, rowsSampled);
  return { parts, expectedBytes: Math.round(sample.length * Math.max(1, rows / rowsSampled)) };
}

async function readPart(store: TableStore, table: string, start: number, rows: number): Promise<Uint8Array> {
  const { tableToIPC } = await import('apache-arrow');
  const part = await store.query(
    sql`SELECT * FROM ${identifier(table)} WHERE rowid >= ${start} AND rowid < ${start + rows} ORDER BY rowid`,
  );
  return tableToIPC(part, 'stream');
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
