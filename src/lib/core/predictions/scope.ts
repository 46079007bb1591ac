import { sha256Hex, stableJson } from '../base/hash';
import type { PlanTrait } from '../profiles/planTraits';
import type { DataScope } from '../store/dataScope';

/** What predictions are made from: the data, and the traits that the plan defines beside the built-in ones. */
export interface PredictionScope extends DataScope {
  traits?: readonly PlanTrait[];
}

/** Names the definitions of the plan's traits, whatever they are called; empty where there are none. */
export function traitsKey(traits: readonly PlanTrait[] = []): string {
  if (traits.length === 0) return '';
  const definitions = traits.map(({ name: _, ...definition }) => definition);
  return sha256Hex(stableJson(definitions.sort((a, b) => (a.id < b.id ? -1 : 1))));
}
