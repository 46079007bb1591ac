import { backendOf } from '../math/kernels';
import type { InteractionMatrix } from '../math/sparseRows';
import { cooccurrenceOperations, eachCooccurrence } from './cooccurrence';
import { itemWeightScores } from './itemWeights';
import { sharingPopularity } from './popularityShare';
import type { Recommender, RecommenderModel } from './recommender';

const format = 'ease/1';

/**
 * Embarrassingly shallow autoencoder: Steck, WWW 2019. Every item is predicted from all others by ridge regression, in
 * closed form: with P = (XᵀX + λ I)⁻¹, B_ij = −P_ij / P_jj off the diagonal and 0 on it, and the scores are X · B. X is
 * 1 where a customer chose an item.
 */
export const ease: Recommender = sharingPopularity({
  id: 'ease',
  family: 'linear',
  personal: true,
  needs: [],
  can: ['foldIn', 'similarItems', 'explain'],
  lighter: 'slim',
  options: [
    {
      name: 'regularization',
      kind: 'number',
      default: 200,
      min: 0.1,
      max: 100000,
      scale: 'log',
      tuned: [1, 10000],
      what: 'Raising it trusts items less that few customers chose, so that lists come nearer to what is popular.',
    },
  ],

  estimate(size) {
    const square = size.items * size.items;
    // The matrix here and in the kernel; half of its cube, because it is symmetric, and ranking is the cheaper part.
    return { operations: (square * size.items) / 2 + cooccurrenceOperations(size), bytes: 8 * square + 16 * size.pairs };
  },

  async train({ pairs }, given, _seed, { kernels }, run) {
    const { items } = pairs;
    const weights = new Float32Array(items * items);
    run.report({ stage: 'train', done: 0, total: 2, unit: 'steps' });
    await eachCooccurrence(pairs, run, (item, together) => {
      weights.set(together, item * items);
      weights[item * items + item] += Number(given.regularization);
    });
    run.report({ stage: 'train', done: 1, total: 2, unit: 'steps' });
    await kernels.invert(weights, items, run);
    const diagonal = Float32Array.from({ length: items }, (_, item) => weights[item * items + item]);
    for (let i = 0; i < items; i++) {
      for (let j = 0; j < items; j++) weights[i * items + j] /= -diagonal[j];
      weights[i * items + i] = 0;
    }
    run.report({ stage: 'train', done: 2, total: 2, unit: 'steps' });
    const backend = backendOf(kernels);
    return { model: easeModel(weights, pairs), losses: [], backend, reproducible: true };
  },

  restore: ({ arrays }, { pairs }) => easeModel(arrays.weights.data as Float32Array, pairs),
});

/** @param weights `items × items`: row j is what item j says of each other */
function easeModel(weights: Float32Array, pairs: InteractionMatrix): RecommenderModel {
  const { items } = pairs;
  return {
    ...itemWeightScores(pairs, {
      addRow(item, scores) {
        for (let other = 0; other < items; other++) scores[other] += weights[item * items + other];
      },
      weight: (item, other) => weights[item * items + other],
    }),
    state: () => ({ format, arrays: { weights: { data: weights, shape: [items, items], axes: ['items', 'items'] } }, meta: {} }),
  };
}
