/** The 97.5 % quantile of the normal distribution: intervals are of 95 %. */
export const normal975 = 1.959963984540054;

/** Wilson's score interval (JASA 1927) of a proportion of n, 95 % where no other quantile is given. */
export function wilson(proportion: number, n: number, quantile = normal975): [low: number, high: number] {
  const square = quantile * quantile;
  const middle = proportion + square / (2 * n);
  const spread = quantile * Math.sqrt((proportion * (1 - proportion)) / n + square / (4 * n * n));
  const scale = 1 + square / n;
  return [Math.max(0, (middle - spread) / scale), Math.min(1, (middle + spread) / scale)];
}
