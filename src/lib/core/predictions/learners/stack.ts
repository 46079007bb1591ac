import { resolveOptions } from '../../base/options';
import { Random } from '../../base/random';
import { untold, type RunContext } from '../../base/run';
import { fitLinear, linearPredictor, type Family } from '../../math/linear/generalizedLinear';
import type { Json, ModelState } from '../../recommenders/modelState';
import { randomFolds, rowsWhere } from '../folds';
import type { RawFeature } from '../features';
import type { Labels } from '../labels';
import { rowsOfLabels, rowsOfMatrix } from '../rows';
import type { PredictionTools } from '../tools';
import { applyTransform, fitTransform, type FeatureMatrix, type InputColumn } from '../transform';
import { permutationImportance } from '../importance';
import type { LabeledRows, Learner } from './learner';
import { chanceOf } from './linearModel';

type Learnt = Labels & { kind: 'binary' | 'number' };

/** A base learner as it was fitted on all of train. */
interface Base {
  learner: Learner;
  state: ModelState;
}

/** What turns predictions of base learners into one: a weight each, in log odds or in deviations of the label, and an intercept. */
interface Blend {
  weights: Float64Array;
  mean: number;
  deviation: number;
}

/**
 * Stacked generalisation (Wolpert, Neural Networks 1992; Breiman, Machine Learning 1996): each base learner predicts every row
 * of train from the other folds, and a logistic (of numbers a ridge) regression on these predictions says how far each
 * is to be trusted. The base learners are then fitted on all of train, by their own defaults.
 */
export function stackOf(base: { binary: readonly Learner[]; number: readonly Learner[] }): Learner {
  const learners = [...new Set([...base.binary, ...base.number])];
  return {
    id: 'stack',
    labels: ['binary', 'number'],
    givesProbabilities: true,
    inputs: 'raw',
    computesOn: learners.some(({ computesOn }) => computesOn === 'tensors') ? 'tensors' : 'kernels',
    drivers: 'auc-lost',
    options: [
      {
        name: 'blendFolds',
        kind: 'number',
        integer: true,
        default: 5,
        min: 2,
        max: 20,
        what: 'Raising it lets each learner learn from more rows before its predictions are blended, and takes longer.',
      },
    ],

    async fit({ train, validation }, options, seed, tools, run) {
      const { labels } = train;
      if (labels.kind !== 'binary' && labels.kind !== 'number') throw new Error(`a blend was given labels of the kind "${labels.kind}"`);
      const columns = fitTransform([featuresOf(train.inputs)]);
      const forms = (rows: LabeledRows) => ({
        raw: rows,
        standardised: { ...rows, inputs: standardise(columns, rows.inputs) },
      });
      const [trainForms, validationForms] = [forms(train), forms(validation)];
      const foldOf = randomFolds(labels, Number(options.blendFolds), new Random(seed, 2));
      const foretold: Float64Array[] = [];
      const bases: Base[] = [];
      for (const learner of base[labels.kind]) {
        const [rows, stopBy] = [trainForms[learner.inputs], validationForms[learner.inputs]];
        const defaults = resolveOptions(learner.id, learner.options);
        const fit = async (part: LabeledRows) =>
          (await learner.fit({ train: part, validation: stopBy }, defaults, seed, tools, untold(run))).state;
        const outOfFold = new Float64Array(foldOf.length);
        for (let fold = 0; fold < Number(options.blendFolds); fold++) {
          const [others, held] = [
            rowsWhere(foldOf.length, (row) => foldOf[row] !== fold),
            rowsWhere(foldOf.length, (row) => foldOf[row] === fold),
          ];
          if (held.length === 0) continue;
          const predicted = await learner.predict(await fit(partOf(rows, others)), rowsOfMatrix(rows.inputs, held), tools, untold(run));
          held.forEach((row, at) => (outOfFold[row] = predicted[at]));
        }
        foretold.push(outOfFold);
        bases.push({ learner, state: await fit(rows) });
      }
      const blend = await blendOf(foretold, labels, train.weights, run);
      const state = stateOf(bases, blend, columns, labels.kind);
      const predict = (inputs: FeatureMatrix) => predictBlend(bases, blend, columns, labels.kind === 'number', inputs, tools, run);
      return {
        state,
        drivers: await permutationImportance(validation, seed, predict),
        losses: [],
        ...(labels.kind === 'number' && { measure: 'r2-lost' as const }),
      };
    },

    async predict(state, inputs, tools, run) {
      const { bases, blend, columns, isNumber } = blendOfState(state, learners);
      return predictBlend(bases, blend, columns, isNumber, inputs, tools, run);
    },
  };
}

