import { identity } from './invertPositive';

/** Gives the value at a point and writes its gradient there; Infinity where the function is not defined. */
export type Differentiable = (point: Float64Array, gradient: Float64Array) => number;

export interface Minimum {
  point: Float64Array;
  value: number;
  /** 0 for a variable that is pressed against its bound. */
  gradient: Float64Array;
  /** The largest part of the gradient is below the tolerance. */
  converged: boolean;
  evaluations: number;
}

interface MinimizeOptions {
  /** Of the largest part of the gradient. */
  tolerance?: number;
  iterations?: number;
  /** No part of a step is longer. */
  longestStep?: number;
  /** No variable is farther from 0. */
  bound?: number;
  /** Awaited before every evaluation; what it throws ends the search. */
  pause?: () => Promise<void>;
  /** The inverse of the matrix of second derivatives near the start (row-major), where it is known. */
  inverse?: Float64Array;
}

const noPause = () => Promise.resolve();

/**
 * The nearest minimum of a smooth function of a few variables by BFGS: steps along −H g, shortened by interpolation
 * until the value falls enough (Nocedal & Wright 2006, algorithms 3.1 and 6.1). A variable that is pressed against a
 * bound stays there until the gradient lets it go.
 */
export async function minimize(
  f: Differentiable,
  start: ArrayLike<number>,
  { tolerance = 1e-9, iterations = 200, longestStep = 2, bound = Infinity, pause = noPause, inverse: known }: MinimizeOptions = {},
): Promise<Minimum> {
  const size = start.length;
  const within = (part: number) => Math.max(-bound, Math.min(bound, part));
  const isPressed = (part: number, slope: number) => (part <= -bound && slope > 0) || (part >= bound && slope < 0);
  let point = Float64Array.from(start, within);
  let gradient = new Float64Array(size);
  let value = f(point, gradient);
  let evaluations = 1;
  let inverse = known ? Float64Array.from(known) : identity(size);
  let isFresh = known === undefined;
  let pressed: string | null = null;
  /** Steps in a row that gained nothing but rounding. */
  let still = 0;
  const free = () => gradient.map((slope, i) => (isPressed(point[i], slope) ? 0 : slope));
  for (let iteration = 0; iteration < iterations && largest(free()) > tolerance; iteration++) {
    const slopes = free();
    const nowPressed = Array.from(gradient, (slope, i) => isPressed(point[i], slope)).join();
    let direction = times(inverse, slopes).map((part) => -part);
    pressed ??= nowPressed;
    if (nowPressed !== pressed || !(dot(direction, slopes) < 0)) {
      // What was learnt with other variables does not hold.
      pressed = nowPressed;
      inverse = identity(size);
      isFresh = true;
      direction = slopes.map((part) => -part);
    }
    direction = direction.map((part, i) => (isPressed(point[i], gradient[i]) ? 0 : part));
    const longest = largest(direction);
    if (longest > longestStep) direction = direction.map((part) => (part * longestStep) / longest);
    const nextGradient = new Float64Array(size);
    let step = 1;
    let next = point;
    let nextValue = Infinity;
    for (let tries = 0; tries < 40; tries++) {
      await pause();
      next = point.map((part, i) => within(part + step * direction[i]));
      nextValue = f(next, nextGradient);
      evaluations++;
      const slope = next.reduce((sum, part, i) => sum + (part - point[i]) * gradient[i], 0);
      if (nextValue <= value + 1e-4 * slope) break;
      // The minimum of the parabola through what is known, within reason.
      const parabola = (-slope * step) / (2 * (nextValue - value - slope));
      step = Number.isFinite(nextValue) ? Math.min(0.5 * step, Math.max(0.1 * step, parabola)) : 0.3 * step;
      if (step * longest < 1e-12) break;
    }
    if (!(nextValue <= value)) {
      if (isFresh) break;
      // What was learnt of the curvature misleads: once more from the steepest descent.
      inverse = identity(size);
      isFresh = true;
      continue;
    }
    const moved = next.map((part, i) => part - point[i]);
    const bent = nextGradient.map((part, i) => (moved[i] === 0 ? 0 : part - gradient[i]));
    still = value - nextValue <= 1e-13 * Math.abs(value) ? still + 1 : 0;
    [point, value, gradient] = [next, nextValue, nextGradient];
    if (still === 3) break;
    const curvature = dot(moved, bent);
    if (curvature > 1e-12 * Math.sqrt(dot(moved, moved) * dot(bent, bent))) {
      if (isFresh) inverse = inverse.map((part) => (part * curvature) / dot(bent, bent));
      update(inverse, moved, bent, curvature);
      isFresh = false;
    }
  }
  return { point, value, gradient: free(), converged: largest(free()) <= tolerance, evaluations };
}

/** The matrix of second derivatives by central differences of the gradient, row-major. */
export function hessian(f: Differentiable, point: ArrayLike<number>, step = 1e-4): Float64Array {
  const size = point.length;
  const found = new Float64Array(size * size);
  const [above, below] = [new Float64Array(size), new Float64Array(size)];
  for (let i = 0; i < size; i++) {
    const at = Float64Array.from(point);
    at[i] = point[i] + step;
    f(at, above);
    at[i] = point[i] - step;
    f(at, below);
    for (let j = 0; j < size; j++) found[i * size + j] = (above[j] - below[j]) / (2 * step);
  }
  return found.map((_, at) => (found[at] + found[(at % size) * size + Math.floor(at / size)]) / 2);
}

/** The inverse Hessian learns from a step and what it did to the gradient. */
function update(inverse: Float64Array, s: Float64Array, y: Float64Array, curvature: number): void {
  const size = s.length;
  const hy = times(inverse, y);
  const factor = (1 + dot(y, hy) / curvature) / curvature;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) inverse[i * size + j] += factor * s[i] * s[j] - (hy[i] * s[j] + s[i] * hy[j]) / curvature;
  }
}

function times(matrix: Float64Array, vector: Float64Array): Float64Array {
  return vector.map((_, i) => vector.reduce((sum, part, j) => sum + matrix[i * vector.length + j] * part, 0));
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, part, i) => sum + part * b[i], 0);
}

function largest(vector: Float64Array): number {
  return vector.reduce((most, part) => Math.max(most, Math.abs(part)), 0);
}
