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

/** The rule with a thing that it names named differently; the same rule where it does not name it. */
export function renamed(rule: Rule, reference: Pick<Reference, 'kind' | 'id'>, to: string): Rule {
  return mapRule(rule, (leaf) => (kindOf(leaf).rename?.(leaf, reference, to) as Rule | undefined) ?? leaf);
}

/** The rules of the segments that a rule refers to, and of those that they do; null where there is none of that id. */
export function definitionsIn(rule: Rule, segments: readonly { id: string; rule: Rule }[]): Record<string, Rule | null> {
  const found: Record<string, Rule | null> = {};
  const waiting = namesIn(rule, 'segment');
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (id in found) continue;
    const referred = segments.find((segment) => segment.id === id)?.rule ?? null;
    found[id] = referred;
    if (referred) waiting.push(...namesIn(referred, 'segment'));
  }
  return found;
}
