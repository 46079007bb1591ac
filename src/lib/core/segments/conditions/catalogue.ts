import type { ConditionKind } from '../condition';
import type { LeafRule, Rule } from '../rule';
import { groupOf } from '../walk';
import { eventCondition } from './event';
import { measureCondition } from './measure';
import { rfmCondition } from './rfm';
import { segmentCondition } from './segment';
import { sequenceCondition } from './sequence';
import { traitCondition } from './trait';

/** Every kind of condition, in the order in which screens offer them. */
export const conditions = [traitCondition, eventCondition, measureCondition, sequenceCondition, segmentCondition, rfmCondition] as const;

/** A kind seen from where its own conditions' shape does not matter. */
export type AnyConditionKind = ConditionKind<object>;

/** The keys that mark a node of a rule: groups, then kinds of condition. */
export const ruleKeys: readonly string[] = ['all', 'any', 'not', ...conditions.map(({ key }) => key)];

/** The kind of a condition; undefined for groups and for what is no rule. */
export function kindOf(rule: LeafRule): AnyConditionKind;
export function kindOf(rule: Rule): AnyConditionKind | undefined;
export function kindOf(rule: Rule): AnyConditionKind | undefined {
  if (typeof rule !== 'object' || rule === null || groupOf(rule) !== undefined) return undefined;
  return kindNamed(conditions.find(({ key }) => key in rule)?.key);
}

export function kindNamed(key: string | undefined): AnyConditionKind | undefined {
  // Each kind is only ever given conditions that bear its key.
  return (conditions as readonly unknown[] as readonly AnyConditionKind[]).find((kind) => kind.key === key);
}
