import type { ConditionKind } from '../condition';
import { eventCondition } from './event';
import { listCondition } from './list';
import { measureCondition } from './measure';
import { randomCondition } from './random';
import { rfmCondition } from './rfm';
import { segmentCondition } from './segment';
import { sequenceCondition } from './sequence';
import { traitCondition } from './trait';

/** Every kind of condition, in the order in which screens offer them. */
export const conditions = [
  traitCondition,
  eventCondition,
  measureCondition,
  sequenceCondition,
  segmentCondition,
  listCondition,
  rfmCondition,
  randomCondition,
] as const;

/** A kind seen from where its own conditions' shape does not matter. */
export type AnyConditionKind = ConditionKind<object>;

/** The keys that mark a node of a rule: groups, then kinds of condition. */
export const ruleKeys: readonly string[] = ['all', 'any', 'not', ...conditions.map(({ key }) => key)];

export function kindNamed(key: string | undefined): AnyConditionKind | undefined {
  // Each kind is only ever given conditions that bear its key.
  return (conditions as readonly unknown[] as readonly AnyConditionKind[]).find((kind) => kind.key === key);
}
