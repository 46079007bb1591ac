import { allCandidates, noCandidates, withPopularity } from './candidates';
import type { CompiledPolicies } from './listRules';
import { CapCounter } from './policies/caps';
import { itemReasons } from './policies/allowedItems';
import { hasPair, noPairs } from './policies/excludedPairs';
import type { ServedRow } from './served';

/**
 * What kept an item out of a list that its model ranks above the last one in it: it was `held` already, `hidden`, none of
 * those allowed (`only`), out of `stock`, a limit was full (`cap:<its place>`), enough others see it (`exposure`), or
 * `preferences` and promoted places put others before it.
 */
export type LeftOutRule = 'held' | (typeof itemReasons)[number] | `cap:${number}` | 'exposure' | 'preferences';

export interface ListTrace {
  /** For each row the place at which its sources would have had it, were there no rules; 1 is first. */
  places: number[];
  /** Those that left out most come first. */
  leftOut: { rule: LeftOutRule; count: number }[];
}

/**
 * Why one customer's list is not simply the head of their model's ranking.
 * @param isHeld whether the list leaves an item out because the customer has it, and not because it is hidden from them
 */
export async function traceList(
  { sources, candidates, rules, allowed, exposure }: CompiledPolicies,
  user: number,
  rows: readonly ServedRow[],
  isHeld: (item: number) => boolean,
): Promise<ListTrace> {
  const { users } = candidates.exclude;
  const items = candidates.eligible.length;
  const everything = { exclude: noPairs(users, items), eligible: allowed.known };
  const asked = withPopularity(sources);
  const ranked = await allCandidates(asked, user, noCandidates(asked, user), everything);
  const placeOf = new Map(Array.from({ length: ranked.length }, (_, place) => [ranked.items[place], place + 1] as const));
  const places = rows.map(({ item }) => placeOf.get(item) ?? 0);
  const listed = new Set(rows.map(({ item }) => item));
  const counter = new CapCounter(rules.caps);
  for (const { item } of rows) counter.take(item);

  const ruleFor = (item: number): LeftOutRule => {
    if (allowed.leftOutBy[item] > 0) return itemReasons[allowed.leftOutBy[item] - 1];
    if (hasPair(candidates.exclude, user, item)) return isHeld(item) ? 'held' : 'hidden';
    const cap = counter.fullFor(item);
    if (cap >= 0) return `cap:${cap}`;
    const isPreferred = rules.lifts !== undefined || rules.diversity !== undefined || rules.slots.size > 0;
    return exposure !== undefined && !isPreferred ? 'exposure' : 'preferences';
  };
  // A promoted or boosted item from far below says nothing of all those above it.
  const depth = rows.length < rules.size ? ranked.length : Math.min(rules.window, Math.max(0, ...places));
  const counts = new Map<LeftOutRule, number>();
  for (let place = 0; place < depth; place++) {
    const item = ranked.items[place];
    if (listed.has(item)) continue;
    const rule = ruleFor(item);
    counts.set(rule, (counts.get(rule) ?? 0) + 1);
  }
  const leftOut = [...counts].map(([rule, count]) => ({ rule, count })).sort((a, b) => b.count - a.count);
  return { places, leftOut };
}
