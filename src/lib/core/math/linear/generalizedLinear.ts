import type { RunContext } from '../../base/run';
import { choleskySolve } from '../choleskySolve';

/** What is fitted: rows of inputs (row-major), what each is to be told, and how much it counts. */
export interface LinearRows {
  rows: number;
  columns: number;
  values: Float32Array;
  /** 0 or 1 where the family is `binomial`, numbers where it is `gaussian`. */
  targets: ArrayLike<number>;
  /** 1 a row where absent. */
  weights?: ArrayLike<number>;
}

export type Family = 'binomial' | 'gaussian';

/** `λ ((1 − ρ)/2 |w|² + ρ |w|₁)`, the intercept free: ridge where ρ is 0, lasso where it is 1, elastic net between. */
export interface Penalty {
  lambda: number;
  l1Share: number;
}

export interface LinearFit {
  /** One an input, the last the intercept. */
  weights: Float64Array;
  /** Weighted mean loss of the rows, penalties not counted: log loss, or half the squared error. */
  loss: number;
  steps: number;
}

export interface LinearSettings {
  /** Where to begin; zero, with the intercept that fits alone, where absent. */
  start?: Float64Array;
  /** The most Newton steps. */
  steps: number;
  /** It stops when no weight moves by more than this. */
  tolerance?: number;
  onStep?(loss: number, weights: Float64Array): void;
}

/**
 * Rows that curvature is learnt from in the first steps, and products that it may take then: far from the answer more of
 * them would cost more than they save.
 */
const curvatureRows = 20_000;
const curvatureProducts = 2e9;
const stepsBySample = 2;
/**
 * Products of the curvature of all rows, which takes the steps after these: where columns nearly add up to one another (all
 * towns to their country), a sample bends a direction that is flat, and one would creep along it. Beyond it there is the sample alone.
 */
const wholeProducts = 2e10;
const rowsBetweenPauses = 4096;

/**
 * Generalised linear models with an elastic-net penalty, objective `λ ((1 − ρ)/2 |w|² + ρ |w|₁) + Σ sᵢ loss(yᵢ, xᵢ·w + b)`
 * in float64: proximal Newton (Lee, Sun & Saunders, SIAM J. Optim. 2014). A step minimises the quadratic model of the loss
 * plus the exact penalty: by Cholesky where there is no L1, otherwise by coordinate descent on the matrix of curvature
 * (Friedman, Hastie & Tibshirani, J. Stat. Softw. 2010). Of many rows the curvature is at first that of a sample, its diagonal
 * that of all; gradient and objective are always exact, so it arrives at the one best answer, whatever the sample.
 */
export async function fitLinear(
  data: LinearRows,
  family: Family,
  penalty: Penalty,
  settings: LinearSettings,
  run: RunContext,
): Promise<LinearFit> {
  const total = totalWeight(data);
  const tolerance = settings.tolerance ?? 1e-7;
  let weights = settings.start?.slice() ?? interceptAlone(data, family);
  let here = await lookAt(data, family, weights, penalty, run);
  let step = 0;
  while (step < settings.steps) {
    step++;
    const curvature = await curvatureAt(data, here, penalty, step <= stepsBySample, run);
    const direction = penalty.l1Share > 0 ? descend(here.gradient, curvature, weights, penalty) : newton(here.gradient, curvature);
    let share = 1;
    let [next, moved] = await tryStep(share);
    // A full step can overshoot where classes are nearly separable; the objective is convex, so a shorter one helps.
    while (!(next.objective <= here.objective + 1e-12 * Math.abs(here.objective)) && share > 1e-6) {
      share /= 2;
      [next, moved] = await tryStep(share);
    }
    const largest = share * direction.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    if (share <= 1e-6) break;
    weights = moved;
    here = next;
    settings.onStep?.(here.loss / total, weights);
    if (largest < tolerance) break;

    async function tryStep(part: number): Promise<[Look, Float64Array]> {
      const there = weights.map((weight, i) => weight + part * direction[i]);
      return [await lookAt(data, family, there, penalty, run), there];
    }
  }
  return { weights, loss: here.loss / total, steps: step };
}

/**
 * The λ above which no weight is worth its penalty (of ridge, which has none: as if a hundredth were L1), and 39 smaller
 * ones down to a millionth of it, equally far apart in logarithms.
 */
export async function penaltyPath(data: LinearRows, family: Family, l1Share: number, run: RunContext): Promise<number[]> {
  const { gradient } = await lookAt(data, family, interceptAlone(data, family), { lambda: 0, l1Share: 0 }, run);
  const steepest = gradient.subarray(0, -1).reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
  const highest = steepest / Math.max(l1Share, 0.01);
  return Array.from({ length: 40 }, (_, at) => highest * 10 ** ((-6 * at) / 39));
}

/** `xᵢ·w + b` of each row. */
export function linearPredictor(
  { rows, columns, values }: Pick<LinearRows, 'rows' | 'columns' | 'values'>,
  weights: Float64Array,
): Float64Array {
  const sums = new Float64Array(rows);
  for (let row = 0, at = 0; row < rows; row++) {
    let sum = weights[columns];
    for (let c = 0; c < columns; c++, at++) sum += values[at] * weights[c];
    sums[row] = sum;
  }
  return sums;
}

interface Look {
  /** Loss and penalty. */
  objective: number;
  loss: number;
  /** Of loss and the L2 part. */
  gradient: Float64Array;
  /** Second derivative of each row's loss, and its sums over x². */
  spread: Float64Array;
  diagonal: Float64Array;
}

