import type { Tensor, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import type { ModelState } from '../../recommenders/modelState';
import type { OptionValues } from '../../base/options';
import { Random } from '../../base/random';
import type { RunContext } from '../../base/run';
import { multiply } from '../../math/tensorOps';
import type { TensorFlow } from '../../math/tensors';
import { logLoss } from '../metrics';
import type { FeatureMatrix } from '../transform';
import { permutationImportance } from '../importance';
import { numberMeasures } from '../measures';
import { balanced } from './linearModel';
import { binaryOf, type EpochLoss, type LabeledRows, type Learner } from './learner';

const blockRows = 8192;

/**
 * A small network: one or two hidden layers of rectified units, dropout, Adam on mini-batches. It keeps the weights of
 * the epoch with the lowest validation loss and stops when that has not improved for `patience` epochs.
 */
export const network: Learner = {
  id: 'network',
  labels: ['binary', 'number'],
  givesProbabilities: true,
  inputs: 'standardised',
  computesOn: 'tensors',
  drivers: 'auc-lost',
  options: [
    {
      name: 'units',
      kind: 'number',
      integer: true,
      default: 32,
      min: 1,
      max: 512,
      scale: 'log',
      what: 'More units a layer can tell finer kinds of customers apart, and overfit to noise.',
    },
    {
      name: 'layers',
      kind: 'number',
      integer: true,
      default: 1,
      min: 1,
      max: 2,
      what: 'Two hidden layers find more roundabout patterns and need more data.',
    },
    {
      name: 'dropout',
      kind: 'number',
      default: 0.2,
      min: 0,
      max: 0.9,
      what: 'The share of units that is switched off in each step; raising it guards against overfitting.',
    },
    {
      name: 'learningRate',
      kind: 'number',
      default: 0.003,
      min: 1e-5,
      max: 1,
      scale: 'log',
      what: 'Raising it takes larger steps: faster, and above some point restless.',
    },
    {
      name: 'regularization',
      kind: 'number',
      default: 0.0001,
      min: 0,
      max: 10,
      what: 'Raising it keeps weights small, so that rare signs are trusted less.',
    },
    {
      name: 'epochs',
      kind: 'number',
      integer: true,
      default: 60,
      min: 1,
      max: 2000,
      unit: 'epochs',
      what: 'The most passes over all rows; it usually stops earlier by itself.',
    },
    {
      name: 'patience',
      kind: 'number',
      integer: true,
      default: 8,
      min: 1,
      max: 1000,
      unit: 'epochs',
      what: 'How many epochs without a better validation loss it waits before it stops.',
    },
    {
      name: 'batchSize',
      kind: 'number',
      integer: true,
      default: 512,
      min: 1,
      max: 65536,
      scale: 'log',
      unit: 'rows',
      what: 'Rows in one step; more are faster for each row and make fewer steps.',
    },
    {
      name: 'classWeights',
      kind: 'choice',
      default: 'none',
      choices: ['none', 'balanced'],
      what: 'Balanced lets the rarer outcome count as much as the other; probabilities are then too high until they are calibrated. Numbers have no classes.',
    },
  ],

  async fit({ train, validation }, options, seed, tools, run, onEpoch) {
    const { tf } = await tools.tensors();
    const goal = goalOf(train, options);
    const random = new Random(seed);
    const layers = createLayers(tf, train.inputs.columns, options, random);
    const optimizer = tf.train.adam(Number(options.learningRate));
    const order = Int32Array.from({ length: train.inputs.rows }, (_, row) => row);
    const batchSize = Number(options.batchSize);
    const losses: EpochLoss[] = [];
    let best = { epoch: 0, loss: Infinity, weights: await copyOf(layers) };
    try {
      for (let epoch = 1; epoch <= Number(options.epochs) && epoch - best.epoch <= Number(options.patience); epoch++) {
        random.shuffle(order);
        let total = 0;
        for (let start = 0; start < order.length; start += batchSize) {
          await run.breathe();
          const rows = order.subarray(start, start + batchSize);
          total += (await learn(tf, layers, optimizer, train.inputs, goal, rows, options, random)) * rows.length;
        }
        const copy = await copyOf(layers);
        const validationLoss = lossOf(await predict(tf, copy, goal, validation.inputs, run), validation, goal);
        if (validationLoss < best.loss) best = { epoch, loss: validationLoss, weights: copy };
        losses.push({ epoch, loss: total / order.length, validationLoss });
        onEpoch?.(losses[losses.length - 1]);
      }
    } finally {
      optimizer.dispose();
      tf.dispose(layers.flatMap(({ weights, bias }) => [weights, bias]));
    }
    const drivers = await permutationImportance(validation, seed, (inputs) => predict(tf, best.weights, goal, inputs, run));
    return { state: stateOf(best.weights, goal), drivers, losses, ...(goal.isNumber && { measure: 'r2-lost' as const }) };
  },

  predict: async (state, inputs, tools, run) => predict((await tools.tensors()).tf, layersOf(state), scaleOf(state), inputs, run),
};

/** What a number is measured in while it is learnt: standard deviations from the mean of train. Of yes/no 0 and 1. */
interface Scale {
  isNumber: boolean;
  mean: number;
  deviation: number;
}

/** What is to be learnt of each row, and how much the row counts. */
interface Goal extends Scale {
  targets: Float32Array;
  counts: Float32Array;
}

function goalOf({ labels, weights }: LabeledRows, options: OptionValues): Goal {
  if (labels.kind !== 'number') {
    const outcomes = binaryOf(labels);
    const counts = options.classWeights === 'balanced' ? Float32Array.from(balanced(outcomes, weights)) : weights;
    return {
      isNumber: false,
      mean: 0,
      deviation: 1,
      targets: Float32Array.from(outcomes),
      counts: counts ?? new Float32Array(outcomes.length).fill(1),
    };
  }
  const { values } = labels;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) || 1;
  return {
    isNumber: true,
    mean,
    deviation,
    targets: Float32Array.from(values, (value) => (value - mean) / deviation),
    counts: weights ?? new Float32Array(values.length).fill(1),
  };
}

