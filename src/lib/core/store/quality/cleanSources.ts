import { sha256Hex } from '../../base/hash';
import { UserError } from '../../base/errors';
import type { RunContext } from '../../base/run';
import { canonicalTables, propertyColumn, type RemovedRows } from '../../schema/canonical';
import { indexesOf } from '../columns';
import { subtractSums, sumOfEvents, type ContentSum } from '../dataset/contentSum';
import { propertiesOf } from '../dataset/eventProperties';
import { inPlanCurrency, type Rates } from '../dataset/money';
import { allIds } from '../dataset/numbering';
import { eventsFrom, stagedEventColumns } from '../dataset/readBack';
import type { TableMaker } from '../dataset/tableMaker';
import { factsOf } from '../dataset/upsert';
import { eventsOfPart, type DatasetSource, type EventPart, type IdSpace, type RawPart } from '../dataset/version';
import { identifier, join, sql, type Sql } from '../sql';
import { rowsOfStep, type CleaningStep } from './cleaning';

export interface Cleaned {
  /** In the given order; those that lose rows have `raw`. */
  sources: DatasetSource[];
  removed: RemovedRows[];
}

export interface Around {
  /** Id spaces of the version in the making. */
  ids: { users: IdSpace; items: IdSpace };
  /** What one unit of other currencies is in the plan's. */
  rates: Rates;
  run: RunContext;
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
  around: Around,
): Promise<Cleaned> {
  const { run } = around;
  const sources = given.map(asRead);
  const changes = steps.length > 0 || given.some(({ raw }) => raw);
  const parts = sources.flatMap(({ parts }, source) => parts.map((part): Place => ({ part, source })));
  if (!changes || parts.length === 0) return { sources: [...given], removed: [] };

  const live = new LiveRows(maker, sources, parts, around.rates);
  const gone = await live.remove(steps, run);
  const cleaned: DatasetSource[] = [];
  for (const [s, source] of sources.entries()) {
    const raw: RawPart[] = [];
    for (const [p, { part, source: of }] of parts.entries()) if (of === s) raw.push(await live.settle(part, p, gone));
    cleaned.push(await withRemoved(maker, source, raw, around));
  }
  const left = cleaned.reduce((sum, { parts }) => sum + rowsOf(parts), 0);
  if (left === 0) throw removesAll(parts.reduce((sum, { part }) => sum + part.rows, 0));
  return { sources: cleaned, removed: await removedRows(maker, gone, parts, sources, steps) };
}

/** A source as it was before cleaning; its parts may be split. */
function asRead(source: DatasetSource): RawSource {
  const { raw, ...rest } = source;
  return raw ? { ...rest, ...raw } : rest;
}

/** The sources with whole parts, as they were read: before those are made into others. */
export async function wholeAgain(maker: TableMaker, sources: readonly DatasetSource[]): Promise<DatasetSource[]> {
  const all: DatasetSource[] = [];
  for (const source of sources) {
    if (!source.raw) {
      all.push(source);
      continue;
    }
    const { parts, ...rest } = asRead(source);
    const whole: EventPart[] = [];
    for (const part of parts) whole.push(await joined(maker, part));
    all.push({ ...rest, parts: whole });
  }
  return all;
}

type RawSource = Omit<DatasetSource, 'parts' | 'raw'> & { parts: RawPart[] };

interface Place {
  part: RawPart;
  /** Place among the sources. */
  source: number;
}

/** All rows as they were read, less those that steps have removed so far. */
class LiveRows {
  readonly #columns: string[];
  readonly #raw: Sql;
  readonly #amounts: Sql;

  constructor(
    private readonly maker: TableMaker,
    private readonly sources: readonly RawSource[],
    parts: readonly Place[],
    rates: Rates,
  ) {
    // A property is compared in one type, whatever it is in each source; amounts are in their own currency.
    const properties = propertiesOf(sources);
    const canonical = Object.keys(canonicalTables.events).filter((name) => name !== 'source_index');
    this.#columns = [...canonical, ...properties.map(({ name }) => propertyColumn(name))];
    const ranks = sources.map(({ id }) => sources.filter((other) => other.id < id).length);
    const selects = parts.flatMap(({ part, source }, p) =>
      tablesOf(part).map(({ table, place }) => {
        const beside = sql`${p}::INTEGER AS part_no, ${ranks[source]}::INTEGER AS source_rank, ${place} AS row_no`;
        return eventsOfPart({ ...part, table }, sources[source], { properties, beside });
      }),
    );
    this.#amounts = sql`${inPlanCurrency('price', rates)}, ${inPlanCurrency('value', rates)}`;
    this.#raw = join(selects, ' UNION ALL ');
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
      const rows = rowsOfStep(step, { columns: this.#columns, itemTables, amounts: this.#amounts });
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

/** The tables in which the rows of a part as it was read lie, and which place each has in it. */
function tablesOf({ table, split }: RawPart): { table: string; place: Sql }[] {
  if (!split) return [{ table, place: sql`rowid` }];
  const place = sql`${identifier(placeColumn)}::BIGINT`;
  return [split.kept, split.removed].flatMap((half) => (half ? [{ table: half.table, place }] : []));
}

/** Rows of a part as it was read, with all that its tables have and their place in it. */
function rowsOfPart(part: RawPart): Sql {
  const own = part.split ? sql`* EXCLUDE (${identifier(placeColumn)})` : sql`*`;
  return join(
    tablesOf(part).map(({ table, place }) => sql`SELECT ${place} AS row_no, ${own} FROM ${identifier(table)}`),
    ' UNION ALL ',
  );
}

/** The part as one table under its own name, made of its halves where it is split. */
async function joined(maker: TableMaker, part: RawPart): Promise<EventPart> {
  const { table, rows, columns, split } = part;
  if (split) await maker.create(table, sql`SELECT * EXCLUDE (row_no) FROM (${rowsOfPart(part)}) ORDER BY row_no`);
  return { table, rows, columns };
}

/** The source with what is left of it. */
async function withRemoved(maker: TableMaker, source: RawSource, parts: RawPart[], around: Around): Promise<DatasetSource> {
  const removed = parts.flatMap(({ split }) => (split ? [split.removed] : []));
  if (removed.length === 0) return { ...source, parts };
  const { eventHash, firstEvent, lastEvent, eventCounts } = source;
  const kept = parts.flatMap(({ split, ...whole }) => (split ? (split.kept ?? []) : whole));
  const sums: ContentSum[] = [];
  for (const part of removed) sums.push(await sumOfPart(maker, part, source, around));
  return {
    ...source,
    parts: kept,
    eventHash: subtractSums(eventHash, ...sums),
    ...(await factsOf(maker, kept)),
    raw: { parts, eventHash, firstEvent, lastEvent, eventCounts },
  };
}

/** What the rows of a part added to the sum of its source. */
async function sumOfPart(maker: TableMaker, part: EventPart, source: RawSource, { ids, run }: Around): Promise<ContentSum> {
  const rows = await maker.store.query(
    sql`SELECT ${stagedEventColumns(source.properties)}, e.currency FROM (${eventsOfPart(part, source)}) e
      JOIN (SELECT number AS user_index, id AS user_id FROM (${allIds(ids.users)})) USING (user_index)
      LEFT JOIN (SELECT number AS item_index, id AS item_id FROM (${allIds(ids.items)})) USING (item_index)`,
    run.signal,
  );
  await run.breathe();
  return sumOfEvents(eventsFrom(rows, source.properties), run);
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
