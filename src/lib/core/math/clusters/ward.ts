import type { RunContext } from '../../base/run';
import type { Points } from '../points';

/** More points than this are refused: their distances would not fit a tab. */
export const mostWardPoints = 5_000;

/**
 * A tree of n − 1 merges, as scipy's `linkage` has it: merge m joins the nodes left[m] < right[m] (points are 0 … n − 1,
 * merge m makes node n + m), heights ascending.
 */
export interface Merges {
  left: Int32Array;
  right: Int32Array;
  /** √(2 |A| |B| / (|A| + |B|)) · ‖centre A − centre B‖. */
  heights: Float64Array;
  /** Points below the new node. */
  sizes: Int32Array;
}

/**
 * Ward 1963 by the nearest-neighbour chain (Murtagh 1983, Müllner 2011). Reports the stage `cluster`.
 * @throws RangeError above {@link mostWardPoints}
 */
export async function ward(points: Points, run: RunContext): Promise<Merges> {
  throw new Error(`not yet ${points.rows} ${run.signal.aborted}`);
}

/** The k clusters before the last k − 1 merges, the largest first, ties by their first rows. */
export function cutTree(merges: Merges, k: number): Int32Array {
  throw new Error(`not yet ${merges.left.length} ${k}`);
}

/** The mean of each cluster (k × columns), for `Kernels.assign`. */
export function centresOf(points: Points, labels: Int32Array, k: number): Float32Array {
  throw new Error(`not yet ${points.rows} ${labels.length} ${k}`);
}
