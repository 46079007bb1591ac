import type { RunContext } from '../base/run';
import { transpose, type InteractionMatrix } from './sparseRows';
import { confidences, finalOptions, initialFactors, rowRegularization } from './alsTerms';
import type { AlsFit, AlsOptions, AlsStart } from './kernels';
import { choleskySolve } from './choleskySolve';

interface Side {
  rows: InteractionMatrix;
  weights: Float32Array;
  regularization: Float64Array;
  /** Row-major, `factors` a row. */
  factors: Float64Array;
}

/** iALS in plain TypeScript and float64: what the SIMD kernels are compared with, and what runs where there is no SIMD. */
export function startReferenceAls(matrix: InteractionMatrix, options: AlsOptions, seed: number, start: AlsStart = {}): AlsFit {
  const side = (rows: InteractionMatrix, stream: number, known?: Float32Array): Side => ({
    rows,
    weights: confidences(rows.values, options.alpha),
    regularization: rowRegularization(rows.rowStarts, rows.items, options),
    factors: Float64Array.from(initialFactors(rows.rowStarts, options, seed, stream, known)),
  });
  const users = side(matrix, 0, start.userFactors);
  const items = side(transpose(matrix), 1, start.itemFactors);
  return {
    async sweep(run) {
      await solveSide(users, items.factors, options, run);
      await solveSide(items, users.factors, options, run);
    },
    solveUsers: (run) => solveSide(users, items.factors, finalOptions(options), run),
    loss: async () => objective(users, items, options) / Math.max(1, matrix.columns.length),
    userFactors: () => Float32Array.from(users.factors),
    itemFactors: () => Float32Array.from(items.factors),
    dispose: () => {},
  };
}

const rowSolvers = { cholesky: choleskyRow, cg: conjugateGradientRow, block: subspaceRow };

async function solveSide(side: Side, fixed: Float64Array, options: AlsOptions, run: RunContext): Promise<void> {
  const { factors: d } = options;
  const everywhere = gramian(fixed, d, options.unobservedWeight);
  const solve = rowSolvers[options.solver];
  for (let row = 0; row < side.rows.users; row++) {
    const x = side.factors.subarray(row * d, (row + 1) * d);
    if (side.rows.rowStarts[row] === side.rows.rowStarts[row + 1]) x.fill(0);
    else solve(side, row, x, fixed, everywhere, options);
    await run.breathe();
  }
}

/** A = α0 YᵀY + Σ c y yᵀ + λ I, b = Σ c y, x = A⁻¹ b. */
function choleskyRow(side: Side, row: number, x: Float64Array, fixed: Float64Array, everywhere: Float64Array, { factors: d }: AlsOptions) {
  const matrix = everywhere.slice();
  x.fill(0);
  for (let entry = side.rows.rowStarts[row]; entry < side.rows.rowStarts[row + 1]; entry++) {
    const y = side.rows.columns[entry] * d;
    const c = side.weights[entry];
    for (let i = 0; i < d; i++) {
      const weighted = c * fixed[y + i];
      x[i] += weighted;
      for (let j = 0; j <= i; j++) matrix[i * d + j] += weighted * fixed[y + j];
    }
  }
  for (let i = 0; i < d; i++) matrix[i * d + i] += side.regularization[row];
  choleskySolve(matrix, x, d);
}

