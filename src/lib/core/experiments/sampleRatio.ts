import { chiSquareUpper } from '../math/distributions';

export interface SampleRatio {
  /** By arm: how many there are, and how many there would be. */
  arms: { people: number; expected: number }[];
  chiSquare: number;
  p: number;
  /** The split is not what was asked for: nothing that is compared between the arms can be believed. */
  alarms: boolean;
}

/** Below it the split alarms (Fabijan et al., KDD 2019). */
export const sampleRatioLevel = 0.001;

/**
 * Whether arms have as many people as they were meant to: chi-square goodness of fit.
 * @param people by arm
 * @param shares by arm, of what was meant; they need not sum to 1
 */
export function sampleRatio(people: readonly number[], shares: readonly number[]): SampleRatio {
  const total = people.reduce((sum, count) => sum + count, 0);
  const whole = shares.reduce((sum, share) => sum + share, 0);
  const arms = people.map((count, arm) => ({ people: count, expected: (total * shares[arm]) / whole }));
  const chiSquare = arms.reduce((sum, { people, expected }) => sum + (expected === 0 ? 0 : (people - expected) ** 2 / expected), 0);
  const p = chiSquareUpper(chiSquare, arms.length - 1);
  return { arms, chiSquare, p, alarms: p < sampleRatioLevel };
}
