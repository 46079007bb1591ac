import { describe, expect, it } from 'vitest';
import { openNodeKernels } from '$lib/platform/node/kernels';
import { createReferenceKernels } from '$lib/core/math/referenceKernels';
import { alsOptions, fitFactors, kernelsMust, tasteMatrix } from './kernelSuite';

kernelsMust('SIMD, one thread', () => openNodeKernels({ threads: 1 }));
kernelsMust('SIMD, two threads', () => openNodeKernels({ threads: 2 }));
kernelsMust('plain TypeScript', async () => createReferenceKernels('this test asked for it'));

describe('threads', () => {
  it('give the same bytes whatever their number', async () => {
    const matrix = tasteMatrix(3000, 500);
    for (const solver of ['cholesky', 'cg'] as const) {
      const fits = [];
      for (const threads of [1, 2, 3]) {
        const kernels = await openNodeKernels({ threads });
        fits.push(await fitFactors(kernels, matrix, { ...alsOptions, factors: 40, solver }, 3));
        kernels.close();
      }
      expect(fits[1]).toEqual(fits[0]);
      expect(fits[2]).toEqual(fits[0]);
    }
  });

  it('are reported with the kernels', async () => {
    const kernels = await openNodeKernels({ threads: 2 });
    expect(kernels.info).toEqual({ kind: 'simd', threads: 2, reason: '' });
    kernels.close();
  });
});
