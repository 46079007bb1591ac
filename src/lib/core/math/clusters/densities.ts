export interface MixtureParameters {
  k: number;
  columns: number;
  covariance: 'full' | 'diagonal';
  weights: Float64Array;
  /** k × columns. */
  means: Float64Array;
  /** full: k × columns × columns; diagonal: k × columns. */
  covariances: Float64Array;
}

/** The logarithm of a mixture's density at points, and which component they are likely from. */
export class Densities {
  /** How likely each component made the last point; sums to 1. */
  readonly shares: Float64Array;
  readonly #columns: number;
  readonly #isFull: boolean;
  readonly #means: Float64Array;
  /** Lower triangles of L⁻¹ with covariance = L Lᵀ, or 1 / deviation. */
  readonly #scales: Float64Array;
  /** log weight − (columns · log 2π + log |covariance|) / 2 */
  readonly #offsets: Float64Array;
  readonly #difference: Float64Array;

  constructor({ k, columns, covariance, weights, means, covariances }: MixtureParameters) {
    [this.#columns, this.#isFull, this.#means] = [columns, covariance === 'full', means];
    this.shares = new Float64Array(k);
    this.#difference = new Float64Array(columns);
    this.#scales = this.#isFull ? covariances.slice() : covariances.map((variance) => 1 / Math.sqrt(variance));
    this.#offsets = weights.map((weight, component) => {
      const size = covariances.length / k;
      const scales = this.#scales.subarray(component * size, (component + 1) * size);
      if (this.#isFull) invertedCholesky(scales, columns);
      let logScales = 0;
      for (let column = 0; column < columns; column++) logScales += Math.log(scales[this.#isFull ? column * (columns + 1) : column]);
      return Math.log(weight) - (columns * Math.log(2 * Math.PI)) / 2 + logScales;
    });
  }

  /** The log density at a row of `values`; fills {@link shares}. */
  at(values: Float32Array, row: number): number {
    const { shares } = this;
    let most = -Infinity;
    for (let component = 0; component < shares.length; component++) {
      shares[component] = this.#offsets[component] - this.#squaredLength(values, row, component) / 2;
      if (shares[component] > most) most = shares[component];
    }
    let sum = 0;
    for (let component = 0; component < shares.length; component++) sum += shares[component] = Math.exp(shares[component] - most);
    for (let component = 0; component < shares.length; component++) shares[component] /= sum;
    return most + Math.log(sum);
  }

  /** (x − μ)ᵀ covariance⁻¹ (x − μ) */
  #squaredLength(values: Float32Array, row: number, component: number): number {
    const columns = this.#columns;
    const difference = this.#difference;
    const means = this.#means;
    const scales = this.#scales;
    const mean = component * columns;
    for (let column = 0; column < columns; column++) difference[column] = values[row * columns + column] - means[mean + column];
    let squared = 0;
    if (!this.#isFull) {
      for (let column = 0; column < columns; column++) squared += (difference[column] * scales[mean + column]) ** 2;
      return squared;
    }
    for (let i = 0, at = mean * columns; i < columns; i++, at += columns) {
      let even = 0;
      let odd = 0;
      let j = 0;
      // Two sums, so that one addition need not wait for the one before.
      for (; j < i; j += 2) {
        even += scales[at + j] * difference[j];
        odd += scales[at + j + 1] * difference[j + 1];
      }
      if (j === i) even += scales[at + j] * difference[j];
      squared += (even + odd) ** 2;
    }
    return squared;
  }
}

/** A in its place by L⁻¹ where A = L Lᵀ (lower triangles). */
function invertedCholesky(matrix: Float64Array, size: number): void {
  for (let j = 0; j < size; j++) {
    for (let i = j; i < size; i++) {
      let sum = matrix[i * size + j];
      for (let p = 0; p < j; p++) sum -= matrix[i * size + p] * matrix[j * size + p];
      // A covariance has no negative pivots but by rounding, where traits say the same.
      matrix[i * size + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / matrix[j * size + j];
    }
  }
  for (let j = 0; j < size; j++) {
    matrix[j * size + j] = 1 / matrix[j * size + j];
    for (let i = j + 1; i < size; i++) {
      let sum = 0;
      for (let p = j; p < i; p++) sum -= matrix[i * size + p] * matrix[p * size + j];
      matrix[i * size + j] = sum / matrix[i * size + i];
    }
  }
}
