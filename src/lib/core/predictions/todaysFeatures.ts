import type { RunContext } from '../base/run';
import type { PlanTrait } from '../profiles/planTraits';
import type { DataScope } from '../store/dataScope';
import { readFeatures, type EventScope, type FeatureRequest, type FeatureTable } from './features';

/**
 * What a trained model goes by as of the scope's instant, of everybody with an event unless asked otherwise.
 * @param traits as they were defined when the model learnt them, whatever the plan says now
 */
export function todaysFeatures(
  scope: DataScope & EventScope,
  traits: readonly PlanTrait[],
  { signal }: Pick<RunContext, 'signal'>,
  request: Omit<FeatureRequest, 'leaveOut'> = {},
): Promise<FeatureTable> {
  return readFeatures({ ...scope, planTraits: traits }, scope.asOf, signal, request);
}
