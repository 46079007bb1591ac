import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { RunContext } from '../../base/run';
import { choleskySolve } from '../../math/choleskySolve';
import type { TensorFlow } from '../../math/tensors';
import { logLoss } from '../metrics';
import type { FeatureMatrix } from '../transform';
import { binaryOf, type EpochLoss, type LabeledRows, type Learner } from './learner';

/** Rows in one product: small enough that a cancel is heard, large enough that starting it costs nothing. */
const blockRows = 8192;

/**
 * Logistic regression with an L2 penalty on the weights (not on the intercept), the objective of scikit-learn:
 * `½ λ |w|² + Σ log loss`, C = 1/λ. Newton's method: gradient and curvature of a block of rows are tfjs products, added
 * up and solved in float64, so that it arrives in about six steps at the one best answer, whatever the seed.
 */
export const logistic: Learner = {
  id: 'logistic',
  labels: ['binary'],
  givesProbabilities: true,
  inputs: 'standardised',
  computesOn: 'tensors',
  drivers: 'weight',
  options: [
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
      name: 'epochs',
      kind: 'number',
      integer: true,
      default: 25,
      min: 1,
      max: 1000,
      what: 'The most Newton steps it may take; it stops by itself when nothing changes any more, after about six.',
    },
  ],

  looksAtValidation: () => false,

  async fit({ train, validation }, options, _seed, tools, run, onEpoch) {
    const { tf } = await tools.tensors();
    const outcomes = binaryOf(validation.labels);
    const regularization = Number(options.regularization);
    const size = train.inputs.columns + 1;
    const blocks = makeBlocks(tf, train);
    const losses: EpochLoss[] = [];
    let weights: Float64Array = new Float64Array(size);
    try {
      let here = await lookAt(tf, blocks, weights, regularization, run);
      for (let epoch = 1; epoch <= Number(options.epochs); epoch++) {
        const step = newtonStep(here, size);
        let next = await lookAt(tf, blocks, minus(weights, step, 1), regularization, run);
        let share = 1;
        // A full step can overshoot where classes are nearly separable; the objective is convex, so a shorter one helps.
        while (!(next.objective <= here.objective + 1e-9 * Math.abs(here.objective)) && share > 1e-4) {
          share /= 2;
          next = await lookAt(tf, blocks, minus(weights, step, share), regularization, run);
        }
        weights = minus(weights, step, share);
        here = next;
        const validationLoss = logLoss(probabilities(validation.inputs, weights), outcomes);
        losses.push({ epoch, loss: here.loss / train.inputs.rows, validationLoss });
        onEpoch?.(losses[losses.length - 1]);
        if (share * Math.max(...step.map(Math.abs)) < 1e-6) break;
      }
    } finally {
      tf.dispose(blocks.map((block) => [block.inputs, block.transposed, block.labels]));
    }
    const state = { format: 'logistic/1', arrays: { weights: { data: weights, shape: [size], axes: ['inputs and intercept'] } }, meta: {} };
    return { state, drivers: weights.slice(0, -1), losses };
  },

  predict: async ({ arrays }, inputs) => probabilities(inputs, arrays.weights.data as Float64Array),

  parts({ arrays }, { columns, values }) {
    const weights = arrays.weights.data as Float64Array;
    return { base: weights[columns], parts: Float64Array.from({ length: columns }, (_, c) => weights[c] * values[c]) };
  },
};

interface Block {
  /** rows × (features + 1), the last column 1 for the intercept. */
  inputs: Tensor2D;
  transposed: Tensor2D;
  labels: Tensor2D;
}

interface Look {
  objective: number;
  /** Summed log loss. */
  loss: number;
  gradient: Float64Array;
  curvature: Float64Array;
}

function makeBlocks(tf: TensorFlow, { inputs, labels }: LabeledRows): Block[] {
  const blocks: Block[] = [];
  const outcomes = binaryOf(labels);
  const size = inputs.columns + 1;
  for (let start = 0; start < inputs.rows; start += blockRows) {
    const rows = Math.min(blockRows, inputs.rows - start);
    const values = new Float32Array(rows * size);
    for (let row = 0; row < rows; row++) {
      const from = (start + row) * inputs.columns;
      values.set(inputs.values.subarray(from, from + inputs.columns), row * size);
      values[row * size + inputs.columns] = 1;
    }
    const block = tf.tensor2d(values, [rows, size]);
    const outcome = tf.tensor2d(Float32Array.from(outcomes.subarray(start, start + rows)), [rows, 1]);
    blocks.push({ inputs: block, transposed: tf.transpose(block) as Tensor2D, labels: outcome });
  }
  return blocks;
}

/** Objective, gradient and curvature at the given weights. */
async function lookAt(tf: TensorFlow, blocks: Block[], weights: Float64Array, regularization: number, run: RunContext): Promise<Look> {
  const size = weights.length;
  const look: Look = { objective: 0, loss: 0, gradient: new Float64Array(size), curvature: new Float64Array(size * size) };
  for (const { inputs, transposed, labels } of blocks) {
    await run.breathe();
    const parts = tf.tidy(() => {
      const logits = tf.matMul(inputs, tf.tensor2d(Float32Array.from(weights), [size, 1]));
      const chance = tf.sigmoid(logits);
      const spread = tf.mul(chance, tf.sub(1, chance));
      return [
        tf.sum(tf.sub(tf.softplus(logits), tf.mul(labels, logits))),
        tf.matMul(transposed, tf.sub(chance, labels) as Tensor2D),
        tf.matMul(transposed, tf.mul(inputs, spread) as Tensor2D),
      ];
    });
    const [loss, gradient, curvature] = await Promise.all(parts.map((part) => part.data()));
    tf.dispose(parts);
    look.loss += loss[0];
    gradient.forEach((value, i) => (look.gradient[i] += value));
    curvature.forEach((value, i) => (look.curvature[i] += value));
  }
  look.objective = look.loss;
  for (let i = 0; i < size - 1; i++) {
    look.objective += (regularization / 2) * weights[i] ** 2;
    look.gradient[i] += regularization * weights[i];
    look.curvature[i * size + i] += regularization;
  }
  return look;
}

function newtonStep({ gradient, curvature }: Look, size: number): Float64Array {
  const step = gradient.slice();
  choleskySolve(curvature.slice(), step, size);
  return step;
}

function minus(weights: Float64Array, step: Float64Array, share: number): Float64Array {
  return weights.map((weight, i) => weight - share * step[i]);
}

/** @param weights one an input, the last the intercept */
function probabilities({ rows, columns, values }: FeatureMatrix, weights: Float64Array): Float32Array {
  const chances = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    let logit = weights[columns];
    for (let c = 0; c < columns; c++) logit += values[row * columns + c] * weights[c];
    chances[row] = 1 / (1 + Math.exp(-logit));
  }
  return chances;
}
