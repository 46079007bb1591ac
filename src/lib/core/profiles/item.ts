import { UserError } from '../base/errors';
import { duckdb } from '../measures/duckdb';
import { readKeptColumns } from '../measures/kept';
import { orderKeyIn } from '../measures/orderKey';
import { netLines } from '../measures/scan';
import { addDays } from '../schema/asOf';
import { orderEvent } from '../schema/events';
import type { DataScope } from '../store/dataScope';
import { identifier, sql } from '../store/sql';
import { materializeItemFigures } from './itemsPage';
import { monthsUpTo } from './months';
import { cellsOf } from './page';

/** `A`: the best sellers that bring the first 80 % of revenue; `B`: up to 95 %; `C`: the rest (Pareto, by revenue). */
export type AbcClass = 'A' | 'B' | 'C';

/**
 * Where an item stands: sold for the first time within the last 90 days; otherwise by the pieces of the last 90 days
 * beside those of the 90 before: a quarter more, a quarter less or none, or neither.
 */
export type ItemStage = 'introduction' | 'growth' | 'maturity' | 'decline';

export interface ItemMonth {
  /** `2026-05`. */
  month: string;
  quantity: number;
  /** Sales less refunds. */
  revenue: number;
  /** Mean unit price of the lines sold; null in a month without any. */
  price: number | null;
}

export interface BoughtTogether {
  itemId: string;
  title: string | null;
  /** Orders that hold both. */
  orders: number;
  /** Of the orders with this item, those that hold the other. */
  share: number;
  /** How many times as often as if orders were put together by chance. */
  lift: number;
}

export interface ItemStock {
  /** Pieces, as the file of items has them. */
  pieces: number;
  /** Pieces sold a day over the last 30. */
  perDay: number;
  /** How long the pieces last at that rate; null where none is sold. */
  daysLeft: number | null;
}

export interface ItemView {
  itemId: string;
  title: string | null;
  category: string | null;
  brand: string | null;
  price: number | null;
  buyers: number;
  /** Buyers with two orders of it or more. */
  repeatBuyers: number;
  orders: number;
  quantity: number;
  revenue: number;
  views: number;
  ratings: number;
  rating: number | null;
  /** Local dates; null where it was never sold. */
  firstSold: string | null;
  lastSold: string | null;
  /** By revenue, 1 is the greatest; null without revenue. */
  place: number | null;
  /** Of all items with revenue. */
  places: number;
  abc: AbcClass | null;
  stage: ItemStage | null;
  /** Where the items' file says how many there are. */
  stock: ItemStock | null;
  /** Pieces of the last 90 days, and of the 90 before. */
  recent: [last: number, before: number];
  /** From the first month with a sale to that of asOf, none left out. */
  months: ItemMonth[];
  boughtTogether: BoughtTogether[];
}

const stageDays = 90;
const rateDays = 30;
const mostTogether = 10;
/** In fewer orders two things stand beside each other by accident. */
const fewestTogether = 2;

/**
 * One item and what customers did with it before asOf.
 * @throws UserError `item_unknown`
 */
export async function readItem(scope: DataScope, itemId: string, signal?: AbortSignal): Promise<ItemView> {
  const { store, asOf } = scope;
  const figures = identifier(await materializeItemFigures(scope));
  const [found] = cellsOf(
    await store.query(
      sql`SELECT * EXCLUDE (item_id), count(*) FILTER (WHERE revenue > 0) OVER () AS places FROM (
          SELECT *, rank() OVER (ORDER BY revenue DESC) AS place, sum(greatest(revenue, 0)) OVER () AS total,
            coalesce(sum(greatest(revenue, 0)) OVER (ORDER BY revenue DESC, item_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS above
          FROM ${figures}
        ) QUALIFY item_id = ${itemId}`,
      signal,
    ),
  );
  if (!found)
    throw new UserError('item_unknown', `There is no item "${itemId}".`, 'Ids are compared exactly, with every zero and letter case.', {
      item: itemId,
    });
  const [index, title, category, brand, price, buyers, orders, quantity, revenue, views, ratings, rating, place, total, above, places] =
    found;
  const number = Number(index);
  const sold = Number(revenue) > 0;
  const months = await readMonths(scope, number, signal);
  const [[firstSold, lastSold, last, before, latest, repeatBuyers]] = cellsOf(
    await store.query(
      sql`SELECT min(day)::VARCHAR, max(day)::VARCHAR,
          coalesce(sum(quantity) FILTER (WHERE day >= ${daysBefore(asOf, stageDays)}::DATE), 0)::DOUBLE,
          coalesce(sum(quantity) FILTER (WHERE day < ${daysBefore(asOf, stageDays)}::DATE AND day >= ${daysBefore(asOf, 2 * stageDays)}::DATE), 0)::DOUBLE,
          coalesce(sum(quantity) FILTER (WHERE day >= ${daysBefore(asOf, rateDays)}::DATE), 0)::DOUBLE,
          (SELECT count(*) FROM (SELECT user_index FROM ${soldLines(scope, number)} GROUP BY user_index HAVING count(DISTINCT order_key) > 1))
        FROM ${soldLines(scope, number)}`,
      signal,
    ),
  );
  const recent: [number, number] = [Number(last), Number(before)];
  return {
    itemId,
    title: title as string | null,
    category: category as string | null,
    brand: brand as string | null,
    price: price as number | null,
    buyers: Number(buyers),
    repeatBuyers: Number(repeatBuyers),
    orders: Number(orders),
    quantity: Number(quantity),
    revenue: Number(revenue),
    views: Number(views),
    ratings: Number(ratings),
    rating: rating as number | null,
    firstSold: firstSold as string | null,
    lastSold: lastSold as string | null,
    place: sold ? Number(place) : null,
    places: Number(places),
    abc: sold ? classOf(Number(above) / Number(total)) : null,
    stock: stockOf(await readStock(scope, number, signal), Number(latest)),
    stage: firstSold === null ? null : stageOf(String(firstSold), recent, asOf),
    recent,
    months: monthsUpTo(months, asOf, (month) => ({ month, quantity: 0, revenue: 0, price: null })),
    boughtTogether: await readBoughtTogether(scope, number, signal),
  };
}

