import type { RunContext } from '../../base/run';
import type { InteractionMatrix } from '../../math/sparseRows';
import type { RecommenderModel } from '../../recommenders/recommender';
import { emptyLists, placeInto, type KindLists } from './lists';

export interface UpSellLists extends KindLists {
  /** By entry: the item that the customer has and that this one is a dearer likeness of. */
  because: Int32Array;
}

export interface UpSellRequest {
  users: Int32Array;
  size: number;
  /** What customers have, by row. */
  owned: InteractionMatrix;
  /** What must not be shown, by row. */
  exclude?: InteractionMatrix;
  /** Category of each item, -1 without one; see `priceBands` for the bands. */
  categories: Int32Array;
  bands: Int8Array;
  /** One byte an item: 1 where it may be recommended. */
  eligible: Uint8Array;
}

/** How many of an item's likenesses are looked at. */
const lookedAt = 300;

/**
 * Dearer things like those that a customer has: of the same category, in a higher third of its prices, and like the item
 * in the model's eyes. The score is that likeness, the greatest where several items of the customer lead there. Lists are
 * short where there is nothing of that sort: nothing is filled in. Progress: `recommend`, in users.
 */
export async function upSellLists(
  similarItems: NonNullable<RecommenderModel['similarItems']>,
  { users, size, owned, exclude, categories, bands, eligible }: UpSellRequest,
  run: RunContext,
): Promise<UpSellLists> {
  const dearer = new Map<number, { item: number; score: number }[]>();
  const dearerThan = (item: number) => {
    let found = dearer.get(item);
    if (!found) {
      found =
        categories[item] < 0 || bands[item] < 0
          ? []
          : similarItems(item, lookedAt).filter(
              (other) => categories[other.item] === categories[item] && bands[other.item] > bands[item] && eligible[other.item] === 1,
            );
      dearer.set(item, found);
    }
    return found;
  };
  const lists = emptyLists(users.length, size);
  const because = new Int32Array(users.length * size).fill(-1);
  for (let row = 0; row < users.length; row++) {
    const user = users[row];
    const best = new Map<number, { score: number; from: number }>();
    const out = new Set(exclude?.columns.subarray(exclude.rowStarts[user], exclude.rowStarts[user + 1]));
    for (const own of owned.columns.subarray(owned.rowStarts[user], owned.rowStarts[user + 1])) {
      for (const { item, score } of dearerThan(own)) {
        const known = best.get(item);
        if (!out.has(item) && (!known || score > known.score)) best.set(item, { score, from: own });
      }
      await run.breathe();
    }
    for (const [item, { score }] of best) placeInto(lists, row, size, item, score);
    for (let at = row * size; at < (row + 1) * size && lists.items[at] >= 0; at++) because[at] = best.get(lists.items[at])!.from;
    if (row % 256 === 0) run.report({ stage: 'recommend', done: row, total: users.length, unit: 'users' });
  }
  return { ...lists, because };
}
