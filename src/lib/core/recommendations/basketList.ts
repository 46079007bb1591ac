import type { InteractionMatrix } from '../math/sparseRows';
import { rankScores } from '../math/topK';
import { mustFoldIn } from '../evaluation/foldIn';
import { customersPerItem } from '../recommenders/popularity';
import type { Basket, Recommender, RecommenderModel } from '../recommenders/recommender';

export interface BasketRequest {
  basket: Basket;
  /** What the model was trained on. */
  training: InteractionMatrix;
  size: number;
  /** One byte an item: 1 where it may be recommended. */
  eligible?: Uint8Array;
}

export interface BasketList {
  /** Item numbers, best first; at most `size`. */
  items: Int32Array;
  scores: Float32Array;
  /** What most customers chose, because the model knows nothing of what is in the basket. */
  isPopularity: boolean;
}

/**
 * A list for somebody who is not in the data, from what they have; that itself is left out, unless the model is there to
 * recommend just that. An empty basket, or one of
 * which the model knows nothing, gets what most customers chose.
 * @throws UserError `cannot_fold_in`
 */
export function listFromBasket(
  model: RecommenderModel,
  recommender: Pick<Recommender, 'id' | 'can' | 'repeats'>,
  { basket, training, size, eligible }: BasketRequest,
): BasketList {
  mustFoldIn([recommender]);
  const own = basket.items.length > 0 ? model.foldIn!(basket) : undefined;
  const isPopularity = !own?.some((score) => Number.isFinite(score) && score !== 0);
  const scores = isPopularity ? customersPerItem(training.items, training.columns) : own!.slice();
  if (!recommender.repeats) for (const item of basket.items) scores[item] = -Infinity;
  const [items, ranked] = [new Int32Array(Math.min(size, training.items)), new Float32Array(Math.min(size, training.items))];
  if (items.length > 0) rankScores(scores, { user: 0, eligible }, items, ranked);
  const length = items.includes(-1) ? items.indexOf(-1) : items.length;
  return { items: items.subarray(0, length), scores: ranked.subarray(0, length), isPopularity };
}
