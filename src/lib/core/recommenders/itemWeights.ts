import type { InteractionMatrix } from '../math/sparseRows';
import { bestOf } from '../math/topK';
import { basketOf } from './basket';
import type { Basket, RecommenderModel } from './recommender';

/** What each item says of each other. */
export interface ItemWeights {
  /** scores += the weights of one item. */
  addRow(item: number, scores: Float32Array): void;
  weight(item: number, other: number): number;
}

/**
 * What follows from one function that adds to the scores of all items what a basket says.
 * @param pairs what customers have
 */
export function addedUpScores(
  pairs: InteractionMatrix,
  addUp: (basket: Basket, scores: Float32Array) => Float32Array,
): Pick<Required<RecommenderModel>, 'score' | 'foldIn' | 'similarItems'> {
  const { items } = pairs;
  return {
    score(asked) {
      const scores = new Float32Array(asked.length * items);
      asked.forEach((user, row) => addUp(basketOf(pairs, user), scores.subarray(row * items, (row + 1) * items)));
      return scores;
    },
    foldIn: (basket) => addUp(basket, new Float32Array(items)),
    similarItems(item, k) {
      const scores = addUp({ items: Int32Array.of(item) }, new Float32Array(items));
      return bestOf(
        scores.map((score, other) => (score === 0 || other === item ? -Infinity : score)),
        k,
      );
    },
  };
}

/**
 * The parts that every model has whose score is a sum over the customer's own items: score(i) = Σ_j weight(j, i).
 * @param pairs what customers have
 */
export function itemWeightScores(
  pairs: InteractionMatrix,
  weights: ItemWeights,
): Pick<Required<RecommenderModel>, 'score' | 'foldIn' | 'similarItems' | 'explain'> {
  const addUp = (basket: Basket, scores: Float32Array): Float32Array => {
    for (const item of basket.items) weights.addRow(item, scores);
    return scores;
  };
  return {
    ...addedUpScores(pairs, addUp),
    explain(who, item) {
      const { items: own } = typeof who === 'number' ? basketOf(pairs, who) : who;
      const contributions = Array.from(own, (other) => ({ item: other, amount: weights.weight(other, item) }));
      return { score: contributions.reduce((sum, { amount }) => sum + amount, 0), contributions, rest: 0 };
    },
  };
}
