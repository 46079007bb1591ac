import { sha256Hex } from '../../base/hash';
import { UserError } from '../../base/errors';
import type { RunContext } from '../../base/run';
import { canonicalTables, type RemovedRows } from '../../schema/canonical';
import { indexesOf, numbersOf, textsOf } from '../columns';
import { subtractSums } from '../dataset/contentSum';
import type { TableMaker } from '../dataset/tableMaker';
import type { DatasetSource, EventPart, IdSpace, RawPart } from '../dataset/version';
import { identifier, join, Sql, sql } from '../sql';
import { rowsOfStep, type CleaningStep } from './cleaning';
import { sumOfPart } from './storedEvents';

export interface Cleaned {
  /** In the given order; those that lose rows have `raw`. */
  sources: DatasetSource[];
  removed: RemovedRows[];
}

/** The place of a row in the part that it was read into; a column of split parts. */
const placeColumn = 'row_in_part';

/**
 * Takes out of the sources' events what the steps say, each on what the one before has left, over all events at once
 * and as they were read: so the outcome does not depend on when which file came. Parts that lose rows are split into a
 * table of those that stay and one of those that go; a step that is taken back puts the very same part together again.
 *
 * @throws UserError `cleaning_removes_all`; Cancelled
 */
export async function cleanSources(
  maker: TableMaker,
  given: readonly DatasetSource[],
  steps: readonly CleaningStep[],
  ids: { users: IdSpace; items: IdSpace },
  run: RunContext,
): Promise<Cleaned> {
  const sources = given.map(asRead);
  const changes = steps.length > 0 || given.some(({ raw }) => raw);
  const parts = sources.flatMap(({ parts }, source) => parts.map((part): Place => ({ part, source })));
  if (!changes || parts.length === 0) return { sources: [...given], removed: [] };

  const live = new LiveRows(maker, sources, parts);
  const gone = await live.remove(steps, run);
  const cleaned: DatasetSource[] = [];
  for (const [s, source] of sources.entries()) {
    const raw: RawPart[] = [];
    for (const [p, { part, source: of }] of parts.entries()) if (of === s) raw.push(await live.settle(part, p, gone));
    cleaned.push(await withRemoved(maker, source, raw, ids, run));
  }
  const left = cleaned.reduce((sum, { parts }) => sum + rowsOf(parts), 0);
  if (left === 0) throw removesAll(parts.reduce((sum, { part }) => sum + part.rows, 0));
  return { sources: cleaned, removed: await removedRows(maker, gone, parts, sources, steps) };
}

/** A source as it was before cleaning; its parts may be split. */
export function asRead(source: DatasetSource): Omit<DatasetSource, 'parts'> & { parts: RawPart[] } {
  const { raw, ...rest } = source;
  return raw ? { ...rest, ...raw } : rest;
}

/** The source with whole parts, as it was read: before they are made into others. */
export async function wholeAgain(maker: TableMaker, source: DatasetSource): Promise<DatasetSource> {
  const { parts, ...rest } = asRead(source);
  const whole: EventPart[] = [];
  for (const part of parts) whole.push(await joined(maker, part));
  return { ...rest, parts: whole };
}

/** People (or items) that a source of events states and of whom it has no event left: they do not count as its own. */
export function statedButRemoved({ kind, parts, raw }: DatasetSource, index: Sql): Sql | null {
  const removed = (raw?.parts ?? []).flatMap(({ split }) =>
    split && split.removed.columns.includes(index.text.slice(1, -1)) ? [split.removed] : [],
  );
  if (kind !== 'events' || removed.length === 0) return null;
  const of = (tables: readonly EventPart[]) =>
    join(
      tables.map(({ table }) => sql`SELECT ${index} AS number FROM ${identifier(table)}`),
      ' UNION ALL ',
    );
  const kept = parts.filter(({ columns }) => columns.includes(index.text.slice(1, -1)));
  return kept.length === 0 ? of(removed) : sql`(${of(removed)}) EXCEPT (${of(kept)})`;
}

interface Place {
  part: RawPart;
  /** Place among the sources. */
  source: number;
}

/** All rows as they were read, less those that steps have removed so far. */
class LiveRows {
  readonly #columns: string[];
  readonly #raw: Sql;

