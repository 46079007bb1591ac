import { describe, expect, it } from 'vitest';
import { atOnce, quietContext } from '$lib/core/base/run';
import { Random } from '$lib/core/base/random';
import { createReferenceKernels } from '$lib/core/math/referenceKernels';
import { symmetricEigen } from '$lib/core/math/svd/symmetricEigen';
import { openNodeKernels } from '$lib/platform/node/kernels';
import { tasteMatrix } from './kernelSuite';
import { svdMust } from './svdSuite';

svdMust('SIMD, one thread', () => openNodeKernels({ threads: 1 }));
svdMust('SIMD, two threads', () => openNodeKernels({ threads: 2 }));
svdMust('plain TypeScript', async () => createReferenceKernels(''));

it('singular vectors are the same bytes whatever the number of threads', async () => {
  const matrix = tasteMatrix(3000, 900);
  const fits = [];
  for (const threads of [1, 2, 3]) {
    const kernels = await openNodeKernels({ threads });
    fits.push(await kernels.svd(matrix, { factors: 24, tolerance: 1e-4 }, 3, quietContext()));
    kernels.close();
  }
  expect(fits[1]).toEqual(fits[0]);
  expect(fits[2]).toEqual(fits[0]);
});

describe('eigenvalues of a symmetric matrix', () => {
  it('of two by two are those of the textbook', () => {
    const { values, vectors } = atOnce(symmetricEigen(Float64Array.of(2, 1, 1, 2), 2));
    expect([...values].map((value) => Number(value.toFixed(12)))).toEqual([3, 1]);
    expect(Math.abs(vectors[0] - vectors[1])).toBeLessThan(1e-12);
  });

  it('are ml-matrix’s, and the vectors orthonormal, also where values repeat', async () => {
    const { EigenvalueDecomposition, Matrix } = await import('ml-matrix');
    const random = new Random(3);
    for (const size of [1, 3, 10, 60]) {
      const matrix = new Float64Array(size * size);
      // The last third is a multiple of the identity.
      for (let i = 0; i < size; i++) {
        for (let j = 0; j <= i; j++) {
          const value = 3 * i < 2 * size ? random.normal() : i === j ? 0.5 : 0;
          matrix[i * size + j] = matrix[j * size + i] = value;
        }
      }
      const rows = Array.from({ length: size }, (_, i) => [...matrix.subarray(i * size, (i + 1) * size)]);
      const theirs = new EigenvalueDecomposition(new Matrix(rows), { assumeSymmetric: true }).realEigenvalues.sort((a, b) => b - a);
      const { values, vectors } = atOnce(symmetricEigen(matrix.slice(), size));
      theirs.forEach((value, at) => expect(Math.abs(value - values[at])).toBeLessThan(1e-12 * size));
      for (let r = 0; r < size; r++) {
        for (let i = 0; i < size; i++) {
          let [image, product] = [0, 0];
          for (let j = 0; j < size; j++) {
            image += matrix[i * size + j] * vectors[r * size + j];
            product += vectors[i * size + j] * vectors[r * size + j];
          }
          expect(Math.abs(image - values[r] * vectors[r * size + i])).toBeLessThan(1e-12 * size);
          expect(Math.abs(product - (i === r ? 1 : 0))).toBeLessThan(1e-12 * size);
        }
      }
    }
  });
});
