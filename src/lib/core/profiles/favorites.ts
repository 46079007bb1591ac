import { passiveEvents, refundEvents, orderEvent } from '../schema/events';
import { orderKeyIn } from '../measures/orderKey';
import type { Sql } from '../store/sql';
import type { TraitBuilder } from './kinds/kind';

/**
 * `user_index` and `favorite`: the title (or id) of the item, or the category, most often ordered, then most often
 * viewed, then touched in any way; ties go to the lowest item id or the first category in byte order. An order counts
 * once however many of its lines are of the thing; refunds are no sign of liking, nor is what others did.
 */
export function favoriteRelation(
  of: 'item' | 'category',
  { dialect, tables, asOf }: Pick<TraitBuilder, 'dialect' | 'tables' | 'asOf'>,
): Sql {
  const { sql, identifier, timestamp, wideInteger } = dialect;
  const items = identifier(tables.items);
  const things =
    of === 'item'
      ? sql`SELECT item_index, coalesce(title, item_id) AS favorite, CAST(row_number() OVER (ORDER BY item_id) AS INTEGER) AS place FROM ${items}`
      : sql`SELECT item_index, category AS favorite, CAST(dense_rank() OVER (ORDER BY category) AS INTEGER) AS place FROM ${items} WHERE category IS NOT NULL`;
  /**
   * The best as the greatest of one whole number each: orders, then views, then any touch, then the lower place. One
   * `max` costs a third of a window function over every pair of customer and item.
   */
  const best = sql`max(
    ((CAST(coalesce(orders, 0) AS ${wideInteger}) * 1048576 + least(views, 1048575)) * 1048576 + least(touches, 1048575)) * 2147483648
    + (2147483647 - place))`;
  return sql`(
    WITH things AS (${things}),
    seen AS (
      SELECT user_index, item_index, event, ${orderKeyIn(dialect)} AS order_key
      FROM ${identifier(tables.events)}
      WHERE local_ts < ${timestamp(asOf)} AND item_index >= 0 AND event NOT IN (${[...refundEvents, ...passiveEvents]})
    ),
    touched AS (
      SELECT user_index, item_index, count(*) FILTER (WHERE event = 'product_viewed') AS views, count(*) AS touches
      FROM seen GROUP BY user_index, item_index
    ),
    placed AS (
      SELECT user_index, place, CAST(sum(views) AS BIGINT) AS views, CAST(sum(touches) AS BIGINT) AS touches
      FROM touched JOIN things USING (item_index) GROUP BY user_index, place
    ),
    bought AS (
      SELECT user_index, place, count(DISTINCT order_key) AS orders
      FROM seen JOIN things USING (item_index) WHERE event = ${orderEvent} GROUP BY user_index, place
    ),
    chosen AS (
      SELECT user_index, 2147483647 - ${best} % 2147483648 AS place
      FROM placed LEFT JOIN bought USING (user_index, place) GROUP BY user_index
    )
    SELECT user_index, favorite FROM chosen JOIN (SELECT DISTINCT place, favorite FROM things) USING (place))`;
}
