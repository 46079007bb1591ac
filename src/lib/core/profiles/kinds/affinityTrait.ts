import { z } from '../../base/shape';
import { EventScan } from '../../measures/scan';
import { orderEvent } from '../../schema/events';
import type { DefinitionKind } from './kind';

/** Order lines' worth of the population's habit that everybody is given: who bought little is near the average. */
export const usualStrength = 10;

const schema = z.strictObject({
  property: z.enum(['category', 'brand', 'channel']),
  /** A value of it, a category with all below it; left out, the trait is the value with the greatest lift. */
  value: z.string().min(1).max(500).optional(),
  /** `share`, where it is left out: the smoothed share. `lift`: that share over the population's, 1 where they are alike. */
  as: z.enum(['share', 'lift']).optional(),
  /** Events whose lines are counted; orders where it is left out. */
  events: z.string().min(1).optional(),
  /** m of the formula: {@link usualStrength} where it is left out. */
  strength: z.number().min(0).max(10_000).optional(),
});

/**
 * How much of what somebody buys is of one category, brand or channel, comparable between those who bought twice and
 * those who bought a hundred times: (n + m·p) / (N + m), where n of their N lines are of it, p is its share of everybody's
 * lines and m the strength (additive smoothing towards the population's share). Who has no line has no value.
 */
export type AffinityDefinition = z.infer<typeof schema>;

export const affinityTrait: DefinitionKind<AffinityDefinition> = {
  schema,
  refersTo: () => [],
  kindOf: ({ value, as }) => (value === undefined ? 'text' : as === 'lift' ? 'number' : 'share'),
  check: () => [],
  expression({ property, value, as = 'share', events = orderEvent, strength = usualStrength }, { dialect, tables, asOf, from }) {
    const { sql } = dialect;
    const scan = new EventScan(dialect, tables, asOf);
    const column = scan.column(property);
    const hit = value === undefined ? undefined : scan.where({ property, oneOf: [value] });
    const lines = scan.relation([scan.ofEvents({ events }), sql`${column} IS NOT NULL`]);
    const smoothed = sql`(n + ${strength} * p) / (total + ${strength})`;
    if (hit) {
      const counted = sql`SELECT user_index, CAST(count(*) FILTER (WHERE ${hit}) AS DOUBLE) AS n, CAST(count(*) AS DOUBLE) AS total FROM ${lines} l GROUP BY user_index`;
      const shares = sql`SELECT user_index, n, total, sum(n) OVER () / sum(total) OVER () AS p FROM (${counted}) counted`;
      return from(sql`(SELECT user_index, ${smoothed} AS share, ${smoothed} / nullif(p, 0) AS lift FROM (${shares}) shares)`, as);
    }
    const pairs = sql`SELECT user_index, ${column} AS v, CAST(count(*) AS DOUBLE) AS n FROM ${lines} l GROUP BY user_index, ${column}`;
    const totals = sql`SELECT *, sum(n) OVER (PARTITION BY user_index) AS total, sum(n) OVER (PARTITION BY v) / sum(n) OVER () AS p FROM (${pairs}) pairs`;
    // Only what they bought at all can be what they favour: of the rest the lift is below 1. Equal ones go by name.
    const best = dialect.valueAtLeast(sql`v`, [sql`-(${smoothed}) / p`, sql`v`]);
    return from(sql`(SELECT user_index, ${best} AS favored FROM (${totals}) totals GROUP BY user_index)`, 'favored');
  },
};