  constructor(
    private readonly maker: TableMaker,
    private readonly sources: readonly Pick<DatasetSource, 'id' | 'kind' | 'stated'>[],
    parts: readonly Place[],
  ) {
    const canonical = Object.entries(canonicalTables.events).filter(([name]) => name !== 'source_index');
    const kept = parts.flatMap(({ part }) => part.columns);
    this.#columns = [...new Set([...canonical.map(([name]) => name), ...kept])];
    const ranks = sources.map(({ id }) => sources.filter((other) => other.id < id).length);
    const none = canonical.map(([name, type]) => sql`NULL::${new Sql(type)} AS ${identifier(name)}`);
    const selects = parts.map(({ part, source }, p) => {
      const place = sql`${p}::INTEGER AS part_no, ${ranks[source]}::INTEGER AS source_rank`;
      return sql`SELECT ${place}, * FROM (${rowsOfPart(part)})`;
    });
    const nothing = sql`SELECT 0::INTEGER AS part_no, 0::INTEGER AS source_rank, 0::BIGINT AS row_no, ${join(none)} WHERE FALSE`;
    // A file without items has the number -1 on all of its rows.
    this.#raw = sql`SELECT * REPLACE (coalesce(item_index, -1) AS item_index) FROM (${join([nothing, ...selects], ' UNION ALL BY NAME ')})`;
  }

