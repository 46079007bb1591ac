import { Random } from '../../base/random';
import { choleskySolve } from '../choleskySolve';
import type { LinearRows } from './rowPasses';

/** A straight-line fit: a prediction is `intercept + Σ weights × values`. */
export interface Line {
  intercept: number;
  weights: Float64Array;
}

type Inputs = Pick<LinearRows, 'rows' | 'columns'> & { values: ArrayLike<number> };

/**
 * Least squares with an L2 penalty on the weights, not on the intercept: `Σ sᵢ (yᵢ − xᵢ·w − b)² + λ |w|²`, the objective of
 * scikit-learn's Ridge, solved in float64.
 * @param inputs finite
 * @param rowWeights how much each row counts; 1 where left out
 * @returns one weight an input, the last the intercept
 */
export function fitRidge(inputs: Inputs, wanted: ArrayLike<number>, regularization: number, rowWeights?: ArrayLike<number>): Float64Array {
  return solve(momentsOf(inputs, wanted, rowWeights, () => 0, 1)[0], () => regularization);
}

/**
 * The same with the penalty `λ Σ (σ w)²`, which is one and the same whatever the columns' units are: scikit-learn's `Ridge`
 * on standardised columns.
 */
export function ridge(values: ArrayLike<number>, columns: number, targets: ArrayLike<number>, regularization: number): Line {
  const inputs = { rows: targets.length, columns, values };
  // A column that does not vary has no weight of its own, whatever it is divided by.
  const found = solve(
    momentsOf(inputs, targets, undefined, () => 0, 1)[0],
    (variance) => regularization * (variance > 1e-12 ? variance : 1),
  );
  return { weights: found.slice(0, -1), intercept: found[columns] };
}

/** What {@link chooseRegularization} tries: from hardly any to nearly the same number for all. */
const tried = [1, 10, 100, 1e3, 1e4, 1e5, 1e6];

/** The penalty whose fits predict held-out fifths of the rows best, by squared error; of equal ones the larger. */
export function chooseRegularization(
  inputs: Inputs,
  wanted: ArrayLike<number>,
  rowWeights: ArrayLike<number> | undefined,
  seed: number,
): number {
  const folds = 5;
  const random = new Random(seed, 44);
  const foldOf = Uint8Array.from({ length: inputs.rows }, () => random.below(folds));
  const parts = momentsOf(inputs, wanted, rowWeights, (row) => foldOf[row], folds);
  const whole = parts.reduce((sum, part) => combined(sum, part, 1));
  const losses = tried.map((regularization) =>
    parts.reduce(
      (sum, part) =>
        sum +
        squaredError(
          part,
          solve(combined(whole, part, -1), () => regularization),
        ),
      0,
    ),
  );
  return tried[losses.lastIndexOf(Math.min(...losses))];
}

/** Weighted sums of products of the inputs, a 1 behind them, and what is wanted. */
interface Moments {
  /** Inputs and the 1. */
  size: number;
  /** size × size, the lower triangle. */
  products: Float64Array;
  withWanted: Float64Array;
  squares: number;
}

function momentsOf(
  { rows, columns, values }: Inputs,
  wanted: ArrayLike<number>,
  rowWeights: ArrayLike<number> | undefined,
  partOf: (row: number) => number,
  parts: number,
): Moments[] {
  const size = columns + 1;
  const moments = Array.from({ length: parts }, (): Moments => {
    return { size, products: new Float64Array(size * size), withWanted: new Float64Array(size), squares: 0 };
  });
  const own = new Float64Array(size).fill(1);
  for (let row = 0; row < rows; row++) {
    const moment = moments[partOf(row)];
    const weight = rowWeights ? rowWeights[row] : 1;
    for (let c = 0; c < columns; c++) own[c] = values[row * columns + c];
    for (let c = 0; c < size; c++) {
      const scaled = weight * own[c];
      moment.withWanted[c] += scaled * wanted[row];
      for (let d = 0; d <= c; d++) moment.products[c * size + d] += scaled * own[d];
    }
    moment.squares += weight * wanted[row] ** 2;
  }
  return moments;
}

function combined(a: Moments, b: Moments, sign: 1 | -1): Moments {
  return {
    size: a.size,
    products: a.products.map((value, i) => value + sign * b.products[i]),
    withWanted: a.withWanted.map((value, i) => value + sign * b.withWanted[i]),
    squares: a.squares + sign * b.squares,
  };
}

/**
 * Inputs are centred, so that the intercept goes without penalty.
 * @param penaltyOf of a column's weight, by its variance
 */
function solve({ size, products, withWanted }: Moments, penaltyOf: (variance: number) => number): Float64Array {
  const columns = size - 1;
  const total = products[columns * size + columns];
  const mean = Float64Array.from({ length: columns }, (_, c) => (total > 0 ? products[columns * size + c] / total : 0));
  const wantedMean = total > 0 ? withWanted[columns] / total : 0;
  const centred = new Float64Array(columns * columns);
  const solved = Float64Array.from({ length: columns }, (_, c) => withWanted[c] - total * mean[c] * wantedMean);
  for (let c = 0; c < columns; c++) {
    for (let d = 0; d <= c; d++) centred[c * columns + d] = products[c * size + d] - total * mean[c] * mean[d];
    centred[c * columns + c] += penaltyOf(centred[c * columns + c] / total);
  }
  if (columns > 0) choleskySolve(centred, solved, columns);
  const weights = new Float64Array(size);
  weights.set(solved);
  weights[columns] = wantedMean - solved.reduce((sum, weight, c) => sum + weight * mean[c], 0);
  return weights;
}

function squaredError({ size, products, withWanted, squares }: Moments, weights: Float64Array): number {
  let error = squares;
  for (let c = 0; c < size; c++) {
    error -= 2 * weights[c] * withWanted[c];
    for (let d = 0; d < c; d++) error += 2 * weights[c] * weights[d] * products[c * size + d];
    error += weights[c] ** 2 * products[c * size + c];
  }
  return error;
}
