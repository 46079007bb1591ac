import { sql, type Sql } from '../sql';

/**
 * Derives `orders` from an events table: one row per customer and order id, or per customer and local day where a
 * line has no order id. A refund belongs to the sale with its order id (or of its day); one without such a sale makes
 * no order of its own, it stays an event. A refund or cancellation of a whole order that names no money takes all of
 * it back. Sums are exact: quantities are added as decimals, because doubles add differently in another order.
 */
export function createOrders(target: Sql, events: Sql): Sql {
  return sql`
    CREATE TABLE ${target} AS
    WITH lines AS (
      SELECT user_index, item_index, ts, local_ts, value, quantity, coalesce(order_id, 'day ' || local_ts::DATE) AS order_id,
        event = 'order_completed' AS sale
      FROM ${events} WHERE event IN ('order_completed', 'order_refunded', 'order_cancelled')
    ),
    sums AS (
      SELECT user_index, order_id, min(ts) FILTER (sale) AS ts, min(local_ts) FILTER (sale) AS local_ts,
        coalesce(sum(value) FILTER (sale), 0) AS sold,
        coalesce(-sum(value) FILTER (NOT sale), 0) AS refunded,
        coalesce(bool_or(value IS NULL AND item_index < 0) FILTER (NOT sale), FALSE) AS undone,
        count(DISTINCT item_index) FILTER (sale AND item_index >= 0) AS items,
        sum(quantity::DECIMAL(18,4)) FILTER (sale) AS quantity
      FROM lines GROUP BY user_index, order_id HAVING bool_or(sale)
    )
    SELECT (row_number() OVER (ORDER BY ts, user_index, order_id) - 1)::INTEGER AS order_index, order_id, user_index, ts, local_ts,
      (CASE WHEN undone THEN 0 ELSE sold - refunded END)::DECIMAL(18,4) AS total,
      (CASE WHEN undone THEN sold ELSE refunded END)::DECIMAL(18,4) AS refunded,
      items::INTEGER AS items, coalesce(quantity, 0)::DOUBLE AS quantity
    FROM sums ORDER BY ts, user_index, order_id`;
}
