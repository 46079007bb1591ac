import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { OptionValues } from '$lib/core/base/options';
import { Random } from '$lib/core/base/random';
import { quietContext } from '$lib/core/base/run';
import { measureRanking, meanMetrics, rankingTask } from '$lib/core/evaluation/evaluate';
import { createReferenceKernels } from '$lib/core/math/referenceKernels';
import { matrixFromPairs } from '$lib/core/math/sparseRows';
import { findRecommender } from '$lib/core/recommenders/catalogue';
import { drawUnseen, hasItem, pairScore, startFit, takeStep, type PairwiseFit } from '$lib/core/recommenders/pairwise';
import { trainRecommender } from '$lib/core/recommenders/trainRecommender';

/** Made by scripts/reference/pairwise.py. */
const fixture = JSON.parse(readFileSync(new URL('../../fixtures/pairwise.json', import.meta.url), 'utf8'));
const [train, test] = [fixture.train, fixture.test].map(([users, items]) => matrixFromPairs(fixture.users, fixture.items, users, items));

async function recallAt10(id: string, given: OptionValues, seed = 1): Promise<number> {
  const kernels = createReferenceKernels('');
  const compute = { kernels, tensors: () => Promise.reject(new Error('not needed')) };
  const { model } = await trainRecommender(
    { recommender: findRecommender(id), given, data: { pairs: train }, seed },
    compute,
    quietContext(),
  );
  const task = rankingTask(train, test, { requireHistory: true });
  return meanMetrics(await measureRanking(model, task, { cutoffs: [10], servesNewUsers: false }, kernels, quietContext()))['recall@10'];
}

describe('BPR', () => {
  it('finds as much of what was held out as implicit’s does, with the same objective', async () => {
    const { mean, deviation } = fixture.recallAt10;
    const recall = await recallAt10('bpr', { factors: 16, epochs: 60, learningRate: 0.1, regularization: 0.1, comparedItems: 'popular' });
    expect(Math.abs(recall - mean)).toBeLessThan(4 * deviation);
    // Without it, the crowd's items win: the test could not tell a model from none otherwise.
    expect(Math.abs((await recallAt10('bpr', { factors: 16, epochs: 1, comparedItems: 'popular' })) - mean)).toBeGreaterThan(4 * deviation);
  });
});

describe('WARP', () => {
  it('finds more than popularity, and more than BPR from the same number of passes', async () => {
    const [popular, compared, ranked] = [
      await recallAt10('popularity', {}),
      await recallAt10('bpr', { factors: 16, epochs: 15 }),
      await recallAt10('warp', { factors: 16, epochs: 15 }),
    ];
    expect(ranked).toBeGreaterThan(popular + 0.05);
    expect(ranked).toBeGreaterThan(compared);
  });
});

describe('a step', () => {
  const pairs = matrixFromPairs(2, 3, [0, 1], [0, 2]);
  const step = { learningRate: 1e-3, regularization: 0.2 };
  /** s · (score of the one − score of the other), and half the squares of all that took part. */
  const objective = (fit: PairwiseFit, slope: number) => {
    const { users, items, biases } = fit;
    const squares = [...users.subarray(0, 3), ...items.subarray(0, 6), ...biases.subarray(0, 2)].reduce(
      (sum, value) => sum + value * value,
      0,
    );
    return slope * (pairScore(fit, 0, 0) - pairScore(fit, 0, 1)) + (step.regularization / 2) * squares;
  };

  it('goes down the gradient of its objective, as finite differences have it', () => {
    for (const slope of [-0.3, -2]) {
      const start = startFit(pairs, 3, 7);
      start.items.forEach((_, at) => (start.items[at] = 0.3 + 0.1 * at));
      start.biases.set([0.2, -0.4, 0]);
      const after = structuredClone(start);
      takeStep(after, 0, 0, 1, slope, step);
      for (const [name, length] of [
        ['users', 3],
        ['items', 6],
        ['biases', 2],
      ] as const) {
        for (let at = 0; at < length; at++) {
          const moved = [1e-2, -1e-2].map((by) => {
            const fit = structuredClone(start);
            fit[name][at] += by;
            return objective(fit, slope);
          });
          const gradient = (moved[0] - moved[1]) / 2e-2;
          expect(Math.abs((start[name][at] - after[name][at]) / step.learningRate - gradient)).toBeLessThan(1e-3);
        }
      }
      // The item that took no part stays.
      expect(after.items.subarray(6)).toEqual(start.items.subarray(6));
      expect(after.userSquares[0]).toBeGreaterThan(1);
    }
  });

  it('compares with nothing where a customer has everything', () => {
    const all = matrixFromPairs(1, 2, [0, 0], [0, 1]);
    expect(drawUnseen(all, 0, false, new Random(1))).toBe(-1);
    expect(hasItem(all.columns, 0, 2, 1)).toBe(true);
    expect(hasItem(pairs.columns, 0, 1, 2)).toBe(false);
  });
});
