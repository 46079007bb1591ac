import type { ConditionKind } from './condition';
import type { conditions } from './conditions/catalogue';

export type { TraitRule } from './conditions/trait';
export type { EventRule } from './conditions/event';
export type { MeasureRule } from './conditions/measure';
export type { ListRule } from './conditions/list';
export type { RandomRule } from './conditions/random';
export type { SegmentRule } from './conditions/segment';
export type { RfmRule } from './conditions/rfm';
export { rfmMethods } from './rfm';

/**
 * A segment is a tree of conditions, plain data (never a query string). Windows are whole local days counted back
 * from the plan's `asOf` (a local midnight): "within 30 days" is the half-open span [asOf − 30 days, asOf). Nothing
 * at or after `asOf` is seen.
 */
export type Rule = AllRule | AnyRule | NotRule | LeafRule;

/** A condition of one of the kinds in the catalogue. */
export type LeafRule = LeafOf<(typeof conditions)[number]>;
type LeafOf<Kind> = Kind extends ConditionKind<infer Leaf> ? Leaf : never;

/** True where every child is; an empty list is everyone. */
export interface AllRule {
  all: Rule[];
}
/** True where at least one child is; an empty list is no one. */
export interface AnyRule {
  any: Rule[];
}
export interface NotRule {
  not: Rule;
}

export function isLeaf(rule: Rule): rule is LeafRule {
  return !('all' in rule || 'any' in rule || 'not' in rule);
}
