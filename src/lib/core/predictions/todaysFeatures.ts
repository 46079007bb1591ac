import type { RunContext } from '../base/run';
import type { PlanTrait } from '../profiles/planTraits';
import type { DataScope } from '../store/dataScope';
import { readFeatures, type EventScope, type FeatureTable } from './features';

/**
 * What a trained model goes by as of the scope's instant, of everybody or of one person.
 * @param traits as they were defined when the model learnt them, whatever the plan says now
 */
export function todaysFeatures(
  scope: DataScope & EventScope,
  traits: readonly PlanTrait[],
  { signal }: Pick<RunContext, 'signal'>,
  user?: number,
): Promise<FeatureTable> {
  return readFeatures({ ...scope, planTraits: traits }, scope.asOf, signal, [], user);
}
