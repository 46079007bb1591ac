import type { RunContext } from '../../base/run';
import type { Points } from '../points';

export interface SilhouetteOptions {
  /** Points to take at most; time grows with the square (5,000 × 20: see docs/decisions/0055). */
  sample: number;
  seed: number;
}

export interface Silhouette {
  /** Over the sampled points, −1 … 1. NaN where there are fewer than two clusters. */
  mean: number;
  /** Mean of each cluster; NaN where none of it was sampled. */
  perCluster: Float64Array;
  /** The sampled rows (ascending) and what each has, for the plot. */
  rows: Int32Array;
  values: Float32Array;
}

/** Rousseeuw 1987; rows labelled −1 are in no cluster and left out. A point alone in its cluster has 0. */
export async function silhouette(points: Points, labels: Int32Array, options: SilhouetteOptions, run: RunContext): Promise<Silhouette> {
  throw new Error(`not yet ${points.rows} ${labels.length} ${options.sample} ${run.signal.aborted}`);
}
