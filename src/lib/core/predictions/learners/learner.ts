import type { ModelState } from '../../recommenders/modelState';
import type { OptionSpec, OptionValues } from '../../base/options';
import type { RunContext } from '../../base/run';
import type { LabelKind, Labels } from '../labels';
import type { ComputesOn, PredictionTools } from '../tools';
import type { FeatureMatrix, InputForm } from '../transform';

/** Inputs and what is to be learnt of the same rows. */
export interface LabeledRows {
  inputs: FeatureMatrix;
  labels: Labels;
  /** How much each row counts, above 0; all the same where left out. */
  weights?: Float32Array;
}

export interface EpochLoss {
  epoch: number;
  /** Mean loss on the training rows, penalties not counted. */
  loss: number;
  validationLoss: number;
}

export interface Fitted {
  /** All that {@link Learner.predict} needs. */
  state: ModelState;
  /** One number an input: how much it says, and in which direction where the learner knows one. */
  drivers: Float64Array;
  /** What a driver's number is, where it is not what the learner's entry says. */
  measure?: 'r2-lost';
  losses: EpochLoss[];
}

/**
 * Fits a matrix. It knows nothing of customers, cut-offs or reports; forms, `--help` and the plan's schema follow from
 * the entry. Everything that it has learnt lies in its state: predicting is a function of state and inputs.
 */
export interface Learner {
  id: string;
  /** What it can learn. */
  labels: readonly LabelKind[];
  /** Whether its predictions of yes/no labels are probabilities, so that calibrating them makes sense. */
  givesProbabilities: boolean;
  /** Standardised numbers, or raw ones with gaps and categories. */
  inputs: InputForm;
  /** What does the work, which a report names: the backend of tensors, the kernels, or plain code. */
  computesOn: ComputesOn;
  /**
   * What a driver's number is: a weight with its sign, the ranking quality lost when the input is shuffled, or by how much
   * the splits by it have lowered the loss.
   */
  drivers: 'weight' | 'auc-lost' | 'gain';
  options: readonly OptionSpec[];
  /** The loss of training rows that it tells is that of rows a part of it has not seen (out-of-bag). */
  tellsOutOfBag?: true;
  /** Whether validation rows change what is learnt; where they only tell a loss, they may be rows of train. Yes where it is absent. */
  looksAtValidation?(options: OptionValues): boolean;
  fit(
    rows: { train: LabeledRows; validation: LabeledRows },
    options: OptionValues,
    seed: number,
    tools: PredictionTools,
    run: RunContext,
    onEpoch?: (loss: EpochLoss) => void,
  ): Promise<Fitted>;
  /** Everything it says of each row by name, where that is more than the one number of {@link Learner.predict}. */
  predictAll?(state: ModelState, inputs: FeatureMatrix, tools: PredictionTools, run: RunContext): Promise<Record<string, Float32Array>>;
  /** One number a row. */
  predict(state: ModelState, inputs: FeatureMatrix, tools: PredictionTools, run: RunContext): Promise<Float32Array>;
  /**
   * Where a prediction is a sum over inputs: of one row what each input adds, and what they are added to. In log odds
   * where it gives probabilities, unless it says otherwise.
   */
  parts?(state: ModelState, row: FeatureMatrix): { base: number; parts: Float64Array; unit?: 'chance' | 'value' };
}

/** Yes/no labels, for a learner that declares only these. */
export function binaryOf(labels: Labels): Uint8Array {
  if (labels.kind !== 'binary') throw new Error(`a learner of yes/no labels was given labels of the kind "${labels.kind}"`);
  return labels.values;
}

/** Labels that are numbers, for a learner that declares only these. */
export function numbersOf(labels: Labels): Float64Array {
  if (labels.kind !== 'number') throw new Error(`a learner of numbers was given labels of the kind "${labels.kind}"`);
  return labels.values;
}
