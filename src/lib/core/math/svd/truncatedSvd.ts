import { Random } from '../../base/random';
import { inSteps, type RunContext } from '../../base/run';
import type { SvdFit, SvdOptions } from '../kernels';
import { transpose, type InteractionMatrix } from '../sparseRows';
import { blockLanczos, type PlacedBasis } from './blockLanczos';
import { symmetricEigen } from './symmetricEigen';

/** A place for a basis of so many columns; `short` is the matrix with the fewer rows, `long` the same transposed. */
export type PlaceBasis = (short: InteractionMatrix, long: InteractionMatrix, columns: number) => Promise<PlacedBasis>;

/** Below this the product of the matrix with itself is decomposed whole, which is exact and quick. */
const smallSide = 256;

/**
 * The largest singular values of a sparse matrix and their vectors. Vectors of the shorter side are eigenvectors of
 * A Aᵀ, by block Lanczos, or by all of it where it is small; those of the other side follow as Aᵀ u / σ.
 */
export async function truncatedSvd(
  matrix: InteractionMatrix,
  options: SvdOptions,
  seed: number,
  place: PlaceBasis,
  run: RunContext,
): Promise<SvdFit> {
  const { factors } = options;
  const other = transpose(matrix);
  const usersAreFewer = matrix.users <= matrix.items;
  const [short, long] = usersAreFewer ? [matrix, other] : [other, matrix];
  // Wider than the two and a half times of it that converge without a restart: measured, docs/decisions/0019-svd.md.
  const columns = 8 * Math.ceil((2.5 * factors + 24) / 8);
  const found =
    short.users <= Math.max(smallSide, columns + 16)
      ? await wholeEigen(short, long, factors, run)
      : await krylovEigen(short, long, columns, options, seed, place, run);
  const { values } = alignSigns(found, factors, usersAreFewer);
  const [userVectors, itemVectors] = usersAreFewer ? [found.shortVectors, found.longVectors] : [found.longVectors, found.shortVectors];
  return { values, userVectors, itemVectors };
}

interface Found {
  /** σ², largest first. */
  squares: Float64Array;
  /** Rows × factors, of unit length; columns past the rank are zero. */
  shortVectors: Float32Array;
  longVectors: Float32Array;
}

async function krylovEigen(
  short: InteractionMatrix,
  long: InteractionMatrix,
  columns: number,
  { factors, tolerance }: SvdOptions,
  seed: number,
  place: PlaceBasis,
  run: RunContext,
): Promise<Found> {
  const basis = await place(short, long, columns);
  try {
    const squares = await blockLanczos(basis, { factors, tolerance }, new Random(seed), run);
    const found = emptyFound(short, long, factors, squares);
    for (let first = 0; first < factors; first += 8) {
      const group = first / 8;
      spread(basis.read(group), found.shortVectors, factors, first, (at) => (squares[at] > rankFloor(squares) ? 1 : 0));
      const images = await basis.image(group, run);
      spread(images, found.longVectors, factors, first, (at) => (squares[at] > rankFloor(squares) ? 1 / Math.sqrt(squares[at]) : 0));
    }
    return found;
  } finally {
    basis.dispose();
  }
}

/** A Aᵀ as a dense matrix, and all of its eigenvectors. */
async function wholeEigen(short: InteractionMatrix, long: InteractionMatrix, factors: number, run: RunContext): Promise<Found> {
  const size = short.users;
  const gram = new Float64Array(size * size);
  for (let column = 0; column < long.users; column++) {
    const [from, to] = [long.rowStarts[column], long.rowStarts[column + 1]];
    for (let a = from; a < to; a++) {
      for (let b = from; b < to; b++) gram[long.columns[a] * size + long.columns[b]] += long.values[a] * long.values[b];
    }
    await run.breathe();
  }
  const { values, vectors } = await inSteps(symmetricEigen(gram, size), run);
  const squares = Float64Array.from({ length: factors }, (_, at) => Math.max(0, values[at] ?? 0));
  const found = emptyFound(short, long, factors, squares);
  for (let at = 0; at < Math.min(factors, size) && squares[at] > rankFloor(squares); at++) {
    const vector = vectors.subarray(at * size, (at + 1) * size);
    for (let row = 0; row < size; row++) found.shortVectors[row * factors + at] = vector[row];
    for (let column = 0; column < long.users; column++) {
      let sum = 0;
      for (let e = long.rowStarts[column]; e < long.rowStarts[column + 1]; e++) sum += long.values[e] * vector[long.columns[e]];
      found.longVectors[column * factors + at] = sum / Math.sqrt(squares[at]);
    }
    await run.breathe();
  }
  return found;
}

/** Squares below this are float32 rounding, not singular values. */
function rankFloor(squares: Float64Array): number {
  return 1e-6 * (squares[0] ?? 0);
}

function emptyFound(short: InteractionMatrix, long: InteractionMatrix, factors: number, squares: Float64Array): Found {
  return {
    squares,
    shortVectors: new Float32Array(short.users * factors),
    longVectors: new Float32Array(long.users * factors),
  };
}

/** A group of eight columns into the columns of `out` from `first` on, each times its scale. */
function spread(group: ArrayLike<number>, out: Float32Array, factors: number, first: number, scaleOf: (column: number) => number): void {
  const rows = out.length / factors;
  for (let c = 0; c < Math.min(8, factors - first); c++) {
    const scale = scaleOf(first + c);
    if (scale !== 0) for (let row = 0; row < rows; row++) out[row * factors + first + c] = group[row * 8 + c] * scale;
  }
}

/** A pair of vectors may be turned round together; the item vector's entry of the largest size is positive. */
function alignSigns({ squares, shortVectors, longVectors }: Found, factors: number, usersAreFewer: boolean) {
  const itemVectors = usersAreFewer ? longVectors : shortVectors;
  const largest = new Float32Array(factors);
  for (let at = 0; at < itemVectors.length; at++) {
    if (Math.abs(itemVectors[at]) > Math.abs(largest[at % factors])) largest[at % factors] = itemVectors[at];
  }
  for (const vectors of [shortVectors, longVectors]) {
    for (let at = 0; at < vectors.length; at++) if (largest[at % factors] < 0) vectors[at] = -vectors[at];
  }
  return { values: Float32Array.from(squares, (square) => (square > rankFloor(squares) ? Math.sqrt(square) : 0)) };
}
