/**
 * What a step of growing a tree works on; the field order is the one that core/math/simd/trees/treesJob.ts writes. A row's record
 * is its derivatives, packed, then one byte a column: its bin.
 *
 * Both derivatives of a row are one i64: the first in the upper half, the second, never below zero, in the lower. No sum
 * of all second derivatives passes 2³², so one addition adds both.
 */
@unmanaged
export class TreesJob {
  records: usize;
  stride: i32;
  rows: i32;
  /** Row numbers, leaf by leaf, then those outside the tree; and room to part them. */
  list: usize;
  lefts: usize;
  rights: usize;
  labels: usize;
  /** 0 where all rows count the same. */
  weights: usize;
  scores: usize;
  gradients: usize;
  hessians: usize;
  /** Three float64 a block: sums of |first derivatives|, of second ones, and the loss. */
  sums: usize;
  /** 0 log loss, 1 squared error, 2 mean. */
  loss: i32;
  seed: i32;
  /** Places in the list that are worked on, and how many a block takes. */
  from: i32;
  to: i32;
  step: i32;
  /** The split. */
  column: i32;
  bin: i32;
  flags: i32;
  set: usize;
  missingBin: i32;
  /** How many go left, of each block. */
  counts: usize;
  /** Columns that are looked at. */
  used: usize;
  usedCount: i32;
  /** Where blocks add up histograms, and the bytes of one. */
  partials: usize;
  histogramBytes: i32;
  parts: i32;
  /** The histogram of the leaf that was added up, and of its sibling, now their parent's; 0 for none. */
  small: usize;
  large: usize;
  /** Of each column. */
  offsets: usize;
  kinds: usize;
  known: usize;
  missing: usize;
  directions: usize;
  /** Where the best splits go, of each leaf and column that is looked at. */
  splits: usize;
  bounded: i32;
  /** Leaves by place: first place and one past the last, and values. */
  leafStarts: usize;
  leafValues: usize;
  leaves: i32;
  tree: usize;
  sets: usize;
  /** Inputs of some rows. */
  staging: usize;
  stagingRow: i32;
  edges: usize;
  columns: i32;
  /** Rows in the staging, when a forest is asked. */
  stagingRows: i32;
  /** Where a forest adds what it says of them. */
  outputs: usize;
  trees: i32;
  spare: i32;
  gradientUnit: f64;
  hessianUnit: f64;
  l2: f64;
  minRows: f64;
  minHessian: f64;
  minGain: f64;
  categorySmoothing: f64;
  categoryL2: f64;
  mostCategories: f64;
  minRowsOfGroup: f64;
  gradientScale: f64;
  hessianScale: f64;
}

/** Byte offset of the two leaves' figures after the job: rows, sums, bounds. */
export const leafFigures: usize = 296;
export const leafFiguresBytes: usize = 40;

/** A found split: gain, both sums of the left side, threshold, flags, and the set's eight words. */
export const splitBytes: usize = 64;
