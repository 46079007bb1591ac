import type { Effect } from './effect';

/**
 * An interval that may be looked at every day: the chance that it ever misses the truth is 1 − level, over all looks
 * together. Asymptotic confidence sequence of a difference (Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas 2021,
 * arXiv 2103.06476, theorem 2.2: σ̂ √((2(nρ² + 1)/(n²ρ²)) · log(√(nρ² + 1)/α))), two-sided.
 * @param error the standard error of the difference now
 * @param people of both arms together now
 * @param expected people of both arms together when the interval should be narrowest
 */
export function alwaysValid(
  effect: Pick<Effect, 'difference'>,
  error: number,
  people: number,
  expected: number,
  level = 0.95,
): {
  low: number;
  high: number;
  /** The smallest 1 − level at which the interval leaves out 0; at most 1. */
  p: number;
} {
  const alpha = 1 - level;
  // ρ for the narrowest interval at `expected` (their equation 39, the approximation by logarithms).
  const rho2 = (-2 * Math.log(alpha) + Math.log(-2 * Math.log(alpha) + 1)) / expected;
  const scaled = people * rho2;
  // The standard error of a mean of n is σ/√n, so σ̂ = error · √n.
  const spread = error * Math.sqrt(((2 * (scaled + 1)) / scaled) * Math.log(Math.sqrt(scaled + 1) / alpha));
  const z2 = error === 0 ? Infinity : (effect.difference / error) ** 2;
  const p = Math.min(1, Math.sqrt(scaled + 1) * Math.exp((-z2 * scaled) / (2 * (scaled + 1))));
  return { low: effect.difference - spread, high: effect.difference + spread, p };
}
