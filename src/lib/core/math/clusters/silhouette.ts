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
  return (await silhouettes(points, [labels], options, run))[0];
}

/** The same for several ways to label the points, whose distances are made once; left out is who is in no cluster by any of them. */
export async function silhouettes(
  points: Points,
  labelings: Int32Array[],
  options: SilhouetteOptions,
  run: RunContext,
): Promise<Silhouette[]> {
  let clustered = 0;
  const isClustered = (row: number) => labelings.every((labels) => labels[row] >= 0);
  const all = new Int32Array(points.rows);
  for (let row = 0; row < points.rows; row++) if (isClustered(row)) all[clustered++] = row;
  const rows = sampleRows(clustered, options.sample, new Random(options.seed)).map((at) => all[at]);
  const sampled = labelings.map((labels) => clustersOf(rows.map((row) => labels[row])));
  await addDistances(takeRows(points, rows), sampled, run);
  return sampled.map((clusters) => silhouetteOf(rows, clusters));
}

interface Clusters {
  k: number;
  labels: Int32Array;
  sizes: Int32Array;
  /** For each point the sum of its distances to the points of each cluster: rows × k. */
  sums: Float64Array;
}

function clustersOf(labels: Int32Array): Clusters {
  const k = labels.reduce((most, label) => Math.max(most, label + 1), 0);
  const sizes = new Int32Array(k);
  for (const label of labels) sizes[label]++;
  return { k, labels, sizes, sums: new Float64Array(labels.length * k) };
}

async function addDistances({ rows, columns, values }: Points, labelings: Clusters[], run: RunContext): Promise<void> {
  const distances = new Float64Array(rows);
  for (let a = 0; a < rows; a++) {
    for (let b = 0; b < a; b++) distances[b] = Math.sqrt(squaredDistance(values, a, values, b, columns));
    for (const { k, labels, sums } of labelings) {
      const own = labels[a];
      for (let b = 0; b < a; b++) {
        sums[a * k + labels[b]] += distances[b];
        sums[b * k + own] += distances[b];
      }
    }
    await run.breathe();
  }
}

function silhouetteOf(rows: Int32Array, { k, labels, sizes, sums }: Clusters): Silhouette {
  const perCluster = new Float64Array(k).fill(NaN);
  if (sizes.filter((size) => size > 0).length < 2) return { mean: NaN, perCluster, rows, values: new Float32Array(rows.length).fill(NaN) };
  const totals = new Float64Array(k);
  const values = Float32Array.from(labels, (own, at) => {
    if (sizes[own] === 1) return 0;
    const a = sums[at * k + own] / (sizes[own] - 1);
    let b = Infinity;
    for (let other = 0; other < k; other++) if (other !== own && sizes[other] > 0) b = Math.min(b, sums[at * k + other] / sizes[other]);
    return a === b ? 0 : (b - a) / Math.max(a, b);
  });
  values.forEach((value, at) => (totals[labels[at]] += value));
  totals.forEach((total, cluster) => (perCluster[cluster] = sizes[cluster] > 0 ? total / sizes[cluster] : NaN));
  return { mean: totals.reduce((sum, total) => sum + total, 0) / rows.length, perCluster, rows, values };
}
