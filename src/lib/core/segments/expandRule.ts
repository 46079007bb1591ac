import { kindOf } from './conditions/kindOf';
import type { LeafRule, Rule } from './rule';
import { mapRule } from './walk';

/** A rule with what hands may abbreviate spelt out; what is no rule passes through. */
export function expandRule(rule: unknown): unknown {
  return mapRule(rule as Rule, (leaf) => (kindOf(leaf)?.expand?.(leaf as Record<string, unknown>) ?? leaf) as LeafRule);
}
