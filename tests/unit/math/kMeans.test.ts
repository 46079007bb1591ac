import { describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import type { KMeansFit } from '$lib/core/math/kernels';
import { createReferenceKernels } from '$lib/core/math/referenceKernels';
import { openNodeKernels } from '$lib/platform/node/kernels';
import { pointsAround, pointsOf } from './clusterPoints';
import { reference } from './clusterReference';
import { kMeansMust, kMeansOptions } from './kMeansSuite';

kMeansMust('SIMD, one thread', () => openNodeKernels({ threads: 1 }));
kMeansMust('SIMD, two threads', () => openNodeKernels({ threads: 2 }));
kMeansMust('plain TypeScript', async () => createReferenceKernels('this test asked for it'));

describe('k-means', () => {
  it('gives scikit-learn’s labels, inertia and iterations from the same centres', async () => {
    const { points: recorded, kmeans } = reference();
    const points = pointsOf(recorded);
    for (const kernels of [await openNodeKernels({ threads: 1 }), createReferenceKernels('')]) {
      for (const { first, tolerance, labels, inertia, iterations, centres } of kmeans) {
        const start = Float32Array.from(first.flatMap((row) => recorded.values.slice(4 * row, 4 * row + 4)));
        const options = { ...kMeansOptions, k: first.length, tolerance, centres: start };
        const fit = await kernels.kmeans(points, options, 1, quietContext());
        expect(fit.iterations).toBe(iterations);
        expect(Math.abs(fit.inertia / inertia - 1)).toBeLessThan(1e-6);
        // Theirs are in the order of the first centres.
        const theirs = first.map((_, cluster) => fit.labels[labels.indexOf(cluster)]);
        expect([...fit.labels]).toEqual(labels.map((label) => theirs[label]));
        theirs.forEach((ours, cluster) => {
          for (let column = 0; column < 4; column++) expect(fit.centres[4 * ours + column]).toBeCloseTo(centres[4 * cluster + column], 5);
        });
        for (let cluster = 1; cluster < first.length; cluster++) expect(fit.sizes[cluster]).toBeLessThanOrEqual(fit.sizes[cluster - 1]);
      }
      kernels.close();
    }
  });

  it('gives the same bytes whatever the number of threads', async () => {
    const { points } = pointsAround(150_000, 10, 6, 2);
    const fits: KMeansFit[] = [];
    for (const threads of [1, 2, 3]) {
      const kernels = await openNodeKernels({ threads });
      fits.push(await kernels.kmeans(points, { ...kMeansOptions, k: 6, starts: 2, maxIterations: 25 }, 9, quietContext()));
      kernels.close();
    }
    for (const fit of fits.slice(1)) {
      expect({ ...fit, labels: 0 }).toEqual({ ...fits[0], labels: 0 });
      // Comparing each of so many labels by toEqual takes seconds.
      expect(fit.labels.every((label, row) => label === fits[0].labels[row])).toBe(true);
    }
  });
});
