import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What scikit-learn and scipy gave (scripts/reference/clusters.py). */
export function reference() {
  const path = fileURLToPath(new URL('../../fixtures/clusters.json', import.meta.url));
  return JSON.parse(readFileSync(path, 'utf8')) as ClusterReference;
}

interface ClusterReference {
  points: { columns: number; values: number[] };
  dense: { columns: number; values: number[] };
  kmeans: { first: number[]; tolerance: number; labels: number[]; inertia: number; iterations: number; centres: number[] }[];
  pca: { components: number[]; variances: number[]; ratios: number[]; means: number[]; projected: number[] };
  silhouette: { labels: number[]; values: number[]; mean: number };
  mixtureStart: number[];
  mixtures: {
    covariance: 'full' | 'diagonal';
    weights: number[];
    means: number[];
    covariances: number[];
    logLikelihood: number;
    bic: number;
    iterations: number;
    labels: number[];
    certainties: number[];
  }[];
  ward: { rows: number; left: number[]; right: number[]; heights: number[]; sizes: number[]; cuts: Record<string, number[]> };
  hdbscan: { minClusterSize: number; minSamples: number; labels: number[]; probabilities: number[] }[];
  adjustedRand: { a: number[]; b: number[]; index: number }[];
}
