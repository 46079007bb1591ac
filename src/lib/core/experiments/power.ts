import { normalCdf, normalQuantile } from '../math/distributions';

export interface PowerQuestion {
  /** Share of the control who do it. */
  rate: number;
  /** Difference to be seen, in shares of people: .01 is one in a hundred more. */
  effect: number;
  /** Share of people in the control group. */
  controlShare: number;
  /** Chance of a false alarm; .05 where it is left out. */
  alpha?: number;
}

/**
 * Chance that a two-sided z test of two proportions sees an effect of this size: the pooled variance of the test where
 * nothing happens, the arms' own where something does (Fleiss, Levin & Paik, Statistical Methods for Rates and
 * Proportions, 3rd ed., 4.1).
 * @param people of both arms together
 */
export function powerOf({ rate, effect, controlShare, alpha = 0.05 }: PowerQuestion, people: number): number {
  const [control, treated] = [people * controlShare, people * (1 - controlShare)];
  const pooled = (rate * control + (rate + effect) * treated) / people;
  const none = Math.sqrt(pooled * (1 - pooled) * (1 / control + 1 / treated));
  const own = Math.sqrt((rate * (1 - rate)) / control + ((rate + effect) * (1 - rate - effect)) / treated);
  if (own === 0) return Math.abs(effect) > 0 ? 1 : alpha;
  const z = normalQuantile(1 - alpha / 2);
  return normalCdf((Math.abs(effect) - z * none) / own) + normalCdf((-Math.abs(effect) - z * none) / own);
}

/** How many people both arms need together for this power; Infinity where there is no effect to be seen. */
export function peopleNeeded(question: PowerQuestion, power = 0.8): number {
  if (question.effect === 0) return Infinity;
  let [low, high] = [1, 2];
  while (powerOf(question, high) < power) [low, high] = [high, high * 2];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (powerOf(question, middle) < power) low = middle;
    else high = middle;
  }
  return high;
}

/** The smallest rise above `rate` that is seen with this power; null where no rise would be. */
export function smallestEffect(question: Omit<PowerQuestion, 'effect'>, people: number, power = 0.8): number | null {
  let [low, high] = [0, 1 - question.rate];
  if (powerOf({ ...question, effect: high }, people) < power) return null;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (powerOf({ ...question, effect: middle }, people) < power) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * The smallest difference that is seen with this power where its standard error is `error` whatever the difference:
 * (z₁₋α⸝₂ + z_power) · error; null where the error is 0 and any difference is seen.
 */
export function detectableDifference(error: number, { alpha = 0.05, power = 0.8 } = {}): number | null {
  return error === 0 ? null : (normalQuantile(1 - alpha / 2) + normalQuantile(power)) * error;
}
