import { collinear, invertPositive } from './invertPositive';
import { leastSquares, type LeastSquares } from './leastSquares';

/** How often coefficients and memory are found by turns. */
const rounds = 4;

/**
 * Least squares of a series whose errors remember the ones before: coefficients and the errors' autoregression by turns
 * (Cochrane & Orcutt, JASA 1949, for any order; statsmodels' GLSAR). The first `order` rows only start it.
 * @returns the regression of what is new on each row, and the memory; null where a column is a sum of others
 */
export function autoregressiveLeastSquares(
  x: Float64Array,
  y: Float64Array,
  columns: number,
  order: number,
): { fit: LeastSquares; memory: Float64Array; residuals: Float64Array } | null {
  const plain = leastSquares(x, y, columns);
  if (!plain) return null;
  let fit = plain;
  let { residuals } = plain;
  let memory = new Float64Array(order);
  for (let round = 0; round < rounds; round++) {
    memory = yuleWalker(residuals, order);
    const whitened = leastSquares(whiten(x, columns, memory), whiten(y, 1, memory), columns);
    if (!whitened) return null;
    fit = whitened;
    residuals = y.map((value, row) => value - dot(x, row * columns, fit.coefficients));
  }
  return { fit, memory, residuals };
}

/** Autoregression by the Yule–Walker equations, autocovariances divided by how many products they are of. */
export function yuleWalker(series: Float64Array, order: number): Float64Array<ArrayBuffer> {
  const n = series.length;
  const mean = series.reduce((sum, value) => sum + value, 0) / n;
  const together = Float64Array.from({ length: order + 1 }, (_, lag) => {
    let sum = 0;
    for (let i = lag; i < n; i++) sum += (series[i] - mean) * (series[i - lag] - mean);
    return sum / (n - lag);
  });
  const matrix = Float64Array.from({ length: order * order }, (_, i) => together[Math.abs(Math.floor(i / order) - (i % order))]);
  const inverse = invertPositive(matrix, order, collinear);
  const memory = new Float64Array(order);
  if (!inverse) return memory;
  for (let a = 0; a < order; a++) for (let b = 0; b < order; b++) memory[a] += inverse[a * order + b] * together[b + 1];
  return memory;
}

/** Rows less what the rows before predict of them; the first ones are gone. */
function whiten(values: Float64Array, columns: number, memory: Float64Array): Float64Array {
  const order = memory.length;
  const found = values.slice(order * columns);
  for (let i = 0; i < found.length; i++) {
    for (let lag = 1; lag <= order; lag++) found[i] -= memory[lag - 1] * values[i + (order - lag) * columns];
  }
  return found;
}

function dot(x: Float64Array, from: number, coefficients: Float64Array): number {
  let sum = 0;
  for (let c = 0; c < coefficients.length; c++) sum += x[from + c] * coefficients[c];
  return sum;
}
