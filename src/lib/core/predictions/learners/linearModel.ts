import type { ModelState } from '../../recommenders/modelState';
import type { OptionSpec, OptionValues } from '../../base/options';
import { Random } from '../../base/random';
import type { RunContext } from '../../base/run';
import { fitLinear, linearPredictor, penaltyPath, type Family, type LinearFit, type LinearRows } from '../../math/linear/generalizedLinear';
import { randomFolds } from '../folds';
import type { Labels } from '../labels';
import { logLoss } from '../metrics';
import { rowsOfLabels, rowsOfMatrix } from '../rows';
import type { FeatureMatrix } from '../transform';
import type { EpochLoss, Fitted, LabeledRows, Learner } from './learner';

/** What linear and logistic regression can be set to. */
export const penaltyOptions: readonly OptionSpec[] = [
  {
    name: 'regularization',
    kind: 'number',
    default: 1,
    min: 1e-6,
    max: 1e6,
    scale: 'log',
    what: 'Raising it keeps weights small, so that rare signs are trusted less.',
  },
  {
    name: 'l1Share',
    kind: 'number',
    default: 0,
    min: 0,
    max: 1,
    what: 'The share of the penalty that leaves inputs out altogether: 0 is ridge (L2), 1 lasso (L1), between them elastic net.',
  },
  {
    name: 'choose',
    kind: 'choice',
    default: 'given',
    choices: ['given', 'validation', 'folds'],
    what: 'Given takes the regularization as it is; validation tries a path of 40 on the validation rows, folds on fifths of the training rows, and both take the best.',
  },
  {
    name: 'epochs',
    kind: 'number',
    integer: true,
    default: 25,
    min: 1,
    max: 1000,
    what: 'The most Newton steps it may take; it stops by itself when nothing changes any more, after about six.',
  },
];

const foldsOfChoice = 5;
/** A path is left when this many values in a row were no better. */
const patience = 8;

/** Fits weights by the options' penalty, or by the best of a path of them. */
export async function fitPenalised(
  family: Family,
  { train, validation }: { train: LabeledRows; validation: LabeledRows },
  options: OptionValues,
  seed: number,
  run: RunContext,
  onEpoch?: (loss: EpochLoss) => void,
): Promise<Fitted> {
  const losses: EpochLoss[] = [];
  const tell = (loss: number, weights: Float64Array) => {
    losses.push({ epoch: losses.length + 1, loss, validationLoss: lossOf(family, validation, weights) });
    onEpoch?.(losses[losses.length - 1]);
  };
  const [l1Share, steps] = [Number(options.l1Share ?? 0), Number(options.epochs)];
  const data = linearRows(train, options);
  let lambda = Number(options.regularization);
  let start: Float64Array | undefined;
  if (options.choose === 'validation' || options.choose === 'folds') {
    const path = await penaltyPath(data, family, l1Share, run);
    const pairs = options.choose === 'validation' ? [{ train, validation }] : foldsOf(train, seed);
    const totals = new Float64Array(path.length);
    for (const pair of pairs) {
      const found = await walk(family, linearRows(pair.train, options), pair.validation, path, l1Share, steps, run);
      found.forEach((loss, at) => (totals[at] += loss));
    }
    lambda = path[totals.indexOf(Math.min(...totals))];
  }
  const fit: LinearFit = await fitLinear(data, family, { lambda, l1Share }, { steps, start, onStep: tell }, run);
  const state: ModelState = {
    format: `${family === 'binomial' ? 'logistic' : 'linear'}/1`,
    arrays: { weights: { data: fit.weights, shape: [fit.weights.length], axes: ['inputs and intercept'] } },
    meta: { regularization: lambda },
  };
  return { state, drivers: fit.weights.slice(0, -1), losses };
}

/** Of each λ of the path, from the highest down, the loss of the validation rows; infinite for those that were not tried. */
async function walk(
  family: Family,
  data: LinearRows,
  validation: LabeledRows,
  path: readonly number[],
  l1Share: number,
  steps: number,
  run: RunContext,
): Promise<Float64Array> {
  const losses = new Float64Array(path.length).fill(Infinity);
  let start: Float64Array | undefined;
  let best = 0;
  for (let at = 0; at < path.length && at - best <= patience; at++) {
    // A path needs to know which value is best, not its last digits.
    const { weights } = await fitLinear(data, family, { lambda: path[at], l1Share }, { steps, start, tolerance: 1e-4 }, run);
    losses[at] = lossOf(family, validation, weights);
    if (losses[at] < losses[best]) best = at;
    start = weights;
  }
  return losses;
}

function foldsOf(rows: LabeledRows, seed: number): { train: LabeledRows; validation: LabeledRows }[] {
  const foldOf = randomFolds(rows.labels as Labels & { kind: 'binary' | 'number' }, foldsOfChoice, new Random(seed, 1));
  const part = (is: (fold: number) => boolean): LabeledRows => {
    const numbers = Int32Array.from(foldOf, (_, row) => row).filter((row) => is(foldOf[row]));
    return {
      inputs: rowsOfMatrix(rows.inputs, numbers),
      labels: rowsOfLabels(rows.labels, numbers),
      ...(rows.weights && { weights: Float32Array.from(numbers, (row) => rows.weights![row]) }),
    };
  };
  return Array.from({ length: foldsOfChoice }, (_, fold) => ({ train: part((of) => of !== fold), validation: part((of) => of === fold) }));
}

function linearRows({ inputs, labels, weights }: LabeledRows, options: OptionValues): LinearRows {
  const targets = (labels as Labels & { kind: 'binary' | 'number' }).values;
  return { ...inputs, targets, weights: options.classWeights === 'balanced' ? balanced(targets, weights) : weights };
}

/** Weights that let both classes count the same, as scikit-learn's `balanced`: all over twice those of the class. */
export function balanced(outcomes: ArrayLike<number>, weights?: ArrayLike<number>): Float64Array {
  const of = (row: number) => (weights ? weights[row] : 1);
  const totals = [0, 0];
  for (let row = 0; row < outcomes.length; row++) totals[outcomes[row]] += of(row);
  return Float64Array.from({ length: outcomes.length }, (_, row) => (of(row) * (totals[0] + totals[1])) / (2 * totals[outcomes[row]]));
}

function lossOf(family: Family, { inputs, labels }: LabeledRows, weights: Float64Array): number {
  const foretold = linearPredictor(inputs, weights);
  const { values } = labels as Labels & { kind: 'binary' | 'number' };
  if (family === 'binomial') return logLoss(foretold.map(chanceOf), values);
  let squares = 0;
  for (let row = 0; row < values.length; row++) squares += (foretold[row] - values[row]) ** 2;
  return squares / 2 / values.length;
}

export function chanceOf(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/** Whose weights are all that is learnt: predictions and their parts. */
export function predictLinear({ arrays }: ModelState, inputs: FeatureMatrix): Float64Array {
  return linearPredictor(inputs, arrays.weights.data as Float64Array);
}

export const partsOfLinear: NonNullable<Learner['parts']> = ({ arrays }, { columns, values }) => {
  const weights = arrays.weights.data as Float64Array;
  return { base: weights[columns], parts: Float64Array.from({ length: columns }, (_, c) => weights[c] * values[c]) };
};
