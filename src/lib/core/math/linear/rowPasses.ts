import type { RunContext } from '../../base/run';
import { isSampled } from '../sampled';

/** What is fitted: rows of inputs (row-major), what each is to be told, and how much it counts. */
export interface LinearRows {
  rows: number;
  columns: number;
  values: Float32Array;
  /** 0 or 1 where the family is `binomial`, numbers where it is `gaussian`. */
  targets: ArrayLike<number>;
  /** 1 a row where absent. */
  weights?: ArrayLike<number>;
}

export type Family = 'binomial' | 'gaussian';

/** The loss at some weights, its gradient (intercept last), and how it bends. */
export interface LossAt {
  loss: number;
  gradient: Float64Array;
  /** Second derivative of each row's loss by its predictor. */
  bends: Float64Array;
}

const rowsBetweenPauses = 4096;

/**
 * Loss and gradient over all rows, four rows at a time: a weight is read and a part of the gradient written once for four,
 * and four sums have no need to wait for each other.
 */
export async function lossAt(data: LinearRows, family: Family, weights: Float64Array, run: RunContext): Promise<LossAt> {
  const { rows, columns, values } = data;
  const gradient = new Float64Array(columns + 1);
  const bends = new Float64Array(rows);
  const [z, misses] = [new Float64Array(4), new Float64Array(4)];
  let loss = 0;
  for (let row = 0; row < rows; row += 4) {
    if (row % rowsBetweenPauses === 0) await run.breathe();
    const here = Math.min(4, rows - row);
    predictFour(values, weights, columns, row, here, z);
    loss += lossOfFour(data, family, row, here, z, misses, bends);
    addToGradient(values, columns, row, here, misses, gradient);
  }
  return { loss, gradient, bends };
}

/** `Σ bendᵢ (xᵢ, 1)(xᵢ, 1)ᵀ` over one in so many rows, scaled as if it were all; both triangles. */
export async function curvatureOf(data: LinearRows, bends: Float64Array, oneIn: number, run: RunContext): Promise<Float64Array> {
  const { rows, columns, values } = data;
  const size = columns + 1;
  const matrix = new Float64Array(size * size);
  const scaled = Array.from({ length: 4 }, () => new Float64Array(size));
  const taken = new Int32Array(4);
  let [sum, all, held, work] = [0, 0, 0, 0];
  const add = () => {
    for (let i = 0; i < 4; i++) {
      const bend = i < held ? bends[taken[i]] : 0;
      const at = taken[i] * columns;
      for (let c = 0; c < columns; c++) scaled[i][c] = bend * values[at + c];
      scaled[i][columns] = bend;
    }
    addFour(matrix, size, values, taken, scaled);
    held = 0;
  };
  for (let row = 0; row < rows; row++) {
    all += bends[row];
    if (!isSampled(row, oneIn)) continue;
    sum += bends[row];
    taken[held++] = row;
    if (held < 4) continue;
    add();
    work += 4 * size * size;
    if (work > 4e6) {
      work = 0;
      await run.breathe();
    }
  }
  if (held > 0) add();
  const scale = sum > 0 ? all / sum : 1;
  for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) matrix[j * size + i] = matrix[i * size + j] *= scale;
  return matrix;
}

/** The diagonal of the same over all rows. */
export async function diagonalOf({ rows, columns, values }: LinearRows, bends: Float64Array, run: RunContext): Promise<Float64Array> {
  const diagonal = new Float64Array(columns + 1);
  for (let row = 0; row < rows; row += 2) {
    if (row % rowsBetweenPauses === 0) await run.breathe();
    const [a, b] = [row * columns, row + 1 < rows ? (row + 1) * columns : 0];
    const [bendA, bendB] = [bends[row], row + 1 < rows ? bends[row + 1] : 0];
    for (let c = 0; c < columns; c++) {
      diagonal[c] += bendA * values[a + c] * values[a + c] + bendB * values[b + c] * values[b + c];
    }
    diagonal[columns] += bendA + bendB;
  }
  return diagonal;
}

