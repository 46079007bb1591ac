import { describe, expect, it } from 'vitest';
import { Cancelled } from '$lib/core/base/errors';
import { Random } from '$lib/core/base/random';
import { createRunContext, quietContext } from '$lib/core/base/run';
import type { Kernels, KMeansOptions } from '$lib/core/math/kernels';
import { createReferenceKernels } from '$lib/core/math/referenceKernels';
import type { Points } from '$lib/core/math/points';
import { pointsAround } from './clusterPoints';

export const kMeansOptions: KMeansOptions = { k: 4, starts: 1, maxIterations: 100, tolerance: 0 };

/** What every implementation of k-means must do, compared with the float64 reference. */
export function kMeansMust(name: string, open: () => Promise<Kernels>): void {
  const reference = createReferenceKernels('');

  describe(`${name}: k-means`, () => {
    it('finds two groups of shoppers, the larger one first', async () => {
      const kernels = await open();
      // Orders and returns of six shoppers.
      const points = { rows: 6, columns: 2, values: Float32Array.of(1, 0, 9, 4, 2, 1, 8, 5, 1, 1, 2, 0) };
      const fit = await kernels.kmeans(points, { ...kMeansOptions, k: 2, starts: 3 }, 1, quietContext());
      expect([...fit.labels]).toEqual([0, 1, 0, 1, 0, 0]);
      expect([...fit.centres]).toEqual([1.5, 0.5, 8.5, 4.5]);
      expect([...fit.sizes]).toEqual([4, 2]);
      expect(fit.inertia).toBeCloseTo(3, 5);
      kernels.close();
    });

    it('gives the reference’s clusters from the same seed, for any k and number of columns, near zero and far from it', async () => {
      const kernels = await open();
      for (const [rows, columns, k, far] of [
        [1, 1, 1, 0],
        [9, 1, 3, 0],
        [500, 3, 2, 0],
        [1003, 20, 8, 0],
        [1003, 20, 8, 3000],
        [777, 5, 13, -50],
        [400, 33, 5, 0],
      ]) {
        const { points } = pointsAround(rows, columns, k, 3, rows, far);
        const options = { ...kMeansOptions, k, starts: 2 };
        const [ours, theirs] = [
          await kernels.kmeans(points, options, 5, quietContext()),
          await reference.kmeans(points, options, 5, quietContext()),
        ];
        expect(ours.labels).toEqual(theirs.labels);
        expect(ours.iterations).toBe(theirs.iterations);
        expect(Math.abs(ours.inertia / Math.max(theirs.inertia, 1e-9) - 1)).toBeLessThan(rows === 1 ? 2 : 1e-5);
        ours.centres.forEach((value, at) => expect(Math.abs(value - theirs.centres[at])).toBeLessThan(1e-5 * (1 + Math.abs(far))));
        // Whoever is placed later is placed the same.
        const placed = await kernels.assign(points, ours.centres, quietContext());
        expect(placed.labels).toEqual(ours.labels);
        expect(Math.abs(sum(placed.distances) - ours.inertia)).toBeLessThan(1e-4 * (1 + ours.inertia));
      }
      kernels.close();
    });

    it('steps as plain Lloyd does although it passes over points whose label cannot change', async () => {
      const kernels = await open();
      // Overlapping clusters from bad centres: many iterations in which little moves.
      const { points } = pointsAround(6000, 6, 5, 1.5, 3);
      const options = { ...kMeansOptions, k: 7, maxIterations: 300, centres: points.values.slice(0, 7 * 6) };
      const fit = await kernels.kmeans(points, options, 1, quietContext());
      const { centres, iterations } = plainLloyd(points, 7);
      expect(iterations).toBeGreaterThan(30);
      expect(fit.iterations).toBe(iterations);
      // Ours are in order of size.
      const ours = sorted(fit.centres, 6);
      sorted(centres, 6).forEach((value, at) => expect(Math.abs(value - ours[at])).toBeLessThan(1e-4));
      kernels.close();
    });

    it('fills a cluster that has lost its points, and leaves those empty that there are no points for', async () => {
      const kernels = await open();
      const values = Float32Array.of(0, 1, 2, 10, 11, 30);
      const lost = { ...kMeansOptions, k: 3, centres: Float32Array.of(1, 10, 500) };
      const fit = await kernels.kmeans({ rows: 6, columns: 1, values }, lost, 1, quietContext());
      expect([...fit.sizes]).toEqual([3, 2, 1]);
      expect([...fit.centres]).toEqual([1, 10.5, 30]);
      const twoPlaces = { rows: 5, columns: 1, values: Float32Array.of(4, 4, 4, 7, 7) };
      const few = await kernels.kmeans(twoPlaces, { ...kMeansOptions, k: 4, starts: 2 }, 1, quietContext());
      expect([...few.sizes]).toEqual([3, 2, 0, 0]);
      expect(few.inertia).toBe(0);
      kernels.close();
    });

    it('is no worse with more starts, and ends early with a tolerance', async () => {
      const kernels = await open();
      const { points } = pointsAround(2000, 4, 9, 4, 8);
      const inertias = [];
      for (const starts of [1, 3, 9]) {
        inertias.push((await kernels.kmeans(points, { ...kMeansOptions, k: 9, starts }, 2, quietContext())).inertia);
      }
      expect(inertias[1]).toBeLessThanOrEqual(inertias[0]);
      expect(inertias[2]).toBeLessThanOrEqual(inertias[1]);
      expect(inertias[2]).toBeLessThan(inertias[0]);
      const [whole, early] = [
        await kernels.kmeans(points, { ...kMeansOptions, k: 9 }, 2, quietContext()),
        await kernels.kmeans(points, { ...kMeansOptions, k: 9, tolerance: 0.01 }, 2, quietContext()),
      ];
      expect(early.iterations).toBeLessThan(whole.iterations);
      kernels.close();
    });

    it('refuses more clusters than points, stops when it is cancelled, and works on afterwards', async () => {
      const kernels = await open();
      const { points } = pointsAround(40_000, 20, 8, 2);
      const few = { ...points, rows: 3 };
      await expect(kernels.kmeans(few, kMeansOptions, 1, quietContext())).rejects.toBeInstanceOf(RangeError);
      const controller = new AbortController();
      const stages = new Set<string>();
      const run = createRunContext(controller.signal, ({ stage }) => {
        stages.add(stage);
        controller.abort();
      });
      await expect(kernels.kmeans(points, kMeansOptions, 1, run)).rejects.toBeInstanceOf(Cancelled);
      expect([...stages]).toEqual(['cluster']);
      const small = { rows: 50, columns: 20, values: points.values.subarray(0, 1000) };
      expect((await kernels.kmeans(small, kMeansOptions, 1, quietContext())).sizes.length).toBe(4);
      kernels.close();
    });

    it('places everybody at the nearest of many centres, and at the lower of two in the same place', async () => {
      const kernels = await open();
      const random = new Random(4);
      const draw = (length: number) => Float32Array.from({ length }, () => random.normal());
      const points = { rows: 333, columns: 6, values: draw(333 * 6) };
      const centres = draw(101 * 6);
      centres.copyWithin(50 * 6, 0, 50 * 6);
      const [ours, theirs] = [
        await kernels.assign(points, centres, quietContext()),
        await reference.assign(points, centres, quietContext()),
      ];
      expect(ours.labels).toEqual(theirs.labels);
      ours.distances.forEach((distance, row) => expect(distance).toBeCloseTo(theirs.distances[row], 4));
      expect(ours.labels.some((label) => label === 100)).toBe(true);
      expect(ours.labels.every((label) => label < 50 || label === 100)).toBe(true);
      kernels.close();
    });
  });
}