async function blendOf(foretold: Float64Array[], labels: Learnt, weights: Float32Array | undefined, run: RunContext): Promise<Blend> {
  const family: Family = labels.kind === 'binary' ? 'binomial' : 'gaussian';
  const rows = labels.values.length;
  let [mean, deviation] = [0, 1];
  if (labels.kind === 'number') {
    mean = labels.values.reduce((sum, value) => sum + value, 0) / rows;
    deviation = Math.sqrt(labels.values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows) || 1;
  }
  const scale = { mean, deviation };
  const values = inputsOfBlend(foretold, labels.kind === 'number', scale);
  const targets = Float64Array.from(labels.values, (value) => (value - mean) / deviation);
  const fit = await fitLinear(
    { rows, columns: foretold.length, values, targets, weights },
    family,
    { lambda: 1, l1Share: 0 },
    { steps: 100 },
    run,
  );
  return { weights: fit.weights, ...scale };
}

function inputsOfBlend(
  foretold: ArrayLike<number>[],
  isNumber: boolean,
  { mean, deviation }: Pick<Blend, 'mean' | 'deviation'>,
): Float32Array {
  const rows = foretold[0].length;
  const values = new Float32Array(rows * foretold.length);
  foretold.forEach((predicted, b) => {
    for (let row = 0; row < rows; row++) {
      const chance = Math.min(Math.max(predicted[row], 1e-6), 1 - 1e-6);
      values[row * foretold.length + b] = isNumber ? (predicted[row] - mean) / deviation : Math.log(chance) - Math.log1p(-chance);
    }
  });
  return values;
}

async function predictBlend(
  bases: readonly Base[],
  blend: Blend,
  columns: readonly InputColumn[],
  isNumber: boolean,
  inputs: FeatureMatrix,
  tools: PredictionTools,
  run: RunContext,
): Promise<Float32Array> {
  const standardised = standardise(columns, inputs);
  const foretold: Float32Array[] = [];
  for (const { learner, state } of bases) {
    foretold.push(await learner.predict(state, learner.inputs === 'raw' ? inputs : standardised, tools, run));
  }
  const values = inputsOfBlend(foretold, isNumber, blend);
  const sums = linearPredictor({ rows: inputs.rows, columns: bases.length, values }, blend.weights);
  return Float32Array.from(sums, (sum) => (isNumber ? blend.mean + blend.deviation * sum : chanceOf(sum)));
}

/** A raw matrix as columns of features, so that it is standardised as any other. */
function featuresOf({ rows, columns, values, categories }: FeatureMatrix): RawFeature[] {
  return Array.from({ length: columns }, (_, c): RawFeature => {
    const id = String(c);
    const column = Float64Array.from({ length: rows }, (_, row) => values[row * columns + c]);
    if (!categories || categories[c] === 0) return { id, origin: 'profile', kind: 'number', values: column };
    return { id, origin: 'profile', kind: 'text', values: Array.from(column, (value) => (Number.isNaN(value) ? null : String(value))) };
  });
}

function standardise(columns: readonly InputColumn[], inputs: FeatureMatrix): FeatureMatrix {
  return applyTransform(columns, featuresOf(inputs));
}

function partOf({ inputs, labels, weights }: LabeledRows, rows: Int32Array): LabeledRows {
  return {
    inputs: rowsOfMatrix(inputs, rows),
    labels: rowsOfLabels(labels, rows),
    ...(weights && { weights: Float32Array.from(rows, (row) => weights[row]) }),
  };
}

/** Arrays of the base learners lie under their place: `base0-weights`. */
function stateOf(bases: readonly Base[], { weights, mean, deviation }: Blend, columns: readonly InputColumn[], kind: string): ModelState {
  const arrays: ModelState['arrays'] = { blend: { data: weights, shape: [weights.length], axes: ['learners and intercept'] } };
  bases.forEach(({ state }, b) => {
    for (const [name, array] of Object.entries(state.arrays)) arrays[`base${b}-${name}`] = array;
  });
  return {
    format: 'stack/1',
    arrays,
    meta: {
      kind,
      mean,
      deviation,
      columns: columns as unknown as Json[],
      bases: bases.map(({ learner, state: { format, meta } }) => ({ learner: learner.id, format, meta })),
    },
  };
}

function blendOfState({ arrays, meta }: ModelState, learners: readonly Learner[]) {
  const saved = meta.bases as unknown as { learner: string; format: string; meta: ModelState['meta'] }[];
  const bases = saved.map(({ learner, format, meta: own }, b): Base => {
    const prefix = `base${b}-`;
    const named = Object.entries(arrays).filter(([name]) => name.startsWith(prefix));
    const state = { format, meta: own, arrays: Object.fromEntries(named.map(([name, array]) => [name.slice(prefix.length), array])) };
    return { learner: learners.find(({ id }) => id === learner)!, state };
  });
  const blend: Blend = { weights: arrays.blend.data as Float64Array, mean: Number(meta.mean), deviation: Number(meta.deviation) };
  return { bases, blend, columns: meta.columns as unknown as InputColumn[], isNumber: meta.kind === 'number' };
}