/** Log loss; of numbers half the squared error in squared deviations, so that penalties mean the same whatever the unit. */
function lossOf(predicted: Float32Array, { labels }: LabeledRows, { deviation }: Scale): number {
  if (labels.kind !== 'number') return logLoss(predicted, binaryOf(labels));
  return (numberMeasures(predicted, labels.values).rmse / deviation) ** 2 / 2;
}

interface Layer {
  weights: Variable;
  bias: Variable;
}

/** Layers as plain arrays, so that a trained model holds no tensor. */
interface LayerCopy {
  shape: [number, number];
  weights: Float32Array;
  bias: Float32Array;
}

/** He's initialisation (He, Zhang, Ren & Sun, ICCV 2015); the last layer starts small, near the same chance for all. */
function createLayers(tf: TensorFlow, inputs: number, options: OptionValues, random: Random): Layer[] {
  const sizes = [inputs, ...Array<number>(Number(options.layers)).fill(Number(options.units)), 1];
  return sizes.slice(1).map((size, i) => {
    const scale = i === sizes.length - 2 ? 0.01 : Math.sqrt(2 / sizes[i]);
    const values = Float32Array.from({ length: sizes[i] * size }, () => scale * random.normal());
    return tf.tidy(() => ({ weights: tf.variable(tf.tensor2d(values, [sizes[i], size])), bias: tf.variable(tf.zeros([size])) }));
  });
}

/** One step of Adam; gives the mean loss of the batch before it. */
async function learn(
  tf: TensorFlow,
  layers: Layer[],
  optimizer: ReturnType<TensorFlow['train']['adam']>,
  inputs: FeatureMatrix,
  { isNumber, targets, counts }: Goal,
  rows: Int32Array,
  options: OptionValues,
  random: Random,
): Promise<number> {
  const [units, dropout] = [Number(options.units), Number(options.dropout)];
  const masks = layers.slice(1).map(() => dropoutMask(rows.length * units, dropout, random));
  const misfit = tf.tidy(() => {
    const batch = tf.tensor2d(rowsOf(inputs, rows), [rows.length, inputs.columns]);
    const outcome = tf.tensor2d(
      Float32Array.from(rows, (row) => targets[row]),
      [rows.length, 1],
    );
    const count = tf.tensor2d(
      Float32Array.from(rows, (row) => counts[row]),
      [rows.length, 1],
    );
    const kept = masks.map((mask) => tf.tensor2d(mask, [rows.length, units]));
    let plainLoss!: Tensor;
    optimizer.minimize(
      () => {
        const logits = forward(tf, layers, batch, kept);
        const each = isNumber ? tf.mul(0.5, tf.square(tf.sub(logits, outcome))) : tf.sub(tf.softplus(logits), tf.mul(outcome, logits));
        const loss = tf.mean(tf.mul(count, each));
        plainLoss = tf.keep(loss);
        const penalty = layers.map(({ weights }) => tf.sum(tf.square(weights))).reduce((sum, square) => tf.add(sum, square));
        return tf.add(loss, tf.mul(Number(options.regularization) / 2, penalty));
      },
      false,
      layers.flatMap(({ weights, bias }) => [weights, bias]),
    );
    return plainLoss;
  });
  const value = (await misfit.data())[0];
  misfit.dispose();
  return value;
}

