import { normal975, wilson } from '../math/intervals';

/**
 * How far apart two groups are, on one scale for all kinds of traits: the chance that somebody of the first has more
 * than somebody of the second, less the chance of the contrary (Cliff 1993, Psychological Bulletin 114). Between -1 and
 * 1; 0 is no difference; of a yes/no it is the difference of the shares.
 */
export interface Difference {
  effect: number;
  /** 95 % interval. */
  low: number;
  high: number;
}

/**
 * Of numbers, with the interval of DeLong, DeLong & Clarke-Pearson (Biometrics 1988), by sorting instead of comparing
 * all pairs (Sun & Xu 2014). Both groups hold somebody. Sorts both arrays.
 */
export function differenceOfNumbers(first: Float64Array, second: Float64Array): Difference {
  first.sort();
  second.sort();
  const ofFirst = placements(first, second);
  const ofSecond = placements(second, first);
  const area = ofFirst.mean;
  const error = Math.sqrt(ofFirst.variance / first.length + ofSecond.variance / second.length);
  const effect = 2 * area - 1;
  return { effect, low: Math.max(-1, effect - 2 * normal975 * error), high: Math.min(1, effect + 2 * normal975 * error) };
}

/**
 * Mean and variance, over one group, of the share of the other that is lower, half of the equal ones counted. Both are
 * ascending.
 */
function placements(group: Float64Array, other: Float64Array): { mean: number; variance: number } {
  let [lower, notHigher, sum, squares] = [0, 0, 0, 0];
  for (const value of group) {
    while (lower < other.length && other[lower] < value) lower++;
    while (notHigher < other.length && other[notHigher] <= value) notHigher++;
    const share = (lower + notHigher) / (2 * other.length);
    sum += share;
    squares += share * share;
  }
  const mean = sum / group.length;
  return { mean, variance: group.length < 2 ? 0 : Math.max(0, (squares - group.length * mean * mean) / (group.length - 1)) };
}

/** Of two shares, with Newcombe's hybrid score interval (Statistics in Medicine 1998, method 10). */
export function differenceOfShares(hits: number, of: number, otherHits: number, ofOthers: number): Difference {
  const [p, q] = [hits / of, otherHits / ofOthers];
  const [pLow, pHigh] = wilson(p, of);
  const [qLow, qHigh] = wilson(q, ofOthers);
  return { effect: p - q, low: p - q - Math.hypot(p - pLow, qHigh - q), high: p - q + Math.hypot(pHigh - p, q - qLow) };
}
