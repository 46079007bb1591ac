import type { ItemFacts } from './policies/itemFacts';
import { marginsOf } from './policies/boosts';
import { lengthOf, type ServedLists } from './served';

/** What some lists are like as a whole. Means are over rows or lists that have the figure; null where none has. */
export interface ListFigures {
  rows: number;
  /** Lists with fewer rows than wanted. */
  short: number;
  /** Different items over all lists. */
  items: number;
  /** Of the items that there are. */
  coverage: number;
  /** Share of rows that had to be filled from a later source. */
  filled: number;
  /** Different categories in a list, on average. */
  categories: number | null;
  price: number | null;
  margin: number | null;
}

/** @param lists how many of them, beginning with the first */
export function listFigures(served: ServedLists, lists: number, facts: ItemFacts): ListFigures {
  const margins = marginsOf(facts);
  const seen = new Set<number>();
  const [categories, price, margin] = [new Mean(), new Mean(), new Mean()];
  let [rows, short, filled] = [0, 0, 0];
  for (let list = 0; list < lists; list++) {
    const length = lengthOf(served, list);
    const own = new Set<number>();
    for (let at = list * served.size; at < list * served.size + length; at++) {
      const item = served.items[at];
      seen.add(item);
      if (facts.category.codes[item] >= 0) own.add(facts.category.codes[item]);
      price.take(facts.price[item]);
      margin.take(margins[item]);
      if (served.fills[at] > 0) filled++;
    }
    if (own.size > 0) categories.take(own.size);
    rows += length;
    if (length < served.size) short++;
  }
  const known = facts.ids.filter((id) => id !== '').length;
  return {
    rows,
    short,
    items: seen.size,
    coverage: known === 0 ? 0 : seen.size / known,
    filled: rows === 0 ? 0 : filled / rows,
    categories: categories.value,
    price: price.value,
    margin: margin.value,
  };
}

/** Of the rows that some lists have, how many those of the same people have in another version of them. */
export function keptShare(before: ServedLists, after: ServedLists, lists: number): number | null {
  let [rows, kept] = [0, 0];
  for (let list = 0; list < lists; list++) {
    const own = new Set(after.items.subarray(list * after.size, list * after.size + lengthOf(after, list)));
    for (const item of before.items.subarray(list * before.size, list * before.size + lengthOf(before, list))) {
      rows++;
      if (own.has(item)) kept++;
    }
  }
  return rows === 0 ? null : kept / rows;
}

/** Of the values that are known. */
class Mean {
  #sum = 0;
  #count = 0;

  take(value: number): void {
    if (Number.isNaN(value)) return;
    this.#sum += value;
    this.#count++;
  }

  get value(): number | null {
    return this.#count === 0 ? null : this.#sum / this.#count;
  }
}