function forward(tf: TensorFlow, layers: { weights: Tensor; bias: Tensor }[], inputs: Tensor2D, masks: Tensor2D[] = []): Tensor2D {
  return layers.reduce((values, { weights, bias }, i) => {
    const sums = tf.add(multiply(tf, values, weights as Tensor2D), bias) as Tensor2D;
    if (i === layers.length - 1) return sums;
    const active = tf.relu(sums) as Tensor2D;
    return masks[i] ? (tf.mul(active, masks[i]) as Tensor2D) : active;
  }, inputs);
}

/** 0 with the given probability, otherwise what makes up for it; our own randomness, the same on every backend. */
function dropoutMask(length: number, dropout: number, random: Random): Float32Array {
  return Float32Array.from({ length }, () => (random.uniform() < dropout ? 0 : 1 / (1 - dropout)));
}

function rowsOf({ columns, values }: FeatureMatrix, rows: Int32Array): Float32Array {
  const out = new Float32Array(rows.length * columns);
  rows.forEach((row, at) => out.set(values.subarray(row * columns, (row + 1) * columns), at * columns));
  return out;
}

async function copyOf(layers: Layer[]): Promise<LayerCopy[]> {
  return Promise.all(
    layers.map(async ({ weights, bias }) => ({
      shape: weights.shape as [number, number],
      weights: Float32Array.from(await weights.data()),
      bias: Float32Array.from(await bias.data()),
    })),
  );
}

async function predict(
  tf: TensorFlow,
  layers: LayerCopy[],
  { isNumber, mean, deviation }: Scale,
  inputs: FeatureMatrix,
  run: RunContext,
): Promise<Float32Array> {
  const predicted = new Float32Array(inputs.rows);
  for (let start = 0; start < inputs.rows; start += blockRows) {
    await run.breathe();
    const rows = Math.min(blockRows, inputs.rows - start);
    const block = tf.tidy(() => {
      const values = inputs.values.subarray(start * inputs.columns, (start + rows) * inputs.columns);
      const tensors = layers.map(({ shape, weights, bias }) => ({ weights: tf.tensor2d(weights, shape), bias: tf.tensor1d(bias) }));
      const sums = forward(tf, tensors, tf.tensor2d(values, [rows, inputs.columns]));
      return isNumber ? tf.add(tf.mul(sums, deviation), mean) : tf.sigmoid(sums);
    });
    predicted.set(await block.data(), start);
    block.dispose();
  }
  return predicted;
}

function stateOf(layers: LayerCopy[], { isNumber, mean, deviation }: Scale): ModelState {
  const arrays: ModelState['arrays'] = {};
  layers.forEach(({ shape, weights, bias }, i) => {
    arrays[`weights${i}`] = { data: weights, shape, axes: [`layer ${i}`, `layer ${i + 1}`] };
    arrays[`bias${i}`] = { data: bias, shape: [bias.length], axes: [`layer ${i + 1}`] };
  });
  return { format: 'network/1', arrays, meta: { layers: layers.length, ...(isNumber && { mean, deviation }) } };
}

/** A model of before learnt yes/no and says nothing of a scale. */
function scaleOf({ meta }: ModelState): Scale {
  return { isNumber: meta.mean !== undefined, mean: Number(meta.mean ?? 0), deviation: Number(meta.deviation ?? 1) };
}

function layersOf({ arrays, meta }: ModelState): LayerCopy[] {
  return Array.from({ length: Number(meta.layers) }, (_, i) => ({
    shape: arrays[`weights${i}`].shape as [number, number],
    weights: arrays[`weights${i}`].data as Float32Array,
    bias: arrays[`bias${i}`].data as Float32Array,
  }));
}
