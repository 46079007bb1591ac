import type { OptionSpec } from '../base/options';
import type { InteractionMatrix } from '../math/sparseRows';
import { basketOf } from './basket';
import { customersPerItem } from './popularity';
import type { Basket, RecommenderModel } from './recommender';

/** Measured in docs/decisions/0061-neighbours-and-rules.md. */
export const popularityShareOption: OptionSpec = {
  name: 'popularityShare',
  kind: 'number',
  default: 0,
  rule: {
    of: ({ users, pairs }) => Math.round(100 * Math.min(1, Math.max(0, (6 - pairs / Math.max(1, users)) / 3))) / 100,
    why: 'Left empty it follows the data: 1 where customers have three pairs or fewer, falling to 0 at six. With so little to go by, neighbours alone find less than what is popular.',
  },
  min: 0,
  max: 100,
  tuned: [0, 3],
  what: 'How much the most popular item is given beside the best score of each customer; raising it brings lists nearer to what is popular.',
};

/**
 * Scores with popularity beside them: + share · (the customer's best score) · customers of the item / those of the most
 * chosen item. An explanation has that part as its `rest`, so that the sum stays the score.
 * @param pairs what customers have, which says what is popular today
 * @param basketFor what a customer of the data has, where the model asks for more than their pairs
 */
export function withPopularity(
  model: RecommenderModel,
  pairs: InteractionMatrix,
  share: number,
  basketFor: (user: number) => Basket = (user) => basketOf(pairs, user),
): RecommenderModel {
  if (share === 0) return model;
  const { items } = pairs;
  const popularity = customersPerItem(items, pairs.columns);
  const most = popularity.reduce((largest, count) => Math.max(largest, count), 1);
  /** Of the customer's own best score; where neighbours say nothing at all, what is popular is the list. */
  const amountOf = (scores: Float32Array) => (share * (scores.reduce((best, score) => Math.max(best, score), 0) || 1)) / most;
  const addTo = (scores: Float32Array): Float32Array => {
    const amount = amountOf(scores);
    for (let item = 0; item < items; item++) scores[item] += amount * popularity[item];
    return scores;
  };
  const { score, foldIn, explain, state } = model;
  return {
    ...model,
    async score(users) {
      const scores = await score(users);
      for (let row = 0; row < users.length; row++) addTo(scores.subarray(row * items, (row + 1) * items));
      return scores;
    },
    foldIn: foldIn && ((basket) => addTo(foldIn(basket))),
    explain:
      explain &&
      foldIn &&
      ((who, item) => {
        const own = explain(who, item);
        const basket = typeof who === 'number' ? basketFor(who) : who;
        const added = amountOf(foldIn(basket)) * popularity[item];
        return { ...own, score: own.score + added, rest: own.rest + added };
      }),
    state() {
      const { meta, ...rest } = state();
      return { ...rest, meta: { ...meta, popularityShare: share } };
    },
  };
}
