import { Random } from '$lib/core/base/random';
import { resolveOptions } from '$lib/core/base/options';
import { quietContext } from '$lib/core/base/run';
import { matrixFromPairs, userOfEntries, type InteractionMatrix } from '$lib/core/math/sparseRows';
import type { TakenModel } from '$lib/core/recommenders/away/bundle';
import { findRecommender } from '$lib/core/recommenders/catalogue';
import type { ModelState, StateArray } from '$lib/core/recommenders/modelState';
import { encoder as ofGru4rec } from '$lib/core/recommenders/gru4rec';
import { specsOf } from '$lib/core/recommenders/networks/sequenceNetwork';
import { encoder as ofSasrec } from '$lib/core/recommenders/sasrec';
import type { Sequences } from '$lib/core/recommenders/trainingData';
import type { Compute, RecommenderModel } from '$lib/core/recommenders/recommender';

/** Forty customers of two tastes and twenty-four items with Chinese ids; some have strengths, what was bought is a part of it. */
const [users, items, factors] = [40, 24, 5];
export const ids = {
  users: Array.from({ length: users }, (_, user) => `客${String(user).padStart(3, '0')}`),
  items: Array.from({ length: items }, (_, item) => `茶-${String(item).padStart(2, '0')}`),
};
export const history = tastes();
/** The same pairs in an order of their own, the first third of each customer's twice. */
export const sequences: Sequences = (() => {
  const rows = Array.from({ length: users }, (_, user) => {
    const own = new Random(100 + user).shuffle(history.columns.slice(history.rowStarts[user], history.rowStarts[user + 1]));
    return [...own, ...own.subarray(0, Math.ceil(own.length / 3))];
  });
  const all = rows.flat();
  const rowStarts = Int32Array.from({ length: users + 1 }, (_, user) => rows.slice(0, user).reduce((sum, row) => sum + row.length, 0));
  return {
    rowStarts,
    items: Int32Array.from(all),
    times: Float64Array.from(all, (_, at) => at),
    values: new Float32Array(all.length).fill(1),
  };
})();
export const bought: InteractionMatrix = (() => {
  const kept = Array.from(history.columns.keys()).filter((at) => at % 3 !== 0);
  const user = userOfEntries(history);
  return matrixFromPairs(
    users,
    items,
    kept.map((at) => user[at]),
    kept.map((at) => history.columns[at]),
  );
})();

/** Arrays drawn at random where a kernel or tfjs would learn them: their bytes hang on the machine, and these do not. */
const states: Record<string, () => ModelState> = {
  ials: () => ({
    format: 'ials/1',
    arrays: { userFactors: drawn(1, ['users', 'factors']), itemFactors: drawn(2, ['items', 'factors']) },
    meta: { options: { ...resolveOptions('ials', findRecommender('ials').options, { factors, alpha: 2 }) } },
  }),
  bpr: () => ({
    format: 'bpr/1',
    arrays: {
      userFactors: drawn(1, ['users', 'factors']),
      itemFactors: drawn(2, ['items', 'factors']),
      itemBiases: drawn(3, ['items']),
    },
    meta: {},
  }),
  fm: () => ({
    format: 'fm/1',
    arrays: {
      userFactors: drawn(23, ['users', 'factors']),
      itemFactors: drawn(24, ['items', 'factors']),
      itemBiases: drawn(25, ['items']),
    },
    meta: {},
  }),
  'two-tower': () => ({
    format: 'two-tower/1',
    arrays: {
      history: drawn(26, ['items', 'factors']),
      userBias: drawn(27, ['factors']),
      userFeatures: drawn(28, ['users', 'factors']),
      itemFactors: drawn(29, ['items', 'factors']),
      itemBiases: drawn(30, ['items']),
    },
    meta: {},
  }),
  // Three segments, and every fourth customer in none.
  'popularity by segment': () => ({
    format: 'popularity/1',
    arrays: {
      customers: drawn(31, ['items']),
      bySegment: {
        ...drawn(32, ['items', 'items']),
        shape: [3, items],
        axes: ['segments', 'items'],
        data: (drawn(32, ['items', 'items']).data as Float32Array).slice(0, 3 * items),
      },
      segmentOfUser: { data: Int32Array.from({ length: users }, (_, user) => user % 4), shape: [users], axes: ['users'] },
    },
    meta: { segments: ['east', 'north', 'west'] },
  }),
  gru4rec: () => networkState('gru4rec', { factors, historyLength: 6 }),
  sasrec: () => networkState('sasrec', { factors, historyLength: 6, blocks: 2 }),
  puresvd: () => ({ format: 'puresvd/1', arrays: { itemFactors: drawn(4, ['items', 'factors']) }, meta: {} }),
  simplex: () => ({
    format: 'simplex/1',
    arrays: { itemFactors: drawn(5, ['items', 'factors']), transform: drawn(6, ['taste', 'factors']) },
    meta: { popularityShare: 0.3 },
  }),
  'mult-dae': () => ({
    format: 'mult-dae/1',
    arrays: {
      history: drawn(7, ['items', 'factors']),
      historyBias: drawn(8, ['factors']),
      item: drawn(9, ['items', 'factors']),
      itemBias: drawn(10, ['items']),
    },
    meta: {},
  }),
  'mult-vae': () => ({
    format: 'mult-vae/1',
    arrays: {
      history: drawn(13, ['items', 'hidden']),
      historyBias: drawn(14, ['hidden']),
      mean: drawn(15, ['hidden', 'factors']),
      meanBias: drawn(16, ['factors']),
      spread: drawn(17, ['hidden', 'factors']),
      spreadBias: drawn(18, ['factors']),
      taste: drawn(19, ['factors', 'hidden']),
      tasteBias: drawn(20, ['hidden']),
      item: drawn(21, ['items', 'hidden']),
      itemBias: drawn(22, ['items']),
    },
    meta: {},
  }),
  ease: () => ({ format: 'ease/1', arrays: { weights: drawn(11, ['items', 'items']) }, meta: { popularityShare: 0.4 } }),
  'gf-cf': () => ({ format: 'gf-cf/1', arrays: filterArrays(), meta: { lowPassWeight: 0.7 } }),
  bspm: () => ({
    format: 'bspm/1',
    arrays: filterArrays(),
    meta: { lowPassWeight: 0.7, sharpening: 0.4, steps: 2, integrator: 'rk4' },
  }),
};

