import { normalQuantile } from '../math/distributions';
import { sumsOf, type Effect } from './effect';
import { meanEffect } from './means';

/** What each person of an arm spent in the part that the campaign was for, and in the part that it may have come out of. */
export interface ArmParts {
  gaining: Float64Array;
  losing: Float64Array;
}

export interface Displacement {
  gained: Effect;
  lost: Effect;
  /** Both together: what is left of the gain. */
  net: Effect;
  /** Share of the gain that only came out of the other part, −lost / gained, with its interval; null where nothing was gained. */
  displaced: { share: number; low: number; high: number } | null;
  /** The loss is more than chance: p of `lost` below 1 − level, and a loss. */
  isDisplaced: boolean;
}

/**
 * How much of what a campaign gained is only moved. Pull-forward: the gaining part is the campaign's days, the losing part
 * those after (a dip after a promotion). Cannibalisation: the gaining part is the promoted category, the losing part all
 * others. The arms were drawn by lot, so both effects are; the share's interval is Fieller's (JRSS B 1954), which stays
 * right where the gain is small, and is unbounded where it may be none.
 */
export function displacement(control: ArmParts, treated: ArmParts, level = 0.95): Displacement {
  const both = ({ gaining, losing }: ArmParts) => gaining.map((value, person) => value + losing[person]);
  const effectOf = (part: (arm: ArmParts) => Float64Array) => meanEffect(sumsOf(part(control)), sumsOf(part(treated)), level);
  const gained = effectOf(({ gaining }) => gaining);
  const lost = effectOf(({ losing }) => losing);
  const net = effectOf(both);
  // Var(a + b) = Var a + Var b + 2 Cov: the three errors give the covariance.
  const covariance = (net.error ** 2 - gained.error ** 2 - lost.error ** 2) / 2;
  return {
    gained,
    lost,
    net,
    displaced:
      gained.difference > 0 ? fieller(-lost.difference, gained.difference, lost.error ** 2, gained.error ** 2, -covariance, level) : null,
    isDisplaced: lost.difference < 0 && lost.p < 1 - level,
  };
}

/** Interval of a / b of two estimates that are normal together; unbounded where b may be none. */
export function fieller(
  a: number,
  b: number,
  varA: number,
  varB: number,
  covariance: number,
  level: number,
): { share: number; low: number; high: number } {
  const z2 = normalQuantile(1 - (1 - level) / 2) ** 2;
  const [A, B, C] = [b * b - z2 * varB, a * b - z2 * covariance, a * a - z2 * varA];
  const root = B * B - A * C;
  if (A <= 0 || root < 0) return { share: a / b, low: -Infinity, high: Infinity };
  return { share: a / b, low: (B - Math.sqrt(root)) / A, high: (B + Math.sqrt(root)) / A };
}