/** Conjugate gradient from where x stands, without forming A. */
function conjugateGradientRow(
  side: Side,
  row: number,
  x: Float64Array,
  fixed: Float64Array,
  everywhere: Float64Array,
  { factors: d, cgSteps }: AlsOptions,
) {
  const multiply = (v: Float64Array): Float64Array => {
    const out = new Float64Array(d);
    for (let i = 0; i < d; i++) {
      let sum = side.regularization[row] * v[i];
      for (let j = 0; j < d; j++) sum += everywhere[i * d + j] * v[j];
      out[i] = sum;
    }
    addEntries((product) => product, v, out);
    return out;
  };
  const addEntries = (weightOf: (product: number) => number, v: Float64Array, out: Float64Array) => {
    for (let entry = side.rows.rowStarts[row]; entry < side.rows.rowStarts[row + 1]; entry++) {
      const y = side.rows.columns[entry] * d;
      let product = 0;
      for (let f = 0; f < d; f++) product += fixed[y + f] * v[f];
      const weight = side.weights[entry] * weightOf(product);
      for (let f = 0; f < d; f++) out[f] += weight * fixed[y + f];
    }
  };
  const residual = multiply(x).map((value) => -value);
  addEntries(() => 1, x, residual);
  const direction = residual.slice();
  let squared = dot(residual, residual);
  for (let step = 0; step < cgSteps && squared > 1e-20; step++) {
    const image = multiply(direction);
    const length = squared / dot(direction, image);
    for (let f = 0; f < d; f++) {
      x[f] += length * direction[f];
      residual[f] -= length * image[f];
    }
    const next = dot(residual, residual);
    for (let f = 0; f < d; f++) direction[f] = residual[f] + (next / squared) * direction[f];
    squared = next;
  }
}

/**
 * iALS++ (Rendle, Krichene, Zhang & Koren 2021, algorithm 3): some factors at a time, all others held, each exactly.
 */
function subspaceRow(side: Side, row: number, x: Float64Array, fixed: Float64Array, everywhere: Float64Array, options: AlsOptions) {
  const { factors: d } = options;
  const [first, last] = [side.rows.rowStarts[row], side.rows.rowStarts[row + 1]];
  const lambda = side.regularization[row];
  const scores = Float64Array.from({ length: last - first }, (_, at) => {
    const y = side.rows.columns[first + at] * d;
    return dot(fixed.subarray(y, y + d), x);
  });
  for (let from = 0; from < d; from += options.blockSize) {
    const size = Math.min(options.blockSize, d - from);
    const matrix = new Float64Array(size * size);
    const delta = new Float64Array(size);
    for (let i = 0; i < size; i++) {
      const gramianRow = everywhere.subarray((from + i) * d, (from + i + 1) * d);
      matrix.set(gramianRow.subarray(from, from + size), i * size);
      matrix[i * size + i] += lambda;
      delta[i] = -dot(gramianRow, x) - lambda * x[from + i];
    }
    for (let entry = first; entry < last; entry++) {
      const y = side.rows.columns[entry] * d + from;
      const c = side.weights[entry];
      for (let i = 0; i < size; i++) {
        delta[i] += c * (1 - scores[entry - first]) * fixed[y + i];
        for (let j = 0; j <= i; j++) matrix[i * size + j] += c * fixed[y + i] * fixed[y + j];
      }
    }
    choleskySolve(matrix, delta, size);
    for (let i = 0; i < size; i++) x[from + i] += delta[i];
    for (let entry = first; entry < last; entry++) {
      const y = side.rows.columns[entry] * d + from;
      for (let i = 0; i < size; i++) scores[entry - first] += delta[i] * fixed[y + i];
    }
  }
}

function objective(users: Side, items: Side, { factors: d, unobservedWeight }: AlsOptions): number {
  let sum = 0;
  for (let u = 0; u < users.rows.users; u++) {
    for (let entry = users.rows.rowStarts[u]; entry < users.rows.rowStarts[u + 1]; entry++) {
      let score = 0;
      for (let f = 0; f < d; f++) score += users.factors[u * d + f] * items.factors[users.rows.columns[entry] * d + f];
      sum += users.weights[entry] * (1 - score) ** 2;
    }
  }
  sum += unobservedWeight * dot(gramian(users.factors, d, 1), gramian(items.factors, d, 1));
  for (const { factors, regularization } of [users, items]) {
    for (let at = 0; at < factors.length; at++) sum += regularization[Math.floor(at / d)] * factors[at] ** 2;
  }
  return sum;
}

/** weight · YᵀY, both triangles. */
function gramian(factors: Float64Array, d: number, weight: number): Float64Array {
  const sums = new Float64Array(d * d);
  for (let row = 0; row < factors.length; row += d) {
    for (let i = 0; i < d; i++) {
      const value = weight * factors[row + i];
      for (let j = 0; j <= i; j++) sums[i * d + j] += value * factors[row + j];
    }
  }
  for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) sums[j * d + i] = sums[i * d + j];
  return sums;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
