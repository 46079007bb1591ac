import { digamma, logGamma } from '../../math/gamma';

/** Customers who came back and what they spend on a repeat purchase, sorted so that sums have one order. */
export interface SpendRows {
  x: Int32Array;
  /** Mean of the repeat purchases, above 0. */
  mean: Float64Array;
}

/**
 * Gamma-gamma: what somebody spends on a purchase varies around their own mean, and the means vary between people (Fader
 * & Hardie, note 025, 2013): spend is Gamma(p, ν), ν is Gamma(q, γ). It takes how often people buy and how much they
 * spend as unrelated.
 */
export const gammaGamma = {
  parameters: ['p', 'q', 'gamma'] as const,

  /** Where fitting may begin, for a mean of all. */
  starts(mean: number): number[][] {
    return [
      [6, 4, (mean * 3) / 6],
      [1, 3, mean * 2],
      [20, 2, mean / 20],
    ];
  },

  /** Σ of log likelihood (note 025, eq. 1a). */
  logLikelihood({ x, mean }: SpendRows, parameters: ArrayLike<number>, gradient?: Float64Array): number {
    const [p, q, gamma] = Array.from(parameters);
    let sum = 0;
    let [byP, byQ, byGamma] = [0, 0, 0];
    const common = q * Math.log(gamma) - logGamma(q);
    const ofCount = new Map<number, readonly number[]>();
    for (let row = 0; row < x.length; row++) {
      const n = x[row];
      const px = p * n;
      let known = ofCount.get(n);
      if (!known) ofCount.set(n, (known = [logGamma(px + q) - logGamma(px), digamma(px + q), digamma(px)]));
      const logMean = Math.log(mean[row]);
      const scale = gamma + n * mean[row];
      const logScale = Math.log(scale);
      sum += known[0] + common + (px - 1) * logMean + px * Math.log(n) - (px + q) * logScale;
      byP += n * (known[1] - known[2] + logMean + Math.log(n) - logScale);
      byQ += known[1] + Math.log(gamma) - logScale;
      byGamma += q / gamma - (px + q) / scale;
    }
    gradient?.set([byP, byQ - x.length * digamma(q), byGamma]);
    return sum;
  },

  /** The mean spend on a purchase that is expected of somebody with x repeat purchases of this mean; of all, for x = 0. NaN where it is not finite: q ≤ 1 − p x. */
  expectedSpend([p, q, gamma]: readonly number[], x: number, mean: number): number {
    const weight = p * x + q - 1;
    return weight > 0 ? (p * (gamma + x * mean)) / weight : NaN;
  },
};
