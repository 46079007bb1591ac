import { sha256Hex, stableJson } from '../base/hash';
import type { OptionValues } from '../base/options';
import type { DataScope } from '../store/dataScope';

/** What a task asks about; which parts it needs is said by the task. */
export interface PredictionTarget {
  event: string;
  /** Days after the prediction time. */
  withinDays?: number;
}

/** A model of the plan that says something of every customer: one task, and a learner where the task needs one. */
export interface PredictionSpec {
  id: string;
  kind: 'prediction';
  task: string;
  learner?: string;
  target?: PredictionTarget;
  options: OptionValues;
}

/**
 * All that a prediction is made from, as one text: another text means that it is out of date.
 * @param features `featureDefinitions` of the plan's traits
 */
export function predictionKey(
  { dataHash, asOf }: Pick<DataScope, 'dataHash' | 'asOf'>,
  spec: PredictionSpec,
  seed: number,
  features = '',
): string {
  return sha256Hex(stableJson([dataHash, asOf, seed, spec, ...(features === '' ? [] : [features])]));
}
