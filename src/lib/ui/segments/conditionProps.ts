import type { LeafRule } from '$lib/core/segments/rule';
import type { RuleContext } from './ruleContext';

/** What the form of a condition is given. */
export interface ConditionProps<Leaf extends LeafRule = LeafRule> {
  rule: Leaf;
  /** Where the condition stands in the rule, as the counts name it. */
  path: string;
  context: RuleContext;
  onchange: (rule: Leaf) => void;
}
