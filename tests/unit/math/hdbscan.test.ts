import { describe, expect, it } from 'vitest';
import { Cancelled } from '$lib/core/base/errors';
import { Random } from '$lib/core/base/random';
import { createRunContext, quietContext } from '$lib/core/base/run';
import { adjustedRand } from '$lib/core/math/clusters/adjustedRand';
import { hdbscan, mostHdbscanPoints, placeByDensity } from '$lib/core/math/clusters/hdbscan';
import { createReferenceKernels } from '$lib/core/math/referenceKernels';
import { takeRows } from '$lib/core/math/points';
import { pointsApart, pointsOf } from './clusterPoints';
import { reference } from './clusterReference';

const kernels = createReferenceKernels('');

describe('HDBSCAN', () => {
  it('finds two dense streets, the longer one first, and somebody in neither', async () => {
    const values = Float32Array.of(0, 1, 2, 3, 4, 5, /* alone */ 400, 100, 101, 102, 103);
    const fit = await hdbscan({ rows: 11, columns: 1, values }, { minClusterSize: 3, minSamples: 2 }, quietContext());
    expect(fit.clusters).toBe(2);
    expect([...fit.labels]).toEqual([0, 0, 0, 0, 0, 0, -1, 1, 1, 1, 1]);
    expect([...fit.probabilities]).toEqual([1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1]);
    expect(fit.coreDistances[6]).toBe(297);
    // The streets part where 5 and 100 do.
    expect(fit.birth[1]).toBeCloseTo(1 / 95, 10);
    expect([...fit.densest]).toEqual([1, 1]);
  });

  it('gives scikit-learn’s clusters, noise and probabilities', async () => {
    const { points, dense, hdbscan: recorded } = reference();
    for (const { minClusterSize, minSamples, labels, probabilities } of recorded) {
      const of = pointsOf(labels.length === points.values.length / 4 ? points : dense);
      const fit = await hdbscan(of, { minClusterSize, minSamples }, quietContext());
      expect(adjustedRand(fit.labels, labels)).toBe(1);
      expect(labels.map((label) => label === -1)).toEqual(Array.from(fit.labels, (label) => label === -1));
      probabilities.forEach((probability, row) => expect(fit.probabilities[row]).toBeCloseTo(probability, 4));
    }
  });

  it('places everybody by a sample, and leaves those alone who are far from all', async () => {
    const { points, labels } = pointsApart(900, 3, 20);
    const sample = takeRows(
      points,
      Array.from({ length: 300 }, (_, row) => row),
    );
    const fit = await hdbscan(sample, { minClusterSize: 20, minSamples: 5 }, quietContext());
    expect(fit.clusters).toBe(3);
    const everyone = { ...points, rows: 901, values: Float32Array.of(...points.values, 300, 300, 300) };
    const places = await placeByDensity(everyone, sample, fit, kernels, quietContext());
    expect(adjustedRand(places.labels.subarray(0, 900), labels)).toBeGreaterThan(0.95);
    expect(places.labels[900]).toBe(-1);
    expect(places.probabilities[900]).toBe(0);
    // Whoever is in a cluster of the sample is placed there.
    fit.labels.forEach((label, row) => label >= 0 && expect(places.labels[row]).toBe(label));
  });

  it('stands people in one place, and finds nothing among too few', async () => {
    const random = new Random(2);
    const streets = Float32Array.from({ length: 120 }, (_, row) => (row < 40 ? 1 : row < 80 ? 2 : 10 * random.uniform()));
    const fit = await hdbscan({ rows: 120, columns: 1, values: streets }, { minClusterSize: 15, minSamples: 5 }, quietContext());
    expect(fit.clusters).toBeGreaterThanOrEqual(2);
    expect(fit.labels[0]).not.toBe(fit.labels[40]);
    expect(fit.labels[0]).toBeGreaterThanOrEqual(0);
    expect([...fit.birth, ...fit.densest, ...fit.probabilities].every(Number.isFinite)).toBe(true);
    for (const rows of [1, 2, 9]) {
      const few = { rows, columns: 1, values: streets.subarray(80, 80 + rows) };
      const none = await hdbscan(few, { minClusterSize: 5, minSamples: 30 }, quietContext());
      expect(none.clusters).toBe(0);
      expect([...none.labels]).toEqual(new Array(rows).fill(-1));
      expect([...(await placeByDensity(few, few, none, kernels, quietContext())).labels]).toEqual(new Array(rows).fill(-1));
    }
  });

  it('refuses too many, and stops when it is cancelled', async () => {
    const many = { rows: mostHdbscanPoints + 1, columns: 1, values: new Float32Array(mostHdbscanPoints + 1) };
    await expect(hdbscan(many, { minClusterSize: 5, minSamples: 5 }, quietContext())).rejects.toBeInstanceOf(RangeError);
    const controller = new AbortController();
    const run = createRunContext(controller.signal, () => controller.abort());
    const fit = hdbscan(pointsApart(9000, 4, 3).points, { minClusterSize: 5, minSamples: 5 }, run);
    await expect(fit).rejects.toBeInstanceOf(Cancelled);
  });
});