async function lookAt(
  { rows, columns, values, targets, weights: counts }: LinearRows,
  family: Family,
  weights: Float64Array,
  { lambda, l1Share }: Penalty,
  run: RunContext,
): Promise<Look> {
  const gradient = new Float64Array(columns + 1);
  const diagonal = new Float64Array(columns + 1);
  const spread = new Float64Array(rows);
  let loss = 0;
  for (let row = 0, at = 0; row < rows; row++, at += columns) {
    if (row % rowsBetweenPauses === 0) await run.breathe();
    let z = weights[columns];
    for (let c = 0; c < columns; c++) z += values[at + c] * weights[c];
    const [y, count] = [targets[row], counts ? counts[row] : 1];
    let miss: number;
    let bend = count;
    if (family === 'gaussian') {
      miss = count * (z - y);
      loss += (count * (z - y) ** 2) / 2;
    } else {
      const small = Math.exp(-Math.abs(z));
      const chance = z >= 0 ? 1 / (1 + small) : small / (1 + small);
      loss += count * (Math.max(z, 0) - y * z + Math.log1p(small));
      miss = count * (chance - y);
      bend = (count * small) / (1 + small) ** 2;
    }
    spread[row] = bend;
    gradient[columns] += miss;
    diagonal[columns] += bend;
    for (let c = 0; c < columns; c++) {
      const x = values[at + c];
      gradient[c] += miss * x;
      diagonal[c] += bend * x * x;
    }
  }
  let objective = loss;
  for (let c = 0; c < columns; c++) {
    objective += lambda * (((1 - l1Share) / 2) * weights[c] ** 2 + l1Share * Math.abs(weights[c]));
    gradient[c] += lambda * (1 - l1Share) * weights[c];
  }
  return { objective, loss, gradient, spread, diagonal };
}

/** The matrix of second derivatives, columns and intercept, whole (both triangles). */
async function curvatureAt(
  { rows, columns, values }: LinearRows,
  { spread, diagonal }: Look,
  { lambda, l1Share }: Penalty,
  bySample: boolean,
  run: RunContext,
): Promise<Float64Array> {
  const size = columns + 1;
  const isWhole = !bySample && rows * size * size <= wholeProducts;
  const sampled = Math.max(4 * size, Math.min(curvatureRows, Math.floor((2 * curvatureProducts) / (size * size))));
  const oneIn = isWhole ? 1 : Math.ceil(rows / sampled);
  const matrix = new Float64Array(size * size);
  let [taken, all] = [0, 0];
  const scaled = new Float64Array(size);
  let work = 0;
  for (let row = 0; row < rows; row++) {
    all += spread[row];
    // A hash of the row's number, so that rows in some order are no bad sample.
    if (oneIn > 1 && (Math.imul(row, 0x9e3779b1) >>> 8) % oneIn !== 0) continue;
    const d = spread[row];
    taken += d;
    const at = row * columns;
    for (let c = 0; c < columns; c++) scaled[c] = d * values[at + c];
    for (let i = 0; i < columns; i++) {
      const x = values[at + i];
      if (x === 0) continue;
      const line = i * size;
      for (let j = 0; j <= i; j++) matrix[line + j] += x * scaled[j];
    }
    const last = columns * size;
    for (let j = 0; j < columns; j++) matrix[last + j] += scaled[j];
    matrix[last + columns] += d;
    work += size * size;
    if (work > 4e6) {
      work = 0;
      await run.breathe();
    }
  }
  const scale = oneIn > 1 && taken > 0 ? all / taken : 1;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) matrix[j * size + i] = matrix[i * size + j] *= scale;
    const own = matrix[i * size + i] * scale;
    // What the sample does not hold must not look flat.
    matrix[i * size + i] = (oneIn > 1 ? Math.max(own, diagonal[i]) : own) + (i < columns ? lambda * (1 - l1Share) : 0) + 1e-9;
  }
  return matrix;
}

function newton(gradient: Float64Array, curvature: Float64Array): Float64Array {
  const step = gradient.map((value) => -value);
  choleskySolve(curvature, step, gradient.length);
  return step;
}

/** Coordinate descent on `gᵀd + ½ dᵀHd + λρ |w + d|₁`, until no coordinate moves any more. */
function descend(gradient: Float64Array, curvature: Float64Array, weights: Float64Array, { lambda, l1Share }: Penalty): Float64Array {
  const size = gradient.length;
  const step = new Float64Array(size);
  /** Derivative of the smooth part at the step. */
  const slope = gradient.slice();
  for (let sweep = 0; sweep < 1000; sweep++) {
    let largest = 0;
    for (let j = 0; j < size; j++) {
      const bend = curvature[j * size + j];
      const now = weights[j] + step[j];
      const free = now - slope[j] / bend;
      const shrink = j === size - 1 ? 0 : (lambda * l1Share) / bend;
      const change = Math.sign(free) * Math.max(Math.abs(free) - shrink, 0) - now;
      if (change === 0) continue;
      step[j] += change;
      for (let k = 0, at = j * size; k < size; k++, at++) slope[k] += change * curvature[at];
      largest = Math.max(largest, Math.abs(change));
    }
    if (largest < 1e-9) break;
  }
  return step;
}

/** The best that a constant can do. */
function interceptAlone(data: LinearRows, family: Family): Float64Array {
  let sum = 0;
  for (let row = 0; row < data.rows; row++) sum += data.targets[row] * (data.weights ? data.weights[row] : 1);
  const mean = sum / totalWeight(data);
  const weights = new Float64Array(data.columns + 1);
  weights[data.columns] = family === 'gaussian' ? mean : Math.log(mean) - Math.log1p(-mean);
  return weights;
}

function totalWeight({ rows, weights }: LinearRows): number {
  if (!weights) return rows;
  let sum = 0;
  for (let row = 0; row < rows; row++) sum += weights[row];
  return sum;
}
