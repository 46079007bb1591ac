import { z } from '../../base/shape';
import type { DefinitionKind } from './kind';

const schema = z.strictObject({
  /** What is answered, such as a message that was received. */
  to: z.string().min(1),
  /** What counts as an answer. */
  events: z.string().min(1),
  /** The answer comes later, on the same local day or at most so many days after it. */
  withinDays: z.number().int().min(0).max(365),
  of: z.enum(['share', 'count']),
});

/**
 * How often something is followed by something else: how many messages an order came after, or which share of them. Only
 * those count whose days are over, so that a message of yesterday is no failure; whoever has none has no value. Several at
 * one instant are one.
 */
export type ResponsesDefinition = z.infer<typeof schema>;

export const responsesTrait: DefinitionKind<ResponsesDefinition> = {
  schema,
  refersTo: () => [],
  kindOf: ({ of }) => of,
  check: () => [],
  expression({ to, events, withinDays, of }, { dialect, tables, asOf, from }) {
    const { sql, identifier, daysBetween } = dialect;
    const today = dialect.date(asOf.slice(0, 10));
    const answered = sql`CAST(count(*) FILTER (WHERE answer IS NOT NULL AND ${daysBetween(sql`day`, sql`answer`)} <= ${withinDays}) AS DOUBLE)`;
    return from(
      sql`(SELECT user_index, ${of === 'count' ? answered : sql`${answered} / count(*)`} AS v FROM (
        SELECT user_index, event, ${dialect.dayOf(sql`local_ts`)} AS day,
          local_ts IS DISTINCT FROM lag(local_ts) OVER (PARTITION BY user_index, event ORDER BY local_ts) AS is_new,
          min(CASE WHEN event = ${events} THEN ${dialect.dayOf(sql`local_ts`)} END) OVER (
            PARTITION BY user_index ORDER BY local_ts RANGE BETWEEN INTERVAL 1 MICROSECOND FOLLOWING AND UNBOUNDED FOLLOWING) AS answer
        FROM ${identifier(tables.events)}
        WHERE event IN (${to}, ${events}) AND local_ts < ${dialect.timestamp(asOf)}) calls
        WHERE event = ${to} AND is_new AND ${daysBetween(sql`day`, today)} > ${withinDays} GROUP BY user_index)`,
      'v',
    );
  },
};
