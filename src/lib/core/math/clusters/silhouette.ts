import { Random } from '../../base/random';
import type { RunContext } from '../../base/run';
import { sampleRows, squaredDistance, takeRows, type Points } from '../points';

export interface SilhouetteOptions {
  /** Points to take at most; time grows with the square. */
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

/**
 * How much nearer each point is to its own cluster than to the next one: (b − a) / max(a, b) with a its mean distance to
 * the others of its cluster and b the least of those to another cluster (Rousseeuw 1987). Rows labelled −1 are in no
 * cluster and left out; a point alone in its cluster has 0.
 */
export async function silhouette(points: Points, labels: Int32Array, options: SilhouetteOptions, run: RunContext): Promise<Silhouette> {
  const clustered = Int32Array.from(labels.keys()).filter((row) => labels[row] >= 0);
  const rows = sampleRows(clustered.length, options.sample, new Random(options.seed)).map((at) => clustered[at]);
  const k = clustered.reduce((most, row) => Math.max(most, labels[row] + 1), 0);
  const labelOf = rows.map((row) => labels[row]);
  const sizes = new Int32Array(k);
  for (const label of labelOf) sizes[label]++;
  const perCluster = new Float64Array(k).fill(NaN);
  if (sizes.filter((size) => size > 0).length < 2) return { mean: NaN, perCluster, rows, values: new Float32Array(rows.length).fill(NaN) };

  const sums = await distancesToClusters(takeRows(points, rows), labelOf, k, run);
  const values = Float32Array.from(labelOf, (own, at) => {
    if (sizes[own] === 1) return 0;
    const a = sums[at * k + own] / (sizes[own] - 1);
    let b = Infinity;
    for (let other = 0; other < k; other++) if (other !== own && sizes[other] > 0) b = Math.min(b, sums[at * k + other] / sizes[other]);
    return a === b ? 0 : (b - a) / Math.max(a, b);
  });
  const totals = new Float64Array(k);
  values.forEach((value, at) => (totals[labelOf[at]] += value));
  totals.forEach((total, cluster) => (perCluster[cluster] = sizes[cluster] > 0 ? total / sizes[cluster] : NaN));
  return { mean: totals.reduce((sum, total) => sum + total, 0) / rows.length, perCluster, rows, values };
}

/** For each point the sum of its distances to the points of each cluster: rows × k. */
async function distancesToClusters(
  { rows, columns, values }: Points,
  labels: Int32Array,
  k: number,
  run: RunContext,
): Promise<Float64Array> {
  const sums = new Float64Array(rows * k);
  for (let a = 0; a < rows; a++) {
    for (let b = 0; b < a; b++) {
      const distance = Math.sqrt(squaredDistance(values, a, values, b, columns));
      sums[a * k + labels[b]] += distance;
      sums[b * k + labels[a]] += distance;
    }
    await run.breathe();
  }
  return sums;
}
