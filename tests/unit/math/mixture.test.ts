import { describe, expect, it } from 'vitest';
import { Cancelled } from '$lib/core/base/errors';
import { createRunContext, quietContext } from '$lib/core/base/run';
import { adjustedRand } from '$lib/core/math/clusters/adjustedRand';
import { fitMixture, placeInMixture, responsibilities } from '$lib/core/math/clusters/mixture';
import { createReferenceKernels } from '$lib/core/math/referenceKernels';
import { pointsApart, pointsOf } from './clusterPoints';
import { reference } from './clusterReference';

const kernels = createReferenceKernels('');

describe('a Gaussian mixture', () => {
  it('tells a tight group from a wide one around it, with how certain each person is', async () => {
    const { points } = pointsApart(600, 2, 0);
    // Every third person is ten times as far from the middle.
    for (let row = 0; row < 600; row += 3) for (let column = 0; column < 2; column++) points.values[2 * row + column] *= 10;
    const mixture = await fitMixture(points, { k: 2, covariance: 'diagonal', tolerance: 1e-6, starts: 2 }, kernels, 1, quietContext());
    expect(mixture.converged).toBe(true);
    expect(mixture.weights[0]).toBeGreaterThan(0.6);
    expect(mixture.weights[0]).toBeLessThan(0.73);
    expect(mixture.covariances[0]).toBeLessThan(1.5);
    expect(mixture.covariances[2]).toBeGreaterThan(60);
    const { labels, certainties } = await placeInMixture(
      { rows: 2, columns: 2, values: Float32Array.of(0, 0, 25, 3) },
      mixture,
      quietContext(),
    );
    expect([...labels]).toEqual([0, 1]);
    expect(certainties[0]).toBeGreaterThan(0.98);
    expect(certainties[1]).toBeCloseTo(1, 6);
  });

  it('is scikit-learn’s from the same start, full and diagonal', async () => {
    const { points: recorded, mixtureStart, mixtures } = reference();
    const points = pointsOf(recorded);
    const start = Float32Array.from(mixtureStart.flatMap((label) => [0, 1, 2, 3].map((cluster) => (cluster === label ? 1 : 0))));
    for (const theirs of mixtures) {
      const options = { k: 4, covariance: theirs.covariance, tolerance: 1e-4, maxIterations: 200, responsibilities: start };
      const ours = await fitMixture(points, options, kernels, 1, quietContext());
      expect(ours.iterations).toBe(theirs.iterations);
      expect(ours.logLikelihood).toBeCloseTo(theirs.logLikelihood, 5);
      expect(ours.bic).toBeCloseTo(theirs.bic, 2);
      const order = [0, 1, 2, 3].sort((a, b) => theirs.weights[b] - theirs.weights[a]);
      const size = theirs.covariances.length / 4;
      order.forEach((component, place) => {
        expect(ours.weights[place]).toBeCloseTo(theirs.weights[component], 5);
        for (let j = 0; j < 4; j++) expect(ours.means[4 * place + j]).toBeCloseTo(theirs.means[4 * component + j], 4);
        for (let j = 0; j < size; j++) expect(ours.covariances[size * place + j]).toBeCloseTo(theirs.covariances[size * component + j], 4);
      });
      const places = await placeInMixture(points, ours, quietContext());
      expect([...places.labels]).toEqual(theirs.labels.map((label) => order.indexOf(label)));
      theirs.certainties.forEach((certainty, row) => expect(places.certainties[row]).toBeCloseTo(certainty, 3));
      expect(places.logLikelihood).toBeCloseTo(ours.logLikelihood, 8);
      const shares = await responsibilities(points, ours, quietContext());
      expect(shares[4 * 7 + places.labels[7]]).toBe(places.certainties[7]);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(points.rows, 2);
    }
  });

  it('is fitted on a sample of many people, far from zero too, and places all of them', async () => {
    const { points, labels } = pointsApart(5000, 3, 9);
    for (const far of [0, 2000]) {
      const moved = { ...points, values: points.values.map((value) => value + far) };
      const mixture = await fitMixture(moved, { k: 3, sample: 1000 }, kernels, 2, quietContext());
      expect(mixture.sampled).toBe(1000);
      const places = await placeInMixture(moved, mixture, quietContext());
      expect(adjustedRand(places.labels, labels)).toBeGreaterThan(0.98);
    }
  });

  it('stands traits that say the same, and people who are all alike', async () => {
    const { points } = pointsApart(300, 2, 6);
    const twice = {
      rows: 300,
      columns: 4,
      values: Float32Array.from({ length: 1200 }, (_, at) => points.values[2 * Math.floor(at / 4) + (at % 2)]),
    };
    const alike = { rows: 20, columns: 2, values: new Float32Array(40).fill(3) };
    for (const [of, k] of [
      [twice, 2],
      [alike, 3],
    ] as const) {
      for (const covariance of ['full', 'diagonal'] as const) {
        const mixture = await fitMixture(of, { k, covariance }, kernels, 1, quietContext());
        const { labels, certainties } = await placeInMixture(of, mixture, quietContext());
        expect(Number.isFinite(mixture.bic)).toBe(true);
        expect(certainties.every((certainty) => certainty >= 1 / k - 1e-6 && certainty <= 1)).toBe(true);
        expect(new Set(labels).size).toBe(of === alike ? 1 : 2);
      }
    }
  });

  it('stops when it is cancelled', async () => {
    const controller = new AbortController();
    const fit = fitMixture(pointsApart(20_000, 8, 1).points, { k: 8, tolerance: 0 }, kernels, 1, createRunContext(controller.signal));
    setTimeout(() => controller.abort(), 60);
    await expect(fit).rejects.toBeInstanceOf(Cancelled);
  });
});
