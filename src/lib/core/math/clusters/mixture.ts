import type { RunContext } from '../../base/run';
import type { Kernels } from '../kernels';
import type { Points } from '../points';

export interface MixtureOptions {
  k: number;
  /** `full`: each cluster is an ellipsoid of any direction; `diagonal`: traits are independent within a cluster. */
  covariance: 'full' | 'diagonal';
  /** k-means fits to begin with; the likeliest is kept. */
  starts: number;
  maxIterations: number;
  /** Ends once the mean log-likelihood rises by less. */
  tolerance: number;
  /** Added to the diagonal of each covariance. */
  regularization: number;
  /** People the mixture is fitted on at most; everyone can be placed afterwards. */
  sample: number;
  /** Responsibilities to begin with (rows × k) instead of k-means; there is one start then, and no sample. */
  responsibilities?: Float32Array;
}

export const mixtureDefaults: MixtureOptions = {
  k: 8,
  covariance: 'full',
  starts: 1,
  maxIterations: 100,
  tolerance: 1e-3,
  regularization: 1e-6,
  sample: 100_000,
};

/** The heaviest first, ties by the means' first coordinates. */
export interface Mixture {
  k: number;
  columns: number;
  covariance: 'full' | 'diagonal';
  weights: Float64Array;
  /** k × columns. */
  means: Float64Array;
  /** full: k × columns × columns; diagonal: k × columns. */
  covariances: Float64Array;
  /** Mean log-likelihood of a point the mixture was fitted on. */
  logLikelihood: number;
  /** −2 log L + parameters · log n on those points: the lower, the better. */
  bic: number;
  iterations: number;
  converged: boolean;
  /** Points it was fitted on. */
  sampled: number;
}

export interface MixturePlaces {
  /** The component that most likely made each point. */
  labels: Int32Array;
  /** How likely it is that one, 1/k … 1. */
  certainties: Float32Array;
  /** Mean log-likelihood. */
  logLikelihood: number;
}

/** Gaussian mixture by expectation and maximisation (Dempster, Laird & Rubin 1977). Reports the stage `mixture`. */
export async function fitMixture(
  points: Points,
  options: Partial<MixtureOptions>,
  kernels: Kernels,
  seed: number,
  run: RunContext,
): Promise<Mixture> {
  throw new Error(`not yet ${points.rows} ${options.k} ${kernels.info.kind} ${seed} ${run.signal.aborted}`);
}

export async function placeInMixture(points: Points, mixture: Mixture, run: RunContext): Promise<MixturePlaces> {
  throw new Error(`not yet ${points.rows} ${mixture.k} ${run.signal.aborted}`);
}

/** How likely each component made each point: rows × k. */
export async function responsibilities(points: Points, mixture: Mixture, run: RunContext): Promise<Float32Array> {
  throw new Error(`not yet ${points.rows} ${mixture.k} ${run.signal.aborted}`);
}
