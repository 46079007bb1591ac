import type { RunContext } from '../../base/run';

/** How the values of one column become small numbers: at most 255 bins, and one more for what is missing. */
export type ColumnBins =
  /** The bin of a number is the first whose `upTo` is not below it, or one past them. Ascending. */
  | { kind: 'number'; upTo: Float32Array; missing: boolean; direction: Direction }
  /** Values are the numbers 0 … categories − 1; any other is missing. */
  | { kind: 'category'; categories: number; missing: boolean };

/** 1: predictions may only rise with the column, −1: only fall, 0: either. */
export type Direction = -1 | 0 | 1;

/** Rows to grow trees over. */
export interface TrainingRows {
  rows: number;
  columns: number;
  /** Row-major float32, NaN where missing. */
  values: Float32Array;
  bins: readonly ColumnBins[];
  labels: Float32Array;
  /** How much each row counts; all the same where left out. */
  weights?: Float32Array;
}

/** What a leaf must be like, and how its value is steadied. */
export interface SplitRules {
  /** λ of Ke et al. 2017: added to the sum of second derivatives. */
  l2: number;
  /** Fewest rows of a leaf, by the share of its second derivatives. */
  minRows: number;
  /** Least sum of second derivatives of a leaf. */
  minHessian: number;
  /** Least gain of a split. */
  minGain: number;
  /** Steadies the order of categories, and leaves those with fewer rows out. */
  categorySmoothing: number;
  /** Added to `l2` where several categories are split off together. */
  categoryL2: number;
  /** Most categories on the smaller side. */
  mostCategories: number;
  /** Fewest rows of a group of categories. */
  minRowsOfGroup: number;
}

export const lightgbmRules: SplitRules = {
  l2: 0,
  minRows: 20,
  minHessian: 1e-3,
  minGain: 0,
  categorySmoothing: 10,
  categoryL2: 10,
  mostCategories: 32,
  minRowsOfGroup: 100,
};

export interface Split {
  column: number;
  gain: number;
  /** Numbers of this bin and those below go left; −1 where categories are split. */
  bin: number;
  /** Bits of the bins that go left, where categories are split. */
  categories: Int32Array | null;
  missingLeft: boolean;
  /** Sums of the left side, in whole units (see {@link TreeRows}). */
  gradient: number;
  hessian: number;
  /** The λ that its leaves' values are made with. */
  l2: number;
}

/** A leaf's rows and the best that could be made of it. */
export interface LeafRows {
  count: number;
  /** Sums over its rows in whole units. */
  gradient: number;
  hessian: number;
  /** null where no split is worth it, or none was looked for. */
  split: Split | null;
}

/** Between which values a leaf must stay, so that a column's direction holds. */
export interface Bounds {
  low: number;
  high: number;
}

export type Loss = 'log-loss' | 'squared' | 'mean';

/** What a leaf is asked. */
export interface LeafQuestion {
  /** Columns to look for a split in; none: the leaf will not be split. */
  columns: Int32Array;
  bounds: Bounds;
}

/**
 * Rows placed where trees are grown over them: the loops, in plain TypeScript or in the kernels.
 *
 * First and second derivatives are kept as whole numbers of units that are powers of two, small enough that no sum of
 * all rows passes 2³¹. Such sums are exact, so that they come out the same whoever adds them up in whatever order; what
 * rounding would lose is made good on average by rounding up with the probability of the rest (Shi et al. 2022, §4.3),
 * by a hash of row and seed.
 */
export interface TreeRows {
  /** Scores of all rows begin here. */
  begin(score: number): void;
  /**
   * Derivatives of the loss at the scores; of `mean`, those by which a leaf's value is the weighted mean of its labels.
   * @param weights instead of the rows' own
   * @returns the loss before, summed and weighted; 0 of `mean`
   */
  derive(loss: Loss, seed: number, run: RunContext, weights?: Float32Array): Promise<number>;
  /** What a unit of the sums is. */
  readonly units: { gradient: number; hessian: number };
  /** A new tree of one leaf, number 0, over these rows (ascending; all where left out). */
  plant(question: LeafQuestion, rules: SplitRules, run: RunContext, bag?: Int32Array): Promise<LeafRows>;
  /** Splits a leaf: the left side keeps its number, the right one gets the next. */
  split(
    leaf: number,
    split: Split,
    questions: [LeafQuestion, LeafQuestion],
    rules: SplitRules,
    run: RunContext,
  ): Promise<[LeafRows, LeafRows]>;
  /** Adds the leaves' values to the scores of the rows that are in the tree. */
  add(values: Float64Array, run: RunContext): Promise<void>;
  /** Adds a tree's values to the scores of the rows that are not in it. */
  addOutside(tree: BinnedTree, run: RunContext): Promise<void>;
  scores(): Float64Array;
  dispose(): void;
}

/** A tree over bins in preorder: a node's left child is the next one. */
export interface BinnedTree {
  /** −1 for a leaf. */
  columns: Int32Array;
  /** The bin of a number's split, or the first of eight words of a set of categories. */
  bins: Int32Array;
  /** 1: missing goes left; 2: a set of categories. */
  flags: Uint8Array;
  rights: Int32Array;
  values: Float64Array;
  sets: Int32Array;
}

/** Columns that have room for what is missing: its bin is the one after all others. */
export function binsOf(column: ColumnBins): number {
  return (column.kind === 'number' ? column.upTo.length + 1 : column.categories) + 1;
}

export function binOf(column: ColumnBins, value: number): number {
  if (column.kind === 'category') return value >= 0 && value < column.categories ? value : column.categories;
  const { upTo } = column;
  if (Number.isNaN(value)) return upTo.length + 1;
  let [low, high] = [0, upTo.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= upTo[middle]) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Whether a row with this bin goes left. */
export function goesLeft({ bin, categories, missingLeft }: Split, of: number, missingBin: number): boolean {
  if (of === missingBin) return missingLeft;
  return categories ? ((categories[of >> 5] >>> (of & 31)) & 1) === 1 : of <= bin;
}
