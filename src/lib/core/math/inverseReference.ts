import type { RunContext } from '../base/run';

/**
 * The inverse in float64 by ml-matrix: what the SIMD kernel is compared with, and what runs where there is no SIMD
 * (about thirty times slower).
 */
export async function referenceInverse(matrix: Float32Array, size: number, run: RunContext): Promise<void> {
  const { CholeskyDecomposition, Matrix } = await import('ml-matrix');
  const whole = new Matrix(size, size);
  for (let i = 0; i < size; i++) {
    for (let j = i; j < size; j++) {
      whole.set(i, j, matrix[i * size + j]);
      whole.set(j, i, matrix[i * size + j]);
    }
  }
  const factor = new CholeskyDecomposition(whole);
  if (!factor.isPositiveDefinite()) throw new Error('The matrix is not positive definite.');
  for (let column = 0; column < size; column++) {
    const unit = Matrix.zeros(size, 1);
    unit.set(column, 0, 1);
    const solved = factor.solve(unit);
    for (let row = 0; row < size; row++) matrix[row * size + column] = solved.get(row, 0);
    await run.breathe();
  }
}
