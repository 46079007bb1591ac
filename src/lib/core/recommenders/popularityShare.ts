import type { DataSize, OptionSpec } from '../base/options';
import type { InteractionMatrix } from '../math/sparseRows';
import { basketOf } from './basket';
import { customersPerItem } from './popularity';
import type { Basket, EpochWatch, Recommender, RecommenderModel } from './recommender';

type NumberOption = Extract<OptionSpec, { kind: 'number' }>;

/** Measured in docs/decisions/0061-neighbours-and-rules.md; what rare items ask in 0074. */
export const popularityShareOption: NumberOption = {
  name: 'popularityShare',
  kind: 'number',
  default: 0,
  rule: {
    of: (size) => Math.max(shareOfShortHistories(size), shareOfRareItems(size)),
    why: 'Left empty it follows the data: 1 where customers have three pairs or fewer, falling to 0 at six; and at least 0.2 where items have two or fewer, falling to 0 at three. With so little to go by, a model alone finds less than what is popular.',
  },
  min: 0,
  max: 100,
  tuned: [0, 3],
  what: 'How much the most popular item is given beside the best score of each customer; raising it brings lists nearer to what is popular.',
};

function shareOfShortHistories({ users, pairs }: DataSize): number {
  return hundredths(Math.min(1, Math.max(0, (6 - pairs / Math.max(1, users)) / 3)));
}

function shareOfRareItems({ items, pairs }: DataSize): number {
  return hundredths(0.2 * Math.min(1, Math.max(0, 3 - pairs / Math.max(1, items))));
}

function hundredths(share: number): number {
  return Math.round(100 * share) / 100;
}

/** Of models that say what is popular by themselves where items are rare: with more of it everybody's lists are alike. */
const ofShortHistoriesOnly: NumberOption = {
  ...popularityShareOption,
  rule: {
    of: shareOfShortHistories,
    why: 'Left empty it follows the data: 1 where customers have three pairs or fewer, falling to 0 at six. With so little to go by, a model alone finds less than what is popular.',
  },
};

/** How popularity stands beside a model. */
interface Sharing {
  /** The least share, whatever the data. */
  least?: number;
  /** Whether rare items are a reason, too; they are unless this says otherwise. */
  rareItems?: boolean;
  /** What counts as everybody's best score, of models whose scores have one scale: they keep their dot products. */
  best?: number;
}

/** A recommender that adds popularity where customers have hardly anything; what it adds goes with its state. */
export function sharingPopularity(own: Recommender, { least = 0, rareItems = true, best }: Sharing = {}): Recommender {
  const option = rareItems ? popularityShareOption : ofShortHistoriesOnly;
  return {
    ...own,
    options: [...own.options, least > 0 ? withLeast(option, least) : option],
    async train(data, given, seed, compute, run, warmStart, watch) {
      const shared = (model: RecommenderModel) => withPopularity(model, data.pairs, Number(given.popularityShare), { best });
      const watched: EpochWatch | undefined = watch && ((epoch, model) => watch(epoch, async () => shared(await model())));
      const result = await own.train(data, given, seed, compute, run, warmStart, watched);
      return { ...result, model: shared(result.model) };
    },
    restore: async (state, data) =>
      withPopularity(await own.restore(state, data), data.pairs, Number(state.meta.popularityShare ?? 0), { best }),
  };
}

function withLeast(option: NumberOption, least: number): OptionSpec {
  const { of } = option.rule!;
  return {
    ...option,
    rule: {
      of: (size) => Math.max(least, Number(of(size))),
      why: `Left empty it follows the data: 1 where customers have three pairs or fewer, falling to ${least}. With so little to go by, a model alone finds less than what is popular.`,
    },
  };
}

/**
 * Scores with popularity beside them: + share · (the customer's best score) · customers of the item / those of the most
 * chosen item. An explanation has that part as its `rest`, so that the sum stays the score.
 * @param pairs what customers have, which says what is popular today
 * @param beside `best`: see {@link Sharing}; `basketFor`: what a customer of the data has, where the model asks for more than their pairs
 */
export function withPopularity(
  model: RecommenderModel,
  pairs: InteractionMatrix,
  share: number,
  { best, basketFor = (user) => basketOf(pairs, user) }: Pick<Sharing, 'best'> & { basketFor?: (user: number) => Basket } = {},
): RecommenderModel {
  if (share === 0) return model;
  const { items } = pairs;
  const popularity = customersPerItem(items, pairs.columns);
  const most = popularity.reduce((largest, count) => Math.max(largest, count), 1);
  /** Of the customer's own best score; where neighbours say nothing at all, what is popular is the list. */
  const bestOf = (scores: Float32Array) => best ?? (scores.reduce((highest, score) => Math.max(highest, score), 0) || 1);
  const amountOf = (scores: Float32Array) => (share * bestOf(scores)) / most;
  const addTo = (scores: Float32Array): Float32Array => {
    const amount = amountOf(scores);
    for (let item = 0; item < items; item++) scores[item] += amount * popularity[item];
    return scores;
  };
  /** One amount for all is a bias of items; one that differs from customer to customer leaves no dot product. */
  const factors = best !== undefined &&
    model.factors && {
      ...model.factors,
      itemBiases: popularity.map((customers, item) => (model.factors!.itemBiases?.[item] ?? 0) + (share * best * customers) / most),
    };
  const { score, foldIn, explain, state } = model;
  return {
    ...model,
    factors: factors || undefined,
    async score(users) {
      const scores = await score(users);
      for (let row = 0; row < users.length; row++) addTo(scores.subarray(row * items, (row + 1) * items));
      return scores;
    },
    foldIn: foldIn && ((basket) => addTo(foldIn(basket))),
    explain:
      explain &&
      foldIn &&
      ((who, item) => {
        const own = explain(who, item);
        const basket = typeof who === 'number' ? basketFor(who) : who;
        const added = amountOf(foldIn(basket)) * popularity[item];
        return { ...own, score: own.score + added, rest: own.rest + added };
      }),
    state() {
      const { meta, ...rest } = state();
      return { ...rest, meta: { ...meta, popularityShare: share } };
    },
  };
}