/** By the share of revenue that better sellers bring: who crosses 80 % is still of the A. */
function classOf(above: number): AbcClass {
  return above < 0.8 ? 'A' : above < 0.95 ? 'B' : 'C';
}

export function stageOf(firstSold: string, [last, before]: readonly [number, number], asOf: string): ItemStage {
  if (firstSold >= daysBefore(asOf, stageDays)) return 'introduction';
  if (last <= 0.75 * before || last === 0) return 'decline';
  return last >= 1.25 * before ? 'growth' : 'maturity';
}

function daysBefore(asOf: string, days: number): string {
  return addDays(asOf.slice(0, 10), -days);
}

/** Lines of orders of one item. */
function soldLines({ tables, asOf }: DataScope, item: number) {
  return sql`(SELECT user_index, local_ts::DATE AS day, quantity, price, ${orderKeyIn(duckdb)} AS order_key FROM ${identifier(tables.events)}
    WHERE item_index = ${item} AND event = ${orderEvent} AND local_ts < ${asOf}::TIMESTAMP)`;
}

/** null where the data has no column of stock, or nothing in it for this item. */
async function readStock(scope: DataScope, item: number, signal?: AbortSignal): Promise<number | null> {
  const kept = await readKeptColumns(scope);
  if (!kept.some(({ property, type }) => property === 'item.stock' && type === 'number')) return null;
  const items = identifier(scope.tables.items);
  const [[pieces]] = cellsOf(await scope.store.query(sql`SELECT stock::DOUBLE FROM ${items} WHERE item_index = ${item}`, signal));
  return pieces as number | null;
}

function stockOf(pieces: number | null, latest: number): ItemStock | null {
  if (pieces === null) return null;
  const perDay = latest / rateDays;
  return { pieces, perDay, daysLeft: perDay > 0 ? Math.max(0, pieces) / perDay : null };
}

async function readMonths(scope: DataScope, item: number, signal?: AbortSignal): Promise<ItemMonth[]> {
  const rows = cellsOf(
    await scope.store.query(
      sql`SELECT substr(day::VARCHAR, 1, 7) AS month,
          coalesce(sum(quantity::DECIMAL(18,4)) FILTER (WHERE event = ${orderEvent}), 0)::DOUBLE,
          coalesce(sum(value) FILTER (WHERE event IN ('order_completed', 'order_refunded', 'order_cancelled')), 0)::DOUBLE,
          sum(price::DECIMAL(18,4)) FILTER (WHERE event = ${orderEvent})::DOUBLE / nullif(count(price) FILTER (WHERE event = ${orderEvent}), 0)
        FROM ${netLines(scope)} WHERE item_index = ${item} AND event IN ('order_completed', 'order_refunded', 'order_cancelled')
        GROUP BY month ORDER BY month`,
      signal,
    ),
  );
  return rows.map(([month, quantity, revenue, price]) => ({
    month: String(month),
    quantity: Number(quantity),
    revenue: Number(revenue),
    price: price === null ? null : Number(price),
  }));
}

/** Items in the same orders, most orders first; lift is that of association rules (Brin et al., SIGMOD 1997). */
async function readBoughtTogether(scope: DataScope, item: number, signal?: AbortSignal): Promise<BoughtTogether[]> {
  const { tables, asOf, store } = scope;
  const rows = cellsOf(
    await store.query(
      sql`WITH lines AS (
          SELECT DISTINCT user_index, item_index, ${orderKeyIn(duckdb)} AS order_key FROM ${identifier(tables.events)}
          WHERE event = ${orderEvent} AND item_index >= 0 AND local_ts < ${asOf}::TIMESTAMP
        ),
        baskets AS (SELECT user_index, order_key FROM lines WHERE item_index = ${item}),
        beside AS (
          SELECT l.item_index, count(*) AS orders FROM lines l JOIN baskets b ON b.user_index = l.user_index AND b.order_key = l.order_key
          WHERE l.item_index <> ${item} GROUP BY l.item_index HAVING count(*) >= ${fewestTogether}
        ),
        best AS (SELECT b.*, i.item_id, i.title FROM beside b JOIN ${identifier(tables.items)} i USING (item_index) ORDER BY orders DESC, item_id LIMIT ${mostTogether})
        SELECT item_id, title, orders, (SELECT count(*) FROM baskets) AS here,
          (SELECT count(*) FROM lines l WHERE l.item_index = best.item_index) AS there,
          (SELECT count(*) FROM (SELECT DISTINCT user_index, order_key FROM lines)) AS every
        FROM best ORDER BY orders DESC, item_id`,
      signal,
    ),
  );
  return rows.map(([id, title, orders, here, there, every]) => ({
    itemId: String(id),
    title: title as string | null,
    orders: Number(orders),
    share: Number(orders) / Number(here),
    lift: (Number(orders) * Number(every)) / (Number(here) * Number(there)),
  }));
}
