import type { RunContext } from '../base/run';
import type { InteractionMatrix } from './sparseRows';
import type { TopKRequest, TopKResult } from './kernels';

/** Ranking by factors in plain TypeScript. */
export async function referenceTopK(request: TopKRequest, run: RunContext): Promise<TopKResult> {
  const { size, userFactors, itemFactors, itemBiases, users, k, exclude, eligible } = request;
  const items = itemFactors.length / size;
  const result = emptyTopK(users.length, k);
  const scores = new Float32Array(items);
  for (let row = 0; row < users.length; row++) {
    const user = users[row] * size;
    for (let item = 0; item < items; item++) {
      let sum = itemBiases ? itemBiases[item] : 0;
      for (let f = 0; f < size; f++) sum += userFactors[user + f] * itemFactors[item * size + f];
      scores[item] = sum;
    }
    rankScores(
      scores,
      { user: users[row], exclude, eligible },
      result.items.subarray(row * k, row * k + k),
      result.scores.subarray(row * k),
    );
    await run.breathe();
  }
  return result;
}

export function emptyTopK(users: number, k: number): TopKResult {
  return { items: new Int32Array(users * k).fill(-1), scores: new Float32Array(users * k).fill(-Infinity) };
}

/**
 * The best of one user's scores into `items` and `ranked`, best first, ties to the lower item index. Left out are
 * what `exclude` holds in row `user`, items that are not eligible, and scores of -Infinity or NaN; `scores` is changed.
 */
export function rankScores(
  scores: Float32Array,
  { user, exclude, eligible }: { user: number; exclude?: InteractionMatrix; eligible?: Uint8Array },
  items: Int32Array,
  ranked: Float32Array,
): void {
  if (exclude) for (let e = exclude.rowStarts[user]; e < exclude.rowStarts[user + 1]; e++) scores[exclude.columns[e]] = -Infinity;
  const k = items.length;
  items.fill(-1);
  ranked.subarray(0, k).fill(-Infinity);
  for (let item = 0; item < scores.length; item++) {
    const score = scores[item];
    // An equal score never displaces an earlier item.
    if (!(score > ranked[k - 1]) || (eligible && eligible[item] === 0)) continue;
    let at = k - 1;
    for (; at > 0 && score > ranked[at - 1]; at--) {
      ranked[at] = ranked[at - 1];
      items[at] = items[at - 1];
    }
    ranked[at] = score;
    items[at] = item;
  }
}

/** The k best scores, best first, ties to the lower index; fewer where there are not so many. */
export function bestOf(scores: Float32Array, k: number): { item: number; score: number }[] {
  const [items, ranked] = [new Int32Array(k), new Float32Array(k)];
  rankScores(scores, { user: 0 }, items, ranked);
  return Array.from(items, (item, rank) => ({ item, score: ranked[rank] })).filter(({ item }) => item >= 0);
}
