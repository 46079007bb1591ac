import { passiveEvents, refundEvents, orderEvent } from '../schema/events';
import { orderKeyIn } from '../measures/orderKey';
import type { Sql } from '../store/sql';
import type { TraitBuilder } from './kinds/kind';

/**
 * `user_index`, and as `item` and `category` the title (or id) of the item, and the category, most often ordered, then
 * most often viewed, then touched in any way; ties go to the lowest item id or the first category in byte order. An order
 * counts once however many of its lines are of the thing; refunds are no sign of liking, nor is what others did.
 */
export function favoritesRelation({ dialect, tables, asOf }: Pick<TraitBuilder, 'dialect' | 'tables' | 'asOf'>): Sql {
  const { sql, identifier, timestamp, wideInteger } = dialect;
  const items = identifier(tables.items);
  /**
   * The best as the greatest of one whole number each: orders, then views, then any touch, then the lower place. One
   * `max` costs a third of a window function over every pair of customer and item.
   */
  const best = sql`2147483647 - max(
    ((CAST(coalesce(orders, 0) AS ${wideInteger}) * 1048576 + least(views, 1048575)) * 1048576 + least(touches, 1048575)) * 2147483648
    + (2147483647 - place)) % 2147483648`;
  return sql`(
    WITH seen AS (
      SELECT user_index, item_index, event, ${orderKeyIn(dialect)} AS order_key
      FROM ${identifier(tables.events)}
      WHERE local_ts < ${timestamp(asOf)} AND item_index >= 0 AND event NOT IN (${[...refundEvents, ...passiveEvents]})
    ),
    bought AS (SELECT DISTINCT user_index, item_index, order_key FROM seen WHERE event = ${orderEvent}),
    touched AS (
      SELECT user_index, item_index, count(*) FILTER (WHERE event = 'product_viewed') AS views, count(*) AS touches
      FROM seen GROUP BY user_index, item_index
    ),
    items_placed AS (
      SELECT item_index, coalesce(title, item_id) AS name, CAST(row_number() OVER (ORDER BY item_id) AS INTEGER) AS place FROM ${items}
    ),
    best_item AS (
      SELECT user_index, ${best} AS place
      FROM touched JOIN items_placed USING (item_index)
      LEFT JOIN (SELECT user_index, item_index, count(*) AS orders FROM bought GROUP BY user_index, item_index) USING (user_index, item_index)
      GROUP BY user_index
    ),
    category_of AS (
      SELECT item_index, category AS name, CAST(dense_rank() OVER (ORDER BY category) AS INTEGER) AS place
      FROM ${items} WHERE category IS NOT NULL
    ),
    best_category AS (
      SELECT user_index, ${best} AS place
      FROM (
        SELECT user_index, place, CAST(sum(views) AS BIGINT) AS views, CAST(sum(touches) AS BIGINT) AS touches
        FROM touched JOIN category_of USING (item_index) GROUP BY user_index, place
      ) LEFT JOIN (
        SELECT user_index, place, count(DISTINCT order_key) AS orders
        FROM bought JOIN category_of USING (item_index) GROUP BY user_index, place
      ) USING (user_index, place)
      GROUP BY user_index
    )
    SELECT i.user_index, p.name AS item, k.name AS category
    FROM best_item i JOIN items_placed p ON p.place = i.place
    LEFT JOIN best_category c ON c.user_index = i.user_index
    LEFT JOIN (SELECT DISTINCT place, name FROM category_of) k ON k.place = c.place)`;
}
