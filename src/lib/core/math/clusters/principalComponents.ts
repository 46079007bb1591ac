import type { RunContext } from '../../base/run';
import type { Points } from '../points';

export interface PrincipalComponents {
  /** How many there are. */
  count: number;
  columns: number;
  means: Float64Array;
  /** count × columns, rows of length 1, the one that explains most first; the largest loading of each is positive. */
  components: Float64Array;
  /** Variance (divided by rows − 1) along each. */
  variances: Float64Array;
  /** Its share of the whole variance. */
  ratios: Float64Array;
}

/**
 * The directions in which the points differ most: eigenvectors of their covariance matrix. Time is rows × columns², so
 * this is for some hundred columns.
 */
export async function principalComponents(points: Points, count: number, run: RunContext): Promise<PrincipalComponents> {
  const { columns } = points;
  // Loaded when it is called, so that no screen carries it.
  const { EigenvalueDecomposition, Matrix } = await import('ml-matrix');
  const { means, covariance } = await covarianceOf(points, run);
  const matrix = new Matrix(columns, columns);
  for (let i = 0; i < columns; i++)
    for (let j = 0; j < columns; j++) matrix.set(i, j, covariance[Math.min(i, j) * columns + Math.max(i, j)]);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  const total = realEigenvalues.reduce((sum, value) => sum + Math.max(0, value), 0);
  const order = [...realEigenvalues.keys()].sort((a, b) => realEigenvalues[b] - realEigenvalues[a]).slice(0, count);
  const components = new Float64Array(order.length * columns);
  order.forEach((eigenvector, component) => {
    const loadings = Float64Array.from({ length: columns }, (_, column) => eigenvectorMatrix.get(column, eigenvector));
    const largest = loadings.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0);
    components.set(largest < 0 ? loadings.map((loading) => -loading) : loadings, component * columns);
  });
  const variances = Float64Array.from(order, (eigenvector) => Math.max(0, realEigenvalues[eigenvector]));
  return { count: order.length, columns, means, components, variances, ratios: variances.map((value) => (total > 0 ? value / total : 0)) };
}

/** Points in the coordinates of the components: rows × count. */
export async function project(points: Points, pca: PrincipalComponents, run: RunContext): Promise<Points> {
  const { rows, columns, values } = points;
  const { count, components, means } = pca;
  const projected = new Float32Array(rows * count);
  const stretch = Math.ceil(2e6 / (count * columns));
  for (let row = 0; row < rows; row++) {
    for (let component = 0; component < count; component++) {
      let sum = 0;
      for (let column = 0; column < columns; column++) {
        sum += components[component * columns + column] * (values[row * columns + column] - means[column]);
      }
      projected[row * count + component] = sum;
    }
    if (row % stretch === 0) await run.breathe();
  }
  return { rows, columns: count, values: projected };
}

/** Means and the upper triangle of the covariance matrix. */
async function covarianceOf({ rows, columns, values }: Points, run: RunContext) {
  const means = new Float64Array(columns);
  const stretch = Math.ceil(2e6 / columns ** 2);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) means[column] += values[row * columns + column];
    if (row % stretch === 0) await run.breathe();
  }
  for (let column = 0; column < columns; column++) means[column] /= rows;
  const covariance = new Float64Array(columns * columns);
  const centred = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) centred[column] = values[row * columns + column] - means[column];
    for (let i = 0; i < columns; i++) {
      const value = centred[i];
      for (let j = i; j < columns; j++) covariance[i * columns + j] += value * centred[j];
    }
    if (row % stretch === 0) await run.breathe();
  }
  for (let at = 0; at < covariance.length; at++) covariance[at] /= Math.max(1, rows - 1);
  return { means, covariance };
}
