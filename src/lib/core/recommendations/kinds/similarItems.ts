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
  // Whatever may not be shown stands among the most alike at worst.
  const asked = size + eligible.reduce((out, mark) => out + (mark === 1 ? 0 : 1), 0);
  for (let row = 0; row < items.length; row++) {
    const alike = similarItems(items[row], asked)
      .filter(({ item }) => eligible[item] === 1)
      .slice(0, size);
    alike.forEach(({ item, score }, place) => {
      lists.items[row * size + place] = item;
      lists.scores[row * size + place] = score;
    });
    if (row % 64 === 0) run.report({ stage: 'recommend', done: row, total: items.length, unit: 'items' });
    await run.breathe();
  }
  return lists;
}
