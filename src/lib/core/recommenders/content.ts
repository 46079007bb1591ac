import type { OptionSpec } from '../base/options';
import { transpose, type InteractionMatrix } from '../math/sparseRows';
import { basketOf } from './basket';
import { besideOneAnother, featureTerms, rowsOfLengthOne, type TermCounts } from './featureTerms';
import { addedUpScores } from './itemWeights';
import { missingFeatures } from './missingFeatures';
import { popularityShareOption, withPopularity } from './popularityShare';
import type { Basket, Recommender, RecommenderModel } from './recommender';
import { tfIdf } from './tfIdf';

const format = 'content/1';
/** Terms that an item keeps, the strongest: long texts say little more with the rest. */
const mostTerms = 64;

const options: readonly OptionSpec[] = [
  {
    name: 'textWeight',
    kind: 'number',
    default: 0.5,
    min: 0,
    max: 1,
    tuned: [0, 1],
    what: 'Raising it lets the words of titles count for more, and category, brand and price for less.',
  },
  {
    name: popularityShareOption.name,
    kind: 'number',
    default: 1,
    min: 0,
    max: 100,
    tuned: [0, 3],
    what: popularityShareOption.what,
  },
];

/**
 * What items say of themselves: words of titles by TF-IDF, and category, brand and price band by the same rule; a
 * customer is the weighted sum of what they have, and the score is the cosine of the two (the vector space model, Salton,
 * Wong & Yang, CACM 1975; as recommendations, Pazzani & Billsus, The Adaptive Web 2007). It needs nobody else's purchases,
 * so it serves items that nobody has yet.
 */
export const content: Recommender = {
  id: 'content',
  family: 'neighbours',
  personal: true,
  needs: [],
  uses: ['itemFeatures'],
  can: ['foldIn', 'similarItems', 'explain'],
  options,

  estimate({ users, items, pairs }) {
    // Each pair adds an item's terms to a profile; each term of a profile is looked up in a share of all items.
    return { operations: 32 * pairs + users * items * 8, bytes: 16 * mostTerms * items + 8 * pairs };
  },

  async train({ pairs, itemFeatures }, given, _seed, _compute, run) {
    const features = (await itemFeatures?.()) ?? [];
    const vectors = itemVectors(await featureTerms(features, pairs.items), pairs.items, Number(given.textWeight));
    await run.breathe();
    const known = vectors.counts.columns.length > 0;
    // Where items say nothing, what is popular is the list.
    const share = known ? Number(given.popularityShare) : Math.max(1, Number(given.popularityShare));
    return {
      model: contentModel(padded(vectors), vectors.terms, share, pairs),
      losses: [],
      backend: 'plain TypeScript',
      reproducible: true,
      ...missingFeatures({ items: vectors.counts }),
    };
  },

  restore({ arrays: { terms, weights }, meta }, { pairs }) {
    const kept = { width: terms.shape[1], terms: terms.data as Int32Array, weights: weights.data as Float32Array };
    return contentModel(kept, meta.terms as string[], Number(meta.popularityShare), pairs);
  },
};

/** Terms of each item, `items × width`; behind the last one stand zeros of weight 0. */
interface PaddedVectors {
  width: number;
  terms: Int32Array;
  weights: Float32Array;
}

/** Items as vectors of length 1: words against everything else by their weight, within each by TF-IDF. */
export function itemVectors(
  { words, labels }: { words: TermCounts[]; labels: TermCounts[] },
  items: number,
  textWeight: number,
): TermCounts {
  const weighed = (groups: TermCounts[], weight: number): TermCounts[] => {
    if (weight === 0) return [];
    const { terms, counts } = besideOneAnother(groups, items);
    const vectors = tfIdf(counts);
    return [{ terms, counts: { ...vectors, values: vectors.values.map((value) => value * Math.sqrt(weight)) } }];
  };
  const both = besideOneAnother([...weighed(words, textWeight), ...weighed(labels, 1 - textWeight)], items);
  return { terms: both.terms, counts: rowsOfLengthOne(strongest(both.counts)) };
}

/** The strongest terms of each row, ties to the first. */
function strongest(vectors: InteractionMatrix): InteractionMatrix {
  const rowStarts = new Int32Array(vectors.users + 1);
  const kept: number[] = [];
  for (let row = 0; row < vectors.users; row++) {
    const own = Array.from({ length: vectors.rowStarts[row + 1] - vectors.rowStarts[row] }, (_, at) => vectors.rowStarts[row] + at);
    const chosen = own.length <= mostTerms ? own : own.sort((a, b) => vectors.values[b] - vectors.values[a] || a - b).slice(0, mostTerms);
    for (const entry of chosen.sort((a, b) => a - b)) kept.push(entry);
    rowStarts[row + 1] = kept.length;
  }
  return {
    ...vectors,
    rowStarts,
    columns: Int32Array.from(kept, (entry) => vectors.columns[entry]),
    values: Float32Array.from(kept, (entry) => vectors.values[entry]),
  };
}

