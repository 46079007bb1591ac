import type { DataTables } from '../store/dataScope';
import { identifier, join, Sql, sql } from '../store/sql';
import { canonicalTables } from '../schema/canonical';
import { orderKey } from '../measures/orderKey';
import { profileTraits } from './profileTraits';

/** A column of the users table that becomes a trait. */
export interface UserAttribute {
  /** Name of the trait: `consentEmail`. */
  id: string;
  /** Name in the users table: `consent_email`. */
  column: string;
  /** SQL type. */
  type: string;
}

export interface ProfileRequest {
  tables: DataTables;
  /** Local midnight, `YYYY-MM-DDT00:00:00`: only events before it are seen. */
  asOf: string;
  /** Columns of the users table to carry along; the canonical ones where it is left out. */
  attributes?: readonly UserAttribute[];
  /** Favourites cost about as much as all the rest; a model that does not use them leaves them out. */
  favorites?: boolean;
}

export const canonicalAttributes: readonly UserAttribute[] = Object.entries(canonicalTables.users)
  .filter(([column]) => column !== 'user_index' && column !== 'user_id')
  .map(([column, type]) => ({ id: traitIdOfColumn(column), column, type }));

/**
 * The query for one row per customer of the users table, ordered by `user_index`, with every trait of
 * {@link profileTraits}, the favourites and the users table's attributes as columns. A customer without events
 * before asOf is there too. Money stays DECIMAL; cast it on the way out. A refund or cancellation that names neither
 * money nor item takes its whole order back, as in the `orders` table.
 */
export function buildProfileSql({ tables, asOf, attributes = canonicalAttributes, favorites = true }: ProfileRequest): Sql {
  const events = identifier(tables.events);
  const cut = sql`${asOf}::TIMESTAMP`;
  const asOfDay = sql`${asOf.slice(0, 10)}::DATE`;
  const aggregates = profileTraits.map(
    ({ id, expression, type }) => sql`CAST(${expression(asOfDay)} AS ${new Sql(type)}) AS ${identifier(id)}`,
  );
  const columns = [
    sql`u.user_index`,
    sql`u.user_id`,
    ...profileTraits.map(({ id, withoutEvents }) =>
      withoutEvents === 0 ? sql`coalesce(t.${identifier(id)}, 0) AS ${identifier(id)}` : sql`t.${identifier(id)}`,
    ),
    ...(favorites ? [sql`c.favorite AS "favoriteCategory"`, sql`i.favorite AS "favoriteItem"`] : []),
    ...attributes.map(({ id, column }) => sql`u.${identifier(column)} AS ${identifier(id)}`),
  ];
  return sql`
    WITH seen AS (
      SELECT user_index, item_index, event, value, quantity, local_ts::DATE AS day, ${orderKey} AS order_key
      FROM ${events} WHERE local_ts < ${cut}
    ),
    undone AS (
      SELECT DISTINCT user_index, order_key FROM seen
      WHERE event IN ('order_refunded', 'order_cancelled') AND value IS NULL AND item_index < 0
    ),
    taken_back AS (
      SELECT user_index, sum(value) AS taken_back FROM seen JOIN undone USING (user_index, order_key) GROUP BY user_index
    ),
    traits AS (SELECT user_index, ${join(aggregates)} FROM seen LEFT JOIN taken_back USING (user_index) GROUP BY user_index)
    ${favorites ? favoriteTables(identifier(tables.items)) : sql``}
    SELECT ${join(columns)}
    FROM ${identifier(tables.users)} u
    LEFT JOIN traits t USING (user_index)
    ${favorites ? sql`LEFT JOIN favorite_category c USING (user_index) LEFT JOIN favorite_item i USING (user_index)` : sql``}
    ORDER BY u.user_index`;
}

/**
 * The best thing per customer as the greatest of one whole number each: orders, then views, then any touch, then the
 * lower index. One `max` costs a third of a window function over every pair of customer and item.
 */
const preference = (index: Sql) => sql`max(
  ((coalesce(orders, 0)::HUGEINT * 1048576 + least(views, 1048575)) * 1048576 + least(touches, 1048575)) * 2147483648
  + (2147483647 - ${index}))`;
const preferred = sql`2147483647 - best % 2147483648`;

/** An order counts once however many of its lines are of the thing; refunds are no sign of liking. */
const favoriteTables = (items: Sql) => sql`,
    bought AS (
      SELECT DISTINCT user_index, item_index, order_key FROM seen WHERE event = 'order_completed' AND item_index >= 0
    ),
    touched AS (
      SELECT user_index, item_index, count(*) FILTER (WHERE event = 'product_viewed') AS views, count(*) AS touches
      FROM seen WHERE item_index >= 0 AND event NOT IN ('order_refunded', 'order_cancelled')
      GROUP BY user_index, item_index
    ),
    favorite_item AS (
      SELECT user_index, coalesce(title, item_id) AS favorite
      FROM (
        SELECT user_index, ${preference(sql`item_index`)} AS best
        FROM touched LEFT JOIN (SELECT user_index, item_index, count(*) AS orders FROM bought GROUP BY ALL)
          USING (user_index, item_index)
        GROUP BY user_index
      ) JOIN ${items} i ON i.item_index = ${preferred}
    ),
    categories AS (
      SELECT category, (row_number() OVER (ORDER BY category))::INTEGER AS category_index
      FROM (SELECT DISTINCT category FROM ${items} WHERE category IS NOT NULL)
    ),
    category_of AS (SELECT item_index, category_index FROM ${items} JOIN categories USING (category)),
    favorite_category AS (
      SELECT user_index, category AS favorite
      FROM (
        SELECT user_index, ${preference(sql`category_index`)} AS best
        FROM (
          SELECT user_index, category_index, sum(views) AS views, sum(touches) AS touches
          FROM touched JOIN category_of USING (item_index) GROUP BY ALL
        ) LEFT JOIN (
          SELECT user_index, category_index, count(DISTINCT order_key) AS orders
          FROM bought JOIN category_of USING (item_index) GROUP BY ALL
        ) USING (user_index, category_index)
        GROUP BY user_index
      ) JOIN categories ON category_index = ${preferred}
    )`;

/** `consent_email` → `consentEmail`. */
export function traitIdOfColumn(column: string): string {
  return column.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
