/** Below this the asymptotic series are not used: the argument is raised by the recurrence first. */
const largeEnough = 10;

/**
 * ln Γ(x) of x > 0, to about 1e-15 (of its value, or absolutely near its zeros at 1 and 2): Stirling's series after
 * raising x (Abramowitz & Stegun 6.1.41).
 */
export function logGamma(x: number): number {
  let shift = 1;
  let at = x;
  for (; at < largeEnough; at++) shift *= at;
  const inverse = 1 / at;
  const square = inverse * inverse;
  const series =
    inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square * (1 / 1188 - (square * 691) / 360360)))));
  return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series - Math.log(shift);
}

/** ψ(x) = d ln Γ(x) / dx of x > 0, to about 1e-14 (Abramowitz & Stegun 6.3.18). */
export function digamma(x: number): number {
  let shift = 0;
  let at = x;
  for (; at < largeEnough; at++) shift += 1 / at;
  const square = 1 / (at * at);
  const series =
    square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square * (1 / 240 - square * (1 / 132 - (square * 691) / 32760)))));
  return Math.log(at) - 0.5 / at - series - shift;
}

/** The median of a gamma distribution of this shape and of rate 1: where the series of the incomplete gamma function (Abramowitz & Stegun 6.5.29) is one half. */
export function gammaMedian(shape: number): number {
  const isAbove = (logX: number) => {
    const x = Math.exp(logX);
    let [term, sum] = [1, 1];
    for (let n = 1; term > 1e-17 * sum; n++) {
      term *= x / (shape + n);
      sum += term;
    }
    return shape * logX - x - logGamma(shape + 1) + Math.log(sum) > Math.log(0.5);
  };
  // The median is below the shape.
  let [low, high] = [-745, Math.log(shape)];
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    if (isAbove(middle)) high = middle;
    else low = middle;
  }
  return Math.exp((low + high) / 2);
}
