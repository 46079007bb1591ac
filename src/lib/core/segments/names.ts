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

/** The rule with a thing that it names named differently; the same rule where it does not name it. */
export function renamed(rule: Rule, reference: Pick<Reference, 'kind' | 'id'>, to: string): Rule {
  return mapRule(rule, (leaf) => (kindOf(leaf).rename?.(leaf, reference, to) as Rule | undefined) ?? leaf);
}
