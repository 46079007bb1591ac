import { keptType, readKeptColumns } from '../measures/kept';
import { orderEvent } from '../schema/events';
import { indexesOf, numbersOf } from '../store/columns';
import type { DataScope } from '../store/dataScope';
import type { InteractionScope } from '../store/interactionQueries';
import { identifier, sql } from '../store/sql';

/** Prices and costs by item number; NaN where one is not known. */
export interface ItemMoney {
  /** As the items' file has it; where it says nothing, the mean unit price of the lines sold. */
  prices: Float64Array;
  costs: Float64Array;
}

export async function readItemMoney(scope: DataScope & InteractionScope, signal?: AbortSignal): Promise<ItemMoney> {
  const { store, tables, asOf } = scope;
  const hasCosts = keptType(await readKeptColumns(scope), 'item.cost') === 'number';
  const rows = await store.query(
    sql`WITH sold AS (
        SELECT item_index, sum(price::DECIMAL(18,4))::DOUBLE / count(price) AS price FROM ${identifier(tables.events)}
        WHERE event = ${orderEvent} AND price IS NOT NULL AND local_ts < ${asOf}::TIMESTAMP GROUP BY item_index
      )
      SELECT i.item_index, coalesce(i.price::DOUBLE, sold.price) AS price, ${hasCosts ? sql`i.cost::DOUBLE` : sql`NULL::DOUBLE`} AS cost
      FROM ${identifier(tables.items)} i LEFT JOIN sold USING (item_index)`,
    signal,
  );
  const money: ItemMoney = { prices: new Float64Array(scope.items).fill(NaN), costs: new Float64Array(scope.items).fill(NaN) };
  const [prices, costs] = [numbersOf(rows, 'price'), numbersOf(rows, 'cost')];
  indexesOf(rows, 'item_index').forEach((item, row) => {
    money.prices[item] = prices[row];
    money.costs[item] = costs[row];
  });
  return money;
}
