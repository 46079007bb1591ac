import { matrixFromPairs, type InteractionMatrix } from '../math/sparseRows';
import type { Sequences } from './trainingData';

export interface BasketDecay {
  /** Baskets in a group. */
  groupSize: number;
  /** What a basket weighs against the next later one of its group, and a group against the next later one. */
  withinGroup: number;
  betweenGroups: number;
}

/**
 * Temporal item frequencies (TIFU, Hu, He, Gao & Zhang, SIGIR 2020): a customer's baskets in groups from the latest on;
 * a group is the mean of its baskets, a customer the mean of their groups, each weighed down by its age.
 * What was bought in one moment is one basket.
 */
export function decayedBaskets(
  { rowStarts, items, times }: Sequences,
  numberOfItems: number,
  { groupSize, withinGroup, betweenGroups }: BasketDecay,
): InteractionMatrix {
  const users = rowStarts.length - 1;
  const [userOf, itemOf, weights]: [number[], number[], number[]] = [[], [], []];
  const inBasket = new Int32Array(numberOfItems).fill(-1);
  let baskets = 0;
  for (let user = 0; user < users; user++) {
    const [start, end] = [rowStarts[user], rowStarts[user + 1]];
    let count = 0;
    for (let entry = start; entry < end; entry++) if (entry === start || times[entry] !== times[entry - 1]) count++;
    const groups = Math.ceil(count / groupSize);
    let fromLatest = count;
    for (let entry = start; entry < end; entry++) {
      if (entry === start || times[entry] !== times[entry - 1]) {
        fromLatest--;
        baskets++;
      }
      if (inBasket[items[entry]] === baskets) continue;
      inBasket[items[entry]] = baskets;
      const group = Math.floor(fromLatest / groupSize);
      // The oldest group may be short.
      const size = Math.min(groupSize, count - group * groupSize);
      userOf.push(user);
      itemOf.push(items[entry]);
      weights.push((withinGroup ** (fromLatest % groupSize) * betweenGroups ** group) / (size * groups));
    }
  }
  return matrixFromPairs(users, numberOfItems, userOf, itemOf, weights);
}
