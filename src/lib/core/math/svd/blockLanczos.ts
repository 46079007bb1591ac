import type { Random } from '../../base/random';
import { inSteps, type RunContext } from '../../base/run';
import { symmetricEigen } from './symmetricEigen';

/**
 * A basis in groups of eight columns and one group W that is being worked on, wherever they lie. Squares of 8 × 8
 * numbers are row-major, one after the other.
 */
export interface PlacedBasis {
  /** Rows of the basis. */
  rows: number;
  /** Groups that there is room for. */
  groups: number;
  /** W = these numbers, rows × 8. */
  set(values: Float64Array): void;
  /** Adds to W's columns, rows × 8. */
  add(values: Float64Array): void;
  /** W = A Aᵀ W. */
  multiply(run: RunContext): Promise<void>;
  /** Qᵢᵀ W for groups first … first + count − 1. */
  project(first: number, count: number, run: RunContext): Promise<Float64Array>;
  /** W −= Σ Qᵢ Cᵢ. */
  subtract(first: number, count: number, squares: Float64Array, run: RunContext): Promise<void>;
  /** Wᵀ W. */
  gram(run: RunContext): Promise<Float64Array>;
  /** W = W C. */
  transform(square: Float64Array, run: RunContext): Promise<void>;
  /** Q_group = W. */
  store(group: number): void;
  /** The first `count` groups give way to `outgoing` ones: for each of those, `count` squares. */
  rotate(count: number, outgoing: number, squares: Float64Array, run: RunContext): Promise<void>;
  /** Rows × 8. */
  read(group: number): ArrayLike<number>;
  /** Aᵀ Q_group, columns × 8. */
  image(group: number, run: RunContext): Promise<ArrayLike<number>>;
  dispose(): void;
}

/** A column with less than this share of the largest eigenvalue is rounding: what it stood for has been found. */
const negligible = 1e-5;
/** Thick restarts; four are plenty for the hardest of the spectra that were tried. */
const mostRestarts = 20;

/**
 * The largest eigenvalues of A Aᵀ (largest first); their vectors are the first groups of the basis afterwards. Block
 * Lanczos with full reorthogonalisation (Golub & Underwood 1977) and thick restarts (Wu & Simon 2000): where the basis
 * is full before ‖A Aᵀ u − λ u‖ ≤ tolerance · λ for all that are wanted, it goes on from the best vectors so far.
 */
export async function blockLanczos(
  basis: PlacedBasis,
  { factors, tolerance }: { factors: number; tolerance: number },
  random: Random,
  run: RunContext,
): Promise<Float64Array> {
  const size = 8 * basis.groups;
  const wanted = Math.ceil(factors / 8);
  const kept = wanted + Math.max(1, Math.floor((basis.groups - wanted) / 3));
  const projected = new Float64Array(size * size);
  basis.set(normals(basis.rows * 8, random));
  await orthonormalize(basis, 0, 0, random, run);
  basis.store(0);
  // The block after a restart meets all kept vectors; later ones only the two before them, up to rounding.
  let [have, coupled, largest] = [0, 0, 0];
  for (let restart = 0; ; restart++) {
    let coupling: Float64Array = new Float64Array(64);
    while (have < basis.groups) {
      await basis.multiply(run);
      const near = have === coupled ? 0 : Math.max(0, have - 1);
      const found = await basis.project(near, have + 1 - near, run);
      await basis.subtract(near, have + 1 - near, found, run);
      const rest = await basis.project(0, have + 1, run);
      await basis.subtract(0, have + 1, rest, run);
      found.forEach((value, at) => (rest[near * 64 + at] += value));
      write(projected, size, have, rest);
      for (let c = 0; c < 8; c++) largest = Math.max(largest, projected[(have * 8 + c) * (size + 1)]);
      have++;
      coupling = await orthonormalize(basis, have, negligible * largest, random, run);
      if (have < basis.groups) basis.store(have);
      run.report({ stage: 'decompose', done: have, total: basis.groups, unit: 'steps' });
    }
    const { values, vectors } = await inSteps(symmetricEigen(projected.slice(), size), run);
    const isDone = converged(values, vectors, coupling, size, factors, tolerance) || restart === mostRestarts;
    const outgoing = isDone ? wanted : kept;
    await basis.rotate(basis.groups, outgoing, squaresOf(vectors, size, outgoing), run);
    if (isDone) return Float64Array.from({ length: factors }, (_, at) => Math.max(0, values[at]));
    projected.fill(0);
    for (let at = 0; at < 8 * kept; at++) projected[at * (size + 1)] = values[at];
    have = coupled = kept;
    basis.store(have);
  }
}

/**
 * W becomes orthonormal and orthogonal to the first `have` groups, to which it is nearly so already; gives R of
 * W = W' R. A column that is no more than `floor` is taken for zero and gives way to a random one.
 */
