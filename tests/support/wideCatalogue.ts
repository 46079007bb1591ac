import { Random } from '../../src/lib/core/base/random';
import { matrixFromPairs, type InteractionMatrix } from '../../src/lib/core/math/sparseRows';

export interface WideCatalogue {
  users: number;
  items: number;
  /** Pairs that are drawn; a pair that is drawn twice counts once, so a few per cent fewer come out. */
  pairs: number;
  /** Planted tastes: each item belongs to one, each customer follows two. */
  tastes: number;
  seed: number;
}

/** The share of choices that follow the customer's tastes; the others follow the crowd. */
const tasteShare = 0.7;
/** Popularity falls with rank to this power, within a taste and in the whole catalogue. */
const popularityExponent = 0.8;

/**
 * A shop whose catalogue is wide for its traffic: planted tastes, popularity by a power law, few pairs a customer. One
 * pair in five is held out at random.
 */
export function wideCatalogue({ users, items, pairs, tastes, seed }: WideCatalogue): { train: InteractionMatrix; test: InteractionMatrix } {
  const random = new Random(seed, 21);
  const drawOfAll = powerLaw(items);
  const drawOfTaste = powerLaw(Math.floor(items / tastes));
  // Which items are popular must not follow from their number.
  const itemOfRank = random.shuffle(Int32Array.from({ length: items }, (_, item) => item));
  const activity = cumulative(Float64Array.from({ length: users }, () => Math.exp(random.normal())));
  const tastesOf = Int32Array.from({ length: 2 * users }, () => random.below(tastes));
  const seen = new Set<number>();
  const [train, test] = [0, 1].map(() => ({ user: [] as number[], item: [] as number[] }));
  for (let pair = 0; pair < pairs; pair++) {
    const user = pick(activity, random.uniform());
    const rank =
      random.uniform() < tasteShare
        ? tastesOf[2 * user + random.below(2)] + tastes * pick(drawOfTaste, random.uniform())
        : pick(drawOfAll, random.uniform());
    const item = itemOfRank[rank];
    const key = user * items + item;
    if (seen.has(key)) continue;
    seen.add(key);
    const part = random.uniform() < 0.2 ? test : train;
    part.user.push(user);
    part.item.push(item);
  }
  const toMatrix = (part: { user: number[]; item: number[] }) => matrixFromPairs(users, items, part.user, part.item);
  return { train: toMatrix(train), test: toMatrix(test) };
}

/** Cumulative shares of ranks 0 … n − 1, falling as a power of the rank. */
function powerLaw(n: number): Float64Array {
  return cumulative(Float64Array.from({ length: n }, (_, rank) => (rank + 1) ** -popularityExponent));
}

function cumulative(weights: Float64Array): Float64Array {
  let sum = 0;
  const sums = weights.map((weight) => (sum += weight));
  return sums.map((value) => value / sum);
}

/** The first place whose cumulative share is above `at`. */
function pick(shares: Float64Array, at: number): number {
  let [low, high] = [0, shares.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (shares[middle] > at) high = middle;
    else low = middle + 1;
  }
  return low;
}
