import type { RunContext } from '../../base/run';
import { choleskySolve } from '../choleskySolve';
import { curvatureOf, diagonalOf, lossAt, sampleOf, type Family, type LinearRows, type LossAt } from './rowPasses';

export type { Family, LinearRows } from './rowPasses';

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

/** Rows that curvature is learnt from, and products that it may take: with more, each step would cost more than it saves. */
const curvatureRows = 20_000;
const curvatureProducts = 2e9;
/** One in so many rows is a small part. */
const smallPart = 4;
/** A weight that moves further is in another region, where the loss bends differently. */
const farAway = 0.5;
/** Products that the matrix of all rows may take. */
const wholeProducts = 2e10;
/** A fit to a larger tolerance is no fit to the last digits. */
const sharpest = 1e-5;
/** So many steps in a row that hardly move anything, and the gradient is not small: the matrix is to blame. */
const stillSteps = 3;
/** How near a start on a part of the rows comes to that part's answer: the part itself is further from all. */
const startTolerance = 1e-3;

/**
 * Generalised linear models with an elastic-net penalty, objective `λ ((1 − ρ)/2 |w|² + ρ |w|₁) + Σ sᵢ loss(yᵢ, xᵢ·w + b)`
 * in float64: proximal Newton (Lee, Sun & Saunders, SIAM J. Optim. 2014). A step minimises the quadratic model of the loss
 * plus the exact penalty: by Cholesky where there is no L1, otherwise by coordinate descent on the matrix of curvature
 * (Friedman, Hastie & Tibshirani, J. Stat. Softw. 2010).
 *
 * Of many rows, a part is fitted first, the part of a part before it, and the matrix of the part is then corrected by what
 * each step does to the gradient (BFGS; Nocedal & Wright 2006, eq. 6.19). Gradient and objective are always of all rows, so
 * it arrives at the one best answer, whatever the part.
 */
export async function fitLinear(
  data: LinearRows,
  family: Family,
  penalty: Penalty,
  settings: LinearSettings,
  run: RunContext,
): Promise<LinearFit> {
  const { start } = settings;
  const begin = start ? { weights: start.slice(), curvature: null } : await startOnPart(data, family, penalty, settings, run);
  const { weights, loss, steps } = await descendFrom(begin, data, family, penalty, settings, run);
  return { weights, loss, steps };
}

/** Where a fit stands: weights, and the matrix of second derivatives of loss and L2 part, where one is known. */
interface Place {
  weights: Float64Array;
  curvature: Float64Array | null;
}

async function descendFrom(
  begin: Place,
  data: LinearRows,
  family: Family,
  penalty: Penalty,
  settings: LinearSettings & { isPart?: boolean },
  run: RunContext,
): Promise<LinearFit & Place> {
  const total = totalWeight(data);
  const tolerance = settings.tolerance ?? 1e-7;
  const oneIn = sampledOneIn(data);
  // Of few rows the exact matrix costs little; a part's answer need not be sharp.
  const isExact = oneIn === 1 && !settings.isPart;
  let { weights, curvature } = begin;
  let here = await lookAt(data, family, weights, penalty, run);
  if (curvature) await raiseFlat(curvature, data, here.bends, penalty, run);
  const canBeWhole = data.rows * (data.columns + 1) ** 2 <= wholeProducts;
  let isWhole = isExact;
  let isFresh = false;
  let [step, still] = [0, 0];
  while (step < settings.steps) {
    if (!curvature || isExact) [curvature, isFresh] = [await curvatureAt(data, here.bends, oneIn, penalty, run), true];
    const direction = penalty.l1Share > 0 ? descend(here.gradient, curvature, weights, penalty) : newton(here.gradient, curvature);
    let share = 1;
    let [next, moved] = await tryStep(share);
    // A full step can overshoot where classes are nearly separable; the objective is convex, so a shorter one helps.
    while (!(next.objective <= here.objective + 1e-12 * Math.abs(here.objective)) && share > 1e-6) {
      share /= 2;
      [next, moved] = await tryStep(share);
    }
    if (share <= 1e-6) {
      if (isFresh) break;
      // What was corrected step by step misleads: once more from the rows.
      curvature = null;
      continue;
    }
    step++;
    const largest = share * direction.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    // Far away the loss bends differently.
    if (largest > farAway) curvature = null;
    else correct(curvature, direction, share, here.gradient, next.gradient);
    isFresh = false;
    weights = moved;
    here = next;
    settings.onStep?.(here.loss / total, weights);
    if (largest >= tolerance) continue;
    if (isWhole || tolerance > sharpest || isNear(here.gradient, penalty, tolerance)) break;
    if (++still < stillSteps) continue;
    // Along a direction that is flat, as where columns nearly add up to one another, a matrix of a part can bend too much.
    if (!canBeWhole) break;
    [curvature, isWhole] = [await curvatureAt(data, here.bends, 1, penalty, run), true];

    async function tryStep(part: number): Promise<[Look, Float64Array]> {
      const there = weights.map((weight, i) => weight + part * direction[i]);
      return [await lookAt(data, family, there, penalty, run), there];
    }
  }
  return { weights, curvature, loss: here.loss / total, steps: step };
}

/**
 * Whether no weight can be off by much more than the tolerance: with L2, nothing bends less than λ. With L1 it is not known.
 */
