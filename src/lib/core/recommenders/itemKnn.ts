import type { DefaultRule } from '../base/options';
import { transpose } from '../math/sparseRows';
import { cooccurrenceOperations } from './cooccurrence';
import { likenessMeasure, likenessOptions, likenessSettings, nearestRows } from './likeness';
import { neighbourModel, neighboursOf, neighboursOption } from './neighbourModel';
import { sharingPopularity } from './popularityShare';
import type { Recommender } from './recommender';

const format = 'item-knn/1';

/** Measured in models/item-knn.md: with three pairs a customer the cosine falls below popularity. */
const asymmetryRule: DefaultRule = {
  of: ({ users, pairs }) => Math.round(100 * (0.5 + 0.5 * Math.min(1, Math.max(0, (12 - pairs / Math.max(1, users)) / 9)))) / 100,
  why: 'Left empty it follows the data: 0.5 from twelve pairs a customer on, rising to 1 at three. With short histories likeness of rare items is mostly chance.',
};

/**
 * "Who chose this also chose": items are alike where the same customers chose them, by default by the cosine with
 * shrinkage n_ij / (√(n_i n_j) + s), and each item speaks for its k nearest neighbours only (Sarwar, Karypis, Konstan &
 * Riedl, WWW 2001; Deshpande & Karypis 2004). A customer's score for an item is the sum over the items they have.
 */
export const itemKnn: Recommender = sharingPopularity({
  id: 'item-knn',
  family: 'neighbours',
  personal: true,
  needs: [],
  can: ['foldIn', 'similarItems', 'explain'],
  options: [neighboursOption(100), ...likenessOptions({ likeness: 'cosine', shrinkage: 10, bm25B: 0.8, asymmetryRule })],

  estimate(size, given) {
    const kept = size.items * Math.min(size.items, Number(given.neighbours));
    return { operations: 3 * cooccurrenceOperations(size) + size.items * size.items, bytes: 8 * kept + 28 * size.pairs + 20 * size.items };
  },

  async train({ pairs }, given, _seed, _compute, run) {
    const byItem = transpose(pairs);
    const measure = likenessMeasure(byItem, likenessSettings(given));
    const nearest = await nearestRows(byItem, Number(given.neighbours), measure, { unit: 'items', itself: false }, run);
    return {
      model: neighbourModel(format, nearest, pairs),
      losses: [],
      backend: 'plain TypeScript',
      reproducible: true,
    };
  },

  restore: (state, { pairs }) => neighbourModel(format, neighboursOf(state), pairs),
});
