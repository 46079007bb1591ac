import { createRunContext, quietContext, type RunContext } from '../../../src/lib/core/base/run';
import type { FileSource } from '../../../src/lib/core/schema/files';
import { inspectSource } from '../../../src/lib/core/schema/inspect/inspectSource';
import type { Mapping } from '../../../src/lib/core/schema/roles';
import type { DatasetFacts } from '../../../src/lib/core/schema/canonical';
import { importSource, ordersOf, type DatasetVersion, type ImportResult } from '../../../src/lib/core/store/dataset';
import { identifier, sql, type Sql } from '../../../src/lib/core/store/sql';
import type { TableStore } from '../../../src/lib/core/store/tableStore';

/** A file in memory, handed out in blocks of `blockBytes`, so that records run over their ends. */
export function fileOf(content: string | Uint8Array, name = 'shop.csv', blockBytes = 1 << 20): FileSource {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return {
    name,
    size: bytes.length,
    async *stream(start = 0, end = bytes.length) {
      for (let at = start; at < end; at += blockBytes) yield bytes.slice(at, Math.min(end, at + blockBytes));
    },
  };
}

export interface ImportChoices {
  mapping?: Partial<Mapping>;
  mode?: 'replace' | 'add';
  sourceId?: string;
  timeZone?: string;
  currency?: string;
  declaredIds?: Record<string, string>;
  run?: RunContext;
}

export interface Imported extends ImportResult {
  facts: DatasetFacts;
  sourceIds: string[];
}

/** The version that a test's store is at, as the workbench would hold it. */
const currentOf = new WeakMap<TableStore, DatasetVersion>();

export const currentVersion = (store: TableStore): DatasetVersion | null => currentOf.get(store) ?? null;

/** Inspects and imports a file as a person would who agrees with every proposal; the version becomes the current one. */
export async function importFile(store: TableStore, file: FileSource, choices: ImportChoices = {}): Promise<Imported> {
  const { mapping } = await inspectSource(file);
  const result = await importSource(store, currentVersion(store), {
    file,
    sourceId: choices.sourceId ?? 'shop',
    mapping: { ...mapping, ...choices.mapping },
    mode: choices.mode ?? 'replace',
    timeZone: choices.timeZone ?? 'UTC',
    currency: choices.currency ?? 'USD',
    declaredIds: choices.declaredIds,
    run: choices.run ?? quietContext(),
  });
  await useVersion(store, result.version);
  return { ...result, facts: result.version.facts, sourceIds: result.version.sources.map(({ id }) => id) };
}

/** Makes a version the current one, whose tables the tests read under plain names. */
export async function useVersion(store: TableStore, version: DatasetVersion): Promise<void> {
  currentOf.set(store, version);
  for (const name of ['events', 'users', 'items'] as const)
    await store.execute(sql`CREATE OR REPLACE VIEW ${identifier(name)} AS SELECT * FROM ${identifier(version.tables[name])}`);
  await store.execute(sql`CREATE OR REPLACE VIEW orders AS ${ordersOf(version.tables.events)}`);
}

export async function rowsOf(store: TableStore, query: Sql): Promise<Record<string, unknown>[]> {
  return (await store.query(query)).toArray().map((row) => ({ ...row.toJSON() }));
}

/** A run that is cancelled as soon as its progress satisfies the condition. */
export function cancelledRun(when: (stage: string, rows: number) => boolean): RunContext {
  const controller = new AbortController();
  return createRunContext(controller.signal, ({ stage, values }) => {
    if (when(stage, values?.rows ?? 0)) controller.abort();
  });
}