/** The rows that a sample of one in so many takes, with their weights scaled up to all of them. */
export function sampleOf({ rows, columns, values, targets, weights }: LinearRows, oneIn: number): LinearRows {
  const taken: number[] = [];
  let [all, sum] = [0, 0];
  for (let row = 0; row < rows; row++) {
    const weight = weights ? weights[row] : 1;
    all += weight;
    if (!isSampled(row, oneIn)) continue;
    sum += weight;
    taken.push(row);
  }
  const sample = new Float32Array(taken.length * columns);
  taken.forEach((row, at) => sample.set(values.subarray(row * columns, (row + 1) * columns), at * columns));
  return {
    rows: taken.length,
    columns,
    values: sample,
    targets: Float64Array.from(taken, (row) => targets[row]),
    weights: Float64Array.from(taken, (row) => ((weights ? weights[row] : 1) * all) / sum),
  };
}

/** A row that is not there is the first once more. */
const startOf = (row: number, more: number, here: number, columns: number) => (more < here ? row + more : row) * columns;

function predictFour(values: Float32Array, weights: Float64Array, columns: number, row: number, here: number, z: Float64Array): void {
  const a = row * columns;
  const b = startOf(row, 1, here, columns);
  const c = startOf(row, 2, here, columns);
  const d = startOf(row, 3, here, columns);
  let za = weights[columns];
  let zb = za;
  let zc = za;
  let zd = za;
  for (let i = 0; i < columns; i++) {
    const weight = weights[i];
    za += values[a + i] * weight;
    zb += values[b + i] * weight;
    zc += values[c + i] * weight;
    zd += values[d + i] * weight;
  }
  z[0] = za;
  z[1] = zb;
  z[2] = zc;
  z[3] = zd;
}

/** Writes what each row misses by, 0 for rows that are not there, and how its loss bends. */
function lossOfFour(
  { targets, weights: counts }: LinearRows,
  family: Family,
  row: number,
  here: number,
  z: Float64Array,
  misses: Float64Array,
  bends: Float64Array,
): number {
  let loss = 0;
  for (let i = 0; i < 4; i++) {
    if (i >= here) {
      misses[i] = 0;
      continue;
    }
    const y = targets[row + i];
    const count = counts ? counts[row + i] : 1;
    if (family === 'gaussian') {
      misses[i] = count * (z[i] - y);
      loss += (count * (z[i] - y) * (z[i] - y)) / 2;
      bends[row + i] = count;
    } else {
      const small = Math.exp(-Math.abs(z[i]));
      const chance = z[i] >= 0 ? 1 / (1 + small) : small / (1 + small);
      loss += count * (Math.max(z[i], 0) - y * z[i] + Math.log1p(small));
      misses[i] = count * (chance - y);
      bends[row + i] = (count * small) / ((1 + small) * (1 + small));
    }
  }
  return loss;
}

function addToGradient(
  values: Float32Array,
  columns: number,
  row: number,
  here: number,
  misses: Float64Array,
  gradient: Float64Array,
): void {
  const a = row * columns;
  const b = startOf(row, 1, here, columns);
  const c = startOf(row, 2, here, columns);
  const d = startOf(row, 3, here, columns);
  const ma = misses[0];
  const mb = misses[1];
  const mc = misses[2];
  const md = misses[3];
  for (let i = 0; i < columns; i++) gradient[i] += ma * values[a + i] + mb * values[b + i] + (mc * values[c + i] + md * values[d + i]);
  gradient[columns] += ma + mb + (mc + md);
}

/** The lower triangle of four rows' products. */
function addFour(matrix: Float64Array, size: number, values: Float32Array, rows: Int32Array, scaled: readonly Float64Array[]): void {
  const columns = size - 1;
  const a = rows[0] * columns;
  const b = rows[1] * columns;
  const c = rows[2] * columns;
  const d = rows[3] * columns;
  const sa = scaled[0];
  const sb = scaled[1];
  const sc = scaled[2];
  const sd = scaled[3];
  for (let i = 0; i < size; i++) {
    const isInput = i < columns;
    const xa = isInput ? values[a + i] : 1;
    const xb = isInput ? values[b + i] : 1;
    const xc = isInput ? values[c + i] : 1;
    const xd = isInput ? values[d + i] : 1;
    if (xa === 0 && xb === 0 && xc === 0 && xd === 0) continue;
    for (let j = 0, at = i * size; j <= i; j++, at++) matrix[at] += xa * sa[j] + xb * sb[j] + (xc * sc[j] + xd * sd[j]);
  }
}
