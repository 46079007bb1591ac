import type { RunContext } from '../../base/run';

/**
 * Trees as arrays, each tree's nodes in preorder: a node's left child is the next one. Leaves and thresholds are float32,
 * as the inputs are.
 */
export interface Forest {
  /** First node of each tree, and one past the last. */
  starts: Int32Array;
  /** −1 for a leaf. */
  columns: Int32Array;
  /** A number up to it goes left; of a set of categories the first of its eight words in `sets`; of a leaf its value. */
  values: Float32Array;
  /** 1: missing goes left; 2: a set of categories. */
  flags: Uint8Array;
  rights: Int32Array;
  /** Rows of the training that reached the node. */
  covers: Float32Array;
  /** What the split gained; 0 of leaves. */
  gains: Float32Array;
  sets: Int32Array;
}

export function leafOf({ columns, values, flags, rights, sets }: Forest, root: number, inputs: ArrayLike<number>, at: number): number {
  let node = root;
  for (;;) {
    const column = columns[node];
    if (column < 0) return node;
    node = isLeft(values[node], flags[node], sets, inputs[at + column]) ? node + 1 : rights[node];
  }
}

export function isLeft(threshold: number, flags: number, sets: Int32Array, input: number): boolean {
  if (input !== input) return (flags & 1) === 1;
  if ((flags & 2) === 0) return input <= threshold;
  if (!(input >= 0 && input < 256)) return (flags & 1) === 1;
  return ((sets[threshold + (input >> 5)] >>> (input & 31)) & 1) === 1;
}

/** Adds to each row's sum what the trees from `first` on say. */
export async function referenceAddTrees(
  forest: Forest,
  first: number,
  inputs: Float32Array,
  sums: Float64Array,
  run: RunContext,
): Promise<void> {
  const { starts, values } = forest;
  const columns = inputs.length / sums.length;
  for (let row = 0; row < sums.length; row++) {
    let sum = sums[row];
    for (let tree = first; tree < starts.length - 1; tree++) sum += values[leafOf(forest, starts[tree], inputs, row * columns)];
    sums[row] = sum;
    if (row % 1024 === 0) await run.breathe();
  }
}

/** Several forests as one. */
export function joinForests(forests: readonly Forest[]): Forest {
  const sum = (of: (forest: Forest) => number) => forests.reduce((total, forest) => total + of(forest), 0);
  const nodes = sum(({ columns }) => columns.length);
  const joined: Forest = {
    starts: new Int32Array(sum(({ starts }) => starts.length - 1) + 1),
    columns: new Int32Array(nodes),
    values: new Float32Array(nodes),
    flags: new Uint8Array(nodes),
    rights: new Int32Array(nodes),
    covers: new Float32Array(nodes),
    gains: new Float32Array(nodes),
    sets: new Int32Array(sum(({ sets }) => sets.length)),
  };
  let [tree, node, set] = [0, 0, 0];
  for (const forest of forests) {
    forest.starts.forEach((start, i) => (joined.starts[tree + i] = node + start));
    tree += forest.starts.length - 1;
    for (const name of ['columns', 'flags', 'covers', 'gains'] as const) joined[name].set(forest[name], node);
    forest.values.forEach((value, i) => (joined.values[node + i] = (forest.flags[i] & 2) === 0 ? value : value + set));
    forest.rights.forEach((right, i) => (joined.rights[node + i] = forest.columns[i] < 0 ? 0 : node + right));
    joined.sets.set(forest.sets, set);
    node += forest.columns.length;
    set += forest.sets.length;
  }
  return joined;
}

/** The first trees. */
export function firstTrees(forest: Forest, trees: number): Forest {
  const nodes = forest.starts[trees];
  return {
    starts: forest.starts.slice(0, trees + 1),
    columns: forest.columns.slice(0, nodes),
    values: forest.values.slice(0, nodes),
    flags: forest.flags.slice(0, nodes),
    rights: forest.rights.slice(0, nodes),
    covers: forest.covers.slice(0, nodes),
    gains: forest.gains.slice(0, nodes),
    sets: forest.sets,
  };
}

/** Of each column, the share of its splits in the gain of all. */
export function gainSharesOf({ columns, gains }: Forest, inputs: number): Float64Array {
  const shares = new Float64Array(inputs);
  let total = 0;
  columns.forEach((column, node) => {
    if (column < 0) return;
    shares[column] += gains[node];
    total += gains[node];
  });
  return total > 0 ? shares.map((gain) => gain / total) : shares;
}
