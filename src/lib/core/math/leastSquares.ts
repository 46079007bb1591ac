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

/**
 * Covariance of the coefficients where errors of neighbouring rows go together (Newey & West, Econometrica 1987): Bartlett's
 * weights over `lags` rows, with the correction n / (n − k) that statsmodels has as `use_correction`.
 */
export function neweyWest(fit: LeastSquares, x: Float64Array, lags: number): Float64Array {
  const { rows, columns, residuals, inverse } = fit;
  const meat = new Float64Array(columns * columns);
  for (let lag = 0; lag <= lags; lag++) {
    const weight = 1 - lag / (lags + 1);
    for (let row = lag; row < rows; row++) {
      const product = weight * residuals[row] * residuals[row - lag];
      for (let a = 0; a < columns; a++) {
        for (let b = 0; b < columns; b++) {
          const one = product * x[row * columns + a] * x[(row - lag) * columns + b];
          meat[a * columns + b] += one;
          if (lag > 0) meat[b * columns + a] += one;
        }
      }
    }
  }
  const correction = rows / (rows - columns);
  return sandwich(inverse, meat, columns).map((value) => value * correction);
}

/** B M B of symmetric matrices. */
function sandwich(bread: Float64Array, meat: Float64Array, size: number): Float64Array {
  return product(product(bread, meat, size), bread, size);
}

function product(left: Float64Array, right: Float64Array, size: number): Float64Array {
  const found = new Float64Array(size * size);
  for (let a = 0; a < size; a++)
    for (let k = 0; k < size; k++) for (let b = 0; b < size; b++) found[a * size + b] += left[a * size + k] * right[k * size + b];
  return found;
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
