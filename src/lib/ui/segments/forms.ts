import type { Component } from 'svelte';
import type { ConditionProps } from './conditionProps';
import EventCondition from './EventCondition.svelte';
import ListCondition from './ListCondition.svelte';
import MeasureCondition from './MeasureCondition.svelte';
import RfmCondition from './RfmCondition.svelte';
import TraitCondition from './TraitCondition.svelte';

/** Kinds whose form says more than parts in a row; all others are drawn from the catalogue. */
export const specialForms = {
  trait: TraitCondition,
  event: EventCondition,
  measure: MeasureCondition,
  list: ListCondition,
  rfm: RfmCondition,
} as unknown as Record<string, Component<ConditionProps> | undefined>;
