import type { RunContext } from '../base/run';
import { frequentItemsets } from '../math/itemsets/frequentItemsets';
import { eachRule } from '../math/itemsets/rules';
import type { InteractionMatrix } from '../math/sparseRows';

/** The most items of a bundle. */
export const mostBundled = 3;
/** What the sets may take; some half a million pairs and triples. */
const budgetBytes = 16 * 2 ** 20;

/**
 * Pairs and triples that stand in enough orders, each with its surest rule "with these there is that, too": arrays of
 * one entry a bundle.
 */
export interface Bundles {
  /** Orders in all. */
  baskets: number;
  count: number;
  /** `count × 3`, -1 where there is no third: what the rule starts from, and last what it leads to. */
  items: Int32Array;
  /** How many items a bundle has. */
  sizes: Uint8Array;
  /** Orders with all of them; with what the rule starts from; with what it leads to. */
  orders: Int32Array;
  ordersFrom: Int32Array;
  ordersTo: Int32Array;
  /** Of the orders with what the rule starts from, the share that has the rest, too. */
  confidence: Float64Array;
  /** How many times as often as if the two sides did not know of each other. */
  lift: Float64Array;
  /** False where memory was spent: then these are all bundles of the `completeFor` best-selling items. */
  complete: boolean;
  completeFor: number;
}

/**
 * What is bought together: frequent sets by FP-Growth, and of the rules of each set with one item on the right the one
 * of the highest confidence (equal ones: the lower item on the right). Progress: `itemsets`, `rules`.
 * @param baskets one order a row
 * @param leastOrders bundles in fewer orders are not told; at least 1
 */
export async function findBundles(baskets: InteractionMatrix, leastOrders: number, run: RunContext): Promise<Bundles> {
  const sets = await frequentItemsets(baskets, { minCount: leastOrders, maxLength: mostBundled, budgetBytes }, run);
  const size = (set: number) => sets.starts[set + 1] - sets.starts[set];
  let count = 0;
  for (let set = 0; set < sets.counts.length; set++) if (size(set) > 1) count++;
  const bundles: Bundles = {
    baskets: baskets.users,
    count,
    items: new Int32Array(count * mostBundled).fill(-1),
    sizes: new Uint8Array(count),
    orders: new Int32Array(count),
    ordersFrom: new Int32Array(count),
    ordersTo: new Int32Array(count),
    confidence: new Float64Array(count),
    lift: new Float64Array(count),
    complete: sets.complete,
    completeFor: sets.completeFor,
  };
  // Rules come set by set, as many of each as it has items: the surest one stays.
  let [at, rulesLeft] = [-1, 0];
  await eachRule(sets, { minConfidence: 0, consequents: 'one' }, run, (antecedent, [consequent], measures) => {
    if (rulesLeft === 0) {
      at++;
      rulesLeft = bundles.sizes[at] = antecedent.length + 1;
      bundles.confidence[at] = -1;
    }
    rulesLeft--;
    if (measures.confidence <= bundles.confidence[at]) return;
    bundles.items.set(antecedent, at * mostBundled);
    bundles.items[at * mostBundled + antecedent.length] = consequent;
    bundles.confidence[at] = measures.confidence;
    bundles.lift[at] = measures.lift;
    bundles.orders[at] = Math.round(measures.support * baskets.users);
    bundles.ordersFrom[at] = Math.round(measures.antecedentSupport * baskets.users);
    bundles.ordersTo[at] = Math.round(measures.consequentSupport * baskets.users);
  });
  return bundles;
}

/**
 * How many orders must hold a bundle before it is told, where nobody says: one for ten thousand lines of orders, at
 * least three. The more lines, and the more of them in one order, the more stands together by chance.
 */
export function leastOrdersOf({ columns }: InteractionMatrix): number {
  return Math.max(3, Math.round(columns.length / 10_000));
}
