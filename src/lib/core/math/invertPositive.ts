/** Of a column of a table, the part that other columns do not make up: with less, it is taken for their sum. */
export const collinear = 1e-10;

/**
 * The inverse of a small symmetric positive definite matrix (row-major, both triangles read); null where it is none.
 * @param leastPivot as a share of its place on the diagonal: with a smaller one the matrix counts as singular
 */
export function invertPositive(matrix: Float64Array, size: number, leastPivot = 1e-14): Float64Array | null {
  const left = Float64Array.from(matrix);
  const right = identity(size);
  // Without exchanging rows: a pivot of a positive definite matrix is positive.
  for (let i = 0; i < size; i++) {
    const pivot = left[i * size + i];
    if (!(pivot > leastPivot * Math.abs(matrix[i * size + i])) || !(pivot > 0)) return null;
    for (let k = 0; k < size; k++) {
      left[i * size + k] /= pivot;
      right[i * size + k] /= pivot;
    }
    for (let row = 0; row < size; row++) {
      const factor = row === i ? 0 : left[row * size + i];
      for (let k = 0; k < size; k++) {
        left[row * size + k] -= factor * left[i * size + k];
        right[row * size + k] -= factor * right[i * size + k];
      }
    }
  }
  return right;
}

/** Ones on the diagonal. */
export function identity(size: number): Float64Array {
  return Float64Array.from({ length: size * size }, (_, at) => (at % (size + 1) === 0 ? 1 : 0));
}
