import { expect, it } from 'vitest';
import { nextTask, quietContext } from '$lib/core/base/run';
import { openBrowserKernels } from '$lib/platform/browser/kernels';
import { alsOptions, fitFactors, kernelsMust, tasteMatrix } from '../unit/math/kernelSuite';
import { kMeansMust, kMeansOptions } from '../unit/math/kMeansSuite';
import { svdMust } from '../unit/math/svdSuite';
import { pointsAround } from '../unit/math/clusterPoints';

kernelsMust('browser, one thread', () => openBrowserKernels({ threads: 1 }));
kernelsMust('browser, two threads', () => openBrowserKernels({ threads: 2 }));
kernelsMust('browser, not isolated', () => openBrowserKernels({ isolated: false }));
kMeansMust('browser, not isolated', () => openBrowserKernels({ isolated: false }));
svdMust('browser, two threads', () => openBrowserKernels({ threads: 2 }));
svdMust('browser, not isolated', () => openBrowserKernels({ isolated: false }));

it('gives the same bytes with one thread, two, and plain memory', async () => {
  const matrix = tasteMatrix(1000, 300);
  const { points } = pointsAround(60_000, 10, 6, 2);
  const [fits, clusters] = [[], []] as unknown[][];
  for (const wanted of [{ threads: 1 }, { threads: 2 }, { isolated: false }]) {
    const kernels = await openBrowserKernels(wanted);
    fits.push(await fitFactors(kernels, matrix, { ...alsOptions, factors: 24 }, 3));
    const { centres, inertia } = await kernels.kmeans(points, { ...kMeansOptions, k: 6, maxIterations: 20 }, 9, quietContext());
    clusters.push({ centres, inertia });
    kernels.close();
  }
  expect(clusters[1]).toEqual(clusters[0]);
  expect(clusters[2]).toEqual(clusters[0]);
  expect(fits[1]).toEqual(fits[0]);
  expect(fits[2]).toEqual(fits[0]);
});

it('says why there is one thread where the page is not isolated', async () => {
  const kernels = await openBrowserKernels({ isolated: false });
  expect(kernels.info.threads).toBe(1);
  expect(kernels.info.reason).toContain('not cross-origin isolated');
  kernels.close();
});

it('fails a run whose helper the browser has ended, and goes on with the other threads', async () => {
  const helpers: Worker[] = [];
  const kernels = await openBrowserKernels({ threads: 3, onWorker: (worker) => helpers.push(worker) });
  const fit = await kernels.als(tasteMatrix(20000, 500), { ...alsOptions, factors: 96 }, 42);
  const sweep = fit.sweep(quietContext());
  await nextTask();
  helpers[0].terminate();
  await expect(sweep).rejects.toMatchObject({ code: 'kernel_helper_lost', values: { threads: 2 } });
  fit.dispose();
  expect(kernels.info.threads).toBe(2);
  const [small, one] = [tasteMatrix(), await openBrowserKernels({ threads: 1 })];
  expect(await fitFactors(kernels, small, alsOptions, 2)).toEqual(await fitFactors(one, small, alsOptions, 2));
  one.close();
  kernels.close();
});
