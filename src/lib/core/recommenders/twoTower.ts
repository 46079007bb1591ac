import type { Tensor2D, Variable } from '@tensorflow/tfjs-core';
import type { OptionSpec } from '../base/options';
import { Random } from '../base/random';
import type { InteractionMatrix } from '../math/sparseRows';
import { basketOf } from './basket';
import { factorScores, historyVector, scoresOfVector, similarByFactors, withBiasFactor } from './factorModel';
import { patienceOption } from './earlyStopping';
import { featureBag } from './featureBag';
import { missingFeatures } from './missingFeatures';
import type { ModelState } from './modelState';
import type { Recommender, RecommenderModel } from './recommender';
import { towerInputs, towerLoss, type Towers } from './towers';
import { drawBatch, expectedInBatch } from './twoTowerBatches';

const format = 'two-tower/1';
const names = ['history', 'userTerms', 'userBias', 'item', 'itemTerms', 'itemBias', 'itemTermBias'] as const;

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
    default: 40,
    rule: {
      // Chosen on validation parts: docs/decisions/0074.
      of: ({ users, pairs }) =>
        pairs / Math.max(1, users) < 10 ? 40 : Math.min(80, Math.max(40, Math.round(320 / Math.ceil(Math.max(1, users) / 128)))),
      why: 'Left empty it follows the data: 40, and where customers have ten pairs or more as many as make 320 steps, up to 80. A small shop needs more passes to learn as much.',
    },
    min: 1,
    max: 1000,
    unit: 'epochs',
    tuned: [20, 200],
    what: 'More passes over all customers fit closer; past the best point the model overfits.',
  },
  {
    name: 'learningRate',
    kind: 'number',
    default: 0.002,
    min: 1e-5,
    max: 1,
    scale: 'log',
    tuned: [5e-4, 0.02],
    what: 'Raising it takes larger steps: faster, and above some point restless.',
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
    name: 'idDropout',
    kind: 'number',
    default: 0.1,
    min: 0,
    max: 0.95,
    tuned: [0, 0.5],
    what: 'How often an item’s own vector is hidden while learning; raising it lets what is known of items say more, which new items live by.',
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

/**
 * Two towers: one makes a vector of a customer (what they have and what is known of them), the other of an item (itself
 * and what is known of it), and their dot product is the score. Trained by sampled softmax over the items of each batch,
 * corrected for how often each is in one (Yi, Yang, Hong, Cheng, Heldt, Kumthekar, Zhao, Wei & Chi, "Sampling-Bias-Corrected
 * Neural Modeling for Large Corpus Item Recommendations", RecSys 2019). Towers are one layer deep, and a part of each
 * history is what the rest has to find. Who has done nothing and what nobody has are placed by what is known of them.
 */
export const twoTower: Recommender = {
  id: 'two-tower',
  family: 'neural',
  personal: true,
  servesNewUsers: true,
  needs: [],
  uses: ['itemFeatures', 'userFeatures'],
  can: ['foldIn', 'similarItems', 'biases', 'warmStart'],
  lighter: 'puresvd',
  options,

  estimate({ users, items, pairs }, given) {
    const [d, batch] = [Number(given.factors), Math.min(users, Number(given.batchSize))];
    const [found, history] = [Math.min(items, 8 * batch), Math.min(items, batch * Math.ceil(pairs / Math.max(1, users)))];
    const steps = Number(given.epochs) * Math.ceil(users / Math.max(1, batch));
    // Products of histories and of scores, forward and back; Adam passes over all tables in every step.
    const operations = steps * (6 * batch * (found + history) * d + 30 * items * d);
    return { operations, bytes: 4 * (12 * items * d + 2 * users * d + 8 * batch * (found + history)) };
  },

  async train(data, given, seed, compute, run, warmStart, watch) {
    const { pairs } = data;
    const itemTerms = await featureBag((await data.itemFeatures?.()) ?? [], pairs.items);
    const userTerms = await featureBag((await data.userFeatures?.()) ?? [], pairs.users);
    const tensors = await compute.tensors();
    const { tf } = tensors;
    const random = new Random(seed);
    const start = startTowers(pairs, itemTerms.items, userTerms.items, Number(given.factors), random);
    if (warmStart) goOnFrom(warmStart, start, itemTerms);
    const towers = mapTowers(start, ({ values, shape }) => tf.tidy(() => tf.variable(tf.tensor2d(values, shape))));
    const optimizer = tf.train.adam(Number(given.learningRate));
    const [epochs, batchSize] = [Number(given.epochs), Number(given.batchSize)];
    const inputs = { userTerms, itemTerms, rates: expectedInBatch(pairs, batchSize) };
    const customers = Int32Array.from({ length: pairs.users }, (_, user) => user).filter(
      (user) => pairs.rowStarts[user] < pairs.rowStarts[user + 1],
    );
    // Tables that no batch reads have no gradient.
    const learnt = names.filter((name) => towers[name].shape[0] > 0).map((name) => towers[name] as unknown as Variable);
    const losses: { epoch: number; loss: number }[] = [];
    const modelNow = async () => {
      const values = await Promise.all(names.map((name) => towers[name].data()));
      const weights = Object.fromEntries(names.map((name, at) => [name, values[at] as Float32Array])) as unknown as Towers<Float32Array>;
      return towerModel(servedTowers(weights, { itemTerms, userTerms }, pairs), pairs);
    };
    try {
      for (let epoch = 1; epoch <= epochs; epoch++) {
        random.shuffle(customers);
        let total = 0;
        for (let first = 0; first < customers.length; first += batchSize) {
          await run.breathe();
          const some = customers.subarray(first, first + batchSize);
          const batch = drawBatch(pairs, inputs, some, Number(given.idDropout), random);
          const loss = tf.tidy(() => {
            const tensors = towerInputs(tf, batch);
            return optimizer.minimize(() => towerLoss(tf, towers, tensors, Number(given.regularization)), true, learnt)!;
          });
          total += (await loss.data())[0] * some.length;
          loss.dispose();
        }
        const loss = total / Math.max(1, customers.length);
        losses.push({ epoch, loss });
        run.report({ stage: 'train', done: epoch, total: epochs, unit: 'epochs', values: { epoch, loss } });
        if (await watch?.(epoch, modelNow)) break;
      }
      return {
        model: await modelNow(),
        losses,
        backend: `tfjs ${tensors.backend} (${tensors.reason})`,
        reproducible: tensors.reproducible,
        ...missingFeatures({ items: itemTerms, users: userTerms }),
      };
    } finally {
      optimizer.dispose();
      tf.dispose(Object.values(towers));
    }
  },

  restore({ arrays }, { pairs }) {
    const of = (name: keyof ServedTowers) => arrays[name].data as Float32Array;
    return towerModel(
      {
        history: of('history'),
        userBias: of('userBias'),
        userFeatures: of('userFeatures'),
        itemFactors: of('itemFactors'),
        itemBiases: of('itemBiases'),
      },
      pairs,
    );
  },
};

type Start = { values: Float32Array; shape: [number, number] };

function mapTowers(towers: Towers<Start>, use: (start: Start) => Variable): Towers {
  return Object.fromEntries(names.map((name) => [name, use(towers[name]) as unknown as Tensor2D])) as unknown as Towers;
}

/** Small random vectors; items that nobody has have none of their own. */
function startTowers(pairs: InteractionMatrix, itemTerms: number, userTerms: number, factors: number, random: Random): Towers<Start> {
  const drawn = (rows: number): Start => ({
    values: Float32Array.from({ length: rows * factors }, () => 0.05 * random.normal()),
    shape: [rows, factors],
  });
  const zeros = (rows: number, columns: number): Start => ({ values: new Float32Array(rows * columns), shape: [rows, columns] });
  const item = drawn(pairs.items);
  const chosen = new Set(pairs.columns);
  for (let row = 0; row < pairs.items; row++) if (!chosen.has(row)) item.values.fill(0, row * factors, (row + 1) * factors);
  return {
    history: drawn(pairs.items),
    userTerms: drawn(userTerms),
    userBias: zeros(1, factors),
    item,
    itemTerms: drawn(itemTerms),
    itemBias: zeros(pairs.items, 1),
    itemTermBias: zeros(itemTerms, 1),
  };
}

/**
 * Begins where a served model stands: its items' vectors are sums, so the own vectors take what the terms, which begin anew,
 * leave of them. What is known of customers begins anew as well.
 */
function goOnFrom(
  { format: given, arrays }: ModelState,
  { history, userBias, item, itemTerms: ofTerms, itemBias }: Towers<Start>,
  itemTerms: InteractionMatrix,
): void {
  const factors = userBias.values.length;
  if (given !== format || arrays.userBias?.shape[0] !== factors) return;
  userBias.values.set(arrays.userBias.data as Float32Array);
  const terms = withTerms(new Float32Array(item.values.length), itemTerms, ofTerms.values, factors);
  for (let row = 0; row < item.shape[0]; row++) {
    const [from, to] = [row * factors, (row + 1) * factors];
    const known = (arrays.itemFactors.data as Float32Array).subarray(from, to);
    // Items that came since begin anew.
    if (!known.some((value) => value !== 0)) continue;
    history.values.set((arrays.history.data as Float32Array).subarray(from, to), from);
    for (let at = from; at < to; at++) item.values[at] = known[at - from] - terms[at];
    itemBias.values[row] = arrays.itemBiases.data[row];
  }
}

/** What is left of the towers for lists: what is known is added up. */
interface ServedTowers {
  history: Float32Array;
  userBias: Float32Array;
  /** users × factors: what is known of each. */
  userFeatures: Float32Array;
  itemFactors: Float32Array;
  itemBiases: Float32Array;
}

function servedTowers(
  { history, userTerms: ofUserTerms, userBias, item, itemTerms: ofItemTerms, itemBias, itemTermBias }: Towers<Float32Array>,
  { itemTerms, userTerms }: { itemTerms: InteractionMatrix; userTerms: InteractionMatrix },
  pairs: InteractionMatrix,
): ServedTowers {
  const factors = userBias.length;
  return {
    history,
    userBias,
    userFeatures: withTerms(new Float32Array(pairs.users * factors), userTerms, ofUserTerms, factors),
    itemFactors: withTerms(item.slice(), itemTerms, ofItemTerms, factors),
    itemBiases: withTerms(itemBias.slice(), itemTerms, itemTermBias, 1),
  };
}

/** Adds the vectors of each row's terms to it. */
function withTerms(rows: Float32Array, terms: InteractionMatrix, vectors: Float32Array, size: number): Float32Array {
  for (let row = 0; row < terms.users; row++) {
    for (let entry = terms.rowStarts[row]; entry < terms.rowStarts[row + 1]; entry++) {
      for (let f = 0; f < size; f++) rows[row * size + f] += terms.values[entry] * vectors[terms.columns[entry] * size + f];
    }
  }
  return rows;
}

/** A model of dot products: a last factor 1 of each customer meets the item's bias. */
function towerModel(served: ServedTowers, pairs: InteractionMatrix): RecommenderModel {
  const { history, userBias, userFeatures, itemFactors: vectors, itemBiases } = served;
  const factors = userBias.length;
  const size = factors + 1;
  const { items } = pairs;
  const itemFactors = withBiasFactor(vectors, itemBiases, factors);
  const vectorOf = (own: Int32Array, known?: Float32Array) => {
    const sums = historyVector(history, own, factors);
    const vector = new Float32Array(size).fill(1);
    for (let f = 0; f < factors; f++) vector[f] = Math.tanh(sums[f] + (known?.[f] ?? 0) + userBias[f]);
    return vector;
  };
  const userFactors = new Float32Array(pairs.users * size);
  for (let user = 0; user < pairs.users; user++) {
    userFactors.set(vectorOf(basketOf(pairs, user).items, userFeatures.subarray(user * factors, (user + 1) * factors)), user * size);
  }
  return {
    ...factorScores(items, size, userFactors, itemFactors),
    state: () => ({
      format,
      arrays: {
        history: { data: history, shape: [items, factors], axes: ['items', 'factors'] },
        userBias: { data: userBias, shape: [factors], axes: ['factors'] },
        userFeatures: { data: userFeatures, shape: [pairs.users, factors], axes: ['users', 'factors'] },
        itemFactors: { data: vectors, shape: [items, factors], axes: ['items', 'factors'] },
        itemBiases: { data: itemBiases, shape: [items], axes: ['items'] },
      },
      meta: {},
    }),
    foldIn: ({ items: own }) => scoresOfVector(vectorOf(own), itemFactors, size),
    similarItems: (item, k) => similarByFactors(itemFactors, size, item, k, factors),
    biases: () => ({ items: itemBiases.slice() }),
  };
}
