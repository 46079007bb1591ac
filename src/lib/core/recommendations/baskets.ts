import { duckdb } from '../measures/duckdb';
import { orderKeyIn } from '../measures/orderKey';
import { matrixFromPairs, type InteractionMatrix } from '../math/sparseRows';
import { orderEvent } from '../schema/events';
import { indexesOf } from '../store/columns';
import type { DataScope } from '../store/dataScope';
import type { InteractionScope } from '../store/interactionQueries';
import { identifier, sql } from '../store/sql';

/**
 * Orders before asOf with what was in them: one row an order, each of its items once. Lines without a number of an
 * order are one order a customer and day.
 */
export async function readBaskets(
  { store, tables, asOf, items }: Pick<DataScope, 'store'> & InteractionScope,
  signal?: AbortSignal,
): Promise<InteractionMatrix> {
  const rows = await store.query(
    sql`SELECT dense_rank() OVER (ORDER BY user_index, order_key)::INTEGER - 1 AS basket, item_index FROM (
        SELECT DISTINCT user_index, item_index, ${orderKeyIn(duckdb)} AS order_key FROM ${identifier(tables.events)}
        WHERE event = ${orderEvent} AND item_index >= 0 AND user_index >= 0 AND local_ts < ${asOf}::TIMESTAMP
      ) ORDER BY basket, item_index`,
    signal,
  );
  const baskets = indexesOf(rows, 'basket');
  const count = baskets.length === 0 ? 0 : baskets[baskets.length - 1] + 1;
  return matrixFromPairs(count, items, baskets, indexesOf(rows, 'item_index'), new Float32Array(baskets.length).fill(1));
}
