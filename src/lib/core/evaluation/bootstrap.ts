import { Random } from '../base/random';
import { quantile } from '../math/quantile';
import type { Measurement } from './evaluate';

/**
 * Half the width of the 95 % interval of each mean, by resampling users (percentile bootstrap, Efron & Tibshirani
 * 1993). The same seed gives the same margins.
 */
export function bootstrapMargins({ names, perUser }: Measurement, seed: number, resamples = 200): Record<string, number> {
  const users = perUser.length / names.length;
  if (users === 0) return {};
  const random = new Random(seed, 77);
  const means = names.map(() => new Float64Array(resamples));
  const sums = new Float64Array(names.length);
  for (let resample = 0; resample < resamples; resample++) {
    sums.fill(0);
    for (let draw = 0; draw < users; draw++) {
      const row = random.below(users) * names.length;
      for (let metric = 0; metric < names.length; metric++) sums[metric] += perUser[row + metric];
    }
    sums.forEach((sum, metric) => (means[metric][resample] = sum / users));
  }
  return Object.fromEntries(names.map((name, metric) => [name, halfWidth(means[metric])]));
}

function halfWidth(means: Float64Array): number {
  means.sort();
  return (quantile(means, 0.975) - quantile(means, 0.025)) / 2;
}
