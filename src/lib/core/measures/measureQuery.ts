import type { DataTables } from '../store/dataScope';
import { join, type Sql } from '../store/sql';
import { orderEvent, refundEvents } from '../schema/events';
import type { Dialect } from './dialect';
import { duckdb } from './duckdb';
import { isKept } from './kept';
import { countsOrders, eventsOf, type EventMeasure, type MeasureColumn } from './measure';
import { EventScan } from './scan';

/** Where a measure is read, and as of when. */
export interface MeasureScope {
  tables: DataTables;
  /** Local midnight, `YYYY-MM-DDT00:00:00`. */
  asOf: string;
}

export interface NamedMeasure {
  /** Column of the answer. */
  name: string;
  measure: EventMeasure;
}

/** A query for `user_index` and `value`. Whoever has no event of the measure is in no row: they have its `emptyValue`. */
export function measureQuery(scope: MeasureScope, measure: EventMeasure, dialect: Dialect = duckdb): Sql {
  return measuresQuery(scope, [{ name: 'value', measure }], dialect);
}

/**
 * A query for `user_index` and one column for each measure, all from one scan of the events: what the measures' filters
 * have in common narrows the scan, the rest are FILTERs of the aggregates. Whoever has no event of any is in no row.
 */
export function measuresQuery({ tables, asOf }: MeasureScope, measures: readonly NamedMeasure[], dialect: Dialect = duckdb): Sql {
  const { sql, identifier } = dialect;
  const scan = new EventScan(dialect, tables, asOf);
  if (measures.some(({ measure }) => nets(measure))) scan.takeBack();
  const parts = measures.map(({ name, measure }) => ({ name: identifier(name), measure, ...conditionsOf(scan, measure) }));
  const shared = sharedConditions(parts.map(({ all }) => all));
  const isShared = (condition: Sql) => shared.some(({ text }) => text === condition.text);

  const aggregated: Sql[] = [];
  const ranked: Sql[] = [];
  for (const { name, measure, all, only } of parts) {
    const rest = all.filter((condition) => !isShared(condition));
    if (measure.aggregate === 'mostFrequent') {
      const column = scan.column(measure.of!);
      ranked.push(sql`(
        SELECT user_index, ${dialect.valueAtLeast(sql`v`, [sql`-n`, sql`v`])} AS ${name}
        FROM (SELECT user_index, ${column} AS v, count(*) AS n FROM seen WHERE ${join([...rest, ...only, sql`${column} IS NOT NULL`], ' AND ')}
          GROUP BY user_index, ${column}) GROUP BY user_index)`);
    } else aggregated.push(sql`${aggregate(scan, measure, rest, only)} AS ${name}`);
  }
  const people = sql`(SELECT ${join([sql`user_index`, ...aggregated])} FROM seen GROUP BY user_index)`;
  const joins = ranked.map((relation) => sql`LEFT JOIN ${relation} USING (user_index)`);
  return sql`WITH seen AS ${scan.relation([...shared, ...bounds(scan, parts)])}
    SELECT ${join([sql`user_index`, ...parts.map(({ name }) => name)])} FROM ${people} ${join(joins, ' ')}`;
}

/** `all` hold for whatever counts; `only`, besides, for what is shared or counted itself. */
function conditionsOf(scan: EventScan, measure: EventMeasure): { all: Sql[]; only: Sql[] } {
  const where = (measure.where ?? []).map((filter) => scan.where(filter));
  const all = [
    scan.ofEvents(measure),
    ...scan.inWindow(measure.window),
    ...(scan.takesBack && !nets(measure) ? [scan.dialect.sql`NOT taken_back`] : []),
  ];
  // A share is of all its events, so that its own filter cannot narrow the scan.
  return measure.aggregate === 'shareOf' ? { all, only: where } : { all: [...all, ...where], only: [] };
}

function sharedConditions([first, ...others]: readonly Sql[][]): Sql[] {
  return first.filter(({ text }) => others.every((conditions) => conditions.some((other) => other.text === text)));
}

/** Where the measures are of different events, at least nothing else is read. */
function bounds({ dialect: { sql } }: EventScan, parts: readonly { measure: EventMeasure }[]): Sql[] {
  const named = parts.map(({ measure }) => eventsOf(measure));
  if (new Set(named.map(String)).size === 1 || named.includes(null)) return [];
  return [sql`event IN (${[...new Set(named.flatMap((events) => events ?? []))].sort()})`];
}

