import type { InteractionMatrix } from '../../math/sparseRows';
import { customersPerItem } from '../../recommenders/popularity';
import type { InteractionList } from '../../store/interactionQueries';
import type { ListMeter } from '../evaluate';

/** Kinds of items: `labels[ofItem[item]]`; -1 belongs to none. */
export interface ItemSlices {
  name: string;
  labels: readonly string[];
  ofItem: Int8Array;
}

/** An item that fewer people than this have, and one more, is cold. */
export const coldPairs = 5;

/**
 * Items by how many people of train have them: `head` are the most popular ones that together make a third of all pairs,
 * `middle` the next third, `tail` the rest; and those of at most {@link coldPairs} people, `cold`.
 */
export function popularitySlices(train: InteractionMatrix): ItemSlices[] {
  const customers = customersPerItem(train.items, train.columns);
  const order = Int32Array.from(customers, (_, item) => item).sort((a, b) => customers[b] - customers[a] || a - b);
  const thirds = new Int8Array(train.items);
  let before = 0;
  for (const item of order) {
    thirds[item] = Math.min(2, Math.floor((3 * before) / Math.max(1, train.columns.length)));
    before += customers[item];
  }
  return [
    { name: 'popularity', labels: ['head', 'middle', 'tail'], ofItem: thirds },
    { name: 'cold-items', labels: ['cold', 'warm'], ofItem: Int8Array.from(customers, (count) => (count <= coldPairs ? 0 : 1)) },
  ];
}

/** Items by their first event in train: three groups of as many items; an item without any is the newest. */
export function ageSlices({ items, itemOfEvent, timeOfEvent }: InteractionList): ItemSlices {
  const first = new Float64Array(items).fill(Infinity);
  itemOfEvent.forEach((item, event) => (first[item] = Math.min(first[item], timeOfEvent[event])));
  const ranked = Int32Array.from(first, (_, item) => item).sort((a, b) => (first[a] === first[b] ? a - b : first[a] - first[b]));
  const ofItem = new Int8Array(items);
  ranked.forEach((item, rank) => (ofItem[item] = Math.floor((3 * rank) / items)));
  return { name: 'item-age', labels: ['oldest', 'middle', 'newest'], ofItem };
}

/**
 * Recall and hit rate of the relevant items of one slice only; who has no relevant item in it is left out. Names are
 * `popularity/tail/recall@10`, and `popularity/tail/users` counts who is in.
 */
export function itemSliceMeter({ name, labels, ofItem }: ItemSlices, cutoffs: readonly number[]): ListMeter {
  const users = new Int32Array(labels.length);
  const columns = cutoffs.length * 2;
  return {
    names: labels.flatMap((label) => cutoffs.flatMap((k) => [`${name}/${label}/recall@${k}`, `${name}/${label}/hr@${k}`])),
    measure(_, list, relevant, out) {
      labels.forEach((__, slice) => {
        const wanted = new Set(relevant.filter((item) => ofItem[item] === slice));
        if (wanted.size > 0) users[slice]++;
        let [hits, rank] = [0, 0];
        cutoffs.forEach((k, c) => {
          for (; rank < k && list[rank] >= 0; rank++) if (wanted.has(list[rank])) hits++;
          out[slice * columns + 2 * c] = wanted.size === 0 ? NaN : hits / wanted.size;
          out[slice * columns + 2 * c + 1] = wanted.size === 0 ? NaN : hits > 0 ? 1 : 0;
        });
      });
    },
    totals: () => Object.fromEntries(labels.map((label, slice) => [`${name}/${label}/users`, users[slice]])),
  };
}
