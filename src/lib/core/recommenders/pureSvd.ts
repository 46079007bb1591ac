import { backendOf } from '../math/kernels';
import type { InteractionMatrix } from '../math/sparseRows';
import { basketOf } from './basket';
import { factorScores, scoresOfVector, similarByFactors } from './factorModel';
import { sharingPopularity } from './popularityShare';
import type { Basket, Recommender, RecommenderModel } from './recommender';
import { decompose, decompositionCost, factorsOption, unweighted } from './spectral';

const format = 'puresvd/1';

/**
 * PureSVD: Cremonesi, Koren & Turrin, RecSys 2010. With V the first right singular vectors of the table of who chose what
 * (1, and 0 elsewhere), a customer's scores are r V Vᵀ: what of their history lies in the main directions of taste.
 * `popularityScaling` below 1 takes columns by n_i^((d − 1) / 2) first, as EigenRec does (Nikolakopoulos, Kalantzis,
 * Gallopoulos & Garofalakis, KAIS 2019), so that popular items shape the directions less.
 * Beside three tenths of popularity it was better on all but one of twelve validation parts (docs/decisions/0074).
 */
export const pureSvd: Recommender = sharingPopularity(
  {
    id: 'puresvd',
    family: 'spectral',
    personal: true,
    needs: [],
    can: ['foldIn', 'similarItems', 'explain'],
    lighter: 'item-knn',
    options: [
      factorsOption('More factors follow rarer tastes; with too many a history is only given back.'),
      {
        name: 'popularityScaling',
        kind: 'number',
        default: 0.4,
        min: 0,
        max: 1,
        tuned: [0, 1],
        what: 'At 1 popular items count as often as they were chosen (PureSVD); towards 0 all items shape the factors alike.',
      },
    ],

    estimate(size, given) {
      const factors = Number(given.factors);
      const { operations, bytes } = decompositionCost(size, factors);
      return { operations: operations + size.pairs * factors, bytes };
    },

    async train({ pairs }, given, seed, { kernels }, run) {
      const factors = Number(given.factors);
      const { itemVectors } = await decompose(kernels, scaled(pairs, Number(given.popularityScaling)), factors, seed, run);
      return { model: svdModel(itemVectors, factors, pairs), losses: [], backend: backendOf(kernels), reproducible: true };
    },

    restore: ({ arrays: { itemFactors } }, { pairs }) => svdModel(itemFactors.data as Float32Array, itemFactors.shape[1], pairs),
  },
  { least: 0.3 },
);

function scaled(pairs: InteractionMatrix, popularityScaling: number): InteractionMatrix {
  const customers = new Float64Array(pairs.items);
  for (const item of pairs.columns) customers[item]++;
  const scale = customers.map((count) => (count > 0 ? count ** ((popularityScaling - 1) / 2) : 0));
  return popularityScaling === 1 ? unweighted(pairs) : { ...pairs, values: Float32Array.from(pairs.columns, (item) => scale[item]) };
}

/**
 * @param itemFactors V, items × factors
 * @param pairs what customers have: r
 */
function svdModel(itemFactors: Float32Array, factors: number, pairs: InteractionMatrix): RecommenderModel {
  const sumOf = ({ items }: Basket) => {
    const sum = new Float32Array(factors);
    for (const item of items) for (let f = 0; f < factors; f++) sum[f] += itemFactors[item * factors + f];
    return sum;
  };
  const userFactors = new Float32Array(pairs.users * factors);
  for (let user = 0; user < pairs.users; user++) userFactors.set(sumOf(basketOf(pairs, user)), user * factors);
  const amount = (item: number, other: number) => {
    let product = 0;
    for (let f = 0; f < factors; f++) product += itemFactors[item * factors + f] * itemFactors[other * factors + f];
    return product;
  };
  return {
    ...factorScores(pairs.items, factors, userFactors, itemFactors),
    state: () => ({
      format,
      arrays: { itemFactors: { data: itemFactors, shape: [pairs.items, factors], axes: ['items', 'factors'] } },
      meta: {},
    }),
    foldIn: (basket) => scoresOfVector(sumOf(basket), itemFactors, factors),
    similarItems: (item, k) => similarByFactors(itemFactors, factors, item, k),
    explain(who, item) {
      const { items } = typeof who === 'number' ? basketOf(pairs, who) : who;
      const contributions = Array.from(items, (other) => ({ item: other, amount: amount(other, item) }));
      return { score: contributions.reduce((sum, each) => sum + each.amount, 0), contributions, rest: 0 };
    },
  };
}
