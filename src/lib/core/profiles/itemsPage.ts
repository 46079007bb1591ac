import { netLines } from '../measures/scan';
import { identifier, join, sql } from '../store/sql';
import type { DataScope } from '../store/dataScope';
import { derivedTable } from '../store/remember';
import { cellsOf, type Page, type PageRequest } from './page';
import { requireColumn } from './profileRelation';

/** Columns of the items table on screen, as the page names them; texts are searched. */
const itemColumns = [
  { id: 'item_id', text: true },
  { id: 'title', text: true },
  { id: 'category', text: true },
  { id: 'brand', text: true },
  { id: 'price', text: false },
  { id: 'buyers', text: false },
  { id: 'orders', text: false },
  { id: 'quantity', text: false },
  { id: 'revenue', text: false },
  { id: 'views', text: false },
  { id: 'ratings', text: false },
  { id: 'rating', text: false },
] as const;

/**
 * One screen of items with what customers did with them before asOf. Ties keep the order of item ids.
 * @throws UserError `column_unknown`
 */
export async function readItemsPage(
  scope: DataScope,
  { search = '', sort, offset, limit }: PageRequest,
  signal?: AbortSignal,
): Promise<Page> {
  const figures = identifier(await materializeItemFigures(scope));
  const texts = itemColumns.filter(({ text }) => text);
  const conditions = texts.map(({ id }) => sql`contains(lower(${identifier(id)}), lower(${search.trim()}))`);
  const where = search.trim() === '' ? sql`` : sql`WHERE ${join(conditions, ' OR ')}`;
  const order = sort
    ? sql`${identifier(requireColumn(itemColumns, sort.column).id)} ${sort.descending ? sql`DESC` : sql`ASC`} NULLS LAST, item_id`
    : sql`item_id`;
  const [[total]] = cellsOf(await scope.store.query(sql`SELECT count(*) FROM ${figures} ${where}`, signal));
  const columns = itemColumns.map(({ id }) => identifier(id));
  const rows = await scope.store.query(
    sql`SELECT ${join(columns)} FROM ${figures} ${where} ORDER BY ${order} LIMIT ${limit} OFFSET ${offset}`,
    signal,
  );
  return { total: Number(total), columns: itemColumns.map(({ id }) => id), rows: cellsOf(rows) };
}

/** The table of item figures for the scope's data and instant, made where it is missing. */
export function materializeItemFigures(scope: DataScope): Promise<string> {
  const { tables } = scope;
  return derivedTable(
    scope,
    'item_figures',
    'item figures',
    (name) => sql`
      CREATE TABLE ${name} AS
      WITH figures AS (
        SELECT item_index,
          count(DISTINCT user_index) FILTER (WHERE event = 'order_completed') AS buyers,
          count(DISTINCT (user_index, order_key)) FILTER (WHERE event = 'order_completed') AS orders,
          sum(quantity::DECIMAL(18,4)) FILTER (WHERE event = 'order_completed') AS quantity,
          sum(value) FILTER (WHERE event IN ('order_completed', 'order_refunded', 'order_cancelled')) AS revenue,
          count(*) FILTER (WHERE event = 'product_viewed') AS views,
          count(rating) AS ratings, sum(rating::DECIMAL(18,4))::DOUBLE / nullif(count(rating), 0) AS rating
        FROM ${netLines(scope)} WHERE item_index >= 0 GROUP BY item_index
      )
      SELECT i.item_index, i.item_id, i.title, i.category, i.brand, i.price::DOUBLE AS price,
        coalesce(buyers, 0)::INTEGER AS buyers, coalesce(orders, 0)::INTEGER AS orders,
        coalesce(f.quantity, 0)::DOUBLE AS quantity, coalesce(revenue, 0)::DOUBLE AS revenue, coalesce(views, 0)::INTEGER AS views,
        coalesce(ratings, 0)::INTEGER AS ratings, rating
      FROM ${identifier(tables.items)} i LEFT JOIN figures f USING (item_index) ORDER BY i.item_id`,
  );
}
