import { UserError } from '../../base/errors';

/** -1 where an item has none. */
export interface Categories {
  /** By item number. */
  codes: Int32Array;
  names: string[];
}

/** @throws UserError `list_no_categories` */
export function categoriesOf(texts: readonly (string | null | undefined)[]): Categories {
  const codeOf = new Map<string, number>();
  const codes = Int32Array.from(texts, (text) => {
    if (!text) return -1;
    const known = codeOf.get(text);
    if (known !== undefined) return known;
    codeOf.set(text, codeOf.size);
    return codeOf.size - 1;
  });
  if (codeOf.size === 0) {
    throw new UserError(
      'list_no_categories',
      'The data does not say which category an item is in.',
      'Import a file of items with a column of categories, or choose another kind of list.',
    );
  }
  return { codes, names: [...codeOf.keys()] };
}

/**
 * The third of its category's prices that each item is in: 0 (low), 1, 2 (high), -1 where price or category is not known.
 * Equal prices are in one band, the one that the lowest of their ranks falls in.
 * @throws UserError `list_no_prices`
 */
export function priceBands({ codes, names }: Categories, prices: Float64Array): Int8Array {
  if (prices.every((price) => Number.isNaN(price))) {
    throw new UserError(
      'list_no_prices',
      'The data does not say what items cost the customer.',
      'Import a file of items, or orders, with a column of prices, or choose another kind of list.',
    );
  }
  const bands = new Int8Array(codes.length).fill(-1);
  const members: number[][] = names.map(() => []);
  codes.forEach((code, item) => {
    if (code >= 0 && !Number.isNaN(prices[item])) members[code].push(item);
  });
  for (const items of members) {
    items.sort((a, b) => prices[a] - prices[b]);
    items.forEach((item, rank) => {
      const before = items[rank - 1];
      bands[item] = rank > 0 && prices[item] === prices[before] ? bands[before] : Math.floor((3 * rank) / items.length);
    });
  }
  return bands;
}
