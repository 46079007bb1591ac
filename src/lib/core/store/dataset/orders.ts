import { orderKey } from '../orderKey';
import { identifier, sql, type Sql } from '../sql';

/**
 * Derives orders from an events table or view: one row per customer and order id, or per customer and local day where
 * a line has no order id. A refund belongs to the sale with its order id (or of its day); one without such a sale makes
 * no order of its own, it stays an event. A refund or cancellation of a whole order that names no money takes all of
 * its sales back. Sums are exact and have room for the largest that rows can make: quantities are added as decimals,
 * because doubles add differently in another order.
 */
export function ordersOf(events: string): Sql {
  return sql`
    WITH lines AS (
      SELECT user_index, item_index, ts, local_ts, value, currency, quantity, ${orderKey} AS order_id, event = 'order_completed' AS sale
      FROM ${identifier(events)} WHERE event IN ('order_completed', 'order_refunded', 'order_cancelled')
    ),
    sums AS (
      SELECT user_index, order_id, min(ts) FILTER (sale) AS ts, min(local_ts) FILTER (sale) AS local_ts,
        coalesce(sum(value::DECIMAL(38,4)) FILTER (sale), 0) AS sold,
        coalesce(-sum(value::DECIMAL(38,4)) FILTER (NOT sale), 0) AS refunded,
        coalesce(bool_or(value IS NULL AND currency IS NULL AND item_index < 0) FILTER (NOT sale), FALSE) AS undone,
        count(DISTINCT item_index) FILTER (sale AND item_index >= 0) AS items,
        sum(quantity::DECIMAL(38,4)) FILTER (sale) AS quantity
      FROM lines GROUP BY user_index, order_id HAVING bool_or(sale)
    )
    SELECT (row_number() OVER (ORDER BY ts, user_index, order_id) - 1)::INTEGER AS order_index, order_id, user_index, ts, local_ts,
      (CASE WHEN undone THEN 0 ELSE sold - refunded END)::DECIMAL(38,4) AS total,
      (CASE WHEN undone THEN sold ELSE refunded END)::DECIMAL(38,4) AS refunded,
      items::INTEGER AS items, coalesce(quantity, 0)::DOUBLE AS quantity
    FROM sums ORDER BY ts, user_index, order_id`;
}

/** How many orders there are, without making them. */
export function countOrders(events: Sql): Sql {
  return sql`SELECT count(*)::INTEGER AS orders FROM (${orderKeys(events)})`;
}

/** How many orders the first events have that the others lack. */
export function countNewOrders(events: Sql, others: Sql): Sql {
  return sql`SELECT count(*)::INTEGER AS orders FROM (${orderKeys(events)}) ANTI JOIN (${orderKeys(others)}) USING (user_index, order_key)`;
}

function orderKeys(events: Sql): Sql {
  return sql`SELECT DISTINCT user_index, ${orderKey} AS order_key FROM (${events}) WHERE event = 'order_completed'`;
}
