import type { InteractionMatrix } from '../math/sparseRows';
import { rankScores } from '../math/topK';
import { cooccurrenceOperations, eachCooccurrence } from './cooccurrence';
import { itemWeightScores } from './itemWeights';
import type { Recommender, RecommenderModel } from './recommender';

const format = 'item-knn/1';

/**
 * "Who chose this also chose": items are alike where the same customers chose them, by the cosine with shrinkage
 * n_ij / (√(n_i n_j) + s), and each item speaks for its k nearest neighbours only (Sarwar, Karypis, Konstan & Riedl,
 * WWW 2001; Deshpande & Karypis 2004). A customer's score for an item is the sum over the items they have.
 */
export const itemKnn: Recommender = {
  id: 'item-knn',
  personal: true,
  needs: [],
  can: ['foldIn', 'similarItems', 'explain'],
  options: [
    {
      name: 'neighbours',
      kind: 'number',
      integer: true,
      default: 100,
      min: 1,
      max: 2000,
      scale: 'log',
      what: 'How many of its nearest items each item speaks for; more reach further and blur.',
    },
    {
      name: 'shrinkage',
      kind: 'number',
      default: 10,
      min: 0,
      max: 10000,
      what: 'Raising it trusts likeness less that rests on few customers.',
    },
  ],

  estimate(size, given) {
    const kept = size.items * Math.min(size.items, Number(given.neighbours));
    return { operations: cooccurrenceOperations(size) + 3 * size.items * size.items, bytes: 8 * kept + 16 * size.pairs + 8 * size.items };
  },

  async train({ pairs }, given, _seed, _compute, run) {
    const { items, columns } = pairs;
    const k = Math.min(items, Number(given.neighbours));
    const shrinkage = Number(given.shrinkage);
    const customers = new Float64Array(items);
    for (const item of columns) customers[item]++;
    const neighbours = new Int32Array(items * k);
    const likeness = new Float32Array(items * k);
    const scores = new Float32Array(items);
    await eachCooccurrence(pairs, run, (item, together) => {
      for (let other = 0; other < items; other++) {
        const isNear = together[other] > 0 && other !== item;
        scores[other] = isNear ? together[other] / (Math.sqrt(customers[item] * customers[other]) + shrinkage) : -Infinity;
      }
      const ranked = likeness.subarray(item * k, (item + 1) * k);
      rankScores(scores, { user: 0 }, neighbours.subarray(item * k, (item + 1) * k), ranked);
      for (let at = 0; at < k; at++) if (ranked[at] === -Infinity) ranked[at] = 0;
      if (item % 256 === 0) run.report({ stage: 'train', done: item, total: items, unit: 'items' });
    });
    return { model: knnModel(neighbours, likeness, k, pairs), losses: [], backend: 'plain TypeScript', reproducible: true };
  },

  restore: ({ arrays: { neighbours, likeness } }, { pairs }) =>
    knnModel(neighbours.data as Int32Array, likeness.data as Float32Array, neighbours.shape[1], pairs),
};

/**
 * @param neighbours `items × k`, best first, -1 where there are fewer
 * @param likeness of each neighbour
 */
function knnModel(neighbours: Int32Array, likeness: Float32Array, k: number, pairs: InteractionMatrix): RecommenderModel {
  const { items } = pairs;
  return {
    ...itemWeightScores(pairs, {
      addRow(item, scores) {
        for (let at = item * k; at < (item + 1) * k && neighbours[at] >= 0; at++) scores[neighbours[at]] += likeness[at];
      },
      weight(item, other) {
        const place = neighbours.subarray(item * k, (item + 1) * k).indexOf(other);
        return place < 0 ? 0 : likeness[item * k + place];
      },
    }),
    state: () => ({
      format,
      arrays: {
        neighbours: { data: neighbours, shape: [items, k], axes: ['items', 'neighbours'], numbersOf: 'items' },
        likeness: { data: likeness, shape: [items, k], axes: ['items', 'neighbours'] },
      },
      meta: {},
    }),
  };
}
