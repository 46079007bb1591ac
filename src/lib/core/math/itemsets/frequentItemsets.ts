import type { RunContext } from '../../base/run';
import { transpose, type InteractionMatrix } from '../sparseRows';
import { conditionalTree, emptyTree, insertPath, resetTree, type PatternTree, type TreeScratch } from './patternTree';

export interface ItemsetRequest {
  /** Sets in fewer baskets are not frequent; at least 1. */
  minCount: number;
  /** The most items of a set. */
  maxLength: number;
  /** Bytes that the answer may take; it stops there. */
  budgetBytes: number;
}

/** Sets of items with the number of baskets that hold all of them; every subset of a set comes before it. */
export interface Itemsets {
  baskets: number;
  /** Set s is `items[starts[s] … starts[s+1]-1]`, ascending. */
  starts: Int32Array;
  items: Int32Array;
  counts: Int32Array;
  /** False where the budget was spent: then the sets of the `completeFor` items that most baskets hold are all there. */
  complete: boolean;
  completeFor: number;
}

/**
 * Every set of items that is in at least `minCount` baskets: FP-Growth (Han, Pei & Yin, "Mining Frequent Patterns
 * without Candidate Generation", SIGMOD 2000). Baskets become paths of a tree, the most frequent items first; the sets
 * that end with an item are found in the tree of the paths above it. Items are taken from the most frequent on, so what
 * a spent budget leaves is whole for these. Trees take some 20 bytes for each item of a basket.
 * @param rows one basket a row; how much of an item it holds does not matter
 * Progress: `itemsets`, in items.
 */
export async function frequentItemsets(rows: InteractionMatrix, request: ItemsetRequest, run: RunContext): Promise<Itemsets> {
  const { minCount, maxLength, budgetBytes } = request;
  const { order, tree } = rootTree(rows, minCount);
  const found = new FoundSets(budgetBytes);
  const scratch: TreeScratch = {
    counts: new Int32Array(order.length),
    localOf: new Int32Array(order.length),
    path: new Int32Array(order.length),
  };
  /** One tree for each number of items that a set has already; `next[depth]` is the item of it that comes next. */
  const trees: PatternTree[] = [tree];
  const next = [0];
  const suffix: number[] = [];
  let completeFor = order.length;
  for (let depth = 0, steps = 0; depth >= 0; steps++) {
    const own = trees[depth];
    if (next[depth] === own.size) {
      depth--;
      suffix.pop();
      continue;
    }
    const item = next[depth]++;
    suffix.push(order[own.ranks[item]]);
    if (!found.add(suffix, own.counts[item])) {
      completeFor = next[0] - 1;
      break;
    }
    if (suffix.length < maxLength) {
      trees[depth + 1] ??= emptyTree();
      conditionalTree(own, item, minCount, trees[depth + 1], scratch);
      if (trees[depth + 1].size > 0) next[++depth] = 0;
      else suffix.pop();
    } else suffix.pop();
    if (depth === 0) run.report({ stage: 'itemsets', done: next[0], total: order.length, unit: 'items' });
    if (steps % 32 === 0) await run.breathe();
  }
  return { baskets: rows.users, ...found.done(), complete: completeFor === order.length, completeFor };
}

/** Frequent items, the most frequent first (ties: the lower item), and all baskets as paths over their ranks. */
function rootTree(rows: InteractionMatrix, minCount: number): { order: Int32Array; tree: PatternTree } {
  const { rowStarts } = transpose(rows);
  const count = (item: number) => rowStarts[item + 1] - rowStarts[item];
  const order = Int32Array.from({ length: rows.items }, (_, item) => item)
    .filter((item) => count(item) >= minCount)
    .sort((a, b) => count(b) - count(a) || a - b);
  const rankOf = new Int32Array(rows.items).fill(-1);
  order.forEach((item, rank) => (rankOf[item] = rank));
  const tree = emptyTree();
  resetTree(
    tree,
    order.map((_, rank) => rank),
    order.map(count),
  );
  for (let row = 0; row < rows.users; row++) {
    const path = rows.columns
      .subarray(rows.rowStarts[row], rows.rowStarts[row + 1])
      .map((item) => rankOf[item])
      .filter((rank) => rank >= 0)
      .sort();
    insertPath(tree, path, path.length, 1);
  }
  return { order, tree };
}

/** Sets as they are found, in arrays that grow up to the budget. */
class FoundSets {
  private starts = new Int32Array(1024);
  private items = new Int32Array(4096);
  private counts = new Int32Array(1024);
  private sets = 0;

  constructor(private readonly budgetBytes: number) {}

  /** False where the budget has no room for it. */
  add(set: readonly number[], count: number): boolean {
    const start = this.starts[this.sets];
    if (4 * (start + set.length) + 8 * (this.sets + 1) > this.budgetBytes) return false;
    if (this.sets + 2 > this.starts.length) {
      this.starts = grown(this.starts);
      this.counts = grown(this.counts);
    }
    if (start + set.length > this.items.length) this.items = grown(this.items, start + set.length);
    this.items.set(set, start);
    this.items.subarray(start, start + set.length).sort();
    this.counts[this.sets++] = count;
    this.starts[this.sets] = start + set.length;
    return true;
  }

  done(): Pick<Itemsets, 'starts' | 'items' | 'counts'> {
    const { starts, items, counts, sets } = this;
    return { starts: starts.slice(0, sets + 1), items: items.slice(0, starts[sets]), counts: counts.slice(0, sets) };
  }
}

function grown(array: Int32Array, atLeast = 0): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(2 * array.length, atLeast));
  larger.set(array);
  return larger;
}
