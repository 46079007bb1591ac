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
  const inverse = invertSymmetric(gram, columns);
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

/** Inverse of a symmetric positive definite matrix of which the lower triangle is read; null where it is singular. */
export function invertSymmetric(matrix: Float64Array, size: number): Float64Array | null {
  const factor = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j];
      for (let k = 0; k < j; k++) sum -= factor[i * size + k] * factor[j * size + k];
      if (i === j) {
        if (sum < 1e-10 * matrix[i * size + i]) return null;
        factor[i * size + i] = Math.sqrt(sum);
      } else factor[i * size + j] = sum / factor[j * size + j];
    }
  }
  const inverse = new Float64Array(size * size);
  for (let column = 0; column < size; column++) {
    const solved = new Float64Array(size);
    for (let i = 0; i < size; i++) {
      let sum = i === column ? 1 : 0;
      for (let k = 0; k < i; k++) sum -= factor[i * size + k] * solved[k];
      solved[i] = sum / factor[i * size + i];
    }
    for (let i = size - 1; i >= 0; i--) {
      let sum = solved[i];
      for (let k = i + 1; k < size; k++) sum -= factor[k * size + i] * solved[k];
      solved[i] = sum / factor[i * size + i];
    }
    for (let i = 0; i < size; i++) inverse[i * size + column] = solved[i];
  }
  return inverse;
}