async function orthonormalize(basis: PlacedBasis, have: number, floor: number, random: Random, run: RunContext): Promise<Float64Array> {
  let total: Float64Array | undefined;
  let [least, clean] = [floor, 0];
  // Twice is enough where columns are far from parallel; a replaced column begins anew.
  for (let attempt = 0; clean < 2 && attempt < 8; attempt++) {
    const { factor, inverse, dead } = cholesky(await basis.gram(run), least);
    await basis.transform(inverse, run);
    total = total ? product(factor, total) : factor;
    least = 1e-3;
    clean = dead.length > 0 ? 0 : clean + 1;
    if (dead.length === 0) continue;
    const fresh = new Float64Array(basis.rows * 8);
    const length = Math.sqrt(basis.rows);
    for (const column of dead) for (let row = 0; row < basis.rows; row++) fresh[row * 8 + column] = random.normal() / length;
    basis.add(fresh);
    for (let pass = 0; pass < 2 && have > 0; pass++) {
      await basis.subtract(0, have, await basis.project(0, have, run), run);
    }
  }
  return total!;
}

/** G = RᵀR (8 × 8) and R⁻¹; columns whose pivot is below floor² are dead: zero in both. */
function cholesky(gram: Float64Array, floor: number): { factor: Float64Array; inverse: Float64Array; dead: number[] } {
  const [factor, inverse] = [new Float64Array(64), new Float64Array(64)];
  const dead: number[] = [];
  for (let c = 0; c < 8; c++) {
    let pivot = gram[c * 9];
    for (let r = 0; r < c; r++) {
      if (dead.includes(r)) continue;
      let sum = gram[r * 8 + c];
      for (let k = 0; k < r; k++) sum -= factor[k * 8 + r] * factor[k * 8 + c];
      factor[r * 8 + c] = sum / factor[r * 9];
      pivot -= factor[r * 8 + c] ** 2;
    }
    // Of a column that nearly lies in the others, rounding is what is left.
    if (!(pivot > floor * floor) || !(pivot > 1e-10 * gram[c * 9])) dead.push(c);
    else factor[c * 9] = Math.sqrt(pivot);
  }
  for (let c = 0; c < 8; c++) {
    if (dead.includes(c)) continue;
    inverse[c * 9] = 1 / factor[c * 9];
    for (let r = c - 1; r >= 0; r--) {
      if (dead.includes(r)) continue;
      let sum = 0;
      for (let k = r + 1; k <= c; k++) sum += factor[r * 8 + k] * inverse[k * 8 + c];
      inverse[r * 8 + c] = -sum / factor[r * 9];
    }
  }
  return { factor, inverse, dead };
}

function product(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(64);
  for (let i = 0; i < 8; i++) for (let j = 0; j < 8; j++) for (let k = 0; k < 8; k++) out[i * 8 + j] += a[i * 8 + k] * b[k * 8 + j];
  return out;
}

/** Columns of group `have` of the projected matrix, and its rows, which are the same. */
function write(projected: Float64Array, size: number, have: number, squares: Float64Array): void {
  for (let row = 0; row < squares.length / 8; row++) {
    for (let c = 0; c < 8; c++) {
      const column = have * 8 + c;
      // Both halves of the last square are measured; their mean is symmetric.
      const own = row >= have * 8 ? (squares[row * 8 + c] + squares[column * 8 + row - have * 8]) / 2 : squares[row * 8 + c];
      projected[row * size + column] = projected[column * size + row] = own;
    }
  }
}

function converged(
  values: Float64Array,
  vectors: Float64Array,
  coupling: Float64Array,
  size: number,
  factors: number,
  tolerance: number,
): boolean {
  for (let at = 0; at < factors && values[at] > 1e-9 * values[0]; at++) {
    let squares = 0;
    for (let r = 0; r < 8; r++) {
      let sum = 0;
      for (let c = 0; c < 8; c++) sum += coupling[r * 8 + c] * vectors[at * size + size - 8 + c];
      squares += sum * sum;
    }
    if (Math.sqrt(squares) > tolerance * values[at]) return false;
  }
  return true;
}

/** The eigenvectors of the first `outgoing` groups in squares: for each of those, one of each group of the basis. */
function squaresOf(vectors: Float64Array, size: number, outgoing: number): Float64Array {
  const squares = new Float64Array(outgoing * size * 8);
  for (let g = 0; g < outgoing; g++) {
    for (let c = 0; c < 8; c++) {
      const vector = (g * 8 + c) * size;
      for (let row = 0; row < size; row++) squares[(g * size + row) * 8 + c] = vectors[vector + row];
    }
  }
  return squares;
}

function normals(length: number, random: Random): Float64Array {
  return Float64Array.from({ length }, () => random.normal());
}
