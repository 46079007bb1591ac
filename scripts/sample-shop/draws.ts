import type { Random } from '../../src/lib/core/base/random';

/** A Poisson count (Knuth's product method; for means below about 50). */
export function poisson(random: Random, mean: number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random.uniform(); product > limit; product *= random.uniform()) count++;
  return count;
}

export function dirichlet(random: Random, concentrations: readonly number[]): number[] {
  const draws = concentrations.map((concentration) => random.gamma(concentration, 1));
  const total = draws.reduce((sum, draw) => sum + draw, 0);
  return draws.map((draw) => draw / total);
}

/** An index, by weight. */
export function choose(random: Random, weights: readonly number[]): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let left = random.uniform() * total;
  for (let i = 0; i < weights.length; i++) if ((left -= weights[i]) < 0) return i;
  return weights.length - 1;
}

export function pick<T>(random: Random, values: readonly T[]): T {
  return values[random.below(values.length)];
}

/** Running totals of weights, for {@link chooseByTotals}. */
export function runningTotals(weights: ArrayLike<number>): Float64Array {
  const totals = new Float64Array(weights.length);
  let total = 0;
  for (let i = 0; i < weights.length; i++) totals[i] = total += weights[i];
  return totals;
}

export function chooseByTotals(random: Random, totals: Float64Array): number {
  return firstAbove(totals, random.uniform() * totals[totals.length - 1]);
}

/** The first index whose value is greater than `value`; the last index where none is. */
export function firstAbove(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle] > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
