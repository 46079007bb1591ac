import { describe, expect, it } from 'vitest';
import { Cancelled } from '$lib/core/base/errors';
import { Random } from '$lib/core/base/random';
import { createRunContext, quietContext, type Progress } from '$lib/core/base/run';
import { adjustedRand } from '$lib/core/math/clusters/adjustedRand';
import { chooseK } from '$lib/core/math/clusters/chooseK';
import { gapStatistic, kOfGap } from '$lib/core/math/clusters/gapStatistic';
import { principalComponents, project } from '$lib/core/math/clusters/principalComponents';
import { silhouette } from '$lib/core/math/clusters/silhouette';
import { stability } from '$lib/core/math/clusters/stability';
import { createReferenceKernels } from '$lib/core/math/referenceKernels';
import { openNodeKernels } from '$lib/platform/node/kernels';
import { pointsApart, pointsAround, pointsOf } from './clusterPoints';
import { reference } from './clusterReference';

const kernels = createReferenceKernels('');
const whole = { sample: 1e9, seed: 1 };

describe('principal components', () => {
  it('of shoppers on a line are that line', async () => {
    // Orders, and spend at ten an order.
    const points = { rows: 4, columns: 2, values: Float32Array.of(1, 10, 2, 20, 3, 30, 6, 60) };
    const pca = await principalComponents(points, 2, quietContext());
    expect(pca.ratios[0]).toBeCloseTo(1, 10);
    expect(pca.components[0] / pca.components[1]).toBeCloseTo(0.1, 8);
    expect([...pca.means]).toEqual([3, 30]);
    const { values } = await project(points, pca, quietContext());
    expect(values[6] - values[0]).toBeCloseTo(Math.hypot(5, 50), 4);
    expect(values[7]).toBeCloseTo(0, 5);
  });

  it('are scikit-learn’s, signs included', async () => {
    const { points: recorded, pca: theirs } = reference();
    const points = pointsOf(recorded);
    const pca = await principalComponents(points, 3, quietContext());
    theirs.components.forEach((value, at) => expect(pca.components[at]).toBeCloseTo(value, 5));
    theirs.variances.forEach((value, at) => expect(pca.variances[at]).toBeCloseTo(value, 5));
    theirs.ratios.forEach((value, at) => expect(pca.ratios[at]).toBeCloseTo(value, 5));
    theirs.means.forEach((value, at) => expect(pca.means[at]).toBeCloseTo(value, 5));
    const { values, columns } = await project(pointsOf(recorded, 10), pca, quietContext());
    expect(columns).toBe(3);
    theirs.projected.forEach((value, at) => expect(values[at]).toBeCloseTo(value, 4));
  });

  it('are there for one person and for people who are all alike', async () => {
    const alike = { rows: 3, columns: 2, values: Float32Array.of(1, 2, 1, 2, 1, 2) };
    for (const points of [alike, { ...alike, rows: 1 }]) {
      const pca = await principalComponents(points, 5, quietContext());
      expect([...pca.variances, ...pca.ratios]).toEqual([0, 0, 0, 0]);
      expect([...(await project(points, pca, quietContext())).values].every((value) => value === 0)).toBe(true);
    }
  });
});

describe('silhouette', () => {
  it('is scikit-learn’s for each person and on the whole', async () => {
    const { points, silhouette: theirs } = reference();
    const ours = await silhouette(pointsOf(points), Int32Array.from(theirs.labels), whole, quietContext());
    theirs.values.forEach((value, row) => expect(ours.values[row]).toBeCloseTo(value, 4));
    expect(ours.mean).toBeCloseTo(theirs.mean, 5);
    expect(ours.rows.length).toBe(theirs.values.length);
  });

  it('is 0 for somebody alone, leaves out who is in no cluster, and is no number for one cluster', async () => {
    const points = { rows: 5, columns: 1, values: Float32Array.of(0, 1, 10, 500, 0.5) };
    const ours = await silhouette(points, Int32Array.of(0, 0, 1, -1, 0), whole, quietContext());
    expect([...ours.rows]).toEqual([0, 1, 2, 4]);
    // 0 is 0.75 from its own on average and 10 from the other.
    expect(ours.values[0]).toBeCloseTo(1 - 0.75 / 10, 6);
    expect(ours.values[2]).toBe(0);
    expect(ours.perCluster[0]).toBeCloseTo((1 - 0.75 / 10 + (1 - 0.75 / 9) + (1 - 0.5 / 9.5)) / 3, 6);
    expect(ours.perCluster[1]).toBe(0);
    expect((await silhouette(points, new Int32Array(5), whole, quietContext())).mean).toBeNaN();
    expect((await silhouette(points, new Int32Array(5).fill(-1), whole, quietContext())).mean).toBeNaN();
  });

  it('of a sample is about that of everyone', async () => {
    const { points, labels } = pointsAround(2000, 3, 4, 5);
    const [all, some] = [
      await silhouette(points, labels, whole, quietContext()),
      await silhouette(points, labels, { sample: 600, seed: 2 }, quietContext()),
    ];
    expect(some.values.length).toBe(600);
    expect(Math.abs(some.mean - all.mean)).toBeLessThan(0.04);
  });
});

