import { dropTables, tablesToSave, type DatasetVersion } from '../core/store/dataset/version';
import { identifier, sql } from '../core/store/sql';
import type { TableStore } from '../core/store/tableStore';
import { tableOf } from './parts';
import type { WorkspaceState } from './workspace';

/** Tables of states that nobody reads any more. */
export class Garbage {
  readonly #holders = new Map<WorkspaceState, number>();
  readonly #versions = new Map<string, DatasetVersion>();
  readonly #scores = new Set<string>();

  /** Remembers which tables a state has, so that they can be dropped one day. */
  know({ data, dataBefore, predictions }: WorkspaceState): void {
    if (data) this.#versions.set(data.version.key, data.version);
    if (dataBefore?.isNew) this.#versions.set(dataBefore.version.key, dataBefore.version);
    for (const { outputs } of predictions.values()) for (const { table } of outputs.values()) this.#scores.add(table);
  }

  /** A reader begins to work on the state. */
  hold(state: WorkspaceState): void {
    this.know(state);
    this.#holders.set(state, (this.#holders.get(state) ?? 0) + 1);
  }

  release(state: WorkspaceState): void {
    const holders = this.#holders.get(state)! - 1;
    if (holders > 0) this.#holders.set(state, holders);
    else this.#holders.delete(state);
  }

  /** Drops what neither the present state nor a reader's has. What the step back needs lies in the saved workspace. */
  async sweep(store: TableStore, present: WorkspaceState): Promise<void> {
    const states = [present, ...this.#holders.keys()];
    const kept = states.flatMap(({ data }) => (data ? [data.version] : []));
    const { dataBefore, savedParts } = present;
    // What was made anew for the step back stays until it is saved.
    if (dataBefore?.isNew && !isSavedIn(savedParts, dataBefore.version)) kept.push(dataBefore.version);
    const keptKeys = new Set(kept.map(({ key }) => key));
    const scores = new Set(states.flatMap(({ predictions }) => scoreTables(predictions)));
    // All that goes is named before anything is waited for: what becomes known meanwhile belongs to a newer state.
    const gone = [...this.#versions.values()].filter(({ key }) => !keptKeys.has(key));
    const goneScores = [...this.#scores].filter((table) => !scores.has(table));
    for (const version of gone) this.#versions.delete(version.key);
    for (const table of goneScores) this.#scores.delete(table);
    for (const version of gone) await dropTables(store, version, kept);
    for (const table of goneScores) await store.execute(sql`DROP TABLE IF EXISTS ${identifier(table)}`);
  }

  /** Empties the store: the workspace is closed, and every run on it has ended. */
  async dropEverything(store: TableStore): Promise<void> {
    await emptyStore(store);
    this.#versions.clear();
    this.#scores.clear();
  }
}

function isSavedIn(parts: ReadonlySet<string>, version: DatasetVersion): boolean {
  const saved = new Set([...parts].map(tableOf));
  return tablesToSave(version).every((table) => saved.has(table));
}

function scoreTables(predictions: WorkspaceState['predictions']): string[] {
  return [...predictions.values()].flatMap(({ outputs }) => [...outputs.values()].map(({ table }) => table));
}

/** Drops every view and table. */
export async function emptyStore(store: TableStore): Promise<void> {
  const names = async (kind: 'view' | 'table') => {
    const found = await store.query(
      kind === 'view'
        ? sql`SELECT view_name AS name FROM duckdb_views() WHERE NOT internal`
        : sql`SELECT table_name AS name FROM duckdb_tables() WHERE NOT internal`,
    );
    return found.toArray().map(({ name }) => String(name));
  };
  for (const name of await names('view')) await store.execute(sql`DROP VIEW IF EXISTS ${identifier(name)}`);
  for (const name of await names('table')) await store.execute(sql`DROP TABLE IF EXISTS ${identifier(name)}`);
}
