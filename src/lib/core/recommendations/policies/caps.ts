import { pathSeparator, type ItemFacts } from './itemFacts';
import type { Cap } from './schema';

/** At most `most` items of one group in a list; an item of the group -1 is not limited. */
export interface CompiledCap {
  groups: Int32Array;
  most: number;
}

/** The groups of items that a cap counts. */
export function compileCap(cap: Cap, facts: ItemFacts): CompiledCap {
  if (cap.by === 'brand') return { groups: facts.brand.codes, most: cap.most };
  if (cap.by === 'price') return { groups: Int32Array.from(facts.price, (price) => bandOf(price, cap.bands)), most: cap.most };
  const { codes, labels } = facts.category;
  const { level } = cap;
  if (level === undefined) return { groups: codes, most: cap.most };
  const heads = labels.map((label) => label.split(pathSeparator).slice(0, level).join(pathSeparator));
  const groupOfLabel = heads.map((head) => heads.indexOf(head));
  return { groups: codes.map((code) => (code < 0 ? -1 : groupOfLabel[code])), most: cap.most };
}

/** 0 below the first line; -1 where the price is not known. */
function bandOf(price: number, lines: readonly number[]): number {
  return Number.isNaN(price) ? -1 : lines.filter((line) => price >= line).length;
}

/** Counts one list against its caps. */
export class CapCounter {
  readonly #taken: Map<number, number>[];

  constructor(private readonly caps: readonly CompiledCap[]) {
    this.#taken = caps.map(() => new Map());
  }

  /** The place of the first cap that leaves no room for the item; -1 where it fits. */
  fullFor(item: number): number {
    for (let c = 0; c < this.caps.length; c++) {
      const { groups, most } = this.caps[c];
      if (groups[item] >= 0 && (this.#taken[c].get(groups[item]) ?? 0) >= most) return c;
    }
    return -1;
  }

  take(item: number): void {
    this.caps.forEach(({ groups }, c) => {
      if (groups[item] >= 0) this.#taken[c].set(groups[item], (this.#taken[c].get(groups[item]) ?? 0) + 1);
    });
  }
}
