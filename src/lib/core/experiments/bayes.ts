import { betaCdf, betaQuantile } from '../math/distributions';
import { logGamma } from '../math/gamma';
import type { ArmCounts } from './proportions';

export interface BayesianRates {
  /** Chance that the treated arm's rate is the higher one. */
  better: number;
  /** Mean of what is lost, in rates, where the treated arm is taken and is not the better one; and where the control is. */
  lossIfTreated: number;
  lossIfControl: number;
  /** 95 % credible intervals. */
  control: [low: number, high: number];
  treated: [low: number, high: number];
}

const steps = 4000;

/**
 * Two rates with Jeffreys' prior Beta(½, ½) each: chances by numerical integration over the posteriors (Simpson's rule
 * within twelve standard deviations).
 */
export function bayesianRates(control: ArmCounts, treated: ArmCounts): BayesianRates {
  const [a0, b0] = [control.did + 0.5, control.people - control.did + 0.5];
  const [a1, b1] = [treated.did + 0.5, treated.people - treated.did + 0.5];
  const credible = (a: number, b: number): [number, number] => [betaQuantile(0.025, a, b), betaQuantile(0.975, a, b)];
  const meanOf = (a: number, b: number) => a / (a + b);
  // E[(q − p)⁺] = E[q; p < q] − E[p; p < q], by integrating over the density of one and the distribution of the other.
  const better = integrate(a1, b1, (x) => betaCdf(x, a0, b0));
  const gain = integrate(a1, b1, (x) => x * betaCdf(x, a0, b0) - meanOf(a0, b0) * betaCdf(x, a0 + 1, b0));
  const difference = meanOf(a1, b1) - meanOf(a0, b0);
  return {
    better,
    lossIfControl: Math.max(0, gain),
    lossIfTreated: Math.max(0, gain - difference),
    control: credible(a0, b0),
    treated: credible(a1, b1),
  };
}

/** E[f(X)] of X ~ Beta(a, b), on t = arcsin √x, where the density has no poles for a, b ≥ ½. */
function integrate(a: number, b: number, f: (x: number) => number): number {
  const front = logGamma(a + b) - logGamma(a) - logGamma(b) + Math.LN2;
  const middle = Math.asin(Math.sqrt(a / (a + b)));
  const spread = 6 / Math.sqrt(a + b);
  const [from, to] = [Math.max(0, middle - spread), Math.min(Math.PI / 2, middle + spread)];
  const width = (to - from) / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const t = from + i * width;
    const [sine, cosine] = [Math.sin(t), Math.cos(t)];
    const density = Math.exp(front + power(sine, 2 * a - 1) + power(cosine, 2 * b - 1));
    sum += (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2) * density * f(sine * sine);
  }
  return (sum * width) / 3;
}

/** ln baseᵉ, where 0⁰ is 1. */
function power(base: number, exponent: number): number {
  return exponent === 0 ? 0 : exponent * Math.log(Math.max(base, 1e-320));
}