  /** The name of a table `part_no, row_no, step` of what goes. */
  async remove(steps: readonly CleaningStep[], run: RunContext): Promise<string> {
    const { store } = this.maker;
    const gone = await this.maker.temporary(
      'removed',
      sql`SELECT 0::INTEGER AS part_no, 0::BIGINT AS row_no, 0::INTEGER AS step WHERE FALSE`,
    );
    const itemTables = this.sources.flatMap(({ kind, stated }) => (kind === 'items' && stated.items !== null ? [stated.items] : []));
    for (const [index, step] of steps.entries()) {
      run.report({ stage: 'clean', done: index, total: steps.length, unit: 'steps' });
      await run.breathe();
      const rows = rowsOfStep(step, { columns: this.#columns, itemTables });
      if (rows === null) continue;
      const live = sql`SELECT * FROM (${this.#raw}) ANTI JOIN ${identifier(gone)} USING (part_no, row_no)`;
      await store.execute(
        sql`INSERT INTO ${identifier(gone)} WITH live AS (${live}) SELECT part_no, row_no, ${index}::INTEGER FROM (${rows})`,
        run.signal,
      );
    }
    return gone;
  }

  /** The part with or without a split, as what goes asks for; its tables are made where they are missing. */
  async settle(part: RawPart, number: number, gone: string): Promise<RawPart> {
    const { maker } = this;
    const whole: EventPart = { table: part.table, rows: part.rows, columns: part.columns };
    const found = await maker.store.query(sql`SELECT row_no FROM ${identifier(gone)} WHERE part_no = ${number} ORDER BY row_no`);
    const rows = indexesOf(found, 'row_no');
    if (rows.length === 0) return joined(maker, part);
    const stem = `${part.table}_${sha256Hex(new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength)).slice(0, 16)}`;
    const placed = sql`SELECT * EXCLUDE (row_no), row_no::INTEGER AS ${identifier(placeColumn)} FROM (${rowsOfPart(part)})`;
    const these = sql`(SELECT row_no::INTEGER AS ${identifier(placeColumn)} FROM ${identifier(gone)} WHERE part_no = ${number})`;
    const place = identifier(placeColumn);
    const split = async (name: string, how: Sql, count: number): Promise<EventPart> => {
      const table = `${stem}_${name}`;
      await maker.create(table, sql`SELECT * FROM (${placed}) ${how} ${these} USING (${place}) ORDER BY ${place}`);
      return { table, rows: count, columns: part.columns };
    };
    const removed = await split('removed', sql`SEMI JOIN`, rows.length);
    const kept = rows.length === part.rows ? null : await split('kept', sql`ANTI JOIN`, part.rows - rows.length);
    return { ...whole, split: { kept, removed } };
  }
}

/** Rows of a part as it was read, with their place in it. */
function rowsOfPart({ table, split }: RawPart): Sql {
  if (!split) return sql`SELECT rowid AS row_no, * FROM ${identifier(table)}`;
  const halves = [split.kept, split.removed].filter((half) => half !== null);
  const selects = halves.map(
    (half) =>
      sql`SELECT ${identifier(placeColumn)}::BIGINT AS row_no, * EXCLUDE (${identifier(placeColumn)}) FROM ${identifier(half.table)}`,
  );
  return join(selects, ' UNION ALL ');
}

/** The part as one table under its own name, made of its halves where it is split. */
async function joined(maker: TableMaker, part: RawPart): Promise<EventPart> {
  const { table, rows, columns, split } = part;
  if (split) await maker.create(table, sql`SELECT * EXCLUDE (row_no) FROM (${rowsOfPart(part)}) ORDER BY row_no`);
  return { table, rows, columns };
}

/** The source with what is left of it. */
async function withRemoved(
  maker: TableMaker,
  source: ReturnType<typeof asRead>,
  parts: RawPart[],
  ids: { users: IdSpace; items: IdSpace },
  run: RunContext,
): Promise<DatasetSource> {
  const removed = parts.flatMap(({ split }) => (split ? [split.removed] : []));
  if (removed.length === 0) return { ...source, parts };
  const { eventHash, firstEvent, lastEvent, eventCounts } = source;
  const kept = parts.flatMap(({ split, ...whole }) => (split ? (split.kept ?? []) : whole));
  const sums: string[] = [];
  for (const part of removed) sums.push(await sumOfPart(maker.store, part, ids, run));
  return {
    ...source,
    parts: kept,
    eventHash: subtractSums(eventHash, ...sums),
    ...(await figuresOf(maker, kept, run)),
    raw: { parts, eventHash, firstEvent, lastEvent, eventCounts },
  };
}

/** When the events of some parts are, and how many there are of each. */
async function figuresOf(
  maker: TableMaker,
  parts: readonly EventPart[],
  run: RunContext,
): Promise<Pick<DatasetSource, 'firstEvent' | 'lastEvent' | 'eventCounts'>> {
  if (parts.length === 0) return { firstEvent: null, lastEvent: null, eventCounts: [] };
  const all = join(
    parts.map(({ table }) => sql`SELECT event, ts FROM ${identifier(table)}`),
    ' UNION ALL ',
  );
  const rows = await maker.store.query(
    sql`SELECT event, count(*)::INTEGER AS n, epoch_us(min(ts))::DOUBLE AS first, epoch_us(max(ts))::DOUBLE AS last
      FROM (${all}) GROUP BY event ORDER BY n DESC, event`,
    run.signal,
  );
  const counts = indexesOf(rows, 'n');
  const instant = (microseconds: number) => new Date(microseconds / 1000).toISOString();
  return {
    firstEvent: instant(Math.min(...numbersOf(rows, 'first'))),
    lastEvent: instant(Math.max(...numbersOf(rows, 'last'))),
    eventCounts: textsOf(rows, 'event').map((event, i) => ({ event: event!, count: counts[i] })),
  };
}

async function removedRows(
  maker: TableMaker,
  gone: string,
  parts: readonly Place[],
  sources: readonly Pick<DatasetSource, 'id'>[],
  steps: readonly CleaningStep[],
): Promise<RemovedRows[]> {
  const found = await maker.store.query(
    sql`SELECT step, part_no, count(*)::INTEGER AS n FROM ${identifier(gone)} GROUP BY step, part_no ORDER BY step, part_no`,
  );
  const [step, part, n] = ['step', 'part_no', 'n'].map((name) => indexesOf(found, name));
  const removed: RemovedRows[] = [];
  step.forEach((index, row) => {
    const source = sources[parts[part[row]].source].id;
    const known = removed.find((entry) => entry.index === index && entry.source === source);
    if (known) known.rows += n[row];
    else removed.push({ index, step: steps[index].step, source, rows: n[row] });
  });
  return removed;
}

const rowsOf = (parts: readonly EventPart[]) => parts.reduce((sum, { rows }) => sum + rows, 0);

function removesAll(rows: number): UserError {
  return new UserError(
    'cleaning_removes_all',
    `The steps of cleaning would take out all ${rows} events.`,
    'Take one of them back, or choose wider limits.',
    { rows },
  );
}
