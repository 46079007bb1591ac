import type { Cap, ListPolicies } from '$lib/core/recommendations/policies/schema';

/** The policies with some of them changed; what says nothing any more is left out, and undefined where nothing is left. */
export function changedPolicies(policies: ListPolicies, part: Partial<ListPolicies>): ListPolicies | undefined {
  const kept = Object.entries({ ...policies, ...part }).filter(([, value]) => saysSomething(value));
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

/** The choice of items with one way changed. */
export function changedChoice<Choice extends object>(choice: Choice | undefined, part: Partial<Choice>): Choice {
  return Object.fromEntries(Object.entries({ ...choice, ...part }).filter(([, value]) => saysSomething(value))) as Choice;
}

/** The caps with that of a kind replaced, or taken away. */
export function changedCaps(caps: readonly Cap[] | undefined, by: Cap['by'], cap: Cap | null): Cap[] {
  const others = (caps ?? []).filter((each) => each.by !== by);
  return cap ? [...others, cap] : others;
}

/** How many kinds of rules there are. */
export function countPolicies(policies: ListPolicies | undefined): number {
  return Object.keys(policies ?? {}).length;
}

function saysSomething(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

/** Prices written with spaces between them, ascending and each once; null where one of them is none. */
export function readBands(text: string): number[] | null {
  const numbers = text
    .trim()
    .split(/[\s;；，、]+/u)
    .filter((part) => part !== '')
    .map(Number);
  if (numbers.length === 0 || numbers.some((number) => !(number > 0 && Number.isFinite(number)))) return null;
  return [...new Set(numbers)].sort((a, b) => a - b);
}
