import { UserError } from '../base/errors';
import type { PlanSharing } from './schema';

interface Interval {
  value: number;
  low: number;
  high: number;
}

/** What one contact of a past campaign brought, as far as audiences reckon with it; a kept effect of the plan. */
export interface ContactEffect {
  id: string;
  /** Buyers more for each contact. */
  buyers?: Interval;
  /** Revenue more for each contact. */
  revenue?: Interval;
}

type Entry = PlanSharing['audiences'][number];

/**
 * What a contact is worth before its cost: the margin on what a past campaign's contact brought in revenue, or the value of
 * a buyer on its buyers; without an effect the value of an outcome, whose chance is the score.
 * @throws UserError `sharing_effect_unknown`, `sharing_effect_unusable`
 */
export function contactValue({ audience, effect: id, margin, value = 0 }: Entry, effects: readonly ContactEffect[] = []): Interval {
  if (id === undefined) return { value, low: value, high: value };
  const effect = effects.find((each) => each.id === id);
  if (!effect) {
    throw new UserError(
      'sharing_effect_unknown',
      `"${audience}" reckons with the kept effect "${id}", which the plan does not have.`,
      'Choose another effect, or measure the campaign and keep it again.',
      { audience, id },
    );
  }
  if (margin !== undefined && effect.revenue) return times(effect.revenue, margin);
  if (value > 0 && effect.buyers) return times(effect.buyers, value);
  throw new UserError(
    'sharing_effect_unusable',
    `Nothing says what the effect "${id}" is worth to "${audience}".`,
    'Give a margin for an effect on revenue, or a value of a buyer for one on buyers.',
    { audience, id },
  );
}

function times({ value, low, high }: Interval, by: number): Interval {
  return { value: value * by, low: low * by, high: high * by };
}

/**
 * By how much more or less than others each person is expected to bring it: with an effect the score over its mean, so that
 * all of them together bring what it says; without one the score itself; 1 without a score.
 */
export function contactFactors(entry: Entry, people: Int32Array, scores: Float64Array | undefined): Float64Array {
  if (!scores) return new Float64Array(people.length).fill(1);
  const own = Float64Array.from(people, (user) => scores[user]);
  if (entry.effect === undefined) return own;
  const known = own.filter((score) => !Number.isNaN(score));
  const mean = known.reduce((sum, score) => sum + score, 0) / known.length;
  // Nobody is told apart by scores whose mean says nothing.
  if (!(mean > 0)) return own.map((score) => (Number.isNaN(score) ? NaN : 1));
  return own.map((score) => score / mean);
}
