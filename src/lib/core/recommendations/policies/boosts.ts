import { UserError } from '../../base/errors';
import type { ItemFacts } from './itemFacts';
import type { Boost } from './schema';

/**
 * How many places each item moves up (below zero: down): the sum over the boosts of places · (2 q − 1), q being the share
 * of eligible items with less of it, ties by half. Only the order of a model and of the figure count, so boosts do the
 * same whatever scale a model scores on, and one extreme value moves no further than the best; unknown is not moved.
 * @throws UserError `list_margin_unknown`, `list_stock_unknown`
 */
export function liftsOf(boosts: readonly Boost[], facts: ItemFacts, eligible: Uint8Array): Float32Array {
  const lifts = new Float32Array(eligible.length);
  for (const { by, places } of boosts) {
    const shares = sharesBelow(figureOf(by, facts), eligible);
    shares.forEach((share, item) => {
      if (!Number.isNaN(share)) lifts[item] += places * (2 * share - 1);
    });
  }
  return lifts;
}

/** What a sale of each item leaves: its price less what it costs; NaN where one of them is not known. */
export function marginsOf({ price, cost }: Pick<ItemFacts, 'price' | 'cost'>): Float64Array {
  return price.map((amount, item) => amount - cost[item]);
}

function figureOf(by: Boost['by'], facts: ItemFacts): Float64Array {
  const figure = by === 'margin' ? marginsOf(facts) : by === 'stock' ? facts.stock : facts.newOn;
  if (by === 'freshness' || figure.some((value) => !Number.isNaN(value))) return figure;
  if (by === 'stock') {
    throw new UserError(
      'list_stock_unknown',
      'The data does not say how many pieces of an item are there.',
      'Import a file of items with a column of stock, or take the rule about stock out of the list.',
    );
  }
  throw new UserError(
    'list_margin_unknown',
    'The data does not say what items cost, so there is no margin to prefer them by.',
    'Import a file of items with prices and costs, or take the preference for margin out of the list.',
  );
}

/** For each eligible item with a value the share of the others that lie below, ties by half; 0.5 where it is alone. */
function sharesBelow(values: Float64Array, eligible: Uint8Array): Float64Array {
  const shares = new Float64Array(values.length).fill(NaN);
  const known = [...values.keys()].filter((item) => eligible[item] === 1 && !Number.isNaN(values[item]));
  known.sort((a, b) => values[a] - values[b]);
  for (let start = 0; start < known.length;) {
    let end = start + 1;
    while (end < known.length && values[known[end]] === values[known[start]]) end++;
    const share = known.length === 1 ? 0.5 : (start + end - 1) / 2 / (known.length - 1);
    for (let at = start; at < end; at++) shares[known[at]] = share;
    start = end;
  }
  return shares;
}
