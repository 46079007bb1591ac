import type { Purchases } from './purchases';

/** How often each purchase comes round, by entry of the purchases and by item. */
export interface Rhythm {
  /** Logarithm of the usual time between two purchases of each entry's item by its customer; microseconds. */
  logInterval: Float64Array;
  /** How many more purchases an entry promises each time, once the item's own are counted: see {@link dueness}. */
  repeats: Float64Array;
  /** The spread of intervals around the usual one: the power of a log-logistic distribution. */
  steadiness: number;
  /** What is usual over everything, in microseconds: the time ahead that a list is made for. */
  ahead: number;
}

/** So many intervals of a wider circle stand beside a customer's own: the item's, its category's, everybody's. */
const trust = 5;
/** An item's own share of purchases that were followed by another counts like so many repeats of a customer. */
const repeatsOfItem = 2;

/**
 * The rhythm of a customer's purchases of an item: the mean of their logarithmic intervals, shrunk to the item's, that
 * to its category's, and that to everybody's, so that one purchase has a rhythm, too: the item's. Intervals are
 * log-logistic, which has a closed form and forgives a long pause. After Bhagat, Muralidharan, Lobzhanidze & Vishwanath,
 * "Buy It Again", KDD 2018: the chance of a repeat times when it is due.
 * @param categoryOfItem numbers from 0; one for all where categories are not known
 */
export function rhythmOf({ pairs, starts, times }: Purchases, categoryOfItem: Int32Array): Rhythm {
  const entries = pairs.columns.length;
  const ofEntry = { sums: new Float64Array(entries), gaps: new Float64Array(entries) };
  const ofItem = circle(pairs.items);
  const ofCategory = circle(1 + categoryOfItem.reduce((most, category) => Math.max(most, category), 0));
  const ofAll = circle(1);
  for (let entry = 0; entry < entries; entry++) {
    for (let at = starts[entry] + 1; at < starts[entry + 1]; at++) ofEntry.sums[entry] += Math.log(times[at] - times[at - 1]);
    const bought = starts[entry + 1] - starts[entry];
    ofEntry.gaps[entry] = bought - 1;
    const item = pairs.columns[entry];
    for (const [{ sums, gaps, purchases }, place] of [
      [ofItem, item],
      [ofCategory, categoryOfItem[item]],
      [ofAll, 0],
    ] as const) {
      sums[place] += ofEntry.sums[entry];
      gaps[place] += bought - 1;
      purchases[place] += bought;
    }
  }

  // Nobody bought anything twice: everything is due alike.
  const usual = ofAll.gaps[0] > 0 ? ofAll.sums[0] / ofAll.gaps[0] : 0;
  const again = (ofAll.gaps[0] + 1) / (ofAll.purchases[0] + 2);
  const shrunk = (of: Circle, place: number, to: { interval: number; again: number }) => ({
    interval: (of.sums[place] + trust * to.interval) / (of.gaps[place] + trust),
    again: (of.gaps[place] + trust * to.again) / (of.purchases[place] + trust),
  });
  const categories = Array.from(ofCategory.sums, (_, category) => shrunk(ofCategory, category, { interval: usual, again }));
  const items = Array.from(ofItem.sums, (_, item) => shrunk(ofItem, item, categories[categoryOfItem[item]]));

  const logInterval = new Float64Array(entries);
  const repeats = new Float64Array(entries);
  let squares = 0;
  for (let entry = 0; entry < entries; entry++) {
    const { interval, again: share } = items[pairs.columns[entry]];
    logInterval[entry] = (ofEntry.sums[entry] + trust * interval) / (ofEntry.gaps[entry] + trust);
    repeats[entry] = ofEntry.gaps[entry] + repeatsOfItem * share;
    for (let at = starts[entry] + 1; at < starts[entry + 1]; at++)
      squares += (Math.log(times[at] - times[at - 1]) - logInterval[entry]) ** 2;
  }
  // The standard deviation of a log-logistic's logarithm is π / (power · √3).
  const deviation = ofAll.gaps[0] > 0 ? Math.sqrt(squares / ofAll.gaps[0]) : 1;
  return { logInterval, repeats, steadiness: Math.PI / (Math.max(deviation, 0.1) * Math.sqrt(3)), ahead: Math.exp(usual) };
}

/**
 * How much an entry's next purchase is to be expected now: its repeats so far, times the chance that it comes within the
 * time ahead, given that it has not come yet.
 */
export function dueness({ logInterval, repeats, steadiness, ahead }: Rhythm, { starts, times, now }: Purchases, entry: number): number {
  const passed = now - times[starts[entry + 1] - 1];
  const usual = Math.exp(logInterval[entry]);
  const waiting = 1 + (passed / usual) ** steadiness;
  return repeats[entry] * (1 - waiting / (1 + ((passed + ahead) / usual) ** steadiness));
}

/** When an entry's next purchase is due, in microseconds since 1970; before now where it is overdue. */
export function dueTime({ logInterval }: Rhythm, { starts, times }: Purchases, entry: number): number {
  return times[starts[entry + 1] - 1] + Math.exp(logInterval[entry]);
}

interface Circle {
  /** Of logarithmic intervals. */
  sums: Float64Array;
  gaps: Float64Array;
  purchases: Float64Array;
}

function circle(places: number): Circle {
  return { sums: new Float64Array(places), gaps: new Float64Array(places), purchases: new Float64Array(places) };
}
