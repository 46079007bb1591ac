import { normalQuantile, normalUpper, studentQuantile, studentTwoSided } from '../math/distributions';
import type { ArmSums, Effect } from './effect';

/**
 * Difference of two means of people's amounts, variances not taken as equal (Welch, Biometrika 1947).
 * @throws RangeError where an arm has fewer than two people
 */
export function meanEffect(control: ArmSums, treated: ArmSums, level = 0.95): Effect {
  const [m0, m1] = [control, treated].map(({ people, sum }) => sum / people);
  const [v0, v1] = [control, treated].map((arm) => varianceOf(arm) / arm.people);
  const difference = m1 - m0;
  const error = Math.sqrt(v0 + v1);
  const degrees = (v0 + v1) ** 2 / (v0 ** 2 / (control.people - 1) + v1 ** 2 / (treated.people - 1));
  if (error === 0) return effectOf(m0, m1, 0, 0, difference === 0 ? 1 : 0);
  return effectOf(m0, m1, error, studentQuantile(1 - level, degrees) * error, studentTwoSided(difference / error, degrees));
}

/** What people bought for and how often, say: sums of both over people, of their squares and of their products. */
export interface ArmRatio {
  people: number;
  above: number;
  below: number;
  aboveSquares: number;
  belowSquares: number;
  products: number;
}

/** Sums of one arm, two values a person: money and orders, clicks and mails. */
export function ratioSumsOf(above: ArrayLike<number>, below: ArrayLike<number>): ArmRatio {
  const sums: ArmRatio = { people: above.length, above: 0, below: 0, aboveSquares: 0, belowSquares: 0, products: 0 };
  for (let i = 0; i < above.length; i++) {
    sums.above += above[i];
    sums.below += below[i];
    sums.aboveSquares += above[i] * above[i];
    sums.belowSquares += below[i] * below[i];
    sums.products += above[i] * below[i];
  }
  return sums;
}

/**
 * Difference of two ratios of sums, people being what was drawn and not their orders: variances by the delta method
 * (Deng, Knoblich & Lu, KDD 2018).
 * @throws RangeError where an arm's lower sum is 0
 */
export function ratioEffect(control: ArmRatio, treated: ArmRatio, level = 0.95): Effect {
  const [r0, r1] = [control, treated].map(({ above, below }) => above / below);
  const error = Math.sqrt(ratioVariance(control) + ratioVariance(treated));
  const difference = r1 - r0;
  if (error === 0) return effectOf(r0, r1, 0, 0, difference === 0 ? 1 : 0);
  return effectOf(r0, r1, error, normalQuantile(1 - (1 - level) / 2) * error, 2 * normalUpper(Math.abs(difference) / error));
}

function ratioVariance({ people: n, above, below, aboveSquares, belowSquares, products }: ArmRatio): number {
  if (n < 2 || below === 0) throw new RangeError('a ratio needs two people, and something below its line');
  const [a, b] = [above / n, below / n];
  const varAbove = (aboveSquares - n * a * a) / (n - 1);
  const varBelow = (belowSquares - n * b * b) / (n - 1);
  const covariance = (products - n * a * b) / (n - 1);
  return (varAbove - ((2 * a) / b) * covariance + (a / b) ** 2 * varBelow) / (b * b * n);
}

/** Of a sample. */
export function varianceOf({ people, sum, squares }: ArmSums): number {
  if (people < 2) throw new RangeError('fewer than two people have no variance');
  return Math.max(0, (squares - (sum * sum) / people) / (people - 1));
}

function effectOf(control: number, treated: number, error: number, spread: number, p: number): Effect {
  const difference = treated - control;
  const relative = control === 0 ? null : difference / control;
  return { control, treated, difference, low: difference - spread, high: difference + spread, relative, p, error };
}
