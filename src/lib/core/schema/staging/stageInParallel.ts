import { Cancelled, type Diagnostic } from '../../base/errors';
import { inStretches, type RunContext } from '../../base/run';
import type { OpenedTable } from '../formats';
import type { FilePart } from '../formats/format';
import { eventRoles, type Mapping } from '../roles';
import type { NumberColumn, TextColumn } from './columns';
import { stagedNumberColumns, stagedTextColumns, type RejectCode, type StagedEvents, type StagedSource } from './staged';
import type { RangeOptions, StagedRange } from './stageRange';
import { RejectLog, type RejectParts } from './rejectLog';
import { TextPool } from './textPool';

/** What another thread needs to stage a part of a file: all of it is plain data. */
export interface RangeRequest {
  handle: Blob | string;
  /** From one cut of the file's format to the next. */
  part: FilePart;
  mapping: Mapping;
  /** The file's own columns, where they are known. */
  fileColumns?: readonly string[];
  timeZone: string;
  currency: string;
}

/** Threads that read parts of files; a platform opens them. */
export interface StageHelpers {
  readonly threads: number;
  /** Below this many bytes a part does not pay for its thread's start. */
  readonly leastBytes: number;
  /**
   * Stages one part in a thread of its own.
   * @param onProgress bytes and rows of this part so far
   */
  stage(request: RangeRequest, signal: AbortSignal, onProgress: (bytes: number, rows: number) => void): Promise<StagedRange>;
}

/**
 * Stages a large file in several threads, a part each; undefined where that is not possible or not worth it, or where a
 * cut turned out to lie inside a quoted cell: then one thread has to read it all. The result is the one that a single
 * thread would give. Files of events alone are read in parts: what rides along about users and items has rules that
 * need the whole column.
 */
export async function stageInParallel(
  table: OpenedTable,
  mapping: Mapping,
  helpers: StageHelpers | undefined,
  options: RangeOptions,
  leastBytes = helpers?.leastBytes ?? Infinity,
): Promise<StagedRange | undefined> {
  const { run } = options;
  if (options.orders || options.stagerOf) return undefined;
  const { file, format } = table;
  const isPlain =
    mapping.kind === 'events' && !mapping.ids && mapping.reshape === undefined && Object.keys(mapping.roles).every(isEventRole);
  if (!helpers || !isPlain || file.handle === undefined) return undefined;
  const cuts = await format.cuts?.(file, mapping, helpers.threads, leastBytes);
  if (!cuts || cuts.length < 3) return undefined;
  const read = await readParts(table, mapping, helpers, options, cuts);
  // A part that ends inside a record was cut there by a line break in quotes.
  if (read.slice(0, -1).some(({ unfinishedBytes }) => unfinishedBytes > 0)) return undefined;
  await run.breathe();
  const total = file.size;
  return joined(read, options, run, () => run.report({ stage: 'read', done: total, total, unit: 'bytes', values: { rows: rowsOf(read) } }));
}

const rowsOf = (parts: readonly StagedRange[]) => parts.reduce((sum, { rowsRead }) => sum + rowsRead, 0);

const isEventRole = (role: string) => (eventRoles as readonly string[]).includes(role);

async function readParts(
  { file }: OpenedTable,
  mapping: Mapping,
  helpers: StageHelpers,
  options: RangeOptions,
  cuts: readonly number[],
): Promise<StagedRange[]> {
  const { run } = options;
  const parts = cuts.length - 1;
  const bytes = new Float64Array(parts);
  const rows = new Float64Array(parts);
  const started = performance.now();
  const report = () => {
    const [done, read] = [bytes, rows].map((counts) => counts.reduce((sum, count) => sum + count, 0));
    const rowsPerSecond = Math.round(read / Math.max((performance.now() - started) / 1000, 0.001));
    run.report({ stage: 'read', done, total: file.size, unit: 'bytes', values: { rows: read, rowsPerSecond } });
  };
  // The threads start first.
  report();
  const failed = new AbortController();
  const signal = AbortSignal.any([run.signal, failed.signal]);
  const reads = Array.from({ length: parts }, (_, part) => {
    const request: RangeRequest = {
      handle: file.handle!,
      part: { start: cuts[part], end: cuts[part + 1] },
      mapping,
      fileColumns: options.fileColumns,
      timeZone: options.zone.name,
      currency: options.currency,
    };
    return helpers.stage(request, signal, (readBytes, readRows) => {
      bytes[part] = readBytes;
      rows[part] = readRows;
      report();
    });
  });
  try {
    return await Promise.all(reads);
  } catch (error) {
    // The others read for nothing.
    failed.abort();
    await Promise.allSettled(reads);
    if (run.signal.aborted) throw new Cancelled();
    throw error;
  }
}

