import type { LeafRule, Rule } from '../rule';
import { groupOf } from '../walk';
import { conditions, kindNamed, type AnyConditionKind } from './catalogue';

// Apart from the catalogue, from which the type of a rule is derived: the two would need each other.

/** The kind of a condition; undefined for groups and for what is no rule. */
export function kindOf(rule: LeafRule): AnyConditionKind;
export function kindOf(rule: Rule): AnyConditionKind | undefined;
export function kindOf(rule: Rule): AnyConditionKind | undefined {
  if (typeof rule !== 'object' || rule === null || groupOf(rule) !== undefined) return undefined;
  return kindNamed(conditions.find(({ key }) => key in rule)?.key);
}