/** Whether money that whole orders are undone for counts: a sum over sales and refunds, not one over sales alone. */
function nets({ aggregate, of, ...measure }: EventMeasure): boolean {
  const events = eventsOf(measure);
  const withRefunds = events === null || events.some((event) => refundEvents.some((refund) => refund === event));
  return (aggregate === 'sum' || aggregate === 'shareOf') && of === 'value' && withRefunds;
}

/** The aggregate over `seen`, of those rows for which the conditions hold. */
function aggregate(scan: EventScan, measure: EventMeasure, rest: readonly Sql[], only: readonly Sql[]): Sql {
  const { dialect } = scan;
  const { sql } = dialect;
  const filter = (...more: readonly Sql[]) => {
    const conditions = [...rest, ...more];
    return conditions.length === 0 ? sql`` : sql` FILTER (WHERE ${join(conditions, ' AND ')})`;
  };
  const today = dialect.date(scan.asOf.slice(0, 10));
  const of = measure.of;
  switch (measure.aggregate) {
    case 'count':
      return sql`CAST(${times(scan, measure, filter)} AS INTEGER)`;
    case 'sum':
      return inKind(scan, measure, sql`coalesce(${measure.opposite ? sql`-` : sql``}${total(scan, measure, filter())}, 0)`);
    case 'mean': {
      const column = scan.column(of!);
      // Added as decimals: the same mean in whatever order threads deliver the rows.
      return sql`CAST(sum(CAST(${column} AS ${exact(scan, of!)}))${filter()} AS DOUBLE) / nullif(count(${column})${filter()}, 0)`;
    }
    case 'min':
    case 'max': {
      const least = measure.aggregate === 'min' ? sql`min` : sql`max`;
      return sql`${least}(${scan.column(of!)})${filter()}`;
    }
    case 'first':
    case 'last': {
      const column = scan.column(of!);
      const choose = measure.aggregate === 'first' ? dialect.valueAtLeast : dialect.valueAtGreatest;
      return sql`${choose(column, [sql`local_ts`, column])}${filter(sql`${column} IS NOT NULL`)}`;
    }
    case 'distinct':
      return sql`CAST(count(DISTINCT ${scan.key(of!)})${filter()} AS INTEGER)`;
    case 'daysSince':
      return sql`CAST(${dialect.daysBetween(sql`max(day)${filter()}`, today)} AS INTEGER)`;
    case 'daysSinceFirst':
      return sql`CAST(${dialect.daysBetween(sql`min(day)${filter()}`, today)} AS INTEGER)`;
    case 'shareOf': {
      const amount = (...conditions: readonly Sql[]) =>
        of === undefined ? times(scan, measure, (...more) => filter(...conditions, ...more)) : total(scan, measure, filter(...conditions));
      return sql`CAST(coalesce(${amount(...only)}, 0) AS DOUBLE) / nullif(CAST(${amount()} AS DOUBLE), 0)`;
    }
    case 'mostFrequent':
      throw new Error('the most frequent value is a relation of its own');
  }
}

/** How often: orders, refunds and cancellations by order, other events and "every activity" one by one. */
function times({ dialect: { sql } }: EventScan, measure: EventMeasure, filter: (...more: Sql[]) => Sql): Sql {
  const events = eventsOf(measure);
  const byOrder = events?.filter(countsOrders) ?? [];
  if (byOrder.length === 0) return sql`count(*)${filter()}`;
  if (byOrder.length === events!.length) return sql`count(DISTINCT order_key)${filter()}`;
  const orders = [orderEvent, ...refundEvents];
  return sql`(count(*)${filter(sql`event NOT IN (${orders})`)} + count(DISTINCT order_key)${filter(sql`event IN (${orders})`)})`;
}

/** Decimals add up to the same sum in whatever order threads deliver them; the sum has 34 digits before the point. */
function total(scan: EventScan, { of }: EventMeasure, filter: Sql): Sql {
  const { sql } = scan.dialect;
  return sql`sum(CAST(${scan.column(of!)} AS ${exact(scan, of!)}))${filter}`;
}

/** The decimal in which a column is added up. A double of a kept number has whole millionths that are exact up to nine thousand million. */
function exact({ dialect: { sql } }: EventScan, column: MeasureColumn): Sql {
  return isKept(column) ? sql`DECIMAL(38,6)` : sql`DECIMAL(18,4)`;
}

function inKind({ dialect: { sql } }: EventScan, { of }: EventMeasure, sum: Sql): Sql {
  return of === 'value' ? sql`CAST(${sum} AS DECIMAL(38,4))` : sql`CAST(${sum} AS DOUBLE)`;
}
