import type { RunContext } from '../../base/run';
import type { Points } from '../points';
import { inMergingOrder, rootOf, type Merge, type Merges } from './merges';
import { largestFirst } from './names';

export type { Merges };

/** More points than this are refused: time grows with the square. */
export const mostWardPoints = 5_000;

/**
 * Ward 1963 by the nearest-neighbour chain (Murtagh 1983, Müllner 2011): pairs of clusters that are each other's nearest
 * are merged, in any order, and the merges sorted by height afterwards. Clusters are kept by their centres, so that
 * memory is rows × columns. Reports the stage `cluster`.
 * @throws RangeError above {@link mostWardPoints}
 */
export async function ward(points: Points, run: RunContext): Promise<Merges> {
  const { rows, columns } = points;
  if (rows > mostWardPoints) throw new RangeError(`Ward's tree of ${rows} points, where ${mostWardPoints} are the most`);
  const merges = Math.max(0, rows - 1);
  // A cluster lives at the place of one of its points.
  const centres = Float64Array.from(points.values);
  const sizes = new Int32Array(rows).fill(1);
  const alive = Int32Array.from({ length: rows }, (_, row) => row);
  let left = rows;
  const found: Merge[] = [];
  const chain: number[] = [];
  while (found.length < merges) {
    if (chain.length === 0) chain.push(alive[0]);
    const end = chain[chain.length - 1];
    const before = chain.length > 1 ? chain[chain.length - 2] : -1;
    // Of equally near ones the one before is taken, or the chain would go in circles.
    let nearest = before;
    let least = before === -1 ? Infinity : cost(centres, sizes, end, before, columns);
    for (let at = 0; at < left; at++) {
      const other = alive[at];
      if (other === end) continue;
      const height = cost(centres, sizes, end, other, columns);
      if (height < least) [least, nearest] = [height, other];
    }
    if (nearest !== before) {
      chain.push(nearest);
    } else {
      chain.length -= 2;
      const [kept, gone] = [Math.max(end, nearest), Math.min(end, nearest)];
      found.push({ a: gone, b: kept, height: Math.sqrt(least) });
      const size = sizes[kept] + sizes[gone];
      for (let column = 0; column < columns; column++) {
        const at = kept * columns + column;
        centres[at] = (sizes[kept] * centres[at] + sizes[gone] * centres[gone * columns + column]) / size;
      }
      sizes[kept] = size;
      left--;
      alive.copyWithin(alive.indexOf(gone), alive.indexOf(gone) + 1, left + 1);
      if (found.length % 64 === 0) run.report({ stage: 'cluster', done: found.length, total: merges, unit: 'steps' });
    }
    await run.breathe();
  }
  return inMergingOrder(found, rows);
}

/** 2 |A| |B| / (|A| + |B|) · ‖centre A − centre B‖² */
function cost(centres: Float64Array, sizes: Int32Array, a: number, b: number, columns: number): number {
  let sum = 0;
  for (let column = 0, i = a * columns, j = b * columns; column < columns; column++, i++, j++) {
    const difference = centres[i] - centres[j];
    sum += difference * difference;
  }
  return ((2 * sizes[a] * sizes[b]) / (sizes[a] + sizes[b])) * sum;
}

/** The k clusters before the last k − 1 merges, the largest first, ties by their first rows. */
export function cutTree(merges: Merges, k: number): Int32Array {
  const rows = merges.left.length + 1;
  const parents = new Int32Array(2 * rows);
  for (let node = 0; node < parents.length; node++) parents[node] = node;
  for (let merge = 0; merge < rows - k; merge++) parents[merges.left[merge]] = parents[merges.right[merge]] = rows + merge;
  return largestFirst(Int32Array.from({ length: rows }, (_, row) => rootOf(parents, row)));
}

/** The mean of each cluster (k × columns), for `Kernels.assign`; rows labelled −1 count nowhere. */
export function centresOf({ rows, columns, values }: Points, labels: Int32Array, k: number): Float32Array {
  const sums = new Float64Array(k * columns);
  const sizes = new Int32Array(k);
  for (let row = 0; row < rows; row++) {
    if (labels[row] < 0) continue;
    sizes[labels[row]]++;
    for (let column = 0; column < columns; column++) sums[labels[row] * columns + column] += values[row * columns + column];
  }
  return Float32Array.from(sums, (sum, at) => sum / Math.max(1, sizes[Math.floor(at / columns)]));
}
