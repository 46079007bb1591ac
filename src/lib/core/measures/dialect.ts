import type { Sql, SqlTag } from '../store/sql';

/**
 * The few things in which engines' SQL differs. Templates are written once, with the dialect's own tag (so that texts
 * are escaped as that engine reads them); what both engines read alike (FILTER, count(DISTINCT …), WITH, windows) stands
 * in the templates as it is.
 */
export interface Dialect {
  name: 'duckdb' | 'spark';
  sql: SqlTag;
  identifier(name: string): Sql;
  /** A local instant, `YYYY-MM-DDTHH:MM:SS`. */
  timestamp(local: string): Sql;
  /** A day, `YYYY-MM-DD`. */
  date(day: string): Sql;
  /** The date on which a timestamp falls. */
  dayOf(timestamp: Sql): Sql;
  /** 0 to 23. */
  hourOf(timestamp: Sql): Sql;
  /** A text, 1 for Monday to 7 for Sunday. */
  weekdayOf(timestamp: Sql): Sql;
  /** Whole days from a date to a later one. */
  daysBetween(earlier: Sql, later: Sql): Sql;
  startsWith(text: Sql, start: Sql): Sql;
  contains(text: Sql, part: Sql): Sql;
  /** A date as `YYYY-MM-DD`. */
  dayText(date: Sql): Sql;
  /** The value of the row where `by` (compared one after the other) is least. */
  valueAtLeast(value: Sql, by: readonly Sql[]): Sql;
  valueAtGreatest(value: Sql, by: readonly Sql[]): Sql;
  /** A whole number of more than 64 bits. */
  wideInteger: Sql;
}
