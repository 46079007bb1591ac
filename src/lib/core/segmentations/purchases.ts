import type { RunContext } from '../base/run';
import { netLines } from '../measures/scan';
import { hasSignUp } from '../profiles/population';
import { readUserColumns } from '../profiles/attributes';
import { orderEvent, refundEvents } from '../schema/events';
import type { DataScope } from '../store/dataScope';
import { remember } from '../store/remember';
import { identifier, sql } from '../store/sql';
import { dayNumber } from '../schema/days';

/**
 * What everybody bought on which day: enough to tell orders, money and pauses as of any past day without a query. Rows
 * of person u are those from `start[u]` up to, not with, `start[u + 1]`, by day.
 */
export interface Purchases {
  start: Int32Array;
  /** Days since 1970-01-01, local. */
  day: Int32Array;
  /** Orders whose first line is of the day. */
  orders: Int32Array;
  /** 1 where a line of an order is of the day, 0 where there are only refunds. */
  bought: Uint8Array;
  /** Sales less refunds of the day, as the trait `revenue` adds them up. */
  value: Float64Array;
}

/** The purchases before the scope's instant, read by one query and remembered. */
export function readPurchases(scope: DataScope, run?: RunContext): Promise<Purchases> {
  return remember(scope, 'purchases', ({ signal }) => queryPurchases(scope, signal), run);
}

async function queryPurchases(scope: DataScope, signal: AbortSignal): Promise<Purchases> {
  const money = [orderEvent, ...refundEvents];
  const table = await scope.store.query(
    sql`WITH lines AS (SELECT user_index, event, day, order_key, value FROM ${netLines(scope)} WHERE event IN (${money})),
      days AS (
        SELECT user_index, day, bool_or(event = ${orderEvent})::INTEGER AS bought, coalesce(sum(value::DECIMAL(18,4)), 0)::DOUBLE AS value
        FROM lines GROUP BY user_index, day
      ),
      firsts AS (
        SELECT user_index, day, count(*)::INTEGER AS orders FROM (
          SELECT user_index, order_key, min(day) AS day FROM lines WHERE event = ${orderEvent} GROUP BY user_index, order_key
        ) GROUP BY user_index, day
      )
      SELECT user_index, date_diff('day', DATE '1970-01-01', day)::INTEGER AS d, coalesce(orders, 0)::INTEGER AS orders, bought, value
      FROM days LEFT JOIN firsts USING (user_index, day) ORDER BY user_index, d`,
    signal,
  );
  const column = (name: string) => table.getChild(name)!.toArray() as Int32Array;
  const users = column('user_index');
  const start = new Int32Array(scope.users + 1);
  for (let row = 0; row < users.length; row++) start[users[row] + 1]++;
  for (let user = 0; user < scope.users; user++) start[user + 1] += start[user];
  return {
    start,
    day: column('d'),
    orders: column('orders'),
    bought: Uint8Array.from(column('bought')),
    value: table.getChild('value')!.toArray() as Float64Array,
  };
}

/**
 * The day on which each person came to be known, by number: as of a later midnight they are in the population.
 * Who has always been there has the least Int32, who is not known yet the greatest.
 */
export function readKnownSince(scope: DataScope, run?: RunContext): Promise<Int32Array> {
  return remember(
    scope,
    'known since',
    async ({ signal }) => {
      const signUp = hasSignUp(await readUserColumns(scope)) ? sql`u.created_at` : sql`NULL::TIMESTAMP`;
      const table = await scope.store.query(
        sql`SELECT u.user_index, coalesce(date_diff('day', DATE '1970-01-01', least(e.first_event, ${signUp})::DATE), -2147483648)::INTEGER AS d
          FROM ${identifier(scope.tables.users)} u
          LEFT JOIN (SELECT user_index, min(local_ts) AS first_event FROM ${identifier(scope.tables.events)} GROUP BY user_index) e
            ON e.user_index = u.user_index`,
        signal,
      );
      const since = new Int32Array(scope.users).fill(2147483647);
      const [users, days] = ['user_index', 'd'].map((name) => table.getChild(name)!.toArray() as Int32Array);
      const end = dayNumber(scope.asOf);
      for (let row = 0; row < users.length; row++) if (days[row] < end) since[users[row]] = days[row];
      return since;
    },
    run,
  );
}
