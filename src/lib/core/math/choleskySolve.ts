/**
 * Solves A x = b in place for a symmetric positive definite A (row-major, size × size, lower triangle read and
 * overwritten by its factor); `b` becomes x.
 */
export function choleskySolve(matrix: Float64Array, b: Float64Array, size: number): void {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j];
      for (let k = 0; k < j; k++) sum -= matrix[i * size + k] * matrix[j * size + k];
      // Rounding can push a pivot of a nearly singular matrix below zero.
      matrix[i * size + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / matrix[j * size + j];
    }
  }
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) b[i] -= matrix[i * size + k] * b[k];
    b[i] /= matrix[i * size + i];
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) b[i] -= matrix[k * size + i] * b[k];
    b[i] /= matrix[i * size + i];
  }
}
