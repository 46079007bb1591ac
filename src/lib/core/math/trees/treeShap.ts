import { isLeft, type Forest } from './forest';

/**
 * Exact Shapley values of a forest, where what is not known of a row goes down both sides in proportion to the training
 * rows there (TreeSHAP, path-dependent: Lundberg et al. 2020, Nature Machine Intelligence 2, algorithm 1).
 *
 * A leaf's value is shared among its path's columns by ∫₀¹ Π (t·o + (1−t)·z) dt over the others (Owen 1972), z being the
 * share of rows that take the column's edges and o whether the row takes them all. That is a polynomial in t of the
 * degree of the path, so Gauss–Legendre points give it exactly, and all leaves below an edge are summed up at these
 * points: a row costs one walk over the nodes instead of one over the pairs of columns on every path.
 */
export class TreeShap {
  /** What the shares are added to: the mean over the training rows. */
  readonly base: number;
  readonly #points: Float64Array;
  readonly #weights: Float64Array;
  /** By depth and point: the product of the path, and the sum below. */
  readonly #products: Float64Array;
  readonly #sums: Float64Array;
  /** Of each column on the path: whether the row takes its edges, and the share that does. */
  readonly #taken: Float64Array;
  readonly #shares: Float64Array;
  #inputs: ArrayLike<number> = [];
  #at = 0;
  #out: Float64Array = new Float64Array(0);
  #outAt = 0;

  constructor(
    private readonly forest: Forest,
    readonly columns: number,
  ) {
    const { starts } = forest;
    let [depth, base] = [0, 0];
    for (let tree = 0; tree < starts.length - 1; tree++) {
      depth = Math.max(depth, depthOf(forest, starts[tree]));
      base += meanOf(forest, starts[tree]);
    }
    this.base = base;
    const { points, weights } = gaussLegendre(Math.max(1, Math.ceil(Math.min(depth, columns) / 2)));
    [this.#points, this.#weights] = [points, weights];
    this.#products = new Float64Array((depth + 1) * points.length).fill(1, 0, points.length);
    this.#sums = new Float64Array((depth + 2) * points.length);
    this.#taken = new Float64Array(columns).fill(1);
    this.#shares = new Float64Array(columns).fill(1);
  }

  /** Adds the shares of one row, one a column, to `out`. */
  addRow(inputs: ArrayLike<number>, at: number, out: Float64Array, outAt = 0): void {
    [this.#inputs, this.#at, this.#out, this.#outAt] = [inputs, at, out, outAt];
    const { starts } = this.forest;
    for (let tree = 0; tree < starts.length - 1; tree++) this.#visit(starts[tree], 0);
  }

  /** Leaves Σ value · product of the leaves below in the sums of this depth. */
  #visit(node: number, depth: number): void {
    const { columns, values, flags, rights, covers, sets } = this.forest;
    const { length } = this.#points;
    const here = depth * length;
    const column = columns[node];
    if (column < 0) {
      for (let q = 0; q < length; q++) this.#sums[here + q] = values[node] * this.#products[here + q];
      return;
    }
    const left = isLeft(values[node], flags[node], sets, this.#inputs[this.#at + column]);
    this.#edge(node + 1, depth, column, left ? 1 : 0, covers[node + 1] / covers[node], true);
    this.#edge(rights[node], depth, column, left ? 0 : 1, covers[rights[node]] / covers[node], false);
  }

  #edge(child: number, depth: number, column: number, takes: number, share: number, isFirst: boolean): void {
    const points = this.#points;
    const { length } = points;
    const [here, below] = [depth * length, (depth + 1) * length];
    const [takenBefore, shareBefore] = [this.#taken[column], this.#shares[column]];
    const taken = takenBefore * takes;
    const shared = shareBefore * share;
    for (let q = 0; q < length; q++) {
      const t = points[q];
      this.#products[below + q] = (this.#products[here + q] * (t * taken + (1 - t) * shared)) / (t * takenBefore + (1 - t) * shareBefore);
    }
    [this.#taken[column], this.#shares[column]] = [taken, shared];
    this.#visit(child, depth + 1);
    [this.#taken[column], this.#shares[column]] = [takenBefore, shareBefore];
    let effect = 0;
    for (let q = 0; q < length; q++) {
      const t = points[q];
      const sum = this.#sums[below + q];
      effect +=
        this.#weights[q] *
        sum *
        ((taken - shared) / (t * taken + (1 - t) * shared) - (takenBefore - shareBefore) / (t * takenBefore + (1 - t) * shareBefore));
      this.#sums[here + q] = isFirst ? sum : this.#sums[here + q] + sum;
    }
    this.#out[this.#outAt + column] += effect;
  }
}

function depthOf(forest: Forest, node: number): number {
  if (forest.columns[node] < 0) return 0;
  return 1 + Math.max(depthOf(forest, node + 1), depthOf(forest, forest.rights[node]));
}

function meanOf(forest: Forest, node: number): number {
  const { columns, values, rights, covers } = forest;
  if (columns[node] < 0) return values[node];
  const share = covers[node + 1] / covers[node];
  return share * meanOf(forest, node + 1) + (1 - share) * meanOf(forest, rights[node]);
}

/** Points and weights on 0 … 1 that integrate polynomials of a degree below 2 · count exactly (Newton's method on Legendre's polynomial). */
export function gaussLegendre(count: number): { points: Float64Array; weights: Float64Array } {
  const points = new Float64Array(count);
  const weights = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (count + 0.5));
    let slope = 1;
    for (let step = 0; step < 100; step++) {
      let [before, value] = [0, 1];
      for (let n = 1; n <= count; n++) [before, value] = [value, ((2 * n - 1) * x * value - (n - 1) * before) / n];
      slope = (count * (x * value - before)) / (x * x - 1);
      const move = value / slope;
      x -= move;
      if (Math.abs(move) < 1e-16) break;
    }
    points[i] = (1 - x) / 2;
    weights[i] = 1 / ((1 - x * x) * slope * slope);
  }
  return { points, weights };
}
