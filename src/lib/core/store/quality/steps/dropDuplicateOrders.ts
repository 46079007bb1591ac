import { orderEvent, refundEvents } from '../../../schema/events';
import { sql, type Sql } from '../../sql';
import { noOptions, stepKind } from './stepKind';

/**
 * Order lines that several sources have: the same person, order id, event and item. Those of one source stay: of the
 * one that has most lines of the order, or else whose id comes first.
 */
export const dropDuplicateOrders = stepKind(
  'drop-duplicate-orders',
  noOptions,
  () => sql`SELECT part_no, row_no FROM (${repeatedLines(sql`live`, sql`part_no, row_no`)})`,
);

/** The lines to take out of a relation with `source_rank`: the given columns of each. */
export function repeatedLines(rows: Sql, columns: Sql): Sql {
  return sql`
    SELECT ${columns} FROM (
      SELECT *, first_value(source_rank) OVER (PARTITION BY user_index, order_id, event, item_index ORDER BY lines DESC, source_rank) AS chosen
      FROM (
        SELECT *, count(*) OVER (PARTITION BY user_index, order_id, source_rank) AS lines
        FROM ${rows} SEMI JOIN (
          SELECT order_id FROM ${rows} WHERE order_id IS NOT NULL AND event IN (${[orderEvent, ...refundEvents]})
          GROUP BY order_id HAVING min(source_rank) < max(source_rank)
        ) USING (order_id)
        WHERE event IN (${[orderEvent, ...refundEvents]})))
    WHERE source_rank <> chosen`;
}
