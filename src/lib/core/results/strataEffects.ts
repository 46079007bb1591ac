import { sumsOf, type Effect } from '../experiments/effect';
import { meanEffect } from '../experiments/means';
import { proportionEffect } from '../experiments/proportions';
import { levelTogether, pTogether } from '../experiments/together';
import { chiSquareUpper } from '../math/distributions';
import { sumAt, take } from './armRows';
import type { Trial } from './trial';

/** The main metric within each group of people. */
export interface StrataEffects {
  groups: { name: string; control: number; treated: number; effect: Effect; adjustedP: number }[];
  /** Whether the groups differ by more than luck: Cochran's Q over their effects; 1 where it cannot be told. */
  differ: { q: number; degrees: number; p: number };
  /** Groups with too few people to be compared. */
  leftOut: string[];
}

const fewest = 10;

/**
 * Intervals and p values hold for all groups of all arms together (Bonferroni). Null where people are in no groups, or the main
 * metric is a ratio.
 * @param arms how many are compared with the same control
 */
export function strataEffects(
  { people, metrics }: Trial,
  control: Int32Array,
  treated: Int32Array,
  level: number,
  arms: number,
): StrataEffects | null {
  const [metric] = metrics;
  if (!people.strata || metric.kind === 'ratio') return null;
  const { names, of } = people.strata;
  const byStratum = names.map((name, stratum) => {
    const [c, t] = [control, treated].map((rows) => rows.filter((row) => of[row] === stratum));
    return { name, c, t, isEnough: c.length >= fewest && t.length >= fewest };
  });
  const leftOut = byStratum.filter(({ isEnough }) => !isEnough).map(({ name }) => name);
  const compared = byStratum.filter(({ isEnough }) => isEnough);
  if (compared.length === 0) return null;
  const intervals = arms * compared.length;
  const eachLevel = levelTogether(level, intervals);
  const groups = compared.map(({ name, c, t }) => {
    const effect =
      metric.kind === 'share'
        ? proportionEffect(
            { people: c.length, did: sumAt(metric.values, c) },
            { people: t.length, did: sumAt(metric.values, t) },
            eachLevel,
          )
        : meanEffect(sumsOf(take(metric.values, c)), sumsOf(take(metric.values, t)), eachLevel);
    return { name, control: c.length, treated: t.length, effect, adjustedP: pTogether(effect.p, intervals) };
  });
  return { groups, differ: cochran(groups.map(({ effect }) => effect)), leftOut };
}

/** Cochran (Biometrics 1954): Σ (dᵢ − d̄)² / seᵢ², d̄ weighted by 1 / seᵢ², is χ² with one degree less than groups. */
export function cochran(effects: readonly Pick<Effect, 'difference' | 'error'>[]): StrataEffects['differ'] {
  const known = effects.filter(({ error }) => error > 0);
  if (known.length < 2) return { q: 0, degrees: 0, p: 1 };
  const weights = known.map(({ error }) => 1 / error ** 2);
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = known.reduce((sum, { difference }, i) => sum + weights[i] * difference, 0) / whole;
  const q = known.reduce((sum, { difference }, i) => sum + weights[i] * (difference - mean) ** 2, 0);
  return { q, degrees: known.length - 1, p: chiSquareUpper(q, known.length - 1) };
}
