import type { ColumnBins, Direction } from './rows';

/** One byte holds the bins and one for what is missing. */
export const mostBins = 255;
/** More values than these say nothing more about where quantiles lie. */
const mostSampled = 200_000;
/** Fewer rows in a bin teach nothing that a neighbour would not. */
const fewestOfBin = 3;

interface Matrix {
  rows: number;
  columns: number;
  values: Float32Array;
  categories?: Uint8Array;
}

/**
 * Bins of about equal numbers of rows for each column of numbers, and of each value on its own where there are few
 * values; a value that many rows have gets a bin of its own (GreedyFindBin of LightGBM, Ke et al. 2017). Categories are
 * their own bins.
 */
export function findBins({ rows, columns, values, categories }: Matrix, most: number, directions?: ArrayLike<number>): ColumnBins[] {
  const every = Math.max(1, Math.ceil(rows / mostSampled));
  const sample = new Float32Array(Math.ceil(rows / every));
  return Array.from({ length: columns }, (_, c): ColumnBins => {
    const inCategories = categories?.[c] ?? 0;
    let missing = false;
    for (let at = c; at < values.length && !missing; at += columns) {
      missing = !(inCategories > 0 ? values[at] >= 0 && values[at] < inCategories : !Number.isNaN(values[at]));
    }
    if (inCategories > 0) return { kind: 'category', categories: inCategories, missing };
    let known = 0;
    for (let row = 0; row < rows; row += every) {
      const value = values[row * columns + c];
      // Minus zero sorts before zero, and is the same number.
      if (!Number.isNaN(value)) sample[known++] = value + 0;
    }
    return {
      kind: 'number',
      upTo: edgesOf(sample.subarray(0, known).sort(), most),
      missing,
      direction: (directions?.[c] ?? 0) as Direction,
    };
  });
}

/** Upper edges of all bins but the last. */
function edgesOf(sorted: Float32Array, most: number): Float32Array {
  const distinct: number[] = [];
  const counts: number[] = [];
  for (const value of sorted) {
    if (value === distinct[distinct.length - 1]) counts[counts.length - 1]++;
    else {
      distinct.push(value);
      counts.push(1);
    }
  }
  const edges: number[] = [];
  const least = Math.min(fewestOfBin, Math.ceil(sorted.length / 2));
  if (distinct.length <= most) {
    let count = 0;
    for (let i = 0; i < distinct.length - 1; i++) {
      count += counts[i];
      if (count < least) continue;
      edges.push(between(distinct[i], distinct[i + 1]));
      count = 0;
    }
    return Float32Array.from(edges);
  }
  let mean = sorted.length / most;
  const isLarge = counts.map((count) => count >= mean);
  let restBins = most - isLarge.filter((large) => large).length;
  let rest = counts.reduce((sum, count, i) => sum + (isLarge[i] ? 0 : count), 0);
  mean = rest / restBins;
  let count = 0;
  for (let i = 0; i < distinct.length - 1 && edges.length < most - 1; i++) {
    if (!isLarge[i]) rest -= counts[i];
    count += counts[i];
    if (!isLarge[i] && count < mean && !(isLarge[i + 1] && count >= Math.max(1, mean / 2))) continue;
    edges.push(between(distinct[i], distinct[i + 1]));
    count = 0;
    if (isLarge[i]) continue;
    restBins--;
    mean = rest / restBins;
  }
  return Float32Array.from(edges);
}

/** A number that the lower one does not pass and the higher one does. */
function between(low: number, high: number): number {
  const middle = Math.fround(low / 2 + high / 2);
  return middle >= low && middle < high ? middle : low;
}
