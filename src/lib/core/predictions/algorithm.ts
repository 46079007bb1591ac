import type { OptionSpec, OptionValues } from '../base/options';
import type { RunContext } from '../base/run';
import type { Tensors } from '../math/tensors';
import type { FeatureMatrix } from './transform';

/** Inputs and outcomes (0 or 1) of the same rows. */
export interface LabeledRows {
  inputs: FeatureMatrix;
  labels: Uint8Array;
}

export interface EpochLoss {
  epoch: number;
  /** Mean log loss on the training rows, penalties not counted. */
  loss: number;
  validationLoss: number;
}

export interface TrainedPropensity {
  /** Probability of the event for each row. */
  predict(inputs: FeatureMatrix, run: RunContext): Promise<Float32Array>;
  /** One weight an input: how much, and in which direction where the model has one. */
  weights: Float64Array;
  losses: EpochLoss[];
}

/** One kind of propensity model; forms, `--help` and the plan schema follow from it. */
export interface PropensityAlgorithm {
  id: string;
  options: readonly OptionSpec[];
  train(
    rows: { train: LabeledRows; validation: LabeledRows },
    options: OptionValues,
    seed: number,
    tensors: Tensors,
    run: RunContext,
    onEpoch?: (loss: EpochLoss) => void,
  ): Promise<TrainedPropensity>;
}
