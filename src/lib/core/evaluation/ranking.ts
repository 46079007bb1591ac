import type { RunContext } from '../base/run';
import type { Kernels, TopKResult } from '../math/kernels';
import type { InteractionMatrix } from '../math/sparseRows';
import { matrixByPlace, placesOf, type Numbering } from '../math/permute';
import { emptyTopK, rankScores } from '../math/topK';
import type { RecommenderModel, Scorer } from '../recommenders/recommender';

export interface RankingRequest {
  users: Int32Array;
  k: number;
  /** Items to leave out, by row: what the user has already. */
  exclude?: InteractionMatrix;
  /** One byte an item: 1 where it may be recommended. */
  eligible?: Uint8Array;
  /** Only these items are ranked, by row. Sampled candidates exist to compare with papers, not to choose models. */
  candidates?: InteractionMatrix;
}

/** Scores held at once where a model has no factors. */
const scoresAtOnce = 2 ** 22;

/**
 * The k best items of each user by score, ties to the lower id (the lower index where the model has no numbering).
 * Models with factors are ranked by the top-k kernel; others are asked for scores, some users at a time.
 */
export async function rankItems(
  model: Scorer,
  items: number,
  request: RankingRequest,
  kernels: Kernels,
  run: RunContext,
): Promise<TopKResult> {
  if (model.byPlace) return rankByPlace(model.byPlace, request, kernels, run);
  const { users, k, exclude, eligible, candidates } = request;
  if (model.factors && !candidates) return kernels.topK({ ...model.factors, users, k, exclude, eligible }, run);
  const result = emptyTopK(users.length, k);
  if (model.factors && candidates) {
    const scores = new Float32Array(items);
    for (let row = 0; row < users.length; row++) {
      scoreCandidates(model.factors, candidates, users[row], scores.fill(-Infinity));
      const at = row * k;
      rankScores(scores, { user: users[row], exclude, eligible }, result.items.subarray(at, at + k), result.scores.subarray(at, at + k));
      await run.breathe();
    }
    return result;
  }
  const usersAtOnce = Math.min(model.usersAtOnce ?? Infinity, Math.max(1, Math.floor(scoresAtOnce / Math.max(1, items))));
  for (let first = 0; first < users.length; first += usersAtOnce) {
    const some = users.subarray(first, first + usersAtOnce);
    const scores = await model.score(some);
    for (let row = 0; row < some.length; row++) {
      const own = scores.subarray(row * items, (row + 1) * items);
      if (candidates) keepOnly(own, candidates, some[row]);
      const at = (first + row) * k;
      rankScores(own, { user: some[row], exclude, eligible }, result.items.subarray(at, at + k), result.scores.subarray(at, at + k));
      await run.breathe();
    }
  }
  return result;
}

/** Ranks with the model that works by place, and gives numbers back. */
async function rankByPlace(
  { model, numbering }: { model: RecommenderModel; numbering: Numbering },
  { users, k, exclude, eligible, candidates }: RankingRequest,
  kernels: Kernels,
  run: RunContext,
): Promise<TopKResult> {
  const { userOrder, itemOrder } = numbering;
  const numbers = exclude?.users ?? candidates?.users ?? 1 + userOrder.reduce((most, user) => Math.max(most, user), -1);
  const placeOfUser = placesOf(userOrder, numbers);
  const request: RankingRequest = {
    users: users.map((user) => placeOfUser[user]),
    k,
    exclude: exclude && matrixByPlace(exclude, numbering),
    candidates: candidates && matrixByPlace(candidates, numbering),
    eligible: eligible && Uint8Array.from(itemOrder, (item) => eligible[item]),
  };
  const ranked = await rankItems(model, itemOrder.length, request, kernels, run);
  return { items: ranked.items.map((place) => (place < 0 ? -1 : itemOrder[place])), scores: ranked.scores };
}

function scoreCandidates(
  { size, userFactors, itemFactors, itemBiases }: NonNullable<RecommenderModel['factors']>,
  { rowStarts, columns }: InteractionMatrix,
  user: number,
  scores: Float32Array,
): void {
  for (let entry = rowStarts[user]; entry < rowStarts[user + 1]; entry++) {
    const item = columns[entry];
    let sum = itemBiases ? itemBiases[item] : 0;
    for (let f = 0; f < size; f++) sum += userFactors[user * size + f] * itemFactors[item * size + f];
    scores[item] = sum;
  }
}

function keepOnly(scores: Float32Array, { rowStarts, columns }: InteractionMatrix, user: number): void {
  const kept = columns.slice(rowStarts[user], rowStarts[user + 1]);
  const keptScores = Float32Array.from(kept, (item) => scores[item]);
  scores.fill(-Infinity);
  kept.forEach((item, i) => (scores[item] = keptScores[i]));
}
