import type { RunContext } from '../../base/run';
import { duckdb } from '../../measures/duckdb';
import { orderKeyIn } from '../../measures/orderKey';
import { orderEvent } from '../../schema/events';
import { indexesOf, numbersOf, textsOf } from '../../store/columns';
import type { DataScope } from '../../store/dataScope';
import { identifier, sql } from '../../store/sql';

/**
 * What a shop would do without a model: the category that members buy more than others do, its buyers first, by orders.
 * null where nothing with a category was ordered.
 * @param isSeed 1 for the members that may be looked at, of `people`
 * @returns orders of each of the people in that category
 */
export async function sameCategoryBuyers(
  { store, tables, asOf, users }: Pick<DataScope, 'store' | 'tables' | 'asOf' | 'users'>,
  people: Int32Array,
  isSeed: Uint8Array,
  run: RunContext,
): Promise<{ category: string; orders: Float64Array } | null> {
  const table = await store.query(
    sql`SELECT e.user_index, i.category, count(DISTINCT ${orderKeyIn(duckdb)})::INTEGER AS orders
      FROM ${identifier(tables.events)} e JOIN ${identifier(tables.items)} i USING (item_index)
      WHERE e.event = ${orderEvent} AND e.local_ts < ${asOf}::TIMESTAMP AND i.category IS NOT NULL GROUP BY ALL`,
    run.signal,
  );
  const [numbers, categories, orders] = [indexesOf(table, 'user_index'), textsOf(table, 'category'), numbersOf(table, 'orders')];
  const rowOf = new Int32Array(users).fill(-1);
  people.forEach((number, row) => (rowOf[number] = row));
  const buyers = new Map<string, { members: number; others: number }>();
  const members = isSeed.reduce((sum, member) => sum + member, 0);
  categories.forEach((category, i) => {
    const row = rowOf[numbers[i]];
    if (category === null || row < 0) return;
    const counted = buyers.get(category) ?? { members: 0, others: 0 };
    if (isSeed[row]) counted.members++;
    else counted.others++;
    buyers.set(category, counted);
  });
  const more = ({ members: ours, others }: { members: number; others: number }) => ours / members - others / (people.length - members);
  const [best] = [...buyers].sort(([a, x], [b, y]) => more(y) - more(x) || (a < b ? -1 : 1));
  if (!best) return null;
  const [category] = best;
  const found = new Float64Array(people.length);
  categories.forEach((each, i) => {
    const row = rowOf[numbers[i]];
    if (each === category && row >= 0) found[row] = orders[i];
  });
  return { category, orders: found };
}
