import { choleskySolve } from './choleskySolve';

/** A straight-line fit: a prediction is `intercept + Σ weights × values`. */
export interface Line {
  intercept: number;
  weights: Float64Array;
}

/**
 * Ridge regression, `Σ (y − b − wx)² + λ Σ (σ w)²`: columns are centred and scaled within, so that the penalty is the same
 * whatever their units are, and the intercept is free. scikit-learn's `Ridge` on standardised columns.
 * @param values rows × columns, finite
 */
export function ridge(values: ArrayLike<number>, columns: number, targets: ArrayLike<number>, regularization: number): Line {
  const rows = targets.length;
  const [means, deviations] = momentsOf(values, columns, rows);
  const middle = meanOf(targets);
  const [gram, right] = [new Float64Array(columns * columns), new Float64Array(columns)];
  const row = new Float64Array(columns);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) row[c] = (values[r * columns + c] - means[c]) / deviations[c];
    for (let a = 0; a < columns; a++) {
      right[a] += row[a] * (targets[r] - middle);
      for (let b = 0; b <= a; b++) gram[a * columns + b] += row[a] * row[b];
    }
  }
  for (let c = 0; c < columns; c++) gram[c * columns + c] += regularization;
  choleskySolve(gram, right, columns);
  const weights = right.map((weight, c) => weight / deviations[c]);
  return { weights, intercept: middle - weights.reduce((sum, weight, c) => sum + weight * means[c], 0) };
}

function momentsOf(values: ArrayLike<number>, columns: number, rows: number): [Float64Array, Float64Array] {
  const [means, squares] = [new Float64Array(columns), new Float64Array(columns)];
  for (let i = 0; i < rows * columns; i++) means[i % columns] += values[i] / rows;
  for (let i = 0; i < rows * columns; i++) squares[i % columns] += (values[i] - means[i % columns]) ** 2 / rows;
  // A constant column gets no weight of its own: whatever it is divided by, nothing of it is left.
  return [means, squares.map((variance) => (variance > 1e-12 ? Math.sqrt(variance) : 1))];
}

function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}
