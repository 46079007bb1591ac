import type { Tensor1D, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { Random } from '../base/random';
import type { OptionSpec, OptionValues } from '../base/options';
import { gatherRows, multiply } from '../math/tensorOps';
import type { TensorFlow } from '../math/tensors';
import type { InteractionMatrix } from '../math/sparseRows';
import { factorModel } from './ials';
import { chooseItems, fillHistories, fillTargets, type ItemChoice } from './neuralMfBatches';
import type { Recommender } from './recommender';
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
    what: 'More factors describe finer tastes, and learn small data by heart sooner.',
  },
  {
    name: 'epochs',
    kind: 'number',
    integer: true,
    default: 25,
    min: 1,
    max: 1000,
    unit: 'epochs',
    what: 'More passes over all customers fit closer; past the best point the model learns the past by heart.',
  },
  {
    name: 'learningRate',
    kind: 'number',
    default: 0.005,
    min: 1e-5,
    max: 1,
    scale: 'log',
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
    what: 'The share of a history that is hidden while learning; raising it guards against learning by heart.',
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
 * Neural matrix factorisation: a network turns a customer's history into a vector, every item has one, and their dot
 * product (plus the item's bias) is the score. The network is `tanh(history · W + c)`, trained to tell the customer's
 * items from all others under a multinomial likelihood with part of the history hidden (Liang, Krishnan, Hoffman &
 * Jebara, WWW 2018, Mult-DAE without its further layers). In large catalogues the other items are drawn at random and
 * weighted for those they stand for.
 */
export const neuralMf: Recommender = {
  id: 'neural-mf',
  options,

  estimate({ users, items, pairs }, given) {
    const [d, batch] = [Number(given.factors), Math.min(users, Number(given.batchSize))];
    const chosen = Math.min(items, Number(given.negatives) + batch * Math.ceil(pairs / Math.max(1, users)));
    const steps = Number(given.epochs) * Math.ceil(users / Math.max(1, batch));
    // Two products forward, four back; Adam passes over both tables in every step.
    const operations = steps * (12 * batch * chosen * d + 30 * items * d);
    return { operations, bytes: 4 * (10 * items * d + 2 * users * d + 8 * batch * chosen) };
  },

  async train(matrix, given, seed, compute, run) {
    const tensors = await compute.tensors();
    const { tf } = tensors;
    const random = new Random(seed);
    const network = createNetwork(tf, matrix.items, Number(given.factors), random);
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
      const size = Number(given.factors) + 1;
      const userFactors = await vectorsOfCustomers(tf, network, matrix, size, run);
      const itemFactors = await vectorsOfItems(network, matrix.items, size);
      return {
        model: factorModel(matrix.items, size, userFactors, itemFactors),
        losses,
        backend: `tfjs ${tensors.backend} (${tensors.reason})`,
        reproducible: tensors.reproducible,
      };
    } finally {
      optimizer.dispose();
      tf.dispose(Object.values(network));
    }
  },
};

interface Network {
  /** items × factors: what each item of a history says of the customer. */
  history: Variable;
  historyBias: Variable;
  /** items × factors: what each item is. */
  item: Variable;
  itemBias: Variable;
}

function createNetwork(tf: TensorFlow, items: number, factors: number, random: Random): Network {
  const draw = () => Float32Array.from({ length: items * factors }, () => 0.05 * random.normal());
  return tf.tidy(() => ({
    history: tf.variable(tf.tensor2d(draw(), [items, factors])),
    historyBias: tf.variable(tf.zeros([factors])),
    item: tf.variable(tf.tensor2d(draw(), [items, factors])),
    itemBias: tf.variable(tf.zeros([items, 1])),
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

/** `users × size`, the last column 1, which meets the item's bias in the dot product. */
async function vectorsOfCustomers(
  tf: TensorFlow,
  network: Network,
  matrix: InteractionMatrix,
  size: number,
  run: { breathe(): Promise<void> },
): Promise<Float32Array> {
  const vectors = new Float32Array(matrix.users * size);
  const factors = size - 1;
  for (let start = 0; start < matrix.users; start += 256) {
    await run.breathe();
    const batch = Int32Array.from({ length: Math.min(256, matrix.users - start) }, (_, i) => start + i);
    const choice = chooseItems(matrix, batch, 0);
    const taste = tf.tidy(() => {
      const history = tf.tensor2d(fillHistories(matrix, batch, choice, 0), [batch.length, choice.size]);
      const table = network.history as unknown as Tensor2D;
      const inward = choice.items ? tf.gather(table, tf.tensor1d(choice.items, 'int32')) : table;
      return tasteOf(tf, tf.matMul(history, inward), network.historyBias);
    });
    const values = await taste.data();
    taste.dispose();
    for (let row = 0; row < batch.length; row++) {
      const at = (start + row) * size;
      vectors.set(values.subarray(row * factors, (row + 1) * factors), at);
      vectors[at + factors] = 1;
    }
  }
  return vectors;
}

async function vectorsOfItems(network: Network, items: number, size: number): Promise<Float32Array> {
  const vectors = new Float32Array(items * size);
  const [values, biases] = await Promise.all([network.item.data(), network.itemBias.data()]);
  for (let item = 0; item < items; item++) {
    vectors.set((values as Float32Array).subarray(item * (size - 1), (item + 1) * (size - 1)), item * size);
    vectors[item * size + size - 1] = biases[item];
  }
  return vectors;
}
