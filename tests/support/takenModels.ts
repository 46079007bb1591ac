import { Random } from '$lib/core/base/random';
import { resolveOptions } from '$lib/core/base/options';
import { quietContext } from '$lib/core/base/run';
import { matrixFromPairs, userOfEntries, type InteractionMatrix } from '$lib/core/math/sparseRows';
import type { TakenModel } from '$lib/core/recommenders/away/bundle';
import { findRecommender } from '$lib/core/recommenders/catalogue';
import type { ModelState, StateArray } from '$lib/core/recommenders/modelState';
import type { Compute, RecommenderModel } from '$lib/core/recommenders/recommender';

/** Forty customers of two tastes and twenty-four items with Chinese ids; some have strengths, what was bought is a part of it. */
const [users, items, factors] = [40, 24, 5];
export const ids = {
  users: Array.from({ length: users }, (_, user) => `客${String(user).padStart(3, '0')}`),
  items: Array.from({ length: items }, (_, item) => `茶-${String(item).padStart(2, '0')}`),
};
export const history = tastes();
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
};

export const takenIds = [...Object.keys(states), ...Object.keys(learnt)];

/** A model of the data above, to be taken away. */
export async function takenModel(id: string, withCustomers = true): Promise<TakenModel> {
  const recommender = findRecommender(id);
  const model = states[id] ? await recommender.restore(states[id](), { pairs: history }) : await trained(id);
  const facts = {
    name: `tea-${id}`,
    algorithm: id,
    options: learnt[id] ?? {},
    brought: false,
    backend: 'plain TypeScript',
    losses: [],
    reproducible: true,
    warnings: [],
  };
  return { recommender, model, ids, history, bought, facts, withCustomers };
}

async function trained(id: string): Promise<RecommenderModel> {
  const recommender = findRecommender(id);
  const options = resolveOptions(id, recommender.options, learnt[id]);
  const { model } = await recommender.train({ pairs: history }, options, 1, {} as Compute, quietContext());
  return model;
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