/** Plain TypeScript: learnt, the same bytes everywhere. */
const learnt: Record<string, Record<string, number | boolean>> = {
  popularity: {},
  'item-knn': { neighbours: 8, popularityShare: 0.5 },
  rp3beta: { neighbours: 6 },
  'user-knn': { nearestUsers: 7, popularityShare: 0.3 },
  slim: { regularization: 1, sparsity: 0.1 },
  'association-rules': { mostItems: 3, leastCustomers: 2, popularityShare: 0.2 },
  markov: { neighbours: 7, popularityShare: 0.4 },
};

export const takenIds = [...Object.keys(states), ...Object.keys(learnt)];

const data = { pairs: history, sequences: async () => sequences };

/** A model of the data above, to be taken away. */
export async function takenModel(id: string, withCustomers = true): Promise<TakenModel> {
  const recommender = findRecommender(id.split(' ')[0]);
  const model = states[id] ? await recommender.restore(states[id](), data) : await trained(id);
  const facts = {
    name: `tea-${id}`,
    algorithm: recommender.id,
    options: learnt[id] ?? {},
    brought: false,
    backend: 'plain TypeScript',
    losses: [],
    reproducible: true,
    warnings: [],
  };
  const isOrdered = recommender.needs.includes('sequences');
  return { recommender, model, ids, history, ...(isOrdered && { sequences }), bought, facts, withCustomers };
}

async function trained(id: string): Promise<RecommenderModel> {
  const recommender = findRecommender(id);
  const options = resolveOptions(id, recommender.options, learnt[id]);
  const { model } = await recommender.train(data, options, 1, {} as Compute, quietContext());
  return model;
}

/** Weights of a network that reads histories; what is normalised is stretched by about 1. */
function networkState(id: 'gru4rec' | 'sasrec', given: Record<string, number>): ModelState {
  const specs = specsOf({ gru4rec: ofGru4rec, sasrec: ofSasrec }[id], items, given);
  const arrays = Object.entries(specs).map(([name, { shape }], at): [string, StateArray] => {
    const random = new Random(40 + at);
    const middle = name.endsWith('Gain') ? 1 : 0;
    const data = Float32Array.from({ length: shape.reduce((product, side) => product * side, 1) }, () => middle + 0.4 * random.normal());
    return [
      name,
      { data, shape, axes: shape.map((_, axis) => (name.startsWith('item') && axis === 0 ? 'items' : axis === 0 ? 'in' : 'out')) },
    ];
  });
  return { format: `${id}/1`, arrays: Object.fromEntries(arrays), meta: { historyLength: given.historyLength } };
}

function filterArrays(): Record<string, StateArray> {
  return {
    pairUsers: { data: userOfEntries(history), shape: [history.columns.length], axes: ['pairs'], numbersOf: 'users' },
    pairItems: { data: history.columns, shape: [history.columns.length], axes: ['pairs'], numbersOf: 'items' },
    itemFactors: drawn(12, ['items', 'factors']),
  };
}

function drawn(seed: number, axes: string[]): StateArray {
  const shape = axes.map((axis) => ({ users, items })[axis] ?? factors);
  const random = new Random(seed);
  return { data: Float32Array.from({ length: shape.reduce((product, side) => product * side, 1) }, () => random.normal()), shape, axes };
}

function tastes(): InteractionMatrix {
  const random = new Random(7);
  const pairs = new Map<number, number>();
  for (let user = 0; user < users; user++)
    for (let pair = 0; pair < 6; pair++) pairs.set(user * items + (user % 2) + 2 * random.below(11), 1 + random.below(4));
  const keys = [...pairs.keys()].sort((a, b) => a - b);
  return matrixFromPairs(
    users,
    items,
    keys.map((key) => Math.floor(key / items)),
    keys.map((key) => key % items),
    Float32Array.from(keys, (key) => pairs.get(key)!),
  );
}
