import type { InteractionMatrix } from '../../math/sparseRows';
import { customersPerItem } from '../../recommenders/popularity';
import type { ListMeter } from '../evaluate';

/**
 * What lists are like apart from hits. L is the list's first k items, U(i) the people of train who have item i,
 * H what the person has. A list that is empty says nothing and is left out of the means.
 *
 * | metric         | value                                                                                         |
 * |----------------|-----------------------------------------------------------------------------------------------|
 * | novelty@k      | mean over L of −log2(|U(i)| / people), bits (Vargas & Castells, RecSys 2011); |U| at least 1   |
 * | popularity@k   | mean over L of |U(i)| / people (ARP: Yin et al., VLDB 2012)                                    |
 * | popRank@k      | mean over L of i's popularity as a quantile: 1 the most popular, 0 without people, ties share   |
 * |                | their mean rank (LensKit's MeanPopRank)                                                        |
 * | popLift@k      | popularity@k over the same mean over H, less 1: above 0 lists are more popular than the person  |
 * |                | (Abdollahpouri et al., RMSE workshop 2019)                                                     |
 * | serendipity@k  | hits that are not among the k most popular items that the person can be given, over k          |
 * |                | (Ge et al., RecSys 2010)                                                                       |
 * | gini@k         | Gini coefficient of how often each item of the catalogue is listed: 0 all alike, 1 one item     |
 */
const namesAtCutoff = ['novelty', 'popularity', 'popRank', 'popLift', 'serendipity'] as const;

/**
 * @param train what was learnt from
 * @param known what people have when they are ranked; undefined where that is ranked, too
 * @param cutoffs ascending
 */
export function listingMeter(train: InteractionMatrix, known: InteractionMatrix | undefined, cutoffs: readonly number[]): ListMeter {
  const customers = customersPerItem(train.items, train.columns);
  const people = Math.max(1, peopleOf(train));
  const quantiles = popularityQuantiles(customers);
  const byPopularity = Int32Array.from(customers, (_, item) => item).sort((a, b) => customers[b] - customers[a] || a - b);
  const listed = cutoffs.map(() => new Int32Array(train.items));
  const histories = known ?? train;

  return {
    names: cutoffs.flatMap((k) => namesAtCutoff.map((name) => `${name}@${k}`)),
    measure(user, list, relevant, out) {
      const own = histories.columns.subarray(histories.rowStarts[user], histories.rowStarts[user + 1]);
      const ownPopularity = own.reduce((sum, item) => sum + customers[item], 0) / own.length / people;
      const expected = mostPopular(byPopularity, known && new Set(own), cutoffs.at(-1)!);
      const wanted = new Set(relevant);
      let at = 0;
      cutoffs.forEach((k, c) => {
        let [bits, popularity, rank, surprises, length] = [0, 0, 0, 0, 0];
        for (; length < k && list[length] >= 0; length++) {
          const item = list[length];
          bits -= Math.log2(Math.max(1, customers[item]) / people);
          popularity += customers[item] / people;
          rank += quantiles[item];
          if (wanted.has(item) && !((expected.get(item) ?? Infinity) < k)) surprises++;
          listed[c][item]++;
        }
        const isEmpty = length === 0;
        out[at++] = isEmpty ? NaN : bits / length;
        out[at++] = isEmpty ? NaN : popularity / length;
        out[at++] = isEmpty ? NaN : rank / length;
        out[at++] = isEmpty || !(ownPopularity > 0) ? NaN : popularity / length / ownPopularity - 1;
        out[at++] = surprises / k;
      });
    },
    totals: () => Object.fromEntries(cutoffs.map((k, c) => [`gini@${k}`, gini(listed[c])])),
  };
}

/** Gini coefficient of non-negative numbers: Σ (2i − n − 1) xᵢ / (n Σ xᵢ) over ascending x, i from 1. */
export function gini(values: Int32Array): number {
  const sorted = values.slice().sort();
  let [sum, weighted] = [0, 0];
  sorted.forEach((value, at) => {
    sum += value;
    weighted += (2 * (at + 1) - sorted.length - 1) * value;
  });
  return sum === 0 ? 0 : weighted / (sorted.length * sum);
}

function peopleOf({ users, rowStarts }: InteractionMatrix): number {
  let people = 0;
  for (let user = 0; user < users; user++) if (rowStarts[user + 1] > rowStarts[user]) people++;
  return people;
}

/** Of items that anybody has: mean rank among them, ascending, over their number; 0 for the others. */
function popularityQuantiles(customers: Float32Array): Float64Array {
  const known = [...customers.keys()].filter((item) => customers[item] > 0).sort((a, b) => customers[a] - customers[b]);
  const quantiles = new Float64Array(customers.length);
  for (let first = 0; first < known.length;) {
    let end = first;
    while (end < known.length && customers[known[end]] === customers[known[first]]) end++;
    for (let at = first; at < end; at++) quantiles[known[at]] = (first + 1 + end) / 2 / known.length;
    first = end;
  }
  return quantiles;
}

/** The places of the k most popular items that are not taken. */
function mostPopular(byPopularity: Int32Array, taken: ReadonlySet<number> | undefined, k: number): Map<number, number> {
  const places = new Map<number, number>();
  for (let at = 0; at < byPopularity.length && places.size < k; at++) {
    if (!taken?.has(byPopularity[at])) places.set(byPopularity[at], places.size);
  }
  return places;
}
