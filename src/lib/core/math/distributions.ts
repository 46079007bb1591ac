import { logGamma } from './gamma';

/**
 * Distribution functions to about 1e-13, relative in the tails too: the regularised incomplete gamma and beta functions
 * by series and continued fractions (Press et al., Numerical Recipes, 3rd ed., 6.2 and 6.4; modified Lentz).
 */

const tiny = 1e-300;
const near = 1e-16;
const mostTerms = 10_000;

/** P(X ≤ x) of the standard normal distribution. */
export function normalCdf(x: number): number {
  return x < 0 ? normalUpper(-x) : 1 - normalUpper(x);
}

/** P(X > x) of the standard normal distribution, with all its digits however small it is. */
export function normalUpper(x: number): number {
  if (x < 0) return 1 - normalUpper(-x);
  return x === 0 ? 0.5 : 0.5 * gammaUpper(0.5, (x * x) / 2);
}

export function normalDensity(x: number): number {
  return Math.exp(-(x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/** x with P(X ≤ x) = p of the standard normal distribution, 0 < p < 1; ±∞ at the ends. */
export function normalQuantile(p: number): number {
  if (p <= 0) return -Infinity;
  if (p >= 1) return Infinity;
  if (p === 0.5) return 0;
  if (p > 0.5) return -normalQuantile(1 - p);
  // Abramowitz & Stegun 26.2.23, to 4.5e-4; Newton's method does the rest on the logarithm, which is nearly a parabola.
  const t = Math.sqrt(-2 * Math.log(p));
  let x = (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (let step = 0; step < 8; step++) {
    const below = normalUpper(-x);
    const change = ((Math.log(below) - Math.log(p)) * below) / normalDensity(x);
    x -= change;
    if (Math.abs(change) < 1e-15 * Math.abs(x)) break;
  }
  return x;
}

/** P(X > x) of the chi-square distribution. */
export function chiSquareUpper(x: number, degrees: number): number {
  return x <= 0 ? 1 : gammaUpper(degrees / 2, x / 2);
}

/** P(|T| > |t|) of Student's distribution. */
export function studentTwoSided(t: number, degrees: number): number {
  return betaCdf(degrees / (degrees + t * t), degrees / 2, 0.5);
}

/** t > 0 with P(|T| > t) = p of Student's distribution. */
export function studentQuantile(p: number, degrees: number): number {
  let [low, high] = [0, 2];
  while (studentTwoSided(high, degrees) > p && high < 1e150) high *= 2;
  for (let step = 0; step < 200 && high - low > 1e-15 * high; step++) {
    const middle = (low + high) / 2;
    if (studentTwoSided(middle, degrees) > p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(X ≤ x) of the beta distribution: the regularised incomplete beta function. */
export function betaCdf(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  // The fraction converges quickly on this side of the mean only.
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(x, a, b)) / a : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

/** x with P(X ≤ x) = p of the beta distribution. */
export function betaQuantile(p: number, a: number, b: number): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < 200 && high - low > 1e-16; step++) {
    const middle = (low + high) / 2;
    if (betaCdf(middle, a, b) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Q(a, x): the upper regularised incomplete gamma function. */
function gammaUpper(a: number, x: number): number {
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let [term, sum, at] = [1 / a, 1 / a, a];
    for (let n = 0; n < mostTerms && Math.abs(term) > near * Math.abs(sum); n++) {
      at += 1;
      term *= x / at;
      sum += term;
    }
    return 1 - front * sum;
  }
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < mostTerms; n++) {
    const step = -n * (n - a);
    b += 2;
    d = 1 / notZero(step * d + b);
    c = notZero(b + step / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < near) break;
  }
  return front * fraction;
}

function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / notZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < mostTerms; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / notZero(1 + even * d);
    c = notZero(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / notZero(1 + odd * d);
    c = notZero(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < near) break;
  }
  return fraction;
}

function notZero(value: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}
