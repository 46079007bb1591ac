import { UserError } from '../base/errors';
import { someEntries } from '../math/sparseRows';
import type { Basket, RecommenderModel } from './recommender';
import { rowsOfFeatures, type Sequences, type TrainingData } from './trainingData';

/**
 * What models learn from: only pairs of a weight above 0. What somebody turned away from (0 or less) is no sign of a
 * taste; whether it may be recommended is the ranking's business.
 * @throws UserError `nothing_to_learn`, `weights_not_finite`, `only_negative`
 */
export function learntData(data: TrainingData): TrainingData {
  const { values } = data.pairs;
  const of = values.length;
  if (of === 0) {
    throw new UserError(
      'nothing_to_learn',
      'There is nothing to learn from: nobody has an item.',
      'Choose events that occur in the data, or map the item column when importing.',
    );
  }
  const count = values.reduce((found, value) => found + (Number.isFinite(value) ? 0 : 1), 0);
  if (count > 0) {
    throw new UserError(
      'weights_not_finite',
      `${count} of ${of} pairs of a customer and an item have a weight that is no number.`,
      'Give each a number, or leave weights out.',
      { count, of },
    );
  }
  if (!values.some((value) => value > 0)) {
    throw new UserError(
      'only_negative',
      `Nobody likes anything here: all ${of} pairs of a customer and an item have a weight of 0 or less.`,
      'Give what people chose a weight above 0; from what they turned away from alone no taste can be learnt.',
      { of },
    );
  }
  return likedOnly(data);
}

/** The same data without pairs and events of a weight of 0 or less; itself where there are none. */
export function likedOnly(data: TrainingData): TrainingData {
  const { pairs, sequences, context } = data;
  if (pairs.values.every((value) => value > 0)) return data;
  return {
    ...data,
    pairs: someEntries(pairs, (entry) => pairs.values[entry] > 0),
    ...(sequences && { sequences: async () => likedEvents(await sequences()).sequences }),
    ...(context && sequences && { context: async () => rowsOfFeatures(await context(), likedEvents(await sequences()).entries) }),
  };
}

function likedEvents(sequences: Sequences): { sequences: Sequences; entries: Int32Array } {
  return keptEvents(sequences, (entry) => sequences.values[entry] > 0);
}

/** Some of the events, and which entries they were. */
export function keptEvents(
  { rowStarts, items, times, values }: Sequences,
  isKept: (entry: number, user: number, items: Int32Array) => boolean,
): { sequences: Sequences; entries: Int32Array } {
  const starts = new Int32Array(rowStarts.length);
  const kept: number[] = [];
  for (let user = 0; user + 1 < rowStarts.length; user++) {
    for (let entry = rowStarts[user]; entry < rowStarts[user + 1]; entry++) if (isKept(entry, user, items)) kept.push(entry);
    starts[user + 1] = kept.length;
  }
  const entries = Int32Array.from(kept);
  return {
    entries,
    sequences: {
      rowStarts: starts,
      items: entries.map((entry) => items[entry]),
      times: Float64Array.from(entries, (entry) => times[entry]),
      values: Float32Array.from(entries, (entry) => values[entry]),
    },
  };
}

/** The same model; of a basket it looks at the items that it knows, and says nothing is like an item that it does not. */
export function knowingItems(model: RecommenderModel, items: number): RecommenderModel {
  const { foldIn, explain, similarItems } = model;
  const known = (basket: Basket) => knownPart(basket, items);
  return {
    ...model,
    ...(foldIn && { foldIn: (basket) => foldIn(known(basket)) }),
    ...(explain && { explain: (who, item) => explain(typeof who === 'number' ? who : known(who), item) }),
    ...(similarItems && { similarItems: (item, k) => (item >= 0 && item < items ? similarItems(item, k) : []) }),
  };
}

function knownPart(basket: Basket, items: number): Basket {
  const { items: own, values, events } = basket;
  const isKnown = (item: number) => item >= 0 && item < items;
  const isLiked = (item: number, at: number) => isKnown(item) && (!values || values[at] > 0);
  if (own.every(isLiked) && (!events || events.items.every(isKnown))) return basket;
  const kept = Int32Array.from([...own.keys()].filter((at) => isLiked(own[at], at)));
  const done = events && Int32Array.from([...events.items.keys()].filter((at) => isKnown(events.items[at])));
  return {
    items: kept.map((at) => own[at]),
    values: values && Float32Array.from(kept, (at) => values[at]),
    ...(events &&
      done && {
        events: {
          items: done.map((at) => events.items[at]),
          ...(events.times && { times: Float64Array.from(done, (at) => events.times![at]) }),
        },
      }),
  };
}
