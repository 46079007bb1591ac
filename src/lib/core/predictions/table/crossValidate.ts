import type { OptionValues } from '../../base/options';
import { Random } from '../../base/random';
import { untold, type RunContext } from '../../base/run';
import { applyCalibration, chooseCalibration } from '../calibrate';
import { randomFolds, rowsWhere } from '../folds';
import { happened } from '../labels';
import type { LabeledRows, Learner } from '../learners/learner';
import { measuresOf, type Measures } from '../measures';
import { rowsOfFeatures, rowsOfLabels } from '../rows';
import type { PredictionTools } from '../tools';
import { checkDirections, withDirections } from '../directions';
import { applyTransform, fitTransform } from '../transform';
import type { LabeledTable } from './target';

export interface CrossValidation {
  folds: number;
  /** How often the rows are dealt out anew. */
  repeats: number;
  seed: number;
}

export interface FoldResult {
  /** Both from 1. */
  repeat: number;
  fold: number;
  rows: { train: number; validation: number; test: number };
  /** Inputs that the learner was given. */
  inputs: number;
  measures: Measures;
}

export interface CrossValidated {
  folds: FoldResult[];
  /** Of the folds; the standard deviation has n − 1 in its divisor. */
  mean: Measures;
  deviation: Measures;
  /** Of each repeat, what each row was foretold by a model that had not seen it. */
  outOfFold: Float32Array[];
  /** Of each repeat, the fold of each row. */
  foldOf: Int32Array[];
}

/** One part in so many of the rows to learn from is kept for early stopping and calibration, where these are wanted. */
const validationParts = 8;

/**
 * Cross-validates a learner on a table: every row is foretold once a repeat, by a model that learnt from the other folds.
 * All that is learnt of the columns (means, frequent values) is learnt in the fold's own train rows, and what a learner
 * stops by or a calibration is chosen by is a part of these, never of the fold that is measured.
 */
export async function crossValidate(
  { features, labels }: Pick<LabeledTable, 'features' | 'labels'>,
  learner: Learner,
  options: OptionValues,
  { folds, repeats, seed }: CrossValidation,
  tools: PredictionTools,
  run: RunContext,
): Promise<CrossValidated> {
  const calibrates = labels.kind === 'binary' && options.calibrate === 'auto';
  const needsValidation = calibrates || (learner.looksAtValidation?.(options) ?? true);
  checkDirections(options, features);
  const count = labels.values.length;
  const results: FoldResult[] = [];
  const [outOfFold, foldOf]: [Float32Array[], Int32Array[]] = [[], []];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const random = new Random(seed, repeat);
    const dealt = randomFolds(labels, folds, random);
    const foretold = new Float32Array(count);
    for (let fold = 0; fold < folds; fold++) {
      run.report({ stage: 'train', done: repeat * folds + fold, total: folds * repeats, unit: 'steps' });
      await run.breathe();
      const others = rowsWhere(count, (row) => dealt[row] !== fold);
      const parts = needsValidation ? randomFolds(rowsOfLabels(labels, others) as typeof labels, validationParts, random) : null;
      const train = parts ? others.filter((_, at) => parts[at] > 0) : others;
      const validation = parts ? others.filter((_, at) => parts[at] === 0) : others;
      const test = rowsWhere(count, (row) => dealt[row] === fold);

      const inputs = fitTransform([rowsOfFeatures(features, train)], learner.inputs);
      const part = (rows: Int32Array): LabeledRows => ({
        inputs: withDirections(applyTransform(inputs, rowsOfFeatures(features, rows)), inputs, options),
        labels: rowsOfLabels(labels, rows),
      });
      const validationRows = part(validation);
      const { state } = await learner.fit({ train: part(train), validation: validationRows }, options, seed, tools, untold(run));
      const predict = (matrix: LabeledRows['inputs']) => learner.predict(state, matrix, tools, untold(run));
      const tested = part(test);
      const raw = await predict(tested.inputs);
      const predicted = calibrates
        ? applyCalibration(chooseCalibration(await predict(validationRows.inputs), happened(validationRows.labels)).calibration, raw)
        : raw;
      test.forEach((row, at) => (foretold[row] = predicted[at]));
      results.push({
        repeat: repeat + 1,
        fold: fold + 1,
        rows: { train: train.length, validation: parts ? validation.length : 0, test: test.length },
        inputs: inputs.length,
        measures: measuresOf(predicted, tested.labels),
      });
    }
    outOfFold.push(foretold);
    foldOf.push(dealt);
  }
  run.report({ stage: 'train', done: folds * repeats, total: folds * repeats, unit: 'steps' });
  return { folds: results, ...summaryOf(results.map(({ measures }) => measures)), outOfFold, foldOf };
}

function summaryOf(all: readonly Measures[]): Pick<CrossValidated, 'mean' | 'deviation'> {
  const names = Object.keys(all[0]) as (keyof Measures)[];
  const means = names.map((name) => all.reduce((sum, measures) => sum + measures[name], 0) / all.length);
  const deviations = names.map((name, n) =>
    Math.sqrt(all.reduce((sum, measures) => sum + (measures[name] - means[n]) ** 2, 0) / (all.length - 1)),
  );
  const measures = (values: number[]) => Object.fromEntries(names.map((name, n) => [name, values[n]])) as unknown as Measures;
  return { mean: measures(means), deviation: measures(deviations) };
}
