import { z } from '../../base/shape';
import type { DefinitionKind } from './kind';

const schema = z.strictObject({
  /** Name of the event. */
  events: z.string().min(1),
  of: z.enum(['median', 'mean', 'deviation', 'last']),
  /** Whoever has fewer gaps has no value: 1 where it is left out. */
  least: z.number().int().min(1).max(1000).optional(),
});

/**
 * Days from one local day with the event to the next: the rhythm of a person (the median), how far from it they stray (the
 * sample's standard deviation, which one gap alone does not have), or how long the last pause was.
 */
export type GapsDefinition = z.infer<typeof schema>;

export const gapsTrait: DefinitionKind<GapsDefinition> = {
  schema,
  refersTo: () => [],
  kindOf: () => 'days',
  check: () => [],
  expression({ events, of, least = 1 }, { dialect, tables, asOf, from }) {
    const { sql, identifier } = dialect;
    const values = {
      median: sql`median(gap)`,
      mean: sql`avg(CAST(gap AS DOUBLE))`,
      deviation: sql`stddev_samp(CAST(gap AS DOUBLE))`,
      last: dialect.valueAtGreatest(sql`gap`, [sql`day`]),
    };
    return from(
      sql`(SELECT user_index, CAST(${values[of]} AS DOUBLE) AS v FROM (
        SELECT user_index, day, ${dialect.daysBetween(sql`lag(day) OVER (PARTITION BY user_index ORDER BY day)`, sql`day`)} AS gap
        FROM (SELECT DISTINCT user_index, ${dialect.dayOf(sql`local_ts`)} AS day FROM ${identifier(tables.events)}
          WHERE event = ${events} AND local_ts < ${dialect.timestamp(asOf)}) days) pauses
        WHERE gap IS NOT NULL GROUP BY user_index HAVING count(*) >= ${least})`,
      'v',
    );
  },
};
