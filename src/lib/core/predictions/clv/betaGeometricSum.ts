import { digamma } from '../../math/gamma';
import { daysOfWeek, type RepeatHistories } from './histories';

/** Times as days, and what does not depend on parameters: how many customers and purchases each count and each day has. */
interface Prepared {
  x: Int32Array;
  lastDay: Int32Array;
  endDay: Int32Array;
  weight: Float64Array;
  /** Customers by x; customers, and their purchases, by the day of T. */
  ofCount: Float64Array;
  ofDay: Float64Array;
  purchasesOfDay: Float64Array;
}

export interface BetaGeometricTerms {
  parameters: readonly number[];
  /** Chances of going on that somebody with x repeats has taken. */
  takenBy(x: number): number;
  /** Who has so many repeats can have stopped. */
  canStop(x: number): boolean;
  /** The part of a row's log likelihood that depends on x alone, and the log odds' part that does. */
  ofCount(x: number): number;
  logOdds(x: number): number;
}

const prepared = new WeakMap<RepeatHistories, Prepared>();
/** Powers further apart than this would leave the range of numbers. */
const mostLogs = 600;
/** A product this large is put into the sum, as its logarithm. */
const largeProduct = 1e150;

/**
 * Σ of weight times log likelihood over the rows of a beta-geometric model, with its derivatives by r, α, a and b: ten
 * times as fast as row by row, because what depends on x or T alone is summed by these, the power ((α + T)/(α + t_x))^(r+x)
 * is two entries of a line that all rows with the same x share, and logarithms are taken of products.
 */
export function betaGeometricSum(rows: RepeatHistories, terms: BetaGeometricTerms, gradient?: Float64Array): number {
  const [r, alpha, a, b] = terms.parameters;
  const { x, lastDay, endDay, weight, ofCount, ofDay, purchasesOfDay } = prepare(rows);
  const days = ofDay.length;
  const logOf = Float64Array.from({ length: days }, (_, day) => Math.log(alpha + day / daysOfWeek));
  const inverse = Float64Array.from({ length: days }, (_, day) => 1 / (alpha + day / daysOfWeek));
  let sum = 0;
  let [byR, byAlpha, byA, byB] = [0, 0, 0, 0];
  for (let n = 0; n < ofCount.length; n++) {
    if (ofCount[n] === 0) continue;
    sum += ofCount[n] * terms.ofCount(n);
    if (!gradient) continue;
    const taken = terms.takenBy(n);
    const shared = digamma(a + b) - digamma(a + b + taken);
    byR += ofCount[n] * (digamma(r + n) - digamma(r) + Math.log(alpha));
    byAlpha += (ofCount[n] * r) / alpha;
    byA += ofCount[n] * shared;
    byB += ofCount[n] * (shared + digamma(b + taken) - digamma(b));
  }
  for (let day = 0; day < days; day++) {
    const powers = r * ofDay[day] + purchasesOfDay[day];
    sum -= powers * logOf[day];
    byR -= ofDay[day] * logOf[day];
    byAlpha -= powers * inverse[day];
  }
  const line = new Float64Array(days);
  let product = 1;
  for (let from = 0; from < x.length;) {
    const n = x[from];
    let to = from + 1;
    while (to < x.length && x[to] === n) to++;
    if (terms.canStop(n)) {
      const power = r + n;
      const odds = Math.exp(terms.logOdds(n));
      const shared = to - from > days / 4 && power * (logOf[days - 1] - logOf[0]) < mostLogs;
      if (shared) for (let day = 0; day < days; day++) line[day] = Math.exp(power * (logOf[day] - logOf[days - 1]));
      let [weights, logs, inverses] = [0, 0, 0];
      for (let row = from; row < to; row++) {
        const [last, end, w] = [lastDay[row], endDay[row], weight[row]];
        const ratio = odds * (shared ? line[end] / line[last] : Math.exp(power * (logOf[end] - logOf[last])));
        // ln(1 + e^z), whatever z is.
        if (ratio > largeProduct) sum += w * (Math.log(odds) + power * (logOf[end] - logOf[last]));
        else if (w === 1) {
          product *= 1 + ratio;
          if (product > largeProduct) {
            sum += Math.log(product);
            product = 1;
          }
        } else sum += w * Math.log1p(ratio);
        if (!gradient) continue;
        const stopped = ratio > largeProduct ? w : (w * ratio) / (1 + ratio);
        weights += stopped;
        logs += stopped * (logOf[end] - logOf[last]);
        inverses += stopped * (inverse[end] - inverse[last]);
      }
      byR += logs;
      byAlpha += power * inverses;
      byA += weights / a;
      if (weights > 0) byB -= weights / (b + terms.takenBy(n) - 1);
    }
    from = to;
  }
  gradient?.set([byR, byAlpha, byA, byB]);
  return sum + Math.log(product);
}

function prepare(rows: RepeatHistories): Prepared {
  const known = prepared.get(rows);
  if (known) return known;
  const { x, tx, T, weight } = rows;
  const daysIn = (weeks: Float64Array) => Int32Array.from(weeks, (time) => Math.round(time * daysOfWeek));
  const [lastDay, endDay] = [daysIn(tx), daysIn(T)];
  const longest = endDay.reduce((most, day) => Math.max(most, day), 0);
  const ofCount = new Float64Array(x.reduce((most, n) => Math.max(most, n), 0) + 1);
  const [ofDay, purchasesOfDay] = [new Float64Array(longest + 1), new Float64Array(longest + 1)];
  for (let row = 0; row < x.length; row++) {
    ofCount[x[row]] += weight[row];
    ofDay[endDay[row]] += weight[row];
    purchasesOfDay[endDay[row]] += weight[row] * x[row];
  }
  const made = { x, lastDay, endDay, weight, ofCount, ofDay, purchasesOfDay };
  prepared.set(rows, made);
  return made;
}
