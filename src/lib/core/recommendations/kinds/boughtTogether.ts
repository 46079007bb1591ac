import type { RunContext } from '../../base/run';
import { transpose, type InteractionMatrix } from '../../math/sparseRows';
import { emptyLists, type KindLists } from './lists';

export interface TogetherLists extends KindLists {
  /** By entry: orders with both, and of the orders with the row's item the share that has the other, too. */
  orders: Int32Array;
  confidence: Float64Array;
}

/**
 * What stands in the same orders as each item, most orders first (equal ones: the rarer item first, because more of its
 * orders are shared, then the lower item); nothing that does so less often than by chance. The score is the lift of "this item → that one". Progress: `recommend`, in items.
 * @param baskets one order a row
 */
export async function boughtTogetherLists(
  baskets: InteractionMatrix,
  { items, size, leastOrders, eligible }: { items: Int32Array; size: number; leastOrders: number; eligible?: Uint8Array },
  run: RunContext,
): Promise<TogetherLists> {
  const byItem = transpose(baskets);
  const ordersOf = (item: number) => byItem.rowStarts[item + 1] - byItem.rowStarts[item];
  const lists = emptyLists(items.length, size);
  const orders = new Int32Array(items.length * size);
  const confidence = new Float64Array(items.length * size);
  const together = new Int32Array(baskets.items);
  for (let row = 0; row < items.length; row++) {
    const own = items[row];
    const met: number[] = [];
    for (let entry = byItem.rowStarts[own]; entry < byItem.rowStarts[own + 1]; entry++) {
      const basket = byItem.columns[entry];
      for (let other = baskets.rowStarts[basket]; other < baskets.rowStarts[basket + 1]; other++) {
        const item = baskets.columns[other];
        if (item !== own && together[item]++ === 0) met.push(item);
      }
    }
    const liftOf = (item: number) => (together[item] * baskets.users) / (ordersOf(own) * ordersOf(item));
    const best = met.filter((item) => together[item] >= leastOrders && liftOf(item) >= 1 && eligible?.[item] !== 0);
    best.sort((a, b) => together[b] - together[a] || ordersOf(a) - ordersOf(b) || a - b);
    best.slice(0, size).forEach((item, place) => {
      const at = row * size + place;
      lists.items[at] = item;
      orders[at] = together[item];
      confidence[at] = together[item] / ordersOf(own);
      lists.scores[at] = liftOf(item);
    });
    for (const item of met) together[item] = 0;
    if (row % 64 === 0) run.report({ stage: 'recommend', done: row, total: items.length, unit: 'items' });
    await run.breathe();
  }
  return { ...lists, orders, confidence };
}
