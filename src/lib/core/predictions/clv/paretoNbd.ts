import { digamma, logGamma } from '../../math/gamma';
import { gaussLegendre } from '../../math/quadrature';
import { tableOfCounts, type RepeatHistories } from './histories';
import type { PurchaseModel } from './purchaseModel';

const [few, many] = [gaussLegendre(8), gaussLegendre(16)];
/** Past so many powers of e nothing is left of the integrand. */
const nothing = 45;

/**
 * Pareto/NBD: Schmittlein, Morrison & Colombo, Management Science 33(1), 1987. The time until somebody stops is
 * exponential, with rates that are Gamma(s, β).
 *
 * The likelihood of Fader & Hardie's note (2005, eq. 18) takes a difference of two ₂F₁ that loses its digits where t_x is
 * near T. Here is what they stand for: ∫ s (α + y)^−(r+x) (β + y)^−(s+1) dy from t_x to T, by Gauss's rule over
 * ln(min(α, β) + y) in panels so short that 16 nodes are exact to rounding. It is positive throughout, and its
 * derivatives come from the same nodes.
 */
export const paretoNbd: PurchaseModel = {
  id: 'pareto-nbd',
  parameters: ['r', 'alpha', 's', 'beta'],
  timeParameters: [1, 3],

  starts(rate, meanTime) {
    const of = (r: number, s: number, more: number, times: number) => [r, Math.max(r / (more * rate), meanTime / 100), s, times * meanTime];
    return [of(0.5, 0.6, 2, 0.4), of(1.5, 0.3, 1.2, 1), of(0.3, 2, 3, 2), of(1, 0.05, 1, 1)];
  },

  logLikelihood(rows, parameters, gradient) {
    const theta = Array.from(parameters);
    const [r, alpha, s, beta] = theta;
    const { x, T, weight } = rows;
    const ofR = gradient && tableOfCounts(x, (n) => digamma(r + n) - digamma(r) + Math.log(alpha));
    let sum = 0;
    let [byR, byAlpha, byS, byBeta] = [0, 0, 0, 0];
    eachRow(rows, theta, gradient !== undefined, (row, value, stopped, means) => {
      const w = weight[row];
      sum += w * value;
      if (!ofR) return;
      const n = x[row];
      const [endA, endB] = [alpha + T[row], beta + T[row]];
      const alive = 1 - stopped;
      byR += w * (ofR[n] - alive * Math.log(endA) - stopped * means[0]);
      byAlpha += w * (r / alpha - (r + n) * (alive / endA + stopped * means[1]));
      byS += w * (Math.log(beta) - alive * Math.log(endB) + stopped * (1 / s - means[2]));
      byBeta += w * (s / beta - (alive * s) / endB - stopped * (s + 1) * means[3]);
    });
    gradient?.set([byR, byAlpha, byS, byBeta]);
    return sum;
  },

  logLikelihoods(rows, parameters) {
    const found = new Float64Array(rows.x.length);
    eachRow(rows, Array.from(parameters), false, (row, value) => (found[row] = value));
    return found;
  },

  alive(rows, parameters) {
    const found = new Float64Array(rows.x.length);
    eachRow(rows, Array.from(parameters), false, (row, _value, stopped) => (found[row] = 1 - stopped));
    return found;
  },

  expectedPurchases(rows, parameters, weeks) {
    const [r, alpha, s, beta] = Array.from(parameters);
    const { x, T } = rows;
    const alive = this.alive(rows, parameters);
    return weeks.map((t) => alive.map((chance, row) => ((chance * (r + x[row])) / (alpha + T[row])) * timeAlive(s, beta + T[row], t)));
  },

  expectedOfNew(parameters, weeks) {
    const [r, alpha, s, beta] = Array.from(parameters);
    return Float64Array.from(weeks, (t) => (r / alpha) * timeAlive(s, beta, t));
  },
};

/** The mean time within t that somebody stays: β / (s − 1) · (1 − (β / (β + t))^(s − 1)), its limit where s is 1. */
function timeAlive(s: number, beta: number, t: number): number {
  const grown = Math.log1p(t / beta);
  const power = (s - 1) * grown;
  return beta * grown * (Math.abs(power) < 1e-12 ? 1 : -Math.expm1(-power) / power);
}

/** f(row, log likelihood, chance of having stopped, means over the moment of stopping of ln(α+y), 1/(α+y), ln(β+y), 1/(β+y)). */
function eachRow(
  { x, tx, T }: RepeatHistories,
  [r, alpha, s, beta]: readonly number[],
  withMeans: boolean,
  f: (row: number, logLikelihood: number, stopped: number, means: Float64Array) => void,
): void {
  const ofCount = tableOfCounts(x, (n) => logGamma(r + n) - logGamma(r) + r * Math.log(alpha) + s * Math.log(beta));
  const least = Math.min(alpha, beta);
  const [moreA, moreB] = [alpha - least, beta - least];
  const means = new Float64Array(4);
  for (let row = 0; row < x.length; row++) {
    const n = x[row];
    const power = r + n;
    const end = -power * Math.log(alpha + T[row]) - s * Math.log(beta + T[row]);
    const from = Math.log(least + tx[row]);
    const span = Math.log(least + T[row]) - from;
    if (!(span > 0)) {
      f(row, ofCount[n] + end, 0, means.fill(0));
      continue;
    }
    // How fast the integrand falls at most, at the end.
    const fall = (least + T[row]) * (power / (alpha + T[row]) + (s + 1) / (beta + T[row]));
    const panels = Math.ceil(Math.max(span / 4, (fall * span) / 16));
    const half = span / panels / 2;
    const { nodes, weights } = half < 0.5 && fall * half < 1.5 ? few : many;
    const top = -power * Math.log(alpha + tx[row]) - (s + 1) * Math.log(beta + tx[row]);
    let integral = 0;
    let [meanA, inverseA, meanB, inverseB] = [0, 0, 0, 0];
    for (let panel = 0; panel < panels; panel++) {
      const middle = from + (2 * panel + 1) * half;
      let lowest = 0;
      for (let i = 0; i < nodes.length; i++) {
        const base = Math.exp(middle + half * nodes[i]);
        const [a, b] = [base + moreA, base + moreB];
        const [logA, logB] = [Math.log(a), Math.log(b)];
        lowest = -power * logA - (s + 1) * logB - top;
        const part = half * weights[i] * base * Math.exp(lowest);
        integral += part;
        if (!withMeans) continue;
        meanA += part * logA;
        inverseA += part / a;
        meanB += part * logB;
        inverseB += part / b;
      }
      if (lowest < -nothing) break;
    }
    const logOdds = Math.log(s * integral) + top - end;
    const small = Math.exp(-Math.abs(logOdds));
    const stopped = logOdds > 0 ? 1 / (1 + small) : small / (1 + small);
    if (withMeans) means.set([meanA / integral, inverseA / integral, meanB / integral, inverseB / integral]);
    f(row, ofCount[n] + end + Math.max(0, logOdds) + Math.log1p(small), stopped, means);
  }
}
