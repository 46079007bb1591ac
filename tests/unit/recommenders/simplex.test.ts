import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Random } from '$lib/core/base/random';
import { quietContext } from '$lib/core/base/run';
import { measureRanking, meanMetrics, rankingTask } from '$lib/core/evaluation/evaluate';
import { readSplit } from '$lib/core/evaluation/splitFiles';
import { createReferenceKernels } from '$lib/core/math/referenceKernels';
import { matrixFromPairs } from '$lib/core/math/sparseRows';
import { contrastGradient, tasteOf } from '$lib/core/recommenders/cosineContrast';
import { simplex } from '$lib/core/recommenders/simplex';
import { trainRecommender } from '$lib/core/recommenders/trainRecommender';

const compute = { kernels: createReferenceKernels(''), tensors: () => Promise.reject(new Error('not needed')) };
const folder = '../shared/data/ultragcn-electronics';
const read = (name: string) => ({ name, text: readFileSync(`${folder}/${name}`, 'utf8') });

describe('cosine contrastive loss', () => {
  const [d, own, others] = [3, Int32Array.of(0, 1), Int32Array.of(2, 3, 4)];
  const settings = { negativeWeight: 5, margin: -0.2 };
  const random = new Random(3);
  const fit = {
    factors: d,
    items: Float32Array.from({ length: 5 * d }, () => random.normal()),
    transform: Float32Array.from({ length: d * d }, () => random.normal()),
  };
  const cosine = (item: number) => {
    const [taste, vector] = [tasteOf(fit, { items: own }).taste, fit.items.subarray(item * d, (item + 1) * d)];
    return taste.reduce((sum, value, f) => sum + value * vector[f], 0) / (Math.hypot(...taste) * Math.hypot(...vector));
  };

  it('is the formula of the paper, for each positive its distance and the mean of what comes within the margin', () => {
    const tooNear = [...others].map((item) => Math.max(0, cosine(item) + 0.2));
    // One of each sort, or the test says nothing.
    expect(tooNear.some((value) => value > 0)).toBe(true);
    expect(tooNear.some((value) => value === 0)).toBe(true);
    const ofNegatives = (5 / 3) * tooNear.reduce((sum, value) => sum + value, 0);
    expect(contrastGradient(fit, own, others, settings).loss).toBeCloseTo(2 - cosine(0) - cosine(1) + 2 * ofNegatives, 6);
  });

  it('has the gradient that finite differences have', () => {
    const { ofItems, ofTransform } = contrastGradient(fit, own, others, settings);
    for (const [name, gradient] of [
      ['items', ofItems],
      ['transform', ofTransform],
    ] as const) {
      gradient.forEach((slope, at) => {
        const [up, down] = [1e-3, -1e-3].map((by) => {
          const moved = { ...fit, [name]: Float64Array.from(fit[name]) };
          moved[name][at] += by;
          return contrastGradient(moved, own, others, settings).loss;
        });
        expect(Math.abs((up - down) / 2e-3 - slope)).toBeLessThan(1e-4);
      });
    }
  });

  it('stays a number where nothing points anywhere, and where there is nothing to compare with', () => {
    const empty = { ...fit, items: new Float32Array(5 * d) };
    expect(contrastGradient(empty, own, others, settings).ofItems.some(Number.isNaN)).toBe(false);
    expect(contrastGradient(fit, own, new Int32Array(), settings).loss).toBeCloseTo(2 - cosine(0) - cosine(1), 6);
  });
});

describe('SimpleX', () => {
  it('follows what was bought since it learnt', async () => {
    const random = new Random(2);
    const [who, what]: number[][] = [[], []];
    for (let user = 0; user < 60; user++)
      for (let pair = 0; pair < 5; pair++) {
        who.push(user);
        what.push((user % 2) + 2 * random.below(10));
      }
    const before = matrixFromPairs(61, 20, who, what);
    const { model } = await trainRecommender(
      { recommender: simplex, given: { factors: 8, epochs: 20 }, data: { pairs: before }, seed: 1 },
      compute,
      quietContext(),
    );
    const since = matrixFromPairs(61, 20, [...who, 60, 60], [...what, 1, 3]);
    const scores = await (await simplex.restore(model.state(), { pairs: since })).score(Int32Array.of(60));
    const mean = (rest: number) => scores.filter((_, item) => item % 2 === rest && item > 3).reduce((sum, score) => sum + score, 0);
    expect(mean(1)).toBeGreaterThan(mean(0) + 1);
  });

  it.skipIf(!existsSync(folder))('is far above popularity on Electronics after three passes (skipped without ../shared/data)', async () => {
    const { train, test } = readSplit('adjacency', read('train.txt'), read('test.txt'));
    const task = rankingTask(train, test, { requireHistory: true });
    const { model } = await trainRecommender(
      { recommender: simplex, given: { factors: 32, epochs: 3 }, data: { pairs: train }, seed: 1 },
      compute,
      quietContext(),
    );
    const measured = await measureRanking(model, task, { cutoffs: [20], servesNewUsers: false }, compute.kernels, quietContext());
    // Popularity has .0490; the whole training with its defaults is on the card.
    expect(meanMetrics(measured)['ndcg@20']).toBeGreaterThan(0.065);
  });
});
