import {
  stagedNumberColumns,
  stagedTextColumns,
  type StagedEntities,
  type StagedEvents,
  type StagedSource,
} from '../../schema/staging/staged';
import { TextPool } from '../../schema/staging/textPool';

/** All sources' events one after the other; text columns share one pool each. */
export interface MergedEvents extends StagedEvents {
  /** Position of a row's source among the sources. */
  sourceOfRow: Int32Array | null;
}

export interface MergedEntities {
  /** Dense index → code in the pool, ascending by id in byte order. */
  codeOfIndex: Int32Array;
  /** Code → dense index. */
  indexOfCode: Int32Array;
  pool: TextPool;
}

/** Joins the events of several sources; a single source passes through without a copy. */
export function mergeEvents(sources: readonly StagedSource[]): MergedEvents | null {
  const parts = sources.flatMap(({ events }, source) => (events && events.rows > 0 ? [{ events, source }] : []));
  if (parts.length === 0) return null;
  if (parts.length === 1 && sources.length === 1) return { ...parts[0].events, sourceOfRow: null };
  const rows = parts.reduce((sum, { events }) => sum + events.rows, 0);
  const merged = { rows } as MergedEvents;
  merged.sourceOfRow = new Int32Array(rows);
  let at = 0;
  for (const { events, source } of parts) {
    merged.sourceOfRow.fill(source, at, at + events.rows);
    at += events.rows;
  }
  for (const name of ['user', 'event', 'item', ...stagedTextColumns] as const) {
    if (parts.every(({ events }) => !events[name])) continue;
    const pool = new TextPool();
    const codes = new Int32Array(rows).fill(-1);
    let start = 0;
    for (const { events } of parts) {
      const column = events[name];
      if (column) {
        const translation = new Int32Array(column.pool.size).fill(-1);
        for (let row = 0; row < events.rows; row++) {
          const code = column.codes[row];
          if (code < 0) continue;
          if (translation[code] < 0)
            translation[code] = pool.intern(column.pool.bytes, column.pool.offsets[code], column.pool.offsets[code + 1]);
          codes[start + row] = translation[code];
        }
      }
      start += events.rows;
    }
    merged[name] = { kind: 'text', codes, pool };
  }
  for (const name of ['ts', ...stagedNumberColumns] as const) {
    if (parts.every(({ events }) => !events[name])) continue;
    const values = new Float64Array(rows).fill(NaN);
    let start = 0;
    for (const { events } of parts) {
      const column = events[name];
      if (column) values.set(column.values, start);
      start += events.rows;
    }
    merged[name] = { kind: 'number', values };
  }
  return merged;
}

/** Every id that occurs, in events or on its own, with its dense index. */
export function indexEntities(
  occurrences: { codes: Int32Array; pool: TextPool } | undefined,
  stated: readonly (StagedEntities | undefined)[],
): MergedEntities {
  const all = new TextPool();
  const translation = new Int32Array(occurrences?.pool.size ?? 0).fill(-1);
  if (occurrences) {
    const { codes, pool } = occurrences;
    for (let row = 0; row < codes.length; row++) {
      const code = codes[row];
      if (code >= 0 && translation[code] < 0) translation[code] = all.intern(pool.bytes, pool.offsets[code], pool.offsets[code + 1]);
    }
  }
  for (const entities of stated) {
    if (!entities) continue;
    const { codes, pool } = entities.id;
    for (const code of codes) all.intern(pool.bytes, pool.offsets[code], pool.offsets[code + 1]);
  }
  const codeOfIndex = all.sortedCodes();
  const indexOfAll = new Int32Array(all.size);
  codeOfIndex.forEach((code, index) => (indexOfAll[code] = index));
  const indexOfCode = translation.map((code) => (code < 0 ? -1 : indexOfAll[code]));
  return { codeOfIndex, indexOfCode, pool: all };
}
