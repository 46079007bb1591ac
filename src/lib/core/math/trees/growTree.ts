import type { RunContext } from '../../base/run';
import { leafValue } from './bestSplit';
import type { Forest } from './forest';
import type { BinnedTree, Bounds, ColumnBins, LeafRows, Split, SplitRules, TreeRows } from './rows';

export interface TreeShape {
  /** Most leaves. */
  leaves: number;
  /** Most splits from the root to a leaf. */
  depth: number;
  rules: SplitRules;
  /** What leaves' values are multiplied by. */
  learningRate: number;
  /** Which columns the next leaf may be split by, ascending. */
  columns(): Int32Array;
}

export interface GrownTree {
  forest: Forest;
  binned: BinnedTree;
  /** By the leaf's number, as {@link TreeRows} counts them. */
  leafValues: Float64Array;
}

interface Node {
  split: Split | null;
  left: number;
  right: number;
  leaf: number;
  count: number;
  value: number;
}

interface OpenLeaf {
  rows: LeafRows;
  node: number;
  depth: number;
  bounds: Bounds;
}

const none = new Int32Array(0);

/**
 * One tree, grown leaf by leaf: always the leaf whose split gains most is split (Shi 2007; Ke et al. 2017), until there
 * are enough leaves or no split gains.
 */
export async function growTree(
  rows: TreeRows,
  bins: readonly ColumnBins[],
  shape: TreeShape,
  run: RunContext,
  bag?: Int32Array,
): Promise<GrownTree> {
  const { rules } = shape;
  const everywhere = { low: -Infinity, high: Infinity };
  const root = await rows.plant({ columns: shape.leaves > 1 ? shape.columns() : none, bounds: everywhere }, rules, run, bag);
  const nodes: Node[] = [];
  const valueOf = ({ gradient, hessian }: LeafRows, l2: number, { low, high }: Bounds) => {
    const penalised = hessian * rows.units.hessian + l2;
    const value = penalised > 0 ? leafValue(gradient * rows.units.gradient, penalised, low, high) : 0;
    return Math.fround(value * shape.learningRate);
  };
  const openNode = (leaf: number, found: LeafRows, value: number): number =>
    nodes.push({ split: null, left: -1, right: -1, leaf, count: found.count, value }) - 1;
  const leaves: OpenLeaf[] = [{ rows: root, node: openNode(0, root, valueOf(root, rules.l2, everywhere)), depth: 0, bounds: everywhere }];
  const queue = new GainQueue(leaves);
  queue.push(0);
  while (leaves.length < shape.leaves) {
    const number = queue.pop();
    if (number === undefined) break;
    const leaf = leaves[number];
    const split = leaf.rows.split!;
    const depth = leaf.depth + 1;
    const bounds = boundsOfSides(leaf, split, bins[split.column], rows.units);
    const isLast = leaves.length + 1 === shape.leaves || depth >= shape.depth;
    const ask = (side: 0 | 1) => ({ columns: isLast ? none : shape.columns(), bounds: bounds[side] });
    const sides = await rows.split(number, split, [ask(0), ask(1)], rules, run);
    const node = nodes[leaf.node];
    // What training never saw missing goes where most go.
    const unseen = !bins[split.column].missing;
    node.split = unseen ? { ...split, missingLeft: sides[0].count >= sides[1].count } : split;
    [node.left, node.right] = sides.map((side, i) => openNode(i === 0 ? number : leaves.length, side, valueOf(side, split.l2, bounds[i])));
    leaves[number] = { rows: sides[0], node: node.left, depth, bounds: bounds[0] };
    leaves.push({ rows: sides[1], node: node.right, depth, bounds: bounds[1] });
    queue.push(number);
    queue.push(leaves.length - 1);
  }
  return { ...flatten(nodes, bins), leafValues: Float64Array.from(leaves, ({ node }) => nodes[node].value) };
}

/** A column with a direction parts its sides' values for good, at their middle. */
function boundsOfSides({ rows, bounds }: OpenLeaf, split: Split, column: ColumnBins, units: TreeRows['units']): [Bounds, Bounds] {
  const direction = column.kind === 'number' ? column.direction : 0;
  if (direction === 0) return [bounds, bounds];
  const value = (gradient: number, hessian: number) =>
    leafValue(gradient * units.gradient, hessian * units.hessian + split.l2, bounds.low, bounds.high);
  const middle = (value(split.gradient, split.hessian) + value(rows.gradient - split.gradient, rows.hessian - split.hessian)) / 2;
  const [below, above] = [
    { ...bounds, high: middle },
    { ...bounds, low: middle },
  ];
  return direction > 0 ? [below, above] : [above, below];
}

/** The leaf with the greatest gain first, of equals the one with the lower number. */
class GainQueue {
  #heap: number[] = [];
  constructor(private readonly leaves: readonly OpenLeaf[]) {}

  push(leaf: number): void {
    if (!this.leaves[leaf].rows.split) return;
    const heap = this.#heap;
    let at = heap.push(leaf) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.#isBefore(heap[at], heap[above])) break;
      [heap[at], heap[above]] = [heap[above], heap[at]];
      at = above;
    }
  }

  pop(): number | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (heap.length === 0 || last === undefined) return first;
    heap[0] = last;
    for (let at = 0; ;) {
      let next = at;
      for (const below of [2 * at + 1, 2 * at + 2]) if (below < heap.length && this.#isBefore(heap[below], heap[next])) next = below;
      if (next === at) return first;
      [heap[at], heap[next]] = [heap[next], heap[at]];
      at = next;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [left, right] = [this.leaves[a].rows.split!.gain, this.leaves[b].rows.split!.gain];
    return left > right || (left === right && a < b);
  }
}

function flatten(nodes: readonly Node[], bins: readonly ColumnBins[]): Pick<GrownTree, 'forest' | 'binned'> {
  const size = nodes.length;
  const sets = nodes.filter(({ split }) => split?.categories).length;
  const forest: Forest = {
    starts: Int32Array.of(0, size),
    columns: new Int32Array(size).fill(-1),
    values: new Float32Array(size),
    flags: new Uint8Array(size),
    rights: new Int32Array(size),
    covers: new Float32Array(size),
    gains: new Float32Array(size),
    sets: new Int32Array(8 * sets),
  };
  const thresholds = new Int32Array(size);
  let set = 0;
  // Right sides wait, each with the node whose `rights` is to point at it.
  const waiting: [node: number, parent: number][] = [[0, -1]];
  for (let at = 0; at < size; at++) {
    const [number, parent] = waiting.pop()!;
    if (parent >= 0) forest.rights[parent] = at;
    const { split, left, right, count, value } = nodes[number];
    forest.covers[at] = count;
    forest.values[at] = value;
    if (!split) continue;
    const column = bins[split.column];
    forest.columns[at] = split.column;
    forest.gains[at] = split.gain;
    forest.flags[at] = (split.missingLeft ? 1 : 0) | (split.categories ? 2 : 0);
    if (split.categories) {
      forest.sets.set(split.categories, set);
      forest.values[at] = thresholds[at] = set;
      // A category that training never saw is missing.
      set += 8;
    } else {
      thresholds[at] = split.bin;
      forest.values[at] = column.kind === 'number' && split.bin < column.upTo.length ? column.upTo[split.bin] : Infinity;
    }
    waiting.push([right, at], [left, -1]);
  }
  const binned: BinnedTree = {
    columns: Int32Array.from(forest.columns),
    bins: thresholds,
    flags: forest.flags,
    rights: forest.rights,
    values: Float64Array.from(forest.values),
    sets: forest.sets,
  };
  return { forest, binned };
}
