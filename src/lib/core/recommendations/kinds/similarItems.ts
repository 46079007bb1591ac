import type { RunContext } from '../../base/run';
import type { RecommenderModel } from '../../recommenders/recommender';
import { emptyLists, type KindLists } from './lists';

/** Progress: `recommend`, in items. */
export async function similarItemLists(
  similarItems: NonNullable<RecommenderModel['similarItems']>,
  { items, size, eligible }: { items: Int32Array; size: number; eligible: Uint8Array },
  run: RunContext,
): Promise<KindLists> {
  const lists = emptyLists(items.length, size);
  for (let row = 0; row < items.length; row++) {
    const alike = similarItems(items[row], size).filter(({ item }) => eligible[item] === 1);
    alike.forEach(({ item, score }, place) => {
      lists.items[row * size + place] = item;
      lists.scores[row * size + place] = score;
    });
    if (row % 64 === 0) run.report({ stage: 'recommend', done: row, total: items.length, unit: 'items' });
    await run.breathe();
  }
  return lists;
}
