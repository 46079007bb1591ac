import type { Reference } from './condition';
import { kindOf } from './conditions/kindOf';
import type { Rule } from './rule';
import { mapRule, visitRule } from './walk';

/** Ids of one kind that a rule names, in the order of its conditions, each once. */
export function namesIn(rule: Rule, kind: Reference['kind']): string[] {
  const ids = new Set<string>();
  visitRule(rule, (node) => {
    for (const reference of kindOf(node)?.refersTo(node) ?? []) if (reference.kind === kind) ids.add(reference.id);
  });
  return [...ids];
}

/** The segments of these ids with all that their rules name, and what those name, each once. Ids without a segment are passed over. */
export function segmentsBehind<S extends { id: string; rule: Rule }>(ids: readonly string[], segments: readonly S[]): S[] {
  const found = new Map<string, S>();
  const open = [...ids];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const segment = segments.find((held) => held.id === id);
    if (!segment || found.has(id)) continue;
    found.set(id, segment);
    open.push(...namesIn(segment.rule, 'segment'));
  }
  return [...found.values()];
}

/** The segments that a rule names, and those that they do: beside the rule itself, all that decides whom it holds for. */
export function segmentsInside(rule: Rule, segments: readonly { id: string; rule: Rule }[]): { id: string; rule: Rule }[] {
  return segmentsBehind(namesIn(rule, 'segment'), segments).map(({ id, rule }) => ({ id, rule }));
}

/** Ids of the traits that the segments of these ids go by, and those that they name; each as often as a segment names it. */
export function traitsBehind(ids: readonly string[], segments: readonly { id: string; rule: Rule }[]): string[] {
  return segmentsBehind(ids, segments).flatMap(({ rule }) => namesIn(rule, 'trait'));
}

/** The rule with a thing that it names named differently; the same rule where it does not name it. */
export function renamed(rule: Rule, reference: Pick<Reference, 'kind' | 'id'>, to: string): Rule {
  return mapRule(rule, (leaf) => (kindOf(leaf).rename?.(leaf, reference, to) as Rule | undefined) ?? leaf);
}