/** Lloyd's iterations from the first k points, without anything clever. */
function plainLloyd({ rows, columns, values }: Points, k: number) {
  let centres = values.slice(0, k * columns);
  const labels = new Int32Array(rows).fill(-1);
  for (let iterations = 1; ; iterations++) {
    const sums = new Float64Array(k * columns);
    const sizes = new Int32Array(k);
    let changed = false;
    for (let row = 0; row < rows; row++) {
      let [label, least] = [0, Infinity];
      for (let c = 0; c < k; c++) {
        let distance = 0;
        for (let j = 0; j < columns; j++) distance += (values[row * columns + j] - centres[c * columns + j]) ** 2;
        if (distance < least) [label, least] = [c, distance];
      }
      changed ||= label !== labels[row];
      labels[row] = label;
      sizes[label]++;
      for (let j = 0; j < columns; j++) sums[label * columns + j] += values[row * columns + j];
    }
    centres = Float32Array.from(sums, (value, at) => value / sizes[Math.floor(at / columns)]);
    if (!changed) return { centres, iterations };
  }
}

function sorted(centres: Float32Array, columns: number): number[] {
  const rows = Array.from({ length: centres.length / columns }, (_, row) => [...centres.subarray(row * columns, (row + 1) * columns)]);
  return rows.sort((a, b) => a[0] - b[0]).flat();
}

function sum(values: Float32Array): number {
  return values.reduce((total, value) => total + value, 0);
}
