import { describe, expect, it } from 'vitest';
import { Cancelled } from '$lib/core/base/errors';
import { createRunContext, quietContext } from '$lib/core/base/run';
import type { Kernels, SvdFit } from '$lib/core/math/kernels';
import { matrixFromPairs, type InteractionMatrix } from '$lib/core/math/sparseRows';
import given from '../../fixtures/spectral.json';
import { tasteMatrix } from './kernelSuite';

/** Made by scripts/reference/spectral.py. */
export const fixture = given as unknown as SpectralFixture;

/** What every implementation of the kernels must do. */
export function svdMust(name: string, open: () => Promise<Kernels>): void {
  const decompose = async (matrix: InteractionMatrix, factors: number, seed = 1): Promise<SvdFit> => {
    const kernels = await open();
    const fit = await kernels.svd(matrix, { factors, tolerance: 1e-4 }, seed, quietContext());
    kernels.close();
    return fit;
  };

  describe(`${name}: singular values`, () => {
    it('are SciPy’s to 1e-4, and the item vectors span the same space', async () => {
      const matrix = matrixOf(fixture);
      for (const seed of [1, 2]) {
        const { values, userVectors, itemVectors } = await decompose(matrix, fixture.factors, seed);
        fixture.singularValues.forEach((value, at) => expect(Math.abs(values[at] / value - 1)).toBeLessThan(1e-4));
        expect(sineOfLargestAngle(itemVectors, fixture.itemVectors.flat(), fixture.factors)).toBeLessThan(1e-3);
        expect(worstLength(userVectors, fixture.factors)).toBeLessThan(1e-3);
        expect(worstProduct(matrix, { values, userVectors, itemVectors }, fixture.factors)).toBeLessThan(2e-3);
      }
    });

    it('of a wide matrix and of the same on its side are the same', async () => {
      const matrix = tasteMatrix(700, 310);
      const pairsOf = (m: InteractionMatrix) => Array.from(m.columns, (_, e) => m.rowStarts.findIndex((start) => start > e) - 1);
      const onItsSide = matrixFromPairs(310, 700, matrix.columns, pairsOf(matrix), matrix.values);
      const [one, other] = [await decompose(matrix, 9), await decompose(onItsSide, 9)];
      one.values.forEach((value, at) => expect(Math.abs(other.values[at] / value - 1)).toBeLessThan(1e-5));
    });

    it('that are all equal are all found, and a rank that is smaller than asked leaves zeros', async () => {
      const upTo = Array.from({ length: 400 }, (_, at) => at);
      const ones = await decompose(
        matrixFromPairs(
          400,
          400,
          upTo,
          upTo.map((at) => (at * 7) % 400),
        ),
        20,
      );
      ones.values.forEach((value) => expect(Math.abs(value - 1)).toBeLessThan(1e-4));
      // Three kinds of customers, each with the same items.
      const kinds = matrixFromPairs(
        600,
        300,
        Array.from({ length: 6000 }, (_, at) => Math.floor(at / 10)),
        Array.from({ length: 6000 }, (_, at) => (Math.floor(at / 10) % 3) * 100 + (at % 10)),
      );
      const three = await decompose(kinds, 6);
      expect(Array.from(three.values, (value) => Number(value.toFixed(2)))).toEqual([44.72, 44.72, 44.72, 0, 0, 0]);
      for (let at = 0; at < three.itemVectors.length; at++) if (at % 6 > 2) expect(three.itemVectors[at]).toBe(0);
      const none = await decompose(matrixFromPairs(3, 2, [], []), 4);
      expect([...none.values, ...none.userVectors, ...none.itemVectors].every((value) => value === 0)).toBe(true);
    });

    it('stop when they are cancelled', async () => {
      const kernels = await open();
      const controller = new AbortController();
      const run = createRunContext(controller.signal, () => controller.abort());
      await expect(kernels.svd(tasteMatrix(3000, 900), { factors: 32, tolerance: 1e-4 }, 1, run)).rejects.toBeInstanceOf(Cancelled);
      kernels.close();
    });
  });
}

export interface SpectralFixture {
  users: number;
  items: number;
  /** Users, items and values. */
  pairs: [number[], number[], number[]];
  factors: number;
  singularValues: number[];
  itemVectors: number[][];
}

export function matrixOf({ users, items, pairs }: SpectralFixture): InteractionMatrix {
  return matrixFromPairs(users, items, ...pairs);
}

/** Of the angles between two spaces: the length of what the first lacks of any vector of the second. */
function sineOfLargestAngle(ours: ArrayLike<number>, theirs: ArrayLike<number>, factors: number): number {
  const rows = ours.length / factors;
  let worst = 0;
  for (let f = 0; f < factors; f++) {
    const rest = Float64Array.from({ length: rows }, (_, row) => theirs[row * factors + f]);
    for (let g = 0; g < factors; g++) {
      let product = 0;
      for (let row = 0; row < rows; row++) product += ours[row * factors + g] * theirs[row * factors + f];
      for (let row = 0; row < rows; row++) rest[row] -= product * ours[row * factors + g];
    }
    worst = Math.max(worst, Math.hypot(...rest));
  }
  return worst;
}

function worstLength(vectors: Float32Array, factors: number): number {
  let worst = 0;
  for (let f = 0; f < factors; f++) {
    let squares = 0;
    for (let at = f; at < vectors.length; at += factors) squares += vectors[at] ** 2;
    worst = Math.max(worst, Math.abs(Math.sqrt(squares) - 1));
  }
  return worst;
}

/** The largest |A v − σ u| of any entry, in units of the largest σ. */
function worstProduct(matrix: InteractionMatrix, { values, userVectors, itemVectors }: SvdFit, factors: number): number {
  let worst = 0;
  for (let user = 0; user < matrix.users; user++) {
    for (let f = 0; f < factors; f++) {
      let sum = 0;
      for (let e = matrix.rowStarts[user]; e < matrix.rowStarts[user + 1]; e++) {
        sum += matrix.values[e] * itemVectors[matrix.columns[e] * factors + f];
      }
      worst = Math.max(worst, Math.abs(sum - values[f] * userVectors[user * factors + f]) / values[0]);
    }
  }
  return worst;
}
