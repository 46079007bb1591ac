import { sha256Hex } from '../base/hash';
import type { ServedLists } from './served';

type Held = Pick<ServedLists, 'items' | 'size'>;

/**
 * No item in more than a share of all lists. Whoever wants an item gets it in their list first; where too many do, those
 * keep it who have it highest, ties by a lot drawn from their ids, and the others choose anew without it, until no item
 * has too many: deferred acceptance (Gale & Shapley 1962) with items that prefer whom they suit best. So nobody is served
 * first for standing first, and the same customers get the same lists in any order.
 */
export class Exposure {
  /** Lists that may hold one item. */
  readonly most: number;
  /** Lists in the order of their customers' lots. */
  readonly byLot: readonly number[];
  /** The place of each list in that order. */
  readonly #lot: Int32Array;
  readonly #closed: (Set<number> | undefined)[];

  constructor(lists: number, share: number, userIds: readonly string[]) {
    // Of so few lists that not one would be allowed, one is.
    this.most = Math.max(1, Math.floor(share * lists + 1e-9));
    const drawn = userIds.map((id) => sha256Hex(id));
    this.byLot = [...drawn.keys()].sort((a, b) => (drawn[a] < drawn[b] ? -1 : drawn[a] > drawn[b] ? 1 : a - b));
    this.#lot = new Int32Array(lists);
    this.byLot.forEach((list, place) => (this.#lot[list] = place));
    this.#closed = new Array<Set<number> | undefined>(lists);
  }

  /** The items that a customer was turned away from, if any. */
  closedTo(list: number): ReadonlySet<number> | undefined {
    return this.#closed[list];
  }

  /** From how many items a customer was turned away. */
  closedFor(list: number): number {
    return this.#closed[list]?.size ?? 0;
  }

  /** Turns away whom an item has no room for; gives the lists that have to be chosen anew. */
  turnAway(lists: Held, numberOfItems: number): number[] {
    const { items, size } = lists;
    const counts = exposureCounts(lists, numberOfItems);
    const numberOfLists = this.#lot.length;
    // Of each item that too many want: where in a list it stands, then the list's lot, as one number that sorts as such.
    const wanted = new Map<number, Float64Array>();
    const filled = new Int32Array(numberOfItems);
    items.forEach((item, at) => {
      if (item < 0 || counts[item] <= this.most) return;
      let keys = wanted.get(item);
      if (!keys) wanted.set(item, (keys = new Float64Array(counts[item])));
      keys[filled[item]++] = (at % size) * numberOfLists + this.#lot[Math.floor(at / size)];
    });
    const isAgain = new Uint8Array(numberOfLists);
    for (const [item, keys] of wanted) {
      for (const key of keys.sort().subarray(this.most)) {
        const list = this.byLot[key % numberOfLists];
        (this.#closed[list] ??= new Set()).add(item);
        isAgain[list] = 1;
      }
    }
    return [...this.byLot.keys()].filter((list) => isAgain[list] === 1);
  }
}

/** In how many lists each item is. */
export function exposureCounts({ items }: Held, numberOfItems: number): Int32Array {
  const counts = new Int32Array(numberOfItems);
  for (const item of items) if (item >= 0) counts[item]++;
  return counts;
}
