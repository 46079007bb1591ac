import { orderEvent, passiveEvents, refundEvents } from '../../schema/events';
import { orderKey } from '../orderKey';
import { sql, type Sql } from '../sql';

/** What no person reaches. */
export interface RateLimits {
  /** Acts within one minute of the clock. */
  perMinute: number;
  perHour: number;
  /** Within one local day. */
  perDay: number;
}

/** A page every half a second, kept up; an hour and a day of it are far beyond what anybody reads. */
export const defaultLimits: RateLimits = { perMinute: 100, perHour: 1000, perDay: 3000 };

/** Who is active in so many different hours of one day, with so many acts, does not rest. */
const restless = { hours: 22, acts: 500 };

/**
 * People beyond a limit: `user_index, per_minute, per_hour, per_day, hours`. An order is one act, however many lines it
 * has, and what is done to a person (being sent something) is none. Times without a time of day only count by the day.
 */
export function tooFast(events: Sql, { perMinute, perHour, perDay }: RateLimits): Sql {
  const orders = [orderEvent, ...refundEvents];
  const least = Math.min(perMinute, perHour, perDay, restless.acts);
  return sql`
    WITH acts AS (
      SELECT user_index, local_ts FROM ${events} WHERE event NOT IN (${[...orders, ...passiveEvents]})
      UNION ALL
      SELECT user_index, min(local_ts) FROM ${events} WHERE event IN (${orders}) GROUP BY user_index, event, ${orderKey}
    ),
    busy AS (SELECT user_index FROM acts GROUP BY user_index HAVING count(*) > ${least - 1}),
    minutes AS (
      SELECT user_index, epoch_us(local_ts) // 60000000 AS minute, count(*) AS acts, local_ts = local_ts::DATE AS whole_day
      FROM acts SEMI JOIN busy USING (user_index) GROUP BY ALL
    ),
    hours AS (
      SELECT user_index, minute // 60 AS hour, whole_day, sum(acts) AS acts, max(acts) FILTER (NOT whole_day) AS per_minute
      FROM minutes GROUP BY ALL
    ),
    days AS (
      SELECT user_index, hour // 24 AS day, sum(acts) AS acts, count(DISTINCT hour) AS hours,
        max(acts) FILTER (NOT whole_day) AS per_hour, max(per_minute) AS per_minute
      FROM hours GROUP BY ALL
    )
    SELECT user_index, coalesce(max(per_minute), 0)::INTEGER AS per_minute, coalesce(max(per_hour), 0)::INTEGER AS per_hour,
      max(acts)::INTEGER AS per_day, coalesce(max(hours) FILTER (acts >= ${restless.acts}), 0)::INTEGER AS hours
    FROM days GROUP BY user_index
    HAVING max(per_minute) > ${perMinute} OR max(per_hour) > ${perHour} OR max(acts) > ${perDay}
      OR max(hours) FILTER (acts >= ${restless.acts}) >= ${restless.hours}`;
}
