import { netLines, pathSeparator } from '../measures/scan';
import { orderEvent, refundEvents } from '../schema/events';
import type { DataScope } from '../store/dataScope';
import { identifier, sql } from '../store/sql';
import { monthsUpTo } from './months';
import { cellsOf } from './page';

/** What one customer brought in a calendar month of the plan's time zone. */
export interface SpendMonth {
  /** `2026-05`. */
  month: string;
  /** Sales less refunds and cancellations of the month. */
  revenue: number;
  orders: number;
}

/** What one customer brought in a category of the first level; null: the item has none, or the line no item. */
export interface SpendCategory {
  category: string | null;
  revenue: number;
  /** Orders with a line of it. */
  orders: number;
}

export interface CustomerSpend {
  /** From the first order to the month of asOf, none left out. */
  months: SpendMonth[];
  /** The greatest first. */
  categories: SpendCategory[];
}

/** Money of one customer by month and by category, before asOf. */
export async function readCustomerSpend(scope: DataScope, user: number, signal?: AbortSignal): Promise<CustomerSpend> {
  const { store, tables, asOf } = scope;
  const lines = sql`(SELECT * FROM ${netLines(scope)} WHERE user_index = ${user} AND event IN (${[orderEvent, ...refundEvents]}))`;
  const orders = sql`count(DISTINCT order_key) FILTER (WHERE event = ${orderEvent})::INTEGER`;
  const revenue = sql`coalesce(sum(value::DECIMAL(18,4)), 0)::DOUBLE`;
  const months = cellsOf(
    await store.query(sql`SELECT substr(day::VARCHAR, 1, 7) AS month, ${revenue}, ${orders} FROM ${lines} GROUP BY month`, signal),
  ).map(([month, money, count]): SpendMonth => ({ month: String(month), revenue: Number(money), orders: Number(count) }));
  const categories = cellsOf(
    await store.query(
      sql`SELECT nullif(split_part(category, ${pathSeparator}, 1), '') AS top, ${revenue} AS money, ${orders}
        FROM ${lines} l LEFT JOIN (SELECT item_index AS item_number, category FROM ${identifier(tables.items)}) i ON i.item_number = l.item_index
        GROUP BY top ORDER BY money DESC, top`,
      signal,
    ),
  ).map(([category, money, count]): SpendCategory => ({
    category: category as string | null,
    revenue: Number(money),
    orders: Number(count),
  }));
  return { months: monthsUpTo(months, asOf, (month) => ({ month, revenue: 0, orders: 0 })), categories };
}
