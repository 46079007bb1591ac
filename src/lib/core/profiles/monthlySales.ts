import { netLines } from '../measures/scan';
import type { DataScope } from '../store/dataScope';
import { derivedTable } from '../store/remember';
import { identifier, sql } from '../store/sql';
import { cellsOf } from './page';

/** What was sold in one calendar month of the plan's time zone. */
export interface MonthlySales {
  /** `2026-05`. */
  month: string;
  /** Money of orders less refunds and cancellations of that month, whichever month their orders are of. */
  revenue: number;
  orders: number;
  /** Customers with an order. */
  buyers: number;
}

/** Months from the first event to asOf, in order; months without an event are left out. */
export async function readMonthlySales(scope: DataScope, signal?: AbortSignal): Promise<MonthlySales[]> {
  const table = await derivedTable(
    scope,
    'monthly_sales',
    'monthly sales',
    (name) => sql`
      CREATE TABLE ${name} AS
      SELECT substr(local_ts::DATE::VARCHAR, 1, 7) AS month,
        coalesce(sum(value) FILTER (WHERE event IN ('order_completed', 'order_refunded', 'order_cancelled')), 0)::DOUBLE AS revenue,
        count(DISTINCT (user_index, order_key)) FILTER (WHERE event = 'order_completed')::INTEGER AS orders,
        count(DISTINCT user_index) FILTER (WHERE event = 'order_completed')::INTEGER AS buyers
      FROM ${netLines(scope)} GROUP BY 1 ORDER BY 1`,
  );
  const rows = cellsOf(
    await scope.store.query(sql`SELECT month, revenue, orders, buyers FROM ${identifier(table)} ORDER BY month`, signal),
  );
  return rows.map(([month, revenue, orders, buyers]) => ({
    month: String(month),
    revenue: Number(revenue),
    orders: Number(orders),
    buyers: Number(buyers),
  }));
}
