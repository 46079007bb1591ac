import type { RunContext } from '../../base/run';
import type { Kernels } from '../kernels';
import type { Points } from '../points';

export interface StabilityOptions {
  k: number;
  /** How many halves of the points are drawn and fitted. */
  resamples: number;
  starts: number;
}

export interface Stability {
  /** Mean adjusted Rand index between the fit of everyone and the fits of random halves, with everyone assigned. */
  mean: number;
  values: Float64Array;
}

export async function stability(
  points: Points,
  labels: Int32Array,
  options: StabilityOptions,
  kernels: Kernels,
  seed: number,
  run: RunContext,
): Promise<Stability> {
  throw new Error(`not yet ${points.rows} ${labels.length} ${options.k} ${kernels.info.kind} ${seed} ${run.signal.aborted}`);
}
