import type { OptionSpec, OptionValues } from '../../base/options';
import type { RatingPredictor, Ratings } from './ratingPredictor';

/** How much somebody, or an item, is above or below the mean; see {@link bias}. */
export interface Biases {
  mean: number;
  users: Float64Array;
  items: Float64Array;
}

export const biasOptions: readonly OptionSpec[] = [
  {
    name: 'userDamping',
    kind: 'number',
    default: 5,
    min: 0,
    max: 1000,
    what: 'Raising it trusts people with few ratings less: so many ratings at the mean are added to each.',
  },
  {
    name: 'itemDamping',
    kind: 'number',
    default: 5,
    min: 0,
    max: 1000,
    what: 'Raising it trusts items with few ratings less: so many ratings at the mean are added to each.',
  },
];

/**
 * The baseline: r̂ = μ + b_i + b_u, where b_i = Σ (r − μ) / (n_i + β_i) and then b_u = Σ (r − μ − b_i) / (n_u + β_u)
 * (Koren, KDD 2008; as LensKit's BiasModel has it).
 */
export const bias: RatingPredictor = {
  id: 'bias',
  options: biasOptions,
  async train(ratings, options) {
    const biases = biasesOf(ratings, options);
    return { predict: (user, item) => baselineOf(biases, user, item) };
  },
};

export function biasesOf({ users, items, userOf, itemOf, values }: Ratings, { userDamping, itemDamping }: OptionValues): Biases {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const ofItems = dampedMeans(items, itemOf, (entry) => values[entry] - mean, Number(itemDamping));
  const ofUsers = dampedMeans(users, userOf, (entry) => values[entry] - mean - ofItems[itemOf[entry]], Number(userDamping));
  return { mean, users: ofUsers, items: ofItems };
}

export function baselineOf({ mean, users, items }: Biases, user: number, item: number): number {
  return mean + items[item] + users[user];
}

/** What is left of each rating when the baseline is taken off. */
export function residualsOf(biases: Biases, { userOf, itemOf, values }: Ratings): Float64Array {
  return values.map((value, entry) => value - baselineOf(biases, userOf[entry], itemOf[entry]));
}

function dampedMeans(rows: number, rowOf: Int32Array, valueOf: (entry: number) => number, damping: number): Float64Array {
  const [sums, counts] = [new Float64Array(rows), new Int32Array(rows)];
  rowOf.forEach((row, entry) => {
    sums[row] += valueOf(entry);
    counts[row]++;
  });
  return sums.map((sum, row) => (counts[row] + damping > 0 ? sum / (counts[row] + damping) : 0));
}
