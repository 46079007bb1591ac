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

  /** Whether a customer was turned away from an item. */
  isClosed(list: number, item: number): boolean {
    return this.#closed[list]?.has(item) ?? false;
  }

  /** From how many items a customer was turned away. */
  closedFor(list: number): number {
    return this.#closed[list]?.size ?? 0;
  }

  /** Turns away whom an item has no room for; gives the lists that have to be chosen anew. */
  turnAway(lists: Held, numberOfItems: number): number[] {
    const { items, size } = lists;
    const counts = exposureCounts(lists, numberOfItems);
    const wanted = new Map<number, number[]>();
    items.forEach((item, at) => {
      if (item < 0 || counts[item] <= this.most) return;
      const rows = wanted.get(item);
      if (rows) rows.push(at);
      else wanted.set(item, [at]);
    });
    const again = new Set<number>();
    const listOf = (at: number) => Math.floor(at / size);
    for (const [item, rows] of wanted) {
      rows.sort((a, b) => (a % size) - (b % size) || this.#lot[listOf(a)] - this.#lot[listOf(b)]);
      for (const at of rows.slice(this.most)) {
        (this.#closed[listOf(at)] ??= new Set()).add(item);
        again.add(listOf(at));
      }
    }
    return [...again].sort((a, b) => a - b);
  }
}

/** In how many lists each item is. */
export function exposureCounts({ items }: Held, numberOfItems: number): Int32Array {
  const counts = new Int32Array(numberOfItems);
  for (const item of items) if (item >= 0) counts[item]++;
  return counts;
}
