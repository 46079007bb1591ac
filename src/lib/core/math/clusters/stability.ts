import { Random } from '../../base/random';
import { untold, type RunContext } from '../../base/run';
import type { Kernels } from '../kernels';
import { sampleRows, takeRows, type Points } from '../points';
import { adjustedRand } from './adjustedRand';
import { comparedFits } from './gapStatistic';

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

/** Whether k-means finds the same clusters (`labels`, of all points) again in random halves of the points. */
export async function stability(
  points: Points,
  labels: Int32Array,
  options: StabilityOptions,
  kernels: Kernels,
  seed: number,
  run: RunContext,
): Promise<Stability> {
  const { k, resamples, starts } = options;
  const quiet = untold(run);
  const values = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    // A stream of its own beside those of the fits and the references of the gap statistic.
    const rows = sampleRows(points.rows, Math.max(k, Math.round(points.rows / 2)), new Random(seed, 2000 + resample));
    const { centres } = await kernels.kmeans(takeRows(points, rows), { k, starts, ...comparedFits }, seed + resample, quiet);
    values[resample] = adjustedRand(labels, (await kernels.assign(points, centres, quiet)).labels);
    await run.breathe();
  }
  return { mean: values.reduce((sum, value) => sum + value, 0) / resamples, values };
}
