import type { Scalar, Tensor1D, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import type { DefaultRule, OptionSpec, OptionValues } from '../base/options';
import { Random } from '../base/random';
import type { RunContext } from '../base/run';
import type { InteractionMatrix } from '../math/sparseRows';
import { gatherRows, multiply } from '../math/tensorOps';
import type { TensorFlow } from '../math/tensors';
import { chooseItems, fillHistories, fillTargets, type ItemChoice } from './autoencoderBatches';
import { basketOf } from './basket';
import { patienceOption } from './earlyStopping';
import { factorScores, historyVector, scoresOfVector, similarByFactors, withBiasFactor } from './factorModel';
import type { ModelState } from './modelState';
import type { Compute, EpochWatch, RecommenderModel, TrainingResult } from './recommender';
import { softmaxLoss } from './softmaxLoss';

/**
 * One kind of autoencoder of histories. All of them add up what the items of a history say (items × `inner`), make a
 * vector of the customer from it, and give each item the score of its own vector (items × `outer`) with it, plus a bias;
 * kinds differ in what lies between.
 */
export interface Autoencoder {
  format: string;
  inner: number;
  outer: number;
  /** Weights between, as rows and columns; a name that ends in `Bias` begins at 0. */
  between: Record<string, readonly [rows: number, columns: number]>;
  /**
   * From sums of histories (customers × inner) to vectors of customers (× outer), while learning.
   * @param extra what {@link extraOf} gave
   */
  forward(tf: TensorFlow, sums: Tensor2D, between: Record<string, Tensor2D>, extra: Extra): { vectors: Tensor2D; penalty?: Scalar };
  /** The same for one customer, without chance. */
  vectorOf(sums: Float64Array, between: Record<string, Float32Array>): Float32Array;
  /** What one step needs beside the histories, drawn and computed outside of the tensors. */
  extraOf?(step: Step): Extra;
}

/** Arrays by name, one row a customer of the batch. */
export type Extra = Record<string, { values: Float32Array; columns: number }>;

export interface Step {
  batch: Int32Array;
  /** Items of each customer of the batch. */
  lengths: Int32Array;
  /** How much each customer counts; adds up to 1. */
  weights: Float32Array;
  /** Mean length over all customers. */
  meanLength: number;
  /** How far the training has come, 0 … 1. */
  progress: number;
  random: Random;
}

/** Options that every autoencoder has; `factors` is its own. */
export function autoencoderOptions(defaults: { regularization: number; regularizationRule?: DefaultRule; epochs: number }): OptionSpec[] {
  return [
    {
      name: 'epochs',
      kind: 'number',
      integer: true,
      default: defaults.epochs,
      min: 1,
      max: 1000,
      unit: 'epochs',
      tuned: [10, 100],
      what: 'More passes over all customers fit closer; past the best point the model overfits.',
    },
    {
      name: 'learningRate',
      kind: 'number',
      default: 0.005,
      min: 1e-5,
      max: 1,
      scale: 'log',
      tuned: [5e-4, 0.02],
      what: 'Raising it takes larger steps: faster, and above some point restless.',
    },
    {
      name: 'negatives',
      kind: 'number',
      integer: true,
      default: 4096,
      min: 1,
      max: 100000,
      scale: 'log',
      what: 'Items drawn at random to compare each batch with, where the catalogue is larger than that; more is slower and steadier.',
    },
    {
      name: 'regularization',
      kind: 'number',
      default: defaults.regularization,
      ...(defaults.regularizationRule && { rule: defaults.regularizationRule }),
      min: 0,
      max: 1,
      what: 'Raising it keeps factors small, so that rare items are trusted less.',
    },
    {
      name: 'dropout',
      kind: 'number',
      default: 0.5,
      min: 0,
      max: 0.95,
      tuned: [0.1, 0.8],
      what: 'The share of a history that is hidden while learning; raising it guards against overfitting.',
    },
    {
      name: 'batchSize',
      kind: 'number',
      integer: true,
      default: 128,
      min: 1,
      max: 8192,
      scale: 'log',
      unit: 'customers',
      what: 'Customers in one step; more are faster for each customer and make fewer steps.',
    },
    patienceOption(0),
  ];
}

/** Multiply-adds and bytes: two products forward with the items and four back; Adam passes over all weights in every step. */
export function autoencoderCost(
  { inner, outer, between }: Pick<Autoencoder, 'inner' | 'outer' | 'between'>,
  { users, items, pairs }: { users: number; items: number; pairs: number },
  given: OptionValues,
): { operations: number; bytes: number } {
  const batch = Math.min(users, Number(given.batchSize));
  const chosen = Math.min(items, Number(given.negatives) + batch * Math.ceil(pairs / Math.max(1, users)));
  const steps = Number(given.epochs) * Math.ceil(users / Math.max(1, batch));
  const width = inner + outer;
  const middle = Object.values(between).reduce((sum, [rows, columns]) => sum + rows * columns, 0);
  const operations = steps * (6 * batch * (chosen * width + middle) + 15 * (items * width + middle));
  return { operations, bytes: 4 * (5 * (items * width + middle) + 2 * users * outer + 8 * batch * chosen) };
}

/** Learns by Adam with a multinomial likelihood (Liang, Krishnan, Hoffman & Jebara, WWW 2018); progress `train`, one entry an epoch. */
export async function trainAutoencoder(
  kind: Autoencoder,
  matrix: InteractionMatrix,
  given: OptionValues,
  seed: number,
  compute: Compute,
  run: RunContext,
  warmStart?: ModelState,
  watch?: EpochWatch,
): Promise<TrainingResult> {
  const tensors = await compute.tensors();
  const { tf } = tensors;
  const random = new Random(seed);
  const network = createNetwork(tf, kind, matrix.items, random, warmStart);
  const optimizer = tf.train.adam(Number(given.learningRate));
  const customers = Int32Array.from({ length: matrix.users }, (_, user) => user).filter((user) => historyLength(matrix, user) > 0);
  const [epochs, batchSize] = [Number(given.epochs), Number(given.batchSize)];
  const losses: { epoch: number; loss: number }[] = [];
  const modelNow = async () => {
    const names = Object.keys(network);
    const values = await Promise.all(names.map((name) => network[name].data()));
    return autoencoderModel(kind, Object.fromEntries(names.map((name, i) => [name, values[i] as Float32Array])), matrix);
  };
  try {
    for (let epoch = 1; epoch <= epochs; epoch++) {
      random.shuffle(customers);
      let [total, seen] = [0, 0];
      for (let start = 0; start < customers.length; start += batchSize) {
        await run.breathe();
        const batch = customers.subarray(start, start + batchSize);
        const progress = (epoch - 1 + start / customers.length) / epochs;
        total += (await learn(tf, kind, network, optimizer, matrix, { batch, progress, random }, given)) * batch.length;
        seen += batch.length;
      }
      const loss = total / Math.max(1, seen);
      losses.push({ epoch, loss });
      run.report({ stage: 'train', done: epoch, total: epochs, unit: 'epochs', values: { epoch, loss } });
      if (await watch?.(epoch, modelNow)) break;
    }
    return {
      model: await modelNow(),
      losses,
      backend: `tfjs ${tensors.backend} (${tensors.reason})`,
      reproducible: tensors.reproducible,
    };
  } finally {
    optimizer.dispose();
    tf.dispose(Object.values(network));
  }
}

export function restoreAutoencoder(kind: Autoencoder, { arrays }: ModelState, pairs: InteractionMatrix): RecommenderModel {
  const weights = Object.fromEntries(Object.entries(arrays).map(([name, { data }]) => [name, data as Float32Array]));
  return autoencoderModel(kind, weights, pairs);
}

/** `history` (items × inner) with `historyBias`, the weights between, `item` (items × outer) with `itemBias`. */
function shapesOf({ inner, outer, between }: Autoencoder, items: number): Record<string, readonly [number, number]> {
  return { history: [items, inner], historyBias: [1, inner], ...between, item: [items, outer], itemBias: [items, 1] };
}

function createNetwork(
  tf: TensorFlow,
  kind: Autoencoder,
  items: number,
  random: Random,
  state?: ModelState,
): Record<string, Variable<never> & Tensor2D> {
  const shapes = shapesOf(kind, items);
  const isSame = state?.format === kind.format && Object.entries(shapes).every(([name, shape]) => hasColumns(state, name, shape));
  const known = isSame ? state.arrays : undefined;
  const start = (name: string, [rows, columns]: readonly [number, number]): Float32Array => {
    const old = known?.[name].data as Float32Array | undefined;
    if (name.endsWith('Bias')) return old ?? new Float32Array(rows * columns);
    // Glorot's for what lies between; items are many, and each customer has few of them.
    const scale = name in kind.between ? Math.sqrt(2 / (rows + columns)) : 0.05;
    const values = Float32Array.from({ length: rows * columns }, () => scale * random.normal());
    for (let row = 0; old && row < values.length; row += columns) {
      const own = old.subarray(row, row + columns);
      // New items have zeros, from which nothing could be learnt.
      if (own.some((value) => value !== 0)) values.set(own, row);
    }
    return values;
  };
  const variables = Object.entries(shapes).map(([name, shape]) => [name, start(name, shape), shape] as const);
  return tf.tidy(() =>
    Object.fromEntries(variables.map(([name, values, shape]) => [name, tf.variable(tf.tensor2d(values, [...shape]))])),
  ) as Record<string, Variable<never> & Tensor2D>;
}

function hasColumns({ arrays }: ModelState, name: string, [, columns]: readonly [number, number]): boolean {
  const shape = arrays[name]?.shape;
  return shape !== undefined && (name === 'itemBias' || shape.at(-1) === columns);
}

function historyLength(matrix: InteractionMatrix, user: number): number {
  return matrix.rowStarts[user + 1] - matrix.rowStarts[user];
}

/** One step of Adam on a batch of customers; gives the loss before it. */
async function learn(
  tf: TensorFlow,
  kind: Autoencoder,
  network: Record<string, Variable<never> & Tensor2D>,
  optimizer: ReturnType<TensorFlow['train']['adam']>,
  matrix: InteractionMatrix,
  { batch, progress, random }: Pick<Step, 'batch' | 'progress' | 'random'>,
  given: OptionValues,
): Promise<number> {
  const choice = chooseItems(matrix, batch, Number(given.negatives), random);
  const shape: [number, number] = [batch.length, choice.size];
  const inputs = fillHistories(matrix, batch, choice, Number(given.dropout), random);
  const { targets, weights } = fillTargets(matrix, batch, choice);
  const lengths = batch.map((user) => historyLength(matrix, user));
  const meanLength = matrix.columns.length / Math.max(1, matrix.users);
  const drawn = kind.extraOf?.({ batch, lengths, weights, meanLength, progress, random }) ?? {};
  const loss = tf.tidy(() => {
    const tensors = {
      own: tf.tensor2d(inputs, shape),
      wanted: tf.tensor2d(targets, shape),
      weights: tf.tensor2d(weights, [batch.length, 1]),
      choice,
      indexes: choice.items && tf.tensor1d(choice.items, 'int32'),
    };
    return optimizer.minimize(() => lossOf(tf, kind, network, tensors, drawn, Number(given.regularization)), true, Object.values(network))!;
  });
  const value = (await loss.data())[0];
  loss.dispose();
  return value;
}

interface BatchTensors {
  /** Histories with length 1, what should come back, and how much each customer counts. */
  own: Tensor2D;
  wanted: Tensor2D;
  weights: Tensor2D;
  choice: ItemChoice;
  indexes?: Tensor1D;
}

/** How badly histories come back, what the kind asks for, and the sizes of the items' vectors. */
export function lossOf(
  tf: TensorFlow,
  kind: Autoencoder,
  { history, historyBias, item, itemBias, ...between }: Record<string, Tensor2D>,
  { own, wanted, weights, choice, indexes }: BatchTensors,
  drawn: Extra,
  regularization: number,
): Scalar {
  const [inward, outward, bias] = [history, item, itemBias].map((table) => (indexes ? gatherRows(tf, table, indexes) : table));
  const sums = tf.add(multiply(tf, own, inward), historyBias) as Tensor2D;
  const { vectors, penalty } = kind.forward(tf, sums, between, drawn);
  const misfit = softmaxLoss(tf, vectors, outward, biasOfChoice(tf, bias, choice), wanted, weights);
  const sizes = tf.mul(regularization, tf.add(tf.sum(tf.square(inward)), tf.sum(tf.square(outward)))) as Scalar;
  return (penalty ? tf.addN([misfit, penalty, sizes]) : tf.add(misfit, sizes)) as Scalar;
}

/** An item that was drawn stands for all that were not, so its weight in the sum of exponentials is higher. */
function biasOfChoice(tf: TensorFlow, bias: Tensor2D, choice: ItemChoice): Tensor1D {
  const flat = tf.reshape(bias, [choice.size]) as Tensor1D;
  return choice.logWeights ? (tf.add(flat, tf.tensor1d(choice.logWeights)) as Tensor1D) : flat;
}

/** The weights as a model of dot products: a last factor 1 of each customer meets the item's bias. */
function autoencoderModel(kind: Autoencoder, weights: Record<string, Float32Array>, pairs: InteractionMatrix): RecommenderModel {
  const { items } = pairs;
  const { inner, outer } = kind;
  const size = outer + 1;
  const itemFactors = withBiasFactor(weights.item, weights.itemBias, outer);
  /** Of a history, and a 1 behind it. */
  const vectorOf = (own: Int32Array): Float32Array => {
    const sums = historyVector(weights.history, own, inner).map((sum, f) => sum + weights.historyBias[f]);
    const vector = new Float32Array(size).fill(1);
    vector.set(kind.vectorOf(sums, weights));
    return vector;
  };
  const userFactors = new Float32Array(pairs.users * size);
  for (let user = 0; user < pairs.users; user++) userFactors.set(vectorOf(basketOf(pairs, user).items), user * size);
  const table = (name: string, axes: string[], shape: number[]) => ({ [name]: { data: weights[name], shape, axes } });
  return {
    ...factorScores(items, size, userFactors, itemFactors),
    state: () => ({
      format: kind.format,
      arrays: {
        ...table('history', ['items', 'factors'], [items, inner]),
        ...table('historyBias', ['factors'], [inner]),
        ...Object.assign(
          {},
          ...Object.entries(kind.between).map(([name, [rows, columns]]) =>
            name.endsWith('Bias') ? table(name, ['out'], [columns]) : table(name, ['in', 'out'], [rows, columns]),
          ),
        ),
        ...table('item', ['items', 'factors'], [items, outer]),
        ...table('itemBias', ['items'], [items]),
      },
      meta: {},
    }),
    foldIn: ({ items: own }) => scoresOfVector(vectorOf(own), itemFactors, size),
    similarItems: (item, k) => similarByFactors(itemFactors, size, item, k, outer),
    biases: () => ({ items: weights.itemBias.slice() }),
  };
}
