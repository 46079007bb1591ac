import type { RunContext } from '../../base/run';
import type { DataScope } from '../../store/dataScope';
import { indexesOf, numbersOf, textsOf } from '../../store/columns';
import { identifier, sql, type Sql } from '../../store/sql';
import type { PredictionTarget } from '../spec';

/** What a task of uplift is asked about. */
export type UpliftTarget = Required<Pick<PredictionTarget, 'event' | 'withinDays' | 'treated' | 'control'>> &
  Pick<PredictionTarget, 'arm' | 'assignedOn'>;

/** Who was addressed or held out, when, and what they did within the days after; one row a person and campaign, by campaign and id. */
export interface Assignments {
  campaigns: string[];
  campaignOf: Int32Array;
  userIndexes: Int32Array;
  userIds: string[];
  treated: Uint8Array;
  /** Local time of the assignment, and the midnight before it. */
  at: string[];
  cutoffs: string[];
  /** How often they did the event within the days, and what it was worth. */
  times: Float64Array;
  spent: Float64Array;
  leftOut: {
    /** Campaigns in which nobody was held out, or nobody addressed. */
    oneArmed: number;
    /** People who were in both arms of a campaign. */
    bothArms: number;
    /** People whose days are not over yet. */
    unobserved: number;
  };
}

/**
 * Every campaign before asOf that has both arms. Assignments are events with a campaign (of one without, each local day is
 * a campaign), or the values of a customer's attribute as of one day.
 * @param observedTo the midnight until which outcomes are known
 */
export async function readAssignments(
  { store, tables, asOf }: DataScope,
  target: UpliftTarget,
  observedTo: string,
  run: RunContext,
): Promise<Assignments> {
  const { event, withinDays } = target;
  const [events, users] = [identifier(tables.events), identifier(tables.users)];
  const table = await store.query(
    sql`WITH assigned AS (${assigned(target, events, users, asOf)}), first AS (
        SELECT campaign, user_index, max(arm) AS arm, min(arm) AS other, min(moment) AS moment FROM assigned GROUP BY campaign, user_index
      ), armed AS (
        SELECT *, max(arm) OVER (PARTITION BY campaign) - min(other) OVER (PARTITION BY campaign) AS arms FROM first
      ), did AS (
        SELECT armed.campaign, armed.user_index, count(*)::DOUBLE AS times, coalesce(sum(value), 0)::DOUBLE AS spent
        FROM armed JOIN ${events} AS done ON done.user_index = armed.user_index
        WHERE done.event = ${event} AND done.local_ts >= armed.moment AND done.local_ts < armed.moment + to_days(${withinDays}::INTEGER)
        GROUP BY armed.campaign, armed.user_index
      )
      SELECT armed.campaign, armed.user_index, user_id, arm, (arm - other)::INTEGER AS both_arms, arms,
        strftime(moment, '%Y-%m-%dT%H:%M:%S') AS assigned_at, strftime(moment, '%Y-%m-%dT00:00:00') AS cutoff,
        (moment + to_days(${withinDays}::INTEGER) > ${observedTo}::TIMESTAMP)::INTEGER AS unobserved,
        coalesce(times, 0) AS times, coalesce(spent, 0) AS spent
      FROM armed JOIN ${users} AS people ON people.user_index = armed.user_index
        LEFT JOIN did ON did.campaign = armed.campaign AND did.user_index = armed.user_index
      ORDER BY armed.campaign, user_id`,
    run.signal,
  );
  const names = textsOf(table, 'campaign') as string[];
  const [arm, bothArms, arms, unobserved] = ['arm', 'both_arms', 'arms', 'unobserved'].map((name) => numbersOf(table, name));
  const rows = Int32Array.from(names, (_, row) => row).filter((row) => arms[row] === 1 && bothArms[row] === 0 && unobserved[row] === 0);
  const all = { users: indexesOf(table, 'user_index'), ids: textsOf(table, 'user_id') as string[], at: textsOf(table, 'assigned_at') as string[], cutoffs: textsOf(table, 'cutoff') as string[] }; // prettier-ignore
  const campaigns = [...new Set(Array.from(rows, (row) => names[row]))];
  const placeOf = new Map(campaigns.map((name, place) => [name, place]));
  const [times, spent] = ['times', 'spent'].map((name) => numbersOf(table, name));
  const count = (is: (row: number) => boolean) => names.reduce((sum, _, row) => sum + (is(row) ? 1 : 0), 0);
  return {
    campaigns,
    campaignOf: rows.map((row) => placeOf.get(names[row])!),
    userIndexes: rows.map((row) => all.users[row]),
    userIds: Array.from(rows, (row) => all.ids[row]),
    treated: Uint8Array.from(rows, (row) => arm[row]),
    at: Array.from(rows, (row) => all.at[row]),
    cutoffs: Array.from(rows, (row) => all.cutoffs[row]),
    times: Float64Array.from(rows, (row) => times[row]),
    spent: Float64Array.from(rows, (row) => spent[row]),
    leftOut: {
      oneArmed: new Set(names.filter((_, row) => arms[row] !== 1)).size,
      bothArms: count((row) => arms[row] === 1 && bothArms[row] === 1),
      unobserved: count((row) => arms[row] === 1 && bothArms[row] === 0 && unobserved[row] === 1),
    },
  };
}

/** campaign, user_index, arm (1 addressed, 0 held out) and moment, as often as somebody was assigned. */
function assigned({ treated, control, arm, assignedOn }: UpliftTarget, events: Sql, users: Sql, asOf: string): Sql {
  if (arm === undefined) {
    return sql`SELECT coalesce(nullif(campaign, ''), strftime(local_ts, '%Y-%m-%d')) AS campaign, user_index,
        (event = ${treated})::INTEGER AS arm, local_ts AS moment
      FROM ${events} WHERE event IN (${[treated, control]}) AND local_ts < ${asOf}::TIMESTAMP`;
  }
  const column = identifier(arm);
  return sql`SELECT ${arm} AS campaign, user_index, (${column}::VARCHAR = ${treated})::INTEGER AS arm, ${assignedOn!}::TIMESTAMP AS moment
    FROM ${users} WHERE ${column}::VARCHAR IN (${[treated, control]}) AND ${assignedOn!}::TIMESTAMP < ${asOf}::TIMESTAMP`;
}