function isNear(gradient: Float64Array, { lambda, l1Share }: Penalty, tolerance: number): boolean {
  return l1Share > 0 || gradient.every((slope) => Math.abs(slope) <= 10 * tolerance * lambda);
}

/** The answer for a part of the rows, itself from a part of it, where that is a small part; otherwise the best that a constant can do. */
async function startOnPart(data: LinearRows, family: Family, penalty: Penalty, { steps }: LinearSettings, run: RunContext): Promise<Place> {
  const oneIn = sampledOneIn(data);
  const smaller = Math.floor(data.rows / Math.max(40 * (data.columns + 1), curvatureRows / smallPart));
  const part = oneIn >= smallPart ? oneIn : smaller;
  if (part < smallPart) return { weights: interceptAlone(data, family), curvature: null };
  const rows = sampleOf(data, part);
  // Where a class is rare, a part of the rows can be told apart by luck, and its answer is far from that of all.
  if (family === 'binomial' && rarer(rows.targets) < 2 * (data.columns + 1)) {
    return { weights: interceptAlone(data, family), curvature: null };
  }
  const settings = { steps, tolerance: startTolerance, isPart: true };
  const begin = await startOnPart(rows, family, penalty, settings, run);
  const { weights, curvature } = await descendFrom(begin, rows, family, penalty, settings, run);
  // The matrix of a smaller part would cost more steps than it saves.
  return { weights, curvature: part === oneIn ? curvature : null };
}

/** How many rows are of the rarer class. */
function rarer(targets: ArrayLike<number>): number {
  let ones = 0;
  for (let row = 0; row < targets.length; row++) ones += targets[row];
  return Math.min(ones, targets.length - ones);
}

/** The matrix is learnt from one in so many rows. */
function sampledOneIn({ rows, columns }: LinearRows): number {
  const size = columns + 1;
  return Math.ceil(rows / Math.max(4 * size, Math.min(curvatureRows, Math.floor((2 * curvatureProducts) / (size * size)))));
}

/** The matrix learns from a step and what it did to the gradient. */
function correct(matrix: Float64Array, direction: Float64Array, share: number, before: Float64Array, after: Float64Array): void {
  const size = direction.length;
  const moved = direction.map((part) => share * part);
  const bent = after.map((slope, i) => slope - before[i]);
  const told = new Float64Array(size);
  for (let i = 0, at = 0; i < size; i++) for (let j = 0; j < size; j++, at++) told[i] += matrix[at] * moved[j];
  const [curved, expected] = [dot(moved, bent), dot(moved, told)];
  // So small a change is rounding.
  if (!(curved > 1e-10 * Math.sqrt(dot(moved, moved) * dot(bent, bent))) || !(expected > 0)) return;
  for (let i = 0, at = 0; i < size; i++) {
    for (let j = 0; j < size; j++, at++) matrix[at] += (bent[i] * bent[j]) / curved - (told[i] * told[j]) / expected;
  }
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

interface Look extends LossAt {
  /** Loss and penalty. `gradient` is of loss and the L2 part. */
  objective: number;
}

async function lookAt(
  data: LinearRows,
  family: Family,
  weights: Float64Array,
  { lambda, l1Share }: Penalty,
  run: RunContext,
): Promise<Look> {
  const { loss, gradient, bends } = await lossAt(data, family, weights, run);
  let objective = loss;
  for (let c = 0; c < data.columns; c++) {
    objective += lambda * (((1 - l1Share) / 2) * weights[c] ** 2 + l1Share * Math.abs(weights[c]));
    gradient[c] += lambda * (1 - l1Share) * weights[c];
  }
  return { objective, loss, gradient, bends };
}

/** The matrix of second derivatives, columns and intercept, whole (both triangles). */
async function curvatureAt(data: LinearRows, bends: Float64Array, oneIn: number, penalty: Penalty, run: RunContext): Promise<Float64Array> {
  const size = data.columns + 1;
  const matrix = await curvatureOf(data, bends, oneIn, run);
  for (let i = 0; i < size; i++) matrix[i * size + i] += bendOfPenalty(penalty, i, data);
  if (oneIn > 1) await raiseFlat(matrix, data, bends, penalty, run);
  return matrix;
}

/** What a part of the rows does not hold must not look flat. */
async function raiseFlat(matrix: Float64Array, data: LinearRows, bends: Float64Array, penalty: Penalty, run: RunContext): Promise<void> {
  const size = data.columns + 1;
  const diagonal = await diagonalOf(data, bends, run);
  for (let i = 0; i < size; i++) {
    const own = diagonal[i] + bendOfPenalty(penalty, i, data);
    if (matrix[i * size + i] < own / 2) matrix[i * size + i] = own;
  }
}

/** The intercept is free; a little keeps what nothing bends from being singular. */
const bendOfPenalty = ({ lambda, l1Share }: Penalty, i: number, { columns }: LinearRows) =>
  (i < columns ? lambda * (1 - l1Share) : 0) + 1e-9;

function newton(gradient: Float64Array, curvature: Float64Array): Float64Array {
  const step = gradient.map((value) => -value);
  // Its factor takes the place of the matrix, which is still needed.
  choleskySolve(curvature.slice(), step, gradient.length);
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

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
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
