import { logGamma } from '../../math/gamma';
import { betaQuadrature, type Quadrature } from '../../math/quadrature';
import { betaGeometricSum, type BetaGeometricTerms } from './betaGeometricSum';
import { daysOfWeek, tableOfCounts, type RepeatHistories } from './histories';
import type { PurchaseModel } from './purchaseModel';

/** Enough for twelve digits of a year ahead of somebody new, and for six of twenty years. */
const nodes = 48;
/** Greatest number of days that can be told apart: 270 years. */
const mostDays = 1e5;

/**
 * BG/NBD and its modification: after a purchase somebody stops with a chance of their own, Beta(a, b). In BG/NBD that is
 * so after every repeat purchase, so that whoever bought once is a customer still; in MBG/NBD after the first one, too.
 * @param first whether somebody can stop after the first purchase
 */
export function betaGeometric(first: boolean): Omit<PurchaseModel, 'id'> & { parameters: readonly ['r', 'alpha', 'a', 'b'] } {
  /** Chances of going on that somebody with x repeats has taken. */
  const takenBy = (x: number) => (first ? x + 1 : x);

  function termsOf(parameters: ArrayLike<number>): BetaGeometricTerms {
    const [r, alpha, a, b] = Array.from(parameters);
    return {
      parameters: [r, alpha, a, b],
      takenBy,
      canStop: (x) => first || x > 0,
      ofCount: (x) =>
        logGamma(r + x) -
        logGamma(r) +
        r * Math.log(alpha) +
        logGamma(a + b) -
        logGamma(b) +
        logGamma(b + takenBy(x)) -
        logGamma(a + b + takenBy(x)),
      logOdds: (x) => Math.log(a) - Math.log(b + takenBy(x) - 1),
    };
  }

  /** f(row, log likelihood, chance of having stopped). */
  function eachRow(
    { x, tx, T }: RepeatHistories,
    terms: BetaGeometricTerms,
    f: (row: number, logLikelihood: number, stopped: number) => void,
  ): void {
    const [r, alpha] = terms.parameters;
    const ofCount = tableOfCounts(x, terms.ofCount);
    const odds = tableOfCounts(x, (n) => (terms.canStop(n) ? terms.logOdds(n) : 0));
    for (let row = 0; row < x.length; row++) {
      const n = x[row];
      const end = Math.log(alpha + T[row]);
      let logLikelihood = ofCount[n] - (r + n) * end;
      let stopped = 0;
      if (terms.canStop(n)) {
        const logOdds = odds[n] + (r + n) * (end - Math.log(alpha + tx[row]));
        // ln(1 + e^z) and its derivative, whatever z is.
        const small = Math.exp(-Math.abs(logOdds));
        logLikelihood += Math.max(0, logOdds) + Math.log1p(small);
        stopped = logOdds > 0 ? 1 / (1 + small) : small / (1 + small);
      }
      f(row, logLikelihood, stopped);
    }
  }

  return {
    parameters: ['r', 'alpha', 'a', 'b'],
    timeParameters: [1],

    starts(rate, meanTime) {
      const of = (r: number, a: number, b: number, more: number) => [r, Math.max(r / (more * rate), meanTime / 100), a, b];
      return [of(0.5, 0.8, 2.5, 2), of(1.5, 0.3, 3, 1.2), of(0.2, 2, 4, 3), of(1, 0.05, 1, 1)];
    },

    logLikelihood: (rows, parameters, gradient) => betaGeometricSum(rows, termsOf(parameters), gradient),

    logLikelihoods(rows, parameters) {
      const found = new Float64Array(rows.x.length);
      eachRow(rows, termsOf(parameters), (row, value) => (found[row] = value));
      return found;
    },

    alive(rows, parameters) {
      const found = new Float64Array(rows.x.length);
      eachRow(rows, termsOf(parameters), (row, _value, stopped) => (found[row] = 1 - stopped));
      return found;
    },

    expectedPurchases(rows, parameters, weeks) {
      const [r, alpha, a, b] = Array.from(parameters);
      const { x, T } = rows;
      const alive = this.alive(rows, parameters);
      const chances = new Map<number, Quadrature>();
      const found = weeks.map(() => new Float64Array(x.length));
      /** While they are customers, those with the same x and T are expected to do the same, whenever they came last. */
      const alike = new Map<number, number[]>();
      for (let row = 0; row < x.length; row++) {
        const [n, day] = [x[row], Math.round(T[row] * daysOfWeek)];
        if (!chances.has(n)) chances.set(n, betaQuadrature(a, b + takenBy(n), nodes));
        const key = n * mostDays + day;
        let expected = alike.get(key);
        if (!expected) {
          expected = weeks.map((t) => whileAlive(chances.get(n)!, r + n, t / (alpha + T[row])));
          alike.set(key, expected);
        }
        for (let i = 0; i < weeks.length; i++) found[i][row] = alive[row] * expected[i];
      }
      return found;
    },

    expectedOfNew(parameters, weeks) {
      const [r, alpha, a, b] = Array.from(parameters);
      // Of the modified model those who stop at once are b / (a + b) short of everybody.
      const chances = betaQuadrature(a, first ? b + 1 : b, nodes);
      const goingOn = first ? b / (a + b) : 1;
      return Float64Array.from(weeks, (t) => goingOn * whileAlive(chances, r, t / alpha));
    },
  };
}

/**
 * Purchases of a customer in time τ (in units of their rate's scale) when the rate is Gamma(shape, 1) and the chance of
 * stopping p lies where the quadrature has it: the mean of (1 − (1 + p τ)^−shape) / p. Fader, Hardie & Lee (2005), eq. 10,
 * write it with ₂F₁; the mean has no poles at a = 1 and a + b + x = 1, where that form is 0/0.
 */
function whileAlive({ nodes: chances, weights }: Quadrature, shape: number, time: number): number {
  let sum = 0;
  for (let i = 0; i < chances.length; i++) {
    const p = chances[i];
    const z = p * time;
    sum += weights[i] * (z < 1e-12 ? shape * time : -Math.expm1(-shape * Math.log1p(z)) / p);
  }
  return sum;
}