describe('the adjusted Rand index', () => {
  it('is scikit-learn’s', () => {
    for (const { a, b, index } of reference().adjustedRand) expect(adjustedRand(a, b)).toBeCloseTo(index, 7);
  });

  it('is 1 for other names of the same, and about 0 for lots', () => {
    expect(adjustedRand([0, 0, 1, 1, -1], [5, 5, -1, -1, 0])).toBe(1);
    expect(adjustedRand([0, 0, 0], [1, 1, 1])).toBe(1);
    const random = new Random(3);
    const draw = () => Int32Array.from({ length: 20_000 }, () => random.below(5));
    expect(Math.abs(adjustedRand(draw(), draw()))).toBeLessThan(0.005);
  });
});

describe('the gap statistic', () => {
  it('goes by the rule of its authors', () => {
    const gaps = [
      { k: 1, gap: 0.1, error: 0.01 },
      { k: 2, gap: 0.3, error: 0.01 },
      { k: 3, gap: 0.305, error: 0.02 },
      { k: 4, gap: 0.9, error: 0.01 },
    ];
    expect(kOfGap(gaps)).toBe(2);
    expect(kOfGap(gaps.slice(0, 2))).toBe(2);
  });

  it('finds three groups where there are three, and one where there is none', async () => {
    const options = { from: 1, to: 5, references: 8, starts: 3 };
    const three = await gapStatistic(pointsApart(300, 3, 12).points, options, kernels, 1, quietContext());
    expect(kOfGap(three)).toBe(3);
    const none = await gapStatistic(pointsAround(300, 2, 1, 0).points, options, kernels, 1, quietContext());
    expect(kOfGap(none)).toBe(1);
    for (const { error } of three) expect(error).toBeGreaterThan(0);
  });
});

describe('how many clusters', () => {
  it('is what there are, by all three ways, on a sample and with progress', async () => {
    const simd = await openNodeKernels({ threads: 1 });
    const { points } = pointsApart(5000, 4, 12);
    const told: Progress[] = [];
    const run = createRunContext(new AbortController().signal, (progress) => told.push(progress));
    const options = { to: 6, sample: 1000, silhouetteSample: 400, references: 5, resamples: 4 };
    const choice = await chooseK(points, options, simd, 3, run);
    expect(choice.proposals).toEqual({ silhouette: 4, gap: 4, stability: 4 });
    expect(choice).toMatchObject({ sampled: 1000, of: 5000 });
    expect(choice.candidates.map(({ k }) => k)).toEqual([2, 3, 4, 5, 6]);
    expect(choice.candidates[2].stability).toBeGreaterThan(0.99);
    for (const { inertia, gap, gapError } of choice.candidates) expect(inertia * gap * gapError).not.toBeNaN();
    expect(new Set(told.map(({ stage }) => stage))).toEqual(new Set(['chooseK']));
    expect(told.map(({ done }) => done)).toEqual(told.map(({ done }) => done).sort((a, b) => a - b));
    expect(told.at(-1)!.done).toBe(told.at(-1)!.total);
    expect(await chooseK(points, options, simd, 3, quietContext())).toEqual(choice);
    simd.close();
  });

  it('is less stable where there is nothing to find', async () => {
    const { points } = pointsAround(600, 3, 1, 0);
    const { labels } = await kernels.kmeans(points, { k: 5, starts: 2, maxIterations: 100, tolerance: 0 }, 1, quietContext());
    const { mean, values } = await stability(points, labels, { k: 5, resamples: 5, starts: 2 }, kernels, 1, quietContext());
    expect(values.length).toBe(5);
    expect(mean).toBeLessThan(0.8);
  });

  it('is not told once it is cancelled', async () => {
    const controller = new AbortController();
    const choice = chooseK(pointsAround(3000, 4, 4, 3).points, {}, kernels, 1, createRunContext(controller.signal));
    setTimeout(() => controller.abort(), 60);
    await expect(choice).rejects.toBeInstanceOf(Cancelled);
  });
});
