import { createRunContext, quietContext, type RunContext } from '../../../src/lib/core/base/run';
import type { FileSource } from '../../../src/lib/core/schema/files';
import { inspectSource } from '../../../src/lib/core/schema/inspect/inspectSource';
import type { Mapping } from '../../../src/lib/core/schema/roles';
import { importSource, type ImportResult } from '../../../src/lib/core/store/dataset/importSource';
import type { Sql } from '../../../src/lib/core/store/sql';
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
  run?: RunContext;
}

/** Inspects and imports a file as a person would who agrees with every proposal. */
export async function importFile(store: TableStore, file: FileSource, choices: ImportChoices = {}): Promise<ImportResult> {
  const { mapping } = await inspectSource(file);
  return importSource(store, {
    file,
    sourceId: choices.sourceId ?? 'shop',
    mapping: { ...mapping, ...choices.mapping },
    mode: choices.mode ?? 'replace',
    timeZone: choices.timeZone ?? 'UTC',
    currency: choices.currency ?? 'USD',
    run: choices.run ?? quietContext(),
  });
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
