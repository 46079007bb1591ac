import { join, type Sql } from '../store/sql';
import type { Dialect } from './dialect';
import { duckdb } from './duckdb';
import type { MeasureWindow, PropertyFilter } from './measure';
import type { MeasureScope } from './measureQuery';
import { EventScan } from './scan';

/** One kind of event of a sequence. */
export type SequenceStep = { events: string | string[]; where?: PropertyFilter[] };

/**
 * "First, then `next` within N days, without `without` between", as data.
 *
 * - The next event is later than the first; at the same instant is not later (a file with days only has one instant a
 *   day, so its days count).
 * - Within N days: N local days later at most, 0 is the same day.
 * - Without: none strictly between the two.
 * - Without a `next`: the first one, and nothing of `without` after it within N days (as far as asOf is).
 *
 * The window is that of all events of the sequence.
 */
export interface EventSequence {
  first: SequenceStep;
  next?: SequenceStep;
  withinDays?: number;
  without?: SequenceStep;
  window?: MeasureWindow;
}

/** Of one instant, the next events come first and the first ones last: so the row before is earlier, never as late. */
export const sequenceRoles = { next: 0, without: 1, first: 2 };
const roles = sequenceRoles;

/**
 * The query for the `user_index` of whoever did the sequence at least once. The events of each part stand in one row of
 * time; if any next one fits, then one fits that directly follows a first one: an event between them would be `without`
 * (and forbids it), a nearer first one, or a nearer next one. So looking one row back is enough, which costs a quarter
 * of running maxima.
 */
export function sequenceQuery(scope: MeasureScope, sequence: EventSequence, dialect: Dialect = duckdb): Sql {
  const { sql, dayOf, daysBetween } = dialect;
  const { next, withinDays } = sequence;
  const row = sequenceRows(scope, sequence, dialect);
  const inTime = sql`OVER (PARTITION BY user_index ORDER BY local_ts, role)`;
  const near = (from: Sql, to: Sql) =>
    withinDays === undefined ? sql`TRUE` : sql`${daysBetween(dayOf(from), dayOf(to))} <= ${withinDays}`;
  const lookedBack = sql`SELECT user_index, local_ts, role, lag(role) ${inTime} AS role_before, lag(local_ts) ${inTime} AS time_before FROM (${row})`;
  if (next) {
    return sql`SELECT DISTINCT user_index FROM (${lookedBack})
      WHERE role = ${roles.next} AND role_before = ${roles.first} AND ${near(sql`time_before`, sql`local_ts`)}`;
  }
  // Of several first ones in a row, the earliest waited longest.
  return sql`SELECT DISTINCT user_index FROM (
      SELECT user_index, local_ts, role, lead(local_ts) ${inTime} AS time_after FROM (${lookedBack})
      WHERE role = ${roles.without} OR role_before IS NULL OR role_before <> ${roles.first}
    ) WHERE role = ${roles.first} AND (time_after IS NULL OR NOT ${near(sql`local_ts`, sql`time_after`)})`;
}

/** A query for `user_index`, `local_ts` and `role` of every event that is a part of the sequence. */
export function sequenceRows(scope: MeasureScope, { first, next, without, window }: EventSequence, dialect: Dialect = duckdb): Sql {
  const { sql } = dialect;
  const events = ({ events, where = [] }: SequenceStep, role: number): Sql => {
    const scan = new EventScan(dialect, scope.tables, scope.asOf);
    const conditions = [scan.ofEvents({ events }), ...scan.inWindow(window), ...where.map((filter) => scan.where(filter))];
    return sql`SELECT user_index, local_ts, ${role} AS role FROM ${scan.relation(conditions)}`;
  };
  return join(
    [...(next ? [events(next, roles.next)] : []), ...(without ? [events(without, roles.without)] : []), events(first, roles.first)],
    ' UNION ALL ',
  );
}
