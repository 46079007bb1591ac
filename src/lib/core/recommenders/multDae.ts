import type { Tensor1D, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { Random } from '../base/random';
import type { OptionSpec, OptionValues } from '../base/options';
import { gatherRows, multiply } from '../math/tensorOps';
import type { TensorFlow } from '../math/tensors';
import type { InteractionMatrix } from '../math/sparseRows';
import { basketOf } from './basket';
import { factorScores, scoresOfVector, similarByFactors } from './factorModel';
import type { ModelState } from './modelState';
import { chooseItems, fillHistories, fillTargets, type ItemChoice } from './multDaeBatches';
import { sharingPopularity } from './popularityShare';
import type { Recommender, RecommenderModel } from './recommender';
import { softmaxLoss } from './softmaxLoss';

const options: readonly OptionSpec[] = [
  {
    name: 'factors',
    kind: 'number',
    integer: true,
    default: 64,
    min: 1,
    max: 512,
    scale: 'log',
    tuned: [32, 256],
    what: 'More factors describe finer tastes, and overfit small data sooner.',
  },
  {
    name: 'epochs',
    kind: 'number',
    integer: true,
    default: 25,
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
    default: 0.00005,
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
];

/**
 * A denoising autoencoder: it learns to give a customer's whole history back from a part of it. The history becomes a
 * vector, `tanh(history · W + c)`, every item has one, and their dot product (plus the item's bias) is the score; what
 * it is trained by is the multinomial likelihood (Liang, Krishnan, Hoffman & Jebara, WWW 2018, Mult-DAE without its
 * further layers). In large catalogues the other items are drawn at random and weighted for those they stand for.
 */
export const multDae: Recommender = sharingPopularity({
  id: 'mult-dae',
  family: 'neural',
  personal: true,
  needs: [],
  can: ['foldIn', 'similarItems', 'biases', 'warmStart'],
  options,

  estimate({ users, items, pairs }, given) {
    const [d, batch] = [Number(given.factors), Math.min(users, Number(given.batchSize))];
    const chosen = Math.min(items, Number(given.negatives) + batch * Math.ceil(pairs / Math.max(1, users)));
    const steps = Number(given.epochs) * Math.ceil(users / Math.max(1, batch));
    // Two products forward, four back; Adam passes over both tables in every step.
    const operations = steps * (12 * batch * chosen * d + 30 * items * d);
    return { operations, bytes: 4 * (10 * items * d + 2 * users * d + 8 * batch * chosen) };
  },

  async train({ pairs: matrix }, given, seed, compute, run, warmStart) {
    const tensors = await compute.tensors();
    const { tf } = tensors;
    const random = new Random(seed);
    const network = createNetwork(tf, matrix.items, Number(given.factors), random, warmStart);
    const optimizer = tf.train.adam(Number(given.learningRate));
    const customers = Int32Array.from({ length: matrix.users }, (_, user) => user).filter((user) => historyLength(matrix, user) > 0);
    const [epochs, batchSize] = [Number(given.epochs), Number(given.batchSize)];
    const losses: { epoch: number; loss: number }[] = [];
    try {
      for (let epoch = 1; epoch <= epochs; epoch++) {
        random.shuffle(customers);
        let [total, seen] = [0, 0];
        for (let start = 0; start < customers.length; start += batchSize) {
          await run.breathe();
          const batch = customers.subarray(start, start + batchSize);
          total += (await learn(tf, network, optimizer, matrix, batch, given, random)) * batch.length;
          seen += batch.length;
        }
        const loss = total / Math.max(1, seen);
        losses.push({ epoch, loss });
        run.report({ stage: 'train', done: epoch, total: epochs, unit: 'epochs', values: { epoch, loss } });
      }
      const values = await Promise.all(weightNames.map((name) => network[name].data()));
      const weights = Object.fromEntries(weightNames.map((name, i) => [name, values[i] as Float32Array])) as Weights;
      return {
        model: daeModel(weights, matrix),
        losses,
        backend: `tfjs ${tensors.backend} (${tensors.reason})`,
        reproducible: tensors.reproducible,
      };
    } finally {
      optimizer.dispose();
      tf.dispose(Object.values(network));
    }
  },

  restore: ({ arrays }, { pairs }) =>
    daeModel(Object.fromEntries(weightNames.map((name) => [name, arrays[name].data as Float32Array])) as Weights, pairs),
});

const format = 'mult-dae/1';
const weightNames = ['history', 'historyBias', 'item', 'itemBias'] as const;
type Weights = Record<(typeof weightNames)[number], Float32Array>;

interface Network {
  /** items × factors: what each item of a history says of the customer. */
  history: Variable;
  historyBias: Variable;
  /** items × factors: what each item is. */
  item: Variable;
  itemBias: Variable;
}

function createNetwork(tf: TensorFlow, items: number, factors: number, random: Random, state?: ModelState): Network {
  const known = state?.format === format && state.arrays.historyBias.shape[0] === factors ? state.arrays : undefined;
  const draw = (name: 'history' | 'item') => {
    const values = Float32Array.from({ length: items * factors }, () => 0.05 * random.normal());
    for (let start = 0; known && start < values.length; start += factors) {
      const row = (known[name].data as Float32Array).subarray(start, start + factors);
      // New items have zeros, from which nothing could be learnt.
      if (row.some((value) => value !== 0)) values.set(row, start);
    }
    return values;
  };
  const bias = (name: 'historyBias' | 'itemBias', length: number) => (known?.[name].data as Float32Array) ?? new Float32Array(length);
  return tf.tidy(() => ({
    history: tf.variable(tf.tensor2d(draw('history'), [items, factors])),
    historyBias: tf.variable(tf.tensor1d(bias('historyBias', factors))),
    item: tf.variable(tf.tensor2d(draw('item'), [items, factors])),
    itemBias: tf.variable(tf.tensor2d(bias('itemBias', items), [items, 1])),
  }));
}

function historyLength(matrix: InteractionMatrix, user: number): number {
  return matrix.rowStarts[user + 1] - matrix.rowStarts[user];
}

/** One step of Adam on a batch of customers; gives the loss before it. */
async function learn(
  tf: TensorFlow,
  network: Network,
  optimizer: ReturnType<TensorFlow['train']['adam']>,
  matrix: InteractionMatrix,
  batch: Int32Array,
  given: OptionValues,
  random: Random,
): Promise<number> {
  const choice = chooseItems(matrix, batch, Number(given.negatives), random);
  const shape: [number, number] = [batch.length, choice.size];
  const inputs = fillHistories(matrix, batch, choice, Number(given.dropout), random);
  const { targets, weights } = fillTargets(matrix, batch, choice);
  const loss = tf.tidy(() => {
    const indexes = choice.items && tf.tensor1d(choice.items, 'int32');
    const [history, wanted] = [tf.tensor2d(inputs, shape), tf.tensor2d(targets, shape)];
    const weight = tf.tensor2d(weights, [batch.length, 1]);
    return optimizer.minimize(
      () => {
        const [inward, outward, bias] = [network.history, network.item, network.itemBias].map((table) =>
          indexes ? gatherRows(tf, table as Tensor2D, indexes) : (table as Tensor2D),
        );
        const customers = tasteOf(tf, multiply(tf, history, inward), network.historyBias);
        const shift = biasOfChoice(tf, bias, choice);
        const misfit = softmaxLoss(tf, customers, outward, shift, wanted, weight);
        const penalty = tf.add(tf.sum(tf.square(inward)), tf.sum(tf.square(outward)));
        return tf.add(misfit, tf.mul(Number(given.regularization), penalty));
      },
      true,
      Object.values(network),
    )!;
  });
  const value = (await loss.data())[0];
  loss.dispose();
  return value;
}

function tasteOf(tf: TensorFlow, product: Tensor2D, bias: Variable): Tensor2D {
  return tf.tanh(tf.add(product, bias)) as Tensor2D;
}

/** An item that was drawn stands for all that were not, so its weight in the sum of exponentials is higher. */
function biasOfChoice(tf: TensorFlow, bias: Tensor2D, choice: ItemChoice): Tensor1D {
  const flat = tf.reshape(bias, [choice.size]) as Tensor1D;
  return choice.logWeights ? (tf.add(flat, tf.tensor1d(choice.logWeights)) as Tensor1D) : flat;
}

/** The weights as a model of dot products: a last factor 1 of each customer meets the item's bias. */
function daeModel(weights: Weights, pairs: InteractionMatrix): RecommenderModel {
  const factors = weights.historyBias.length;
  const size = factors + 1;
  const { items } = pairs;
  const itemFactors = new Float32Array(items * size);
  for (let item = 0; item < items; item++) {
    itemFactors.set(weights.item.subarray(item * factors, (item + 1) * factors), item * size);
    itemFactors[item * size + factors] = weights.itemBias[item];
  }
  const userFactors = new Float32Array(pairs.users * size);
  for (let user = 0; user < pairs.users; user++) userFactors.set(vectorOf(weights, basketOf(pairs, user).items), user * size);
  return {
    ...factorScores(items, size, userFactors, itemFactors),
    state: () => ({
      format,
      arrays: {
        history: { data: weights.history, shape: [items, factors], axes: ['items', 'factors'] },
        historyBias: { data: weights.historyBias, shape: [factors], axes: ['factors'] },
        item: { data: weights.item, shape: [items, factors], axes: ['items', 'factors'] },
        itemBias: { data: weights.itemBias, shape: [items], axes: ['items'] },
      },
      meta: {},
    }),
    foldIn: ({ items: own }) => scoresOfVector(vectorOf(weights, own), itemFactors, size),
    similarItems: (item, k) => similarByFactors(itemFactors, size, item, k, factors),
    biases: () => ({ items: weights.itemBias.slice() }),
  };
}

/** tanh(history · W + c) for a history of equal entries of length 1, and a 1 behind it. */
function vectorOf({ history, historyBias }: Weights, items: Int32Array): Float32Array {
  const factors = historyBias.length;
  const sums = new Float64Array(factors);
  for (const item of items) for (let f = 0; f < factors; f++) sums[f] += history[item * factors + f];
  const share = 1 / Math.sqrt(Math.max(1, items.length));
  const vector = new Float32Array(factors + 1).fill(1);
  for (let f = 0; f < factors; f++) vector[f] = Math.tanh(share * sums[f] + historyBias[f]);
  return vector;
}