/** Parts one after the other, as if they had been read in one. */
async function joined(parts: StagedRange[], options: RangeOptions, run: RunContext, tell: () => void): Promise<StagedRange> {
  const events = await joinEvents(
    parts.map(({ source }) => source.events!),
    run,
    tell,
  );
  const rejectCounts = new Map<RejectCode, number>();
  const rejects = new RejectLog();
  let rowsBefore = 0;
  let negativeQuantities = 0;
  let firstBroken: StagedRange['firstBroken'];
  for (const part of parts) {
    for (const [code, count] of part.rejectCounts) rejectCounts.set(code, (rejectCounts.get(code) ?? 0) + count);
    rejects.append(logOf(part.source), rowsBefore);
    if (part.firstBroken) firstBroken ??= { ...part.firstBroken, row: part.firstBroken.row + rowsBefore };
    negativeQuantities += part.negativeQuantities;
    rowsBefore += part.rowsRead;
  }
  const source = { sourceId: options.sourceId, events, rejects };
  const problems = joinedProblems(parts);
  return { source, rowsRead: rowsBefore, rejectCounts, negativeQuantities, firstBroken, problems, unfinishedBytes: 0 };
}

/** What several parts say alike is said once, with the sum of its counts and the row of the first. */
function joinedProblems(parts: readonly StagedRange[]): Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  let rowsBefore = 0;
  for (const { problems, rowsRead } of parts) {
    for (const problem of problems) {
      const key = `${problem.code} ${problem.column ?? ''}`;
      const first = found.get(key);
      if (first) first.values = { ...first.values, count: Number(first.values?.count ?? 0) + Number(problem.values?.count ?? 0) };
      else found.set(key, shifted(problem, rowsBefore));
    }
    rowsBefore += rowsRead;
  }
  return [...found.values()];
}

function shifted(problem: Diagnostic, rows: number): Diagnostic {
  if (problem.row === undefined) return { ...problem };
  const row = problem.row + rows;
  return { ...problem, row, ...(problem.values && { values: { ...problem.values, row } }) };
}

async function joinEvents(parts: readonly StagedEvents[], run: RunContext, tell: () => void): Promise<StagedEvents> {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  // A part's column is let go when it is joined, so that not all of the rows are held twice.
  const take = <Name extends Exclude<keyof StagedEvents, 'properties'>>(name: Name) =>
    parts.map((part) => {
      const column = part[name]!;
      delete (part as Partial<StagedEvents>)[name];
      return column;
    });
  const joinTexts = async (name: 'user' | 'item' | 'event' | (typeof stagedTextColumns)[number]) => {
    tell();
    return joinedTexts(take(name), rows, run);
  };
  const joinNumbers = async (name: 'ts' | (typeof stagedNumberColumns)[number]) => {
    tell();
    await run.breathe();
    return joinedNumbers(take(name), rows);
  };
  const whole: StagedEvents = {
    rows,
    user: await joinTexts('user'),
    event: await joinTexts('event'),
    ts: await joinNumbers('ts'),
  };
  // Which columns there are depends on the mapping alone, so all parts have the same.
  const first = { ...parts[0] };
  if (first.item) whole.item = await joinTexts('item');
  for (const name of stagedTextColumns) if (first[name]) whole[name] = await joinTexts(name);
  for (const name of stagedNumberColumns) if (first[name]) whole[name] = await joinNumbers(name);
  if (first.currency) whole.currency = await joinedTexts(take('currency'), rows, run);
  for (const name of first.properties?.keys() ?? []) {
    tell();
    const columns = parts.map(({ properties }) => properties!.get(name) as TextColumn);
    for (const { properties } of parts) properties!.delete(name);
    (whole.properties ??= new Map()).set(name, await joinedTexts(columns, rows, run));
  }
  return whole;
}

