import { Random } from '../base/random';
import { quantile } from '../math/quantile';
import type { Measurement } from './evaluate';

/**
 * The 95 % interval of each mean, by resampling users (percentile bootstrap, Efron & Tibshirani 1993). The same seed
 * gives the same intervals. A resample without anybody of whom a metric says something is passed over.
 */
export function bootstrapIntervals(
  { names, perUser }: Pick<Measurement, 'names' | 'perUser'>,
  seed: number,
  resamples = 200,
): Record<string, [number, number]> {
  const users = perUser.length / names.length;
  if (users === 0) return {};
  const random = new Random(seed, 77);
  const means = names.map(() => new Float64Array(resamples));
  const sums = new Float64Array(names.length);
  const counts = new Int32Array(names.length);
  for (let resample = 0; resample < resamples; resample++) {
    sums.fill(0);
    counts.fill(0);
    for (let draw = 0; draw < users; draw++) {
      const row = random.below(users) * names.length;
      for (let metric = 0; metric < names.length; metric++) {
        const value = perUser[row + metric];
        if (value !== value) continue;
        sums[metric] += value;
        counts[metric]++;
      }
    }
    for (let metric = 0; metric < names.length; metric++) means[metric][resample] = sums[metric] / counts[metric];
  }
  return Object.fromEntries(names.map((name, metric) => [name, interval(means[metric].filter((mean) => mean === mean))]));
}

/** Half the width of {@link bootstrapIntervals}. */
export function bootstrapMargins(measured: Pick<Measurement, 'names' | 'perUser'>, seed: number, resamples = 200): Record<string, number> {
  const intervals = Object.entries(bootstrapIntervals(measured, seed, resamples));
  return Object.fromEntries(intervals.map(([name, [low, high]]) => [name, (high - low) / 2]));
}

function interval(means: Float64Array): [number, number] {
  if (means.length === 0) return [0, 0];
  means.sort();
  return [quantile(means, 0.025), quantile(means, 0.975)];
}
