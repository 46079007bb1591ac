import { daysOfWeek } from './histories';
import { historiesUntil, spanOf, type Histories, type PurchaseDays } from './purchaseDays';

export const heuristicIds = ['same-rate', 'hiatus', 'mean', 'zero'] as const;
export type HeuristicId = (typeof heuristicIds)[number];

/**
 * What can be said of each customer's purchases in so many days without a model: as many as before in the same time;
 * the same, but none after a long pause (Wübben & Wangenheim, Journal of Marketing 72(3), 2008, whose managers named the
 * pause; here it is learnt before `end`); for everybody the same; none.
 */
export function heuristics(purchases: PurchaseDays, { x, tx, T }: Histories, end: number, days: number): Map<HeuristicId, Float64Array> {
  const rate = Float64Array.from(x, (times, row) => (T[row] > 0 ? (times / T[row]) * days : 0));
  const [repeats, time] = [sum(x), sum(T)];
  const longest = usualPause(purchases, end);
  return new Map([
    ['same-rate', rate],
    ['hiatus', rate.map((expected, row) => (T[row] - tx[row] > longest ? 0 : expected))],
    ['mean', new Float64Array(x.length).fill(time > 0 ? (repeats / time) * days : 0)],
    ['zero', new Float64Array(x.length)],
  ]);
}

/** The pause in days, in whole weeks, after which fewest customers of the first half of the time are told wrongly apart by whether they bought in the second. */
export function usualPause(purchases: PurchaseDays, end: number): number {
  const { first } = spanOf(purchases);
  const middle = Math.round((first + end) / 2);
  const before = historiesUntil(purchases, middle);
  const weeks = Math.ceil((middle - first) / daysOfWeek) + 1;
  const [came, stayedAway] = [new Float64Array(weeks + 1), new Float64Array(weeks + 1)];
  before.customer.forEach((c, row) => {
    const pause = Math.ceil((before.T[row] - before.tx[row]) / daysOfWeek);
    const last = purchases.start[c] + before.x[row];
    const bought = last + 1 < purchases.start[c + 1] && purchases.day[last + 1] < end;
    (bought ? came : stayedAway)[pause]++;
  });
  let wrong = sum(came);
  let [best, fewest] = [0, Infinity];
  for (let pause = 0; pause <= weeks; pause++) {
    // Whoever paused so long counts as active now.
    wrong += stayedAway[pause] - came[pause];
    if (wrong < fewest) [best, fewest] = [pause, wrong];
  }
  return best * daysOfWeek;
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
}
