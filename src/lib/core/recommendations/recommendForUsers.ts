import type { RunContext } from '../base/run';
import type { Kernels } from '../math/kernels';
import type { InteractionMatrix } from '../math/sparseRows';
import { rankItems } from '../evaluation/ranking';
import { numberedModel } from '../recommenders/numberedModel';
import { customersPerItem } from '../recommenders/popularity';
import { popularityModel } from '../recommenders/popularityModel';
import type { Scorer } from '../recommenders/recommender';

/** A model with what it was trained on; rows are dense user indexes. */
export interface TrainedModel {
  model: Scorer;
  training: InteractionMatrix;
  /** Whether it reads something in customers without any interaction. */
  servesNewUsers: boolean;
}

export interface RecommendationRequest {
  users: Int32Array;
  /** Length of each list. */
  size: number;
  /** Items to leave out, by row: what was bought or seen. */
  exclude?: InteractionMatrix;
  /** One byte an item: 1 where it may be recommended. */
  eligible?: Uint8Array;
}

/** `users × size`, best first; -1 where a list has ended, because nothing else may be recommended. */
export interface RecommendationLists {
  items: Int32Array;
  scores: Float32Array;
  /** 1 where an entry comes from popularity: no history, or the model has no more items. Its score counts customers. */
  fromPopularity: Uint8Array;
}

/**
 * The best items of each user after exclusion: always as many as are allowed, up to `size`. What the model cannot
 * say is filled with what most customers chose, and labelled.
 */
export async function recommendForUsers(
  { model, training, servesNewUsers }: TrainedModel,
  request: RecommendationRequest,
  kernels: Kernels,
  run: RunContext,
): Promise<RecommendationLists> {
  const { users, size, exclude, eligible } = request;
  const lists = {
    fromPopularity: new Uint8Array(users.length * size),
    ...(await rankItems(model, training.items, { ...request, k: size }, kernels, run)),
  };
  const rows: number[] = [];
  for (let row = 0; row < users.length; row++) {
    const isNew = training.rowStarts[users[row]] === training.rowStarts[users[row] + 1];
    if (isNew && !servesNewUsers) lists.items.fill(-1, row * size, (row + 1) * size);
    if (lists.items[(row + 1) * size - 1] < 0) rows.push(row);
  }
  if (rows.length === 0) return lists;

  const popular = await rankItems(
    popularLike(model, training),
    training.items,
    // Up to `size` of them may be in the list already.
    { users: Int32Array.from(rows, (row) => users[row]), k: 2 * size, exclude, eligible },
    kernels,
    run,
  );
  rows.forEach((row, i) => {
    const own = { items: popular.items.subarray(2 * i * size), scores: popular.scores.subarray(2 * i * size) };
    fill(lists, row, size, own.items.subarray(0, 2 * size), own.scores);
  });
  return lists;
}

/** Popularity in the training data, by the numbering that the model has. */
export function popularLike({ byPlace }: Scorer, training: InteractionMatrix): Scorer {
  const customers = customersPerItem(training.items, training.columns);
  if (!byPlace) return popularityModel(training.users, customers);
  const { userOrder, itemOrder } = byPlace.numbering;
  const byItem = popularityModel(
    userOrder.length,
    Float32Array.from(itemOrder, (item) => customers[item]),
  );
  return numberedModel(byItem, byPlace.numbering, training);
}

/** Appends popular items that the list does not hold yet. */
function fill(lists: RecommendationLists, row: number, size: number, popular: Int32Array, scores: Float32Array): void {
  const list = lists.items.subarray(row * size, (row + 1) * size);
  const firstFree = list.indexOf(-1);
  const taken = new Set(list.subarray(0, firstFree));
  let at = firstFree;
  for (let rank = 0; rank < popular.length && at < size; rank++) {
    if (popular[rank] < 0 || taken.has(popular[rank])) continue;
    list[at] = popular[rank];
    lists.scores[row * size + at] = scores[rank];
    lists.fromPopularity[row * size + at] = 1;
    at++;
  }
  for (; at < size; at++) lists.scores[row * size + at] = -Infinity;
}
