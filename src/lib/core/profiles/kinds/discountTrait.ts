import { z } from '../../base/shape';
import { UserError } from '../../base/errors';
import { keptType, type KeptProperty } from '../../measures/kept';
import { EventScan } from '../../measures/scan';
import { orderEvent } from '../../schema/events';
import type { DefinitionKind } from './kind';

/**
 * How much of the full price a customer did not pay, 0 … 1, over all their order lines. An `item.…` column is the list price
 * of a piece, today's where the file says one; an `event.…` column is the money taken off the line, in the plan's currency.
 * Lines above the list price had no discount.
 */
export type DiscountDefinition = KeptProperty;

export const discountTrait: DefinitionKind<DiscountDefinition> = {
  schema: z.string().regex(/^(item|event)\../) as unknown as z.ZodType<KeptProperty>,
  refersTo: () => [],
  kindOf: () => 'share',
  check: (property, { kept }) =>
    !kept || keptType(kept, property) === 'number'
      ? []
      : [
          new UserError(
            'discount_needs_numbers',
            `"${property}" is no column of numbers in the data.`,
            'Import list prices or discounts.',
            {
              property,
            },
          ),
        ],
  expression(property, { dialect, tables, asOf, from }) {
    const { sql } = dialect;
    const scan = new EventScan(dialect, tables, asOf);
    const column = scan.column(property);
    const isList = property.startsWith('item.');
    const full = isList
      ? sql`CAST(${column} * ${scan.pieces()} AS DECIMAL(18,4))`
      : sql`CAST(value + abs(coalesce(${column}, 0)) AS DECIMAL(18,4))`;
    const off = isList ? sql`greatest(${full} - CAST(value AS DECIMAL(18,4)), 0)` : sql`CAST(abs(coalesce(${column}, 0)) AS DECIMAL(18,4))`;
    const known = isList ? [sql`${column} > 0`] : [];
    const lines = scan.relation([sql`event = ${orderEvent}`, sql`value IS NOT NULL`, ...known]);
    return from(
      sql`(SELECT user_index, CAST(sum(${off}) AS DOUBLE) / nullif(CAST(sum(${full}) AS DOUBLE), 0) AS v FROM ${lines} l GROUP BY user_index)`,
      'v',
    );
  },
};
