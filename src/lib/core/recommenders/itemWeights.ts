import { bestOf } from '../math/topK';
import { basketOf } from './basket';
import type { Basket, Explanation, RecommenderModel } from './recommender';
import type { InteractionMatrix } from '../math/sparseRows';

/** Calls back with what an item says of other items. */
export type EachWeight = (item: number, use: (other: number, weight: number) => void) => void;

/**
 * The parts that every model has whose score is a sum over the customer's own items: score(i) = Σ_j weight(j → i).
 * @param pairs what customers have
 */
export function itemWeightScores(
  pairs: InteractionMatrix,
  eachWeight: EachWeight,
): Pick<Required<RecommenderModel>, 'score' | 'foldIn' | 'similarItems' | 'explain'> {
  const { items } = pairs;
  const addUp = ({ items: own }: Basket, scores: Float32Array): void => {
    for (const item of own) eachWeight(item, (other, weight) => (scores[other] += weight));
  };
  return {
    score(asked) {
      const scores = new Float32Array(asked.length * items);
      asked.forEach((user, row) => addUp(basketOf(pairs, user), scores.subarray(row * items, (row + 1) * items)));
      return scores;
    },
    foldIn(basket) {
      const scores = new Float32Array(items);
      addUp(basket, scores);
      return scores;
    },
    similarItems(item, k) {
      const scores = new Float32Array(items).fill(-Infinity);
      eachWeight(item, (other, weight) => (scores[other] = weight));
      scores[item] = -Infinity;
      return bestOf(scores, k);
    },
    explain(who, item): Explanation {
      const basket = typeof who === 'number' ? basketOf(pairs, who) : who;
      const contributions = Array.from(basket.items, (other) => {
        let amount = 0;
        eachWeight(other, (to, weight) => (amount += to === item ? weight : 0));
        return { item: other, amount };
      });
      return { score: contributions.reduce((sum, { amount }) => sum + amount, 0), contributions, rest: 0 };
    },
  };
}
