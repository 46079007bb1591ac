import { z } from '../../base/shape';
import { UserError } from '../../base/errors';
import type { Dialect } from '../../measures/dialect';
import { keptType } from '../../measures/kept';
import type { MeasureScope } from '../../measures/measureQuery';
import { EventScan } from '../../measures/scan';
import { orderEvent, refundEvents } from '../../schema/events';
import type { Sql } from '../../store/sql';
import type { DefinitionKind } from './kind';

/**
 * Gross margin: what lines of known cost brought, less what was given back, less the cost of the pieces that stayed with
 * the customer. A refund that names pieces brings their cost back; one of money alone does not. `share` is of that revenue.
 */
export type MarginDefinition = 'money' | 'share';

export const marginTrait: DefinitionKind<MarginDefinition> = {
  schema: z.enum(['money', 'share']),
  refersTo: () => [],
  kindOf: (as) => as,
  check: (_as, { kept }) =>
    !kept || keptType(kept, 'item.cost') === 'number'
      ? []
      : [
          new UserError(
            'margin_needs_cost',
            'The data does not say what products cost.',
            'Import a file of products with a column of costs.',
          ),
        ],
  expression(as, { dialect, tables, asOf, from }) {
    const { sql } = dialect;
    const margins = sql`(SELECT user_index, CAST(revenue - cost AS DECIMAL(38,4)) AS money,
      CASE WHEN revenue > 0 THEN CAST(revenue - cost AS DOUBLE) / CAST(revenue AS DOUBLE) END AS share
      FROM ${costedSums(dialect, tables, asOf)} sums)`;
    return from(margins, as);
  },
};

/** `user_index, revenue, cost` of the lines whose cost is known, by customer: net, in exact decimals. The data has costs. */
export function costedSums(dialect: Dialect, tables: MeasureScope['tables'], asOf: string): Sql {
  const { sql } = dialect;
  const scan = new EventScan(dialect, tables, asOf);
  scan.takeBack();
  const cost = scan.column('item.cost');
  const spent = sql`CAST(${cost} * ${scan.pieces()} AS DECIMAL(18,4))`;
  const money = sql`event IN (${[orderEvent, ...refundEvents]})`;
  const lines = scan.relation([money, sql`${cost} IS NOT NULL`, sql`value IS NOT NULL`]);
  return sql`(SELECT user_index, sum(CAST(value AS DECIMAL(18,4))) AS revenue, sum(${spent}) AS cost FROM ${lines} l GROUP BY user_index)`;
}
