import type { RunContext } from '../../base/run';
import type { Kernels } from '../kernels';
import type { Points } from '../points';

/** More points than this are refused: time grows with the square. */
export const mostHdbscanPoints = 20_000;

export interface HdbscanOptions {
  /** Fewer points than this are no cluster. */
  minClusterSize: number;
  /** The distance to the so-manieth nearest point (itself counted, as scikit-learn does) is how dense it is there; larger calls more points noise. */
  minSamples: number;
}

export interface Hdbscan {
  /** How many clusters, the largest first, ties by their first rows. */
  clusters: number;
  /** −1 is noise. */
  labels: Int32Array;
  /** How firmly a point belongs, 0 (noise) … 1 (the dense core). */
  probabilities: Float32Array;
  /** Distance to the minSamples-th nearest point. */
  coreDistances: Float32Array;
  /** For each cluster: the density (1 / distance) at which it came to be, and the highest in it. */
  birth: Float64Array;
  densest: Float64Array;
}

/**
 * Campello, Moulavi & Sander 2013; McInnes & Healy 2017: minimum spanning tree over mutual reachability, condensed, excess of
 * mass. Reports the stage `cluster`.
 * @throws RangeError above {@link mostHdbscanPoints}
 */
export async function hdbscan(points: Points, options: HdbscanOptions, run: RunContext): Promise<Hdbscan> {
  throw new Error(`not yet ${points.rows} ${options.minSamples} ${run.signal.aborted}`);
}

export interface DensityPlaces {
  labels: Int32Array;
  probabilities: Float32Array;
}

/**
 * Everybody's cluster from a fit on a sample: that of the nearest clustered person of the sample, where the mutual
 * reachability to that person is within the distance at which the cluster came to be; −1 otherwise.
 */
export async function placeByDensity(
  points: Points,
  sample: Points,
  fit: Hdbscan,
  kernels: Kernels,
  run: RunContext,
): Promise<DensityPlaces> {
  throw new Error(`not yet ${points.rows} ${sample.rows} ${fit.clusters} ${kernels.info.kind} ${run.signal.aborted}`);
}
