import { CapCounter, type CompiledCap } from './policies/caps';
import { dppPicker } from './policies/dpp';
import type { Likeness } from './policies/likeness';
import { mmrPicker } from './policies/mmr';
import { orderlyPicker, type Picker } from './policies/picker';
import type { Diversity } from './policies/schema';

/** The rules of a list in the form in which they are applied, by the numbers of items. */
export interface ListRules {
  size: number;
  /** How many of the first candidates preferences choose among; see {@link windowOf}. */
  window: number;
  caps: readonly CompiledCap[];
  /** Places that each item moves up; absent where nothing is preferred. */
  lifts?: Float32Array;
  diversity?: Pick<Diversity, 'method' | 'amount'> & { likeness: Likeness };
  /** Items that may stand at a position (0 is the first). */
  slots: ReadonlyMap<number, readonly number[]>;
}

/** What the sources have for one customer, best first; every item once, and none that a rule leaves out. */
export interface Candidates {
  items: ArrayLike<number>;
  length: number;
}

/** Why an item is where it is. */
export const rowReasons = ['model', 'boosted', 'diverse', 'promoted'] as const;
export type RowReason = (typeof rowReasons)[number];

export interface ChosenItem {
  item: number;
  /** Its place among the candidates; -1 where a promoted place brought it in. */
  candidate: number;
  reason: RowReason;
  /** What the model's order and the boosts make of it; see {@link relevanceOf}. NaN without a candidate. */
  value: number;
}

/** Preferences look at so many of the first candidates: five a row, fifty at least, four hundred at most where the list is shorter. */
export function windowOf(size: number): number {
  return Math.max(size, Math.min(400, Math.max(50, 5 * size)));
}

/** 1 for the first candidate, falling evenly to 0 past the window; each place that boosts move an item counts as one. */
export function relevanceOf(candidate: number, lift: number, window: number): number {
  return 1 - (candidate - lift) / window;
}

/**
 * One customer's list. Promoted places take the best of their items that may be shown; the other places are filled by
 * the pickers: preferences choose among the first candidates, then the rest follows in order. It ends early only where
 * no candidate fits any more.
 * @param isFull whether an item has been shown to as many as may see it
 * @param mayPromote whether this customer may be shown an item that is no candidate
 */
export function chooseItems(
  candidates: Candidates,
  rules: ListRules,
  isFull: (item: number) => boolean,
  mayPromote: (item: number) => boolean,
): ChosenItem[] {
  const { size, window, lifts, slots } = rules;
  const { items } = candidates;
  const counter = new CapCounter(rules.caps);
  const head = Math.min(window, candidates.length);
  const values = new Float64Array(head);
  for (let c = 0; c < head; c++) values[c] = relevanceOf(c, lifts ? lifts[items[c]] : 0, window);
  const first = preferring(values, items, rules);
  const rest = restOf(head, candidates.length);
  const isPlain = !lifts && !rules.diversity;
  const listed = new Set<number>();
  const chosen: ChosenItem[] = [];
  const fitsItem = (item: number) => !listed.has(item) && counter.fullFor(item) < 0 && !isFull(item);
  const fits = (candidate: number) => fitsItem(items[candidate]);

  const take = (item: number, candidate: number, reason: RowReason): void => {
    const value = candidate < 0 ? NaN : relevanceOf(candidate, candidate < head ? (lifts?.[item] ?? 0) : 0, window);
    chosen.push({ item, candidate, reason, value });
    listed.add(item);
    counter.take(item);
    if (candidate >= 0 && candidate < head) first.took(candidate);
  };
  const placeOf = slots.size > 0 ? new Map(Array.from({ length: head }, (_, c) => [items[c], c] as const)) : undefined;

  while (chosen.length < size) {
    const promoted = slots.get(chosen.length);
    if (promoted) {
      const known = (item: number) => placeOf!.get(item);
      const open = promoted.filter((item) => fitsItem(item) && (known(item) !== undefined || mayPromote(item)));
      if (open.length > 0) {
        const item = open.reduce((best, other) => ((known(other) ?? Infinity) < (known(best) ?? Infinity) ? other : best));
        take(item, known(item) ?? -1, 'promoted');
        continue;
      }
    }
    const candidate = first.next(fits);
    if (candidate >= 0)
      take(items[candidate], candidate, isPlain ? 'model' : reasonOf(candidate, values, lifts?.[items[candidate]] ?? 0, fits));
    else {
      const later = rest(fits);
      if (later < 0) break;
      take(items[later], later, 'model');
    }
  }
  return chosen;
}

function preferring(values: Float64Array, items: ArrayLike<number>, { diversity, lifts }: ListRules): Picker {
  if (!diversity || diversity.amount === 0) return orderlyPicker(values, !lifts);
  const { method, amount, likeness } = diversity;
  const alike = (a: number, b: number) => likeness(items[a], items[b]);
  return method === 'mmr' ? mmrPicker(values, alike, amount) : dppPicker(values, alike, amount);
}

/** Candidates past the window, in order. */
function restOf(start: number, end: number): (fits: (candidate: number) => boolean) => number {
  let at = start;
  return (fits) => {
    for (; at < end; at++) if (fits(at)) return at++;
    return -1;
  };
}

/** What put a candidate before another one that would have fitted: likeness before one of more value, a boost before one that the model ranks higher. */
function reasonOf(candidate: number, values: Float64Array, lift: number, fits: (candidate: number) => boolean): RowReason {
  let isBoosted = false;
  for (let other = 0; other < values.length; other++) {
    if (other === candidate) continue;
    const isBetter = values[other] > values[candidate] || (values[other] === values[candidate] && other < candidate);
    const isEarlier = lift > 0 && other < candidate;
    if ((isBetter || (isEarlier && !isBoosted)) && fits(other)) {
      if (isBetter) return 'diverse';
      isBoosted = true;
    }
  }
  return isBoosted ? 'boosted' : 'model';
}
