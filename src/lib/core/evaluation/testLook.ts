import type { RunContext } from '../base/run';
import type { Kernels } from '../math/kernels';
import { basketOf } from '../recommenders/basket';
import type { Recommender, RecommenderModel } from '../recommenders/recommender';
import type { RankingTask } from './evaluate';
import { foldInScorer } from './foldIn';
import { rankItems } from './ranking';
import type { Split, Held } from './splits';
import type { Sequences } from '../recommenders/trainingData';
import type { SplitSpec } from './types';

/** The cut of a comparison, as far as single people are looked at. */
export type TestCut = Held & Pick<Split, 'trainEvents'> & { task: RankingTask; sequencesOf(held: Held): Promise<Sequences> | undefined };

/**
 * What a model that was trained on the train part gives some of the tested people: `users × k` items, best first, as
 * the comparison ranks them.
 */
export async function testLists(
  model: RecommenderModel,
  { servesNewUsers = false }: Pick<Recommender, 'servesNewUsers'>,
  { task, sequencesOf, ...held }: TestCut,
  { kind }: Pick<SplitSpec, 'kind'>,
  request: { users: Int32Array; k: number },
  kernels: Kernels,
  run: RunContext,
): Promise<{ items: Int32Array; scores: Float32Array }> {
  const scorer = kind === 'strong-generalisation' ? foldInScorer(model, held.history, await sequencesOf(held)) : model;
  const exclude = task.next === 'any' ? undefined : task.train;
  const ranked = await rankItems(scorer, task.train.items, { ...request, exclude }, kernels, run);
  request.users.forEach((user, row) => {
    const hasHistory = basketOf(task.train, user).items.length > 0;
    if (!hasHistory && !servesNewUsers) ranked.items.fill(-1, row * request.k, (row + 1) * request.k);
  });
  return ranked;
}

/**
 * Rows by how little their lists have in common, the least first: the mean over pairs of models of the share of items
 * that both lists name. Rows of equal share come in their own order.
 * @param lists of each model, `rows × k`, -1 where a list has ended
 */
export function mostDifferent(lists: readonly Int32Array[], rows: number, k: number): Int32Array {
  const shared = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const own = lists.map((items) => new Set(items.subarray(row * k, (row + 1) * k).filter((item) => item >= 0)));
    own.forEach((list, a) => {
      for (const other of own.slice(a + 1)) shared[row] += shareOf(list, other);
    });
  }
  return Int32Array.from({ length: rows }, (_, row) => row).sort((a, b) => shared[a] - shared[b] || a - b);
}

/** Of the longer list; two empty ones are the same. */
function shareOf(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  if (a.size === 0 && b.size === 0) return 1;
  let both = 0;
  for (const item of a) if (b.has(item)) both++;
  return both / Math.max(a.size, b.size);
}
