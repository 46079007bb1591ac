/** One customer as BG/NBD sees them; times in days since their first order. */
export interface RepeatBuying {
  repeats: number;
  lastAt: number;
  observed: number;
}

/** Log-likelihood of BG/NBD (Fader, Hardie & Lee 2005, equation 6), written from the paper. */
export function bgnbdLogLikelihood(
  { r, alpha, a, b }: Record<'r' | 'alpha' | 'a' | 'b', number>,
  customers: readonly RepeatBuying[],
): number {
  let total = 0;
  for (const { repeats: x, lastAt, observed } of customers) {
    const shared = logGamma(r + x) - logGamma(r) + r * Math.log(alpha);
    const stayed = logBeta(a, b + x) - logBeta(a, b) - (r + x) * Math.log(alpha + observed);
    const left = x === 0 ? -Infinity : logBeta(a + 1, b + x - 1) - logBeta(a, b) - (r + x) * Math.log(alpha + lastAt);
    const larger = Math.max(stayed, left);
    total += shared + larger + Math.log(Math.exp(stayed - larger) + Math.exp(left - larger));
  }
  return total;
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** Stirling's series after moving up to where it is exact to 1e-12. */
function logGamma(z: number): number {
  let shift = 0;
  for (; z < 10; z++) shift += Math.log(z);
  const inverse = 1 / z;
  const series = inverse / 12 - inverse ** 3 / 360 + inverse ** 5 / 1260 - inverse ** 7 / 1680;
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
