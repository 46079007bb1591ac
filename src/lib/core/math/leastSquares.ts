import { collinear, invertPositive } from './invertPositive';

/** Ordinary least squares over a few regressors: rows × columns, row by row. */
export interface LeastSquares {
  coefficients: Float64Array;
  residuals: Float64Array;
  /** (XᵀX)⁻¹, columns × columns: the bread of every covariance. */
  inverse: Float64Array;
  rows: number;
  columns: number;
}

/**
 * @param x the regressors, row by row
 * @returns null where a column is a sum of others
 */
export function leastSquares(x: Float64Array, y: ArrayLike<number>, columns: number): LeastSquares | null {
  const rows = y.length;
  // Columns of one length each: normal equations square what is badly scaled.
  const lengths = new Float64Array(columns);
  for (let i = 0; i < x.length; i++) lengths[i % columns] += x[i] * x[i];
  for (let c = 0; c < columns; c++) lengths[c] = Math.sqrt(lengths[c]);
  if (lengths.includes(0)) return null;
  const gram = new Float64Array(columns * columns);
  const right = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    const at = row * columns;
    for (let a = 0; a < columns; a++) {
      const left = x[at + a] / lengths[a];
      right[a] += left * y[row];
      for (let b = 0; b <= a; b++) gram[a * columns + b] += (left * x[at + b]) / lengths[b];
    }
  }
  for (let a = 0; a < columns; a++) for (let b = 0; b < a; b++) gram[b * columns + a] = gram[a * columns + b];
  const inverse = invertPositive(gram, columns, collinear);
  if (!inverse) return null;
  const coefficients = new Float64Array(columns);
  for (let a = 0; a < columns; a++) {
    for (let b = 0; b < columns; b++) {
      coefficients[a] += (inverse[a * columns + b] * right[b]) / lengths[a];
      inverse[a * columns + b] /= lengths[a] * lengths[b];
    }
  }
  const residuals = Float64Array.from({ length: rows }, (_, row) => {
    let fitted = 0;
    for (let c = 0; c < columns; c++) fitted += x[row * columns + c] * coefficients[c];
    return y[row] - fitted;
  });
  return { coefficients, residuals, inverse, rows, columns };
}

/** Of the errors, degrees of freedom taken off. */
export function errorVariance({ residuals, rows, columns }: LeastSquares): number {
  return residuals.reduce((sum, residual) => sum + residual * residual, 0) / (rows - columns);
}