/** The first part's pool takes in the texts of the others. */
async function joinedTexts(columns: readonly TextColumn[], rows: number, run: RunContext): Promise<TextColumn> {
  const { pool } = columns[0];
  const codes = new Int32Array(rows);
  codes.set(columns[0].codes);
  let at = columns[0].codes.length;
  for (const column of columns.slice(1)) {
    const { bytes, offsets, size } = column.pool;
    const translation = new Int32Array(size);
    for (let start = 0; start < size; start += textsAtOnce) {
      const end = Math.min(size, start + textsAtOnce);
      pool.findAll(bytes, offsets.subarray(start), offsets.subarray(start + 1), end - start, translation.subarray(start));
      for (let code = start; code < end; code++)
        if (translation[code] < 0) translation[code] = pool.intern(bytes, offsets[code], offsets[code + 1]);
      await run.breathe();
    }
    await run.breathe();
    const from = column.codes;
    const first = at;
    await inStretches(from.length, run, (start, end) => {
      for (let row = start; row < end; row++) codes[first + row] = from[row] < 0 ? from[row] : translation[from[row]];
    });
    at += from.length;
  }
  return { kind: 'text', codes, pool };
}

const textsAtOnce = 1 << 14;

function joinedNumbers(columns: readonly NumberColumn[], rows: number): NumberColumn {
  const values = new Float64Array(rows);
  let at = 0;
  for (const column of columns) {
    values.set(column.values, at);
    at += column.values.length;
  }
  return { kind: 'number', values };
}

/** A staged part as plain data for `postMessage`, and the buffers to hand over with it. */
export function packRange(range: StagedRange): { packed: unknown; buffers: ArrayBuffer[] } {
  const buffers = new Set<ArrayBuffer>();
  const pools = new Map<TextPool, unknown>();
  const packColumn = (column: unknown) => {
    if (isText(column)) {
      const { parts } = column.pool;
      for (const array of [column.codes, parts.bytes, parts.offsets, parts.slots]) buffers.add(array.buffer as ArrayBuffer);
      if (!pools.has(column.pool)) pools.set(column.pool, parts);
      return { kind: 'text', codes: column.codes, pool: pools.get(column.pool) };
    }
    const { values } = column as NumberColumn;
    buffers.add(values.buffer as ArrayBuffer);
    return column;
  };
  const { rows, properties, ...columns } = range.source.events!;
  const events: Record<string, unknown> = Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, packColumn(column)]));
  if (properties) events.properties = new Map([...properties].map(([name, column]) => [name, packColumn(column)]));
  const rejects = logOf(range.source).parts();
  return { packed: { ...range, source: { ...range.source, events: { rows, ...events }, rejects } }, buffers: [...buffers] };
}

export function unpackRange(packed: unknown): StagedRange {
  const range = packed as StagedRange;
  const { rows, properties, ...columns } = range.source.events!;
  const unpackColumn = (column: unknown) =>
    isText(column) ? { ...column, pool: TextPool.from(column.pool as unknown as Parameters<typeof TextPool.from>[0]) } : column;
  const events: Record<string, unknown> = Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, unpackColumn(column)]));
  if (properties) events.properties = new Map([...properties].map(([name, column]) => [name, unpackColumn(column)]));
  const rejects = RejectLog.from(range.source.rejects as unknown as RejectParts);
  return { ...range, source: { ...range.source, events: { rows, ...events } as unknown as StagedEvents, rejects } };
}

function logOf({ rejects = [] }: Pick<StagedSource, 'rejects'>): RejectLog {
  return rejects instanceof RejectLog ? rejects : RejectLog.of(rejects);
}

function isText(column: unknown): column is TextColumn {
  return (column as TextColumn | undefined)?.kind === 'text';
}
