import { UserError } from '../base/errors';
import type { Bitset } from '../base/bitset';
import type { RunContext } from '../base/run';
import { netLines, pathSeparator } from '../measures/scan';
import { readUserColumns } from '../profiles/attributes';
import { orderEvent, refundEvents } from '../schema/events';
import { dateOfDay, dayNumber } from '../schema/days';
import { indexesOf, numbersOf, textsOf } from '../store/columns';
import type { DataScope } from '../store/dataScope';
import { identifier, sql, type Sql } from '../store/sql';

/** What is measured of each period: net revenue, orders, people who ordered, or how often an event happened (`event:NAME`). */
export type SeriesMeasure = 'revenue' | 'orders' | 'buyers' | `event:${string}`;

/**
 * By what the data is split into units: a level of the items' category path (`category` is the first one), a property of
 * the line, an attribute of the customer (`user.city`), or the plan's segments as they were before the first day.
 */
export type SeriesSplit = 'category' | 'subcategory' | 'brand' | 'channel' | 'device' | `user.${string}` | 'segment';

export interface SeriesAsked {
  measure: SeriesMeasure;
  by: 'day' | 'week';
  split?: SeriesSplit;
  /** First day of the promotion, `YYYY-MM-DD`: weeks are counted from it. */
  from: string;
  /** Nothing earlier is read. */
  since?: string;
}

/** Sums by unit and period, from the first whole period of the data to the last before asOf. */
export interface UnitSeries {
  /** Units that have any, the largest sum first. */
  names: string[];
  /** First day of each period, `YYYY-MM-DD`, in order. */
  starts: string[];
  /** Days of a period. */
  length: 1 | 7;
  /** `names × starts`, one unit after the other. */
  values: Float64Array;
}

/** Where series are read: the data, and segments as of a midnight. */
export interface SeriesScope extends DataScope {
  segmentsAt(asOf: string, run: RunContext): Promise<{ segment: string; members: Bitset }[]>;
}

/** @throws UserError `series_empty` where nothing of it happened, `series_column_unknown` */
export async function unitSeries(scope: SeriesScope, asked: SeriesAsked, run: RunContext): Promise<UnitSeries> {
  const length = asked.by === 'week' ? 7 : 1;
  const from = dayNumber(asked.from);
  const rows = await (asked.split === 'segment' ? rowsOfSegments(scope, asked, length, run) : rowsOfUnits(scope, asked, length, run));
  if (rows.value.length === 0) {
    throw new UserError('series_empty', 'Nothing of what is measured happened in these days.', 'Choose another figure or other days.');
  }
  const first = Math.max(rows.firstDay, asked.since ? dayNumber(asked.since) : -Infinity);
  const [low, high] = [Math.ceil((first - from) / length), Math.floor((dayNumber(scope.asOf) - from) / length)];
  const periods = Math.max(0, high - low);
  const totals = new Map<string, number>();
  rows.unit.forEach((unit, row) => {
    if (rows.bin[row] >= low && rows.bin[row] < high) totals.set(unit, (totals.get(unit) ?? 0) + rows.value[row]);
  });
  const names = [...totals.keys()].sort((a, b) => totals.get(b)! - totals.get(a)! || (a < b ? -1 : 1));
  const places = new Map(names.map((name, place) => [name, place]));
  const values = new Float64Array(names.length * periods);
  rows.unit.forEach((unit, row) => {
    const place = places.get(unit);
    const bin = rows.bin[row];
    if (place !== undefined && bin >= low && bin < high) values[place * periods + bin - low] += rows.value[row];
  });
  return {
    names,
    starts: Array.from({ length: periods }, (_, period) => dateOfDay(from + (low + period) * length)),
    length,
    values,
  };
}

interface Rows {
  unit: string[];
  /** Periods from the promotion's first day on; earlier ones are below 0. */
  bin: Int32Array;
  value: Float64Array;
  /** Of the data. */
  firstDay: number;
}

async function rowsOfUnits(scope: SeriesScope, asked: SeriesAsked, length: number, run: RunContext): Promise<Rows> {
  const lines = await linesOf(scope, asked, length, run);
  const table = await scope.store.query(
    sql`SELECT unit, bin, ${valueOf(asked.measure)} AS value FROM ${lines} WHERE unit IS NOT NULL AND unit <> '' GROUP BY unit, bin ORDER BY unit, bin`,
    run.signal,
  );
  return {
    unit: textsOf(table, 'unit').map((unit) => unit!),
    bin: indexesOf(table, 'bin'),
    value: numbersOf(table, 'value').map((value) => (Number.isNaN(value) ? 0 : value)),
    firstDay: await firstDayOf(scope, run),
  };
}

