import type { Component } from 'svelte';
import type { LeafRule } from '$lib/core/segments/rule';
import EventCondition from './EventCondition.svelte';
import MeasureCondition from './MeasureCondition.svelte';
import RfmCondition from './RfmCondition.svelte';
import TraitCondition from './TraitCondition.svelte';
import type { RuleContext } from './ruleContext';

export interface ConditionProps<Leaf extends LeafRule = LeafRule> {
  rule: Leaf;
  /** Where the condition stands in the rule, as the counts name it. */
  path: string;
  context: RuleContext;
  onchange: (rule: Leaf) => void;
}

/** Kinds whose form says more than parts in a row; all others are drawn from the catalogue. */
export const specialForms = {
  trait: TraitCondition,
  event: EventCondition,
  measure: MeasureCondition,
  rfm: RfmCondition,
} as unknown as Record<string, Component<ConditionProps> | undefined>;
