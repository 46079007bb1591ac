import type { OptionSpec, OptionValues } from '../../base/options';
import type { ModelState } from '../../recommenders/modelState';
import type { FeatureMatrix } from '../transform';
import type { Stages, StagesToPredict } from './bases';
import type { OutcomeKind, Trial } from './trial';

/** What is expected of each row: with the message, without it, and the difference that it makes. */
export interface UpliftPrediction {
  uplift: Float64Array;
  treated: Float64Array;
  control: Float64Array;
}

/**
 * Learns from a randomised trial whom a message changes. Like a `Learner`, but of two arms at once and with three numbers
 * a row; everything that it has learnt lies in its state.
 */
export interface UpliftLearner {
  id: string;
  /** What it can learn from. */
  outcomes: readonly OutcomeKind[];
  /** Whether its stages are fitted with a base model that a person can choose. */
  takesBase: boolean;
  options: readonly OptionSpec[];
  fit(trial: Trial, options: OptionValues, stages: Stages): Promise<ModelState>;
  predict(state: ModelState, inputs: FeatureMatrix, outcome: OutcomeKind, stages: StagesToPredict): Promise<UpliftPrediction>;
}

/**
 * What is expected with and without the message from an uplift that was learnt apart from them: the two lie around what is
 * expected of the mixture of both arms, `m = e·μ₁ + (1 − e)·μ₀`, so that their difference is the uplift (Robinson 1988).
 */
export function aroundMean(uplift: Float64Array, mean: Float64Array, propensity: number, outcome: OutcomeKind): UpliftPrediction {
  const bounded = (value: number) => (outcome === 'binary' ? Math.min(1, Math.max(0, value)) : value);
  return {
    uplift,
    treated: uplift.map((effect, row) => bounded(mean[row] + (1 - propensity) * effect)),
    control: uplift.map((effect, row) => bounded(mean[row] - propensity * effect)),
  };
}

export function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