/** Who is in several segments counts in each of them. */
async function rowsOfSegments(scope: SeriesScope, asked: SeriesAsked, length: number, run: RunContext): Promise<Rows> {
  const segments = await scope.segmentsAt(`${asked.from}T00:00:00`, run);
  const lines = await linesOf(scope, { ...asked, split: undefined }, length, run);
  const table = await scope.store.query(
    sql`SELECT user_index, bin, ${valueOf(asked.measure)} AS value FROM ${lines} GROUP BY user_index, bin ORDER BY user_index, bin`,
    run.signal,
  );
  const [users, bins, values] = [indexesOf(table, 'user_index'), indexesOf(table, 'bin'), numbersOf(table, 'value')];
  const unit: string[] = [];
  const [bin, value]: [number[], number[]] = [[], []];
  for (const { segment, members } of segments) {
    const sums = new Map<number, number>();
    users.forEach((user, row) => {
      if (!Number.isNaN(values[row]) && members.has(user)) sums.set(bins[row], (sums.get(bins[row]) ?? 0) + values[row]);
    });
    for (const [at, sum] of [...sums].sort(([a], [b]) => a - b)) {
      unit.push(segment);
      bin.push(at);
      value.push(sum);
    }
    await run.breathe();
  }
  return { unit, bin: Int32Array.from(bin), value: Float64Array.from(value), firstDay: await firstDayOf(scope, run) };
}

/** What the measure counts, of each line; `distinct` ones are counted once in a unit and period. */
function valueOf(measure: SeriesMeasure): Sql {
  if (measure === 'revenue') return sql`coalesce(sum(value), 0)::DOUBLE`;
  if (measure === 'orders') return sql`count(DISTINCT (user_index, order_key))::DOUBLE`;
  return measure === 'buyers' ? sql`count(DISTINCT user_index)::DOUBLE` : sql`count(*)::DOUBLE`;
}

async function linesOf(scope: SeriesScope, { measure, split, from, since }: SeriesAsked, length: number, run: RunContext): Promise<Sql> {
  const events = measure === 'revenue' ? [orderEvent, ...refundEvents] : measure.startsWith('event:') ? [measure.slice(6)] : [orderEvent];
  const { unit, join } = await unitOf(scope, split, run);
  const own = measure === 'revenue' ? sql`` : sql`AND NOT l.taken_back`;
  const late = since ? sql`AND l.day >= ${since}::DATE` : sql``;
  return sql`(SELECT l.user_index, l.order_key, l.value, ${unit} AS unit,
      floor(date_diff('day', ${from}::DATE, l.day) / ${length}::DOUBLE)::INTEGER AS bin
    FROM ${netLines(scope)} l ${join} WHERE l.event IN (${events}) ${own} ${late})`;
}

async function unitOf(scope: SeriesScope, split: SeriesAsked['split'], run: RunContext): Promise<{ unit: Sql; join: Sql }> {
  if (split === undefined || split === 'segment') return { unit: sql`'all'`, join: sql`` };
  const column = attributeOf(split);
  if (column !== null && !(await customerColumns(scope, run)).includes(column)) {
    throw new UserError('series_split_unknown', `Customers have no "${column}".`, 'Split by something else that the data has.', { column });
  }
  const unit = unitOfSplit(split);
  if (column !== null) return { unit, join: customersOfLines(scope) };
  return { unit, join: split === 'channel' || split === 'device' ? sql`` : itemsOfLines(scope) };
}

/** Of a split by customers, the column. */
const attributeOf = (split: string) => (split.startsWith('user.') ? split.slice('user.'.length) : null);

/** What lines `l` are split by: their items are `i`, their customers `u`. */
export function unitOfSplit(split: Exclude<SeriesSplit, 'segment'>): Sql {
  switch (split) {
    case 'channel':
    case 'device':
      return sql`l.${identifier(split)}`;
    case 'brand':
      return sql`i.brand`;
    case 'subcategory':
      return sql`i.category`;
    case 'category':
      return sql`split_part(i.category, ${pathSeparator}, 1)`;
  }
  return sql`u.${identifier(attributeOf(split)!)}::VARCHAR`;
}

export const itemsOfLines = ({ tables }: DataScope): Sql => sql`LEFT JOIN ${identifier(tables.items)} i ON i.item_index = l.item_index`;
export const customersOfLines = ({ tables }: DataScope): Sql => sql`LEFT JOIN ${identifier(tables.users)} u ON u.user_index = l.user_index`;

/** Attributes of customers that may make groups: not how they are reached, nor when they came. */
export async function customerColumns(scope: DataScope, run: RunContext): Promise<string[]> {
  const columns = await readUserColumns(scope, run);
  return columns
    .filter(({ column, type }) => column !== 'email' && column !== 'phone' && !type.startsWith('TIMESTAMP'))
    .map(({ column }) => column);
}

async function firstDayOf({ store, tables }: DataScope, run: RunContext): Promise<number> {
  const table = await store.query(sql`SELECT min(local_ts)::DATE::VARCHAR AS day FROM ${identifier(tables.events)}`, run.signal);
  return dayNumber(textsOf(table, 'day')[0]!);
}