function padded({ counts }: TermCounts): PaddedVectors {
  let width = 1;
  for (let item = 0; item < counts.users; item++) width = Math.max(width, counts.rowStarts[item + 1] - counts.rowStarts[item]);
  const terms = new Int32Array(counts.users * width);
  const weights = new Float32Array(counts.users * width);
  for (let item = 0; item < counts.users; item++) {
    terms.set(counts.columns.subarray(counts.rowStarts[item], counts.rowStarts[item + 1]), item * width);
    weights.set(counts.values.subarray(counts.rowStarts[item], counts.rowStarts[item + 1]), item * width);
  }
  return { width, terms, weights };
}

function contentModel(vectors: PaddedVectors, names: string[], share: number, pairs: InteractionMatrix): RecommenderModel {
  const { width, terms, weights } = vectors;
  const itemsOfTerm = invert(vectors, names.length, pairs.items);
  const profile = new Float64Array(names.length);
  /** Fills the profile and gives its terms; whoever reads it clears it. */
  const fill = ({ items, values }: Basket): number[] => {
    const touched: number[] = [];
    items.forEach((item, at) => {
      const weight = weightOf(values?.[at]);
      for (let place = item * width; place < (item + 1) * width; place++) {
        if (weights[place] === 0) continue;
        if (profile[terms[place]] === 0) touched.push(terms[place]);
        profile[terms[place]] += weight * weights[place];
      }
    });
    return touched;
  };
  const lengthOf = (touched: number[]) => Math.sqrt(touched.reduce((sum, term) => sum + profile[term] ** 2, 0));
  const addUp = (basket: Basket, scores: Float32Array): Float32Array => {
    const touched = fill(basket);
    const length = lengthOf(touched);
    for (const term of touched) {
      const amount = profile[term] / length;
      for (let entry = itemsOfTerm.rowStarts[term]; entry < itemsOfTerm.rowStarts[term + 1]; entry++) {
        scores[itemsOfTerm.columns[entry]] += amount * itemsOfTerm.values[entry];
      }
    }
    for (const term of touched) profile[term] = 0;
    return scores;
  };
  const model: RecommenderModel = {
    ...addedUpScores(pairs, addUp),
    /** The cosine is Σ_j w_j · (v_j · v_i) over the length of the whole profile: each item of the history brings its part. */
    explain(who, item) {
      const basket: Basket = typeof who === 'number' ? basketOf(pairs, who) : who;
      const touched = fill(basket);
      const length = lengthOf(touched);
      for (const term of touched) profile[term] = 0;
      const contributions = Array.from(basket.items, (other, at) => ({
        item: other,
        amount: length === 0 ? 0 : (weightOf(basket.values?.[at]) * dotOfItems(vectors, other, item)) / length,
      }));
      return { score: contributions.reduce((sum, { amount }) => sum + amount, 0), contributions, rest: 0 };
    },
    state: () => ({
      format,
      arrays: {
        terms: { data: terms, shape: [pairs.items, width], axes: ['items', 'place'] },
        weights: { data: weights, shape: [pairs.items, width], axes: ['items', 'place'] },
      },
      meta: { terms: names, popularityShare: share },
    }),
  };
  return withPopularity(model, pairs, share);
}

/** What an item of the history weighs: what was done twice as often, half as much again at first, and ever less. */
function weightOf(value = 1): number {
  return Math.log2(1 + Math.max(0, value));
}

function dotOfItems({ width, terms, weights }: PaddedVectors, a: number, b: number): number {
  let sum = 0;
  for (let at = a * width; at < (a + 1) * width; at++) {
    if (weights[at] === 0) continue;
    for (let other = b * width; other < (b + 1) * width; other++) {
      if (weights[other] !== 0 && terms[other] === terms[at]) sum += weights[at] * weights[other];
    }
  }
  return sum;
}

/** Which items have each term. */
function invert({ width, terms, weights }: PaddedVectors, count: number, items: number): InteractionMatrix {
  const rowStarts = new Int32Array(items + 1);
  const kept: number[] = [];
  for (let item = 0; item < items; item++) {
    for (let at = item * width; at < (item + 1) * width; at++) if (weights[at] !== 0) kept.push(at);
    rowStarts[item + 1] = kept.length;
  }
  return transpose({
    users: items,
    items: count,
    rowStarts,
    columns: Int32Array.from(kept, (at) => terms[at]),
    values: Float32Array.from(kept, (at) => weights[at]),
  });
}
