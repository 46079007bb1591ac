import { UserError } from '../../base/errors';
import { isWithin, type ItemFacts, type ItemLabels } from './itemFacts';
import type { ItemChoice, ListPolicies } from './schema';

/** Why nobody may be shown an item. */
export const itemReasons = ['hidden', 'only', 'stock'] as const;
export type ItemReason = (typeof itemReasons)[number];

export interface AllowedItems {
  /** One byte an item: 1 for every item that there is. */
  known: Uint8Array;
  /** One byte an item: 1 where it may be shown at all. */
  eligible: Uint8Array;
  /** The first rule that takes an item out, as 1 + its place in {@link itemReasons}; 0 where none does. */
  leftOutBy: Uint8Array;
}

/**
 * What the rules for everybody leave of the items: not hidden, of those that are allowed, in stock.
 * @throws UserError `list_stock_unknown`
 */
export function allowedItems(facts: ItemFacts, { hide, only, stock }: Pick<ListPolicies, 'hide' | 'only' | 'stock'>): AllowedItems {
  if (stock && !facts.stock.some((pieces) => !Number.isNaN(pieces))) {
    throw new UserError(
      'list_stock_unknown',
      'The data does not say how many pieces of an item are there.',
      'Import a file of items with a column of stock, or take the rule about stock out of the list.',
    );
  }
  const hidden = chooser(facts, hide ?? {}, 'any');
  const allowed = chooser(facts, only ?? {}, 'every');
  const leftOutBy = Uint8Array.from(facts.ids, (_, item) => {
    if (hidden(item)) return 1 + itemReasons.indexOf('hidden');
    if (!allowed(item)) return 1 + itemReasons.indexOf('only');
    // A stock that nobody counts is none that has run out.
    return stock && facts.stock[item] < stock.atLeast ? 1 + itemReasons.indexOf('stock') : 0;
  });
  const known = Uint8Array.from(facts.ids, (id) => (id === '' ? 0 : 1));
  return { known, leftOutBy, eligible: known.map((isKnown, item) => (isKnown === 1 && leftOutBy[item] === 0 ? 1 : 0)) };
}

/** Whether an item is chosen: by `any` of the given ways, or by `every` one of them. */
function chooser(facts: ItemFacts, { items, categories, brands }: ItemChoice, how: 'any' | 'every'): (item: number) => boolean {
  const ways: ((item: number) => boolean)[] = [];
  if (items) {
    const wanted = new Set(items);
    ways.push((item) => wanted.has(facts.ids[item]));
  }
  if (categories) ways.push(byLabel(facts.category, (label) => categories.some((path) => isWithin(label, path))));
  if (brands) ways.push(byLabel(facts.brand, (label) => brands.includes(label)));
  return (item) => (how === 'any' ? ways.some((way) => way(item)) : ways.every((way) => way(item)));
}

function byLabel({ codes, labels }: ItemLabels, isWanted: (label: string) => boolean): (item: number) => boolean {
  const wanted = labels.map(isWanted);
  return (item) => codes[item] >= 0 && wanted[codes[item]];
}
