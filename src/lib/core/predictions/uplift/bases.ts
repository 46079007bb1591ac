import { UserError } from '../../base/errors';
import { resolveOptions, type OptionValues } from '../../base/options';
import { Random } from '../../base/random';
import type { RunContext } from '../../base/run';
import type { ModelState } from '../../recommenders/modelState';
import { linearPredictor } from '../../math/linear/generalizedLinear';
import { chooseRegularization, fitRidge } from '../../math/linear/ridge';
import { rowsWhere } from '../folds';
import { gradientBoosting } from '../learners/gradientBoosting';
import type { Learner } from '../learners/learner';
import { logistic } from '../learners/logistic';
import { randomForest } from '../learners/randomForest';
import { rowsOfMatrix } from '../rows';
import type { PredictionTools } from '../tools';
import type { FeatureMatrix } from '../transform';
import { ridge, ridgeState } from './ridge';
import type { OutcomeKind } from './trial';

/** What the stages of a learner of uplift are fitted with. */
export interface Base {
  id: string;
  /** Of whether something happens. */
  binary: Learner;
  /** Of amounts and effects. */
  number: Learner;
  /** It stops by itself when held-out rows get no better: a fifth of the rows is kept for that. */
  stopsEarly: boolean;
}

/** Every base: one line each. */
export const bases: readonly Base[] = [
  { id: 'linear', binary: logistic, number: ridge, stopsEarly: false },
  { id: 'boosting', binary: gradientBoosting, number: gradientBoosting, stopsEarly: true },
  { id: 'forest', binary: randomForest, number: randomForest, stopsEarly: false },
];

/** @throws UserError `uplift_base_unknown` */
export function findBase(id: string): Base {
  const found = bases.find((base) => base.id === id);
  if (found) return found;
  const known = bases.map((base) => base.id).join(', ');
  throw new UserError('uplift_base_unknown', `There is no base model "${id}".`, `Choose one of: ${known}.`, { id, known });
}

/** Fits and predicts stages: a base with its options, the seed and the tools. */
export interface Stages {
  base: Base;
  /** λ of linear stages; see `ridge`. 0: 1 of outcomes, and of effects what predicts held-out rows best. Other bases keep their own defaults. */
  regularization: number;
  seed: number;
  tools: PredictionTools;
  run: RunContext;
}

/** What predicting needs of them. */
export type StagesToPredict = Pick<Stages, 'base' | 'tools' | 'run'>;

/** The chance or the amount of the outcome by inputs. */
export function fitOutcome(stages: Stages, inputs: FeatureMatrix, outcome: Float64Array, kind: OutcomeKind): Promise<ModelState> {
  if (kind === 'number') return fitWith(stages, stages.base.number, 'number', inputs, outcome);
  return fitWith(stages, stages.base.binary, 'binary', inputs, outcome);
}

export async function predictOutcome(
  { base, tools, run }: StagesToPredict,
  state: ModelState,
  inputs: FeatureMatrix,
  kind: OutcomeKind,
): Promise<Float64Array> {
  return Float64Array.from(await (kind === 'binary' ? base.binary : base.number).predict(state, inputs, tools, run));
}

/** A number by inputs, rows counted by weight. */
export async function fitEffect(stages: Stages, inputs: FeatureMatrix, wanted: Float64Array, weights?: Float64Array): Promise<ModelState> {
  if (stages.base.number === ridge) {
    const regularization = stages.regularization || chooseRegularization(inputs, wanted, weights, stages.seed);
    return ridgeState(fitRidge(inputs, wanted, regularization, weights));
  }
  if (!weights || areEqual(weights)) return fitWith(stages, stages.base.number, 'number', inputs, wanted);
  // A learner that knows no weights is given rows as often as they count.
  const rows = drawnByWeight(weights, new Random(stages.seed, 41));
  return fitWith(
    stages,
    stages.base.number,
    'number',
    rowsOfMatrix(inputs, rows),
    Float64Array.from(rows, (row) => wanted[row]),
  );
}

export async function predictEffect(
  { base, tools, run }: StagesToPredict,
  state: ModelState,
  inputs: FeatureMatrix,
): Promise<Float64Array> {
  // Effects are small: as float64 where that is to be had.
  if (base.number === ridge) return linearPredictor(inputs, state.arrays.weights.data as Float64Array);
  return Float64Array.from(await base.number.predict(state, inputs, tools, run));
}

async function fitWith(
  stages: Stages,
  learner: Learner,
  kind: OutcomeKind,
  inputs: FeatureMatrix,
  outcome: Float64Array,
): Promise<ModelState> {
  const { base, seed, tools, run, regularization } = stages;
  const labelsOf = (rows: Int32Array | null) =>
    kind === 'binary'
      ? { kind: 'binary' as const, values: rows ? Uint8Array.from(rows, (row) => outcome[row]) : Uint8Array.from(outcome) }
      : { kind: 'number' as const, values: rows ? Float64Array.from(rows, (row) => outcome[row]) : outcome };
  const part = (rows: Int32Array | null) => ({ inputs: rows ? rowsOfMatrix(inputs, rows) : inputs, labels: labelsOf(rows) });
  const given: OptionValues = learner === logistic || learner === ridge ? { regularization: regularization || 1 } : {};
  const options = resolveOptions(learner.id, learner.options, given);
  const kept = new Uint8Array(inputs.rows);
  if (base.stopsEarly) {
    const random = new Random(seed, 42);
    kept.forEach((_, row) => (kept[row] = random.uniform() < 0.2 ? 1 : 0));
  }
  const train = part(base.stopsEarly ? rowsWhere(inputs.rows, (row) => kept[row] === 0) : null);
  const validation = part(rowsWhere(inputs.rows, (row) => kept[row] === 1));
  return (await learner.fit({ train, validation }, options, seed, tools, run)).state;
}

function areEqual(weights: Float64Array): boolean {
  return weights.every((weight) => Math.abs(weight - weights[0]) < 1e-12);
}

/** As many rows as there are, each as often as its weight says (systematic resampling), so that chance decides on less than one copy. */
function drawnByWeight(weights: Float64Array, random: Random): Int32Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const rows = new Int32Array(weights.length);
  const start = random.uniform();
  let [sum, at] = [0, 0];
  for (let row = 0; row < weights.length; row++) {
    sum += (weights[row] / total) * weights.length;
    while (at < rows.length && at + start < sum) rows[at++] = row;
  }
  while (at < rows.length) rows[at++] = weights.length - 1;
  return rows;
}
