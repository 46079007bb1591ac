import { expect, it } from 'vitest';
import { openBrowserKernels } from '$lib/platform/browser/kernels';
import { alsOptions, fitFactors, kernelsMust, tasteMatrix } from '../unit/math/kernelSuite';

kernelsMust('browser, one thread', () => openBrowserKernels({ threads: 1 }));
kernelsMust('browser, two threads', () => openBrowserKernels({ threads: 2 }));
kernelsMust('browser, not isolated', () => openBrowserKernels({ isolated: false }));

it('gives the same bytes with one thread, two, and plain memory', async () => {
  const matrix = tasteMatrix(1000, 300);
  const fits = [];
  for (const wanted of [{ threads: 1 }, { threads: 2 }, { isolated: false }]) {
    const kernels = await openBrowserKernels(wanted);
    fits.push(await fitFactors(kernels, matrix, { ...alsOptions, factors: 24 }, 3));
    kernels.close();
  }
  expect(fits[1]).toEqual(fits[0]);
  expect(fits[2]).toEqual(fits[0]);
});

it('says why there is one thread where the page is not isolated', async () => {
  const kernels = await openBrowserKernels({ isolated: false });
  expect(kernels.info.threads).toBe(1);
  expect(kernels.info.reason).toContain('not cross-origin isolated');
  kernels.close();
});
