import type { RunContext } from '../base/run';
import { insertBest, type Neighbours } from './likeness';
import type { Sequences } from './trainingData';

export interface FollowerSettings {
  /** How many of its followers each item keeps. */
  k: number;
  /** Up to how many steps later an item still follows another. */
  reach: number;
  /** What each step between the two leaves of a following's weight. */
  fading: number;
  /** Added to how often either item occurs. */
  shrinkage: number;
  /** The share r of the denominator that the follower has; the item that it follows has 1 − r. */
  rarity: number;
}

/**
 * What comes after each item, in whoever's sequence: c(j → i) = Σ fading^(steps − 1) over the places where i comes
 * 1 … reach steps after j, divided by (n_j + s)^(1−r) (n_i + s)^r, where n counts occurrences. With r = s = 0 and a reach
 * of 1 these are the transition probabilities of a Markov chain of the first order. `likeness` is that quotient.
 */
export async function nearestFollowers(
  { rowStarts, items }: Sequences,
  numberOfItems: number,
  { k, reach, fading, shrinkage, rarity }: FollowerSettings,
  run: RunContext,
): Promise<Neighbours> {
  const rows = rowStarts.length - 1;
  const occurrences = new Float64Array(numberOfItems);
  for (const item of items) occurrences[item]++;
  const { starts, places } = placesByItem(items, numberOfItems);
  const endOfPlace = new Int32Array(items.length);
  for (let row = 0; row < rows; row++) endOfPlace.fill(rowStarts[row + 1], rowStarts[row], rowStarts[row + 1]);

  const width = Math.min(k, numberOfItems);
  const neighbours = new Int32Array(numberOfItems * width).fill(-1);
  const likeness = new Float32Array(numberOfItems * width);
  const counts = new Float64Array(numberOfItems);
  for (let item = 0; item < numberOfItems; item++) {
    for (let at = starts[item]; at < starts[item + 1]; at++) {
      const last = Math.min(endOfPlace[places[at]] - 1, places[at] + reach);
      for (let place = places[at] + 1, weight = 1; place <= last; place++, weight *= fading) counts[items[place]] += weight;
    }
    const own = (occurrences[item] + shrinkage) ** (1 - rarity);
    const [best, values] = [neighbours, likeness].map((all) => all.subarray(item * width, (item + 1) * width));
    for (let other = 0; other < numberOfItems; other++) {
      if (counts[other] === 0) continue;
      insertBest(other, counts[other] / (own * (occurrences[other] + shrinkage) ** rarity), best as Int32Array, values as Float32Array);
      counts[other] = 0;
    }
    if (item % 256 === 255) run.report({ stage: 'train', done: item + 1, total: numberOfItems, unit: 'items' });
    await run.breathe();
  }
  return { k: width, neighbours, likeness };
}

/** Where each item stands in the sequences, ascending. */
function placesByItem(items: Int32Array, numberOfItems: number): { starts: Int32Array; places: Int32Array } {
  const starts = new Int32Array(numberOfItems + 1);
  for (const item of items) starts[item + 1]++;
  for (let item = 0; item < numberOfItems; item++) starts[item + 1] += starts[item];
  const next = starts.slice(0, numberOfItems);
  const places = new Int32Array(items.length);
  items.forEach((item, place) => (places[next[item]++] = place));
  return { starts, places };
}
