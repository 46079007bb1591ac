import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import type { OptionValues } from '$lib/core/base/options';
import { quietContext } from '$lib/core/base/run';
import { measureRanking, meanMetrics, rankingTask } from '$lib/core/evaluation/evaluate';
import { matrixFromPairs } from '$lib/core/math/sparseRows';
import { findRecommender } from '$lib/core/recommenders/catalogue';
import { trainRecommender } from '$lib/core/recommenders/trainRecommender';
import { openNodeKernels } from '$lib/platform/node/kernels';
import { wideCatalogue } from '../../support/wideCatalogue';

/** Made by scripts/reference/neighbour_models.py: weights and products of benfred/implicit 0.7. */
const fixture = JSON.parse(readFileSync(new URL('../../fixtures/neighbour-models.json', import.meta.url), 'utf8'));
const [users, items, values] = [0, 1, 2].map((part) => fixture.pairs.map((pair: number[]) => pair[part]) as number[]);
const pairs = matrixFromPairs(fixture.users, fixture.items, users, items, values);
const everyone = Int32Array.from({ length: fixture.users }, (_, user) => user);
const kernels = openNodeKernels({ threads: 1 });
afterAll(async () => (await kernels).close());

async function train(id: string, given: OptionValues) {
  const compute = { kernels: await kernels, tensors: () => Promise.reject(new Error('not needed')) };
  return (await trainRecommender({ recommender: findRecommender(id), given, data: { pairs }, seed: 1 }, compute, quietContext())).model;
}

async function expectScores(id: string, given: OptionValues, theirs: number[][]): Promise<void> {
  const ours = await (await train(id, { ...given, popularityShare: 0 })).score(everyone);
  theirs.flat().forEach((score, at) => expect(Math.abs(ours[at] - score)).toBeLessThan(2e-6 * (1 + Math.abs(score))));
}

interface Recorded {
  options: OptionValues;
  scores: number[][];
}

describe('neighbours of items have the scores of implicit', () => {
  for (const { options, scores } of fixture.itemKnn as Recorded[]) {
    it(JSON.stringify(options), () => expectScores('item-knn', { ...options, neighbours: fixture.neighbours }, scores));
  }
});

describe('neighbours of customers have the scores of implicit', () => {
  for (const { options, scores } of fixture.userKnn as Recorded[]) {
    it(JSON.stringify(options), () => expectScores('user-knn', { ...options, nearestUsers: fixture.neighbours }, scores));
  }

  it('and each item of a history brings its part of a neighbour’s likeness', async () => {
    const model = await train('user-knn', { likeness: 'jaccard', shrinkage: 0, nearestUsers: 2 });
    // Of a basket of two items the nearest customer shares both, and so both bring half of the score.
    const [from] = [pairs.rowStarts[3]];
    const basket = { items: pairs.columns.slice(from, from + 2) };
    const item = pairs.columns[from + 2];
    const { score, contributions, rest } = model.explain!(basket, item);
    expect(model.foldIn!(basket)[item]).toBeCloseTo(score, 6);
    expect(contributions.reduce((sum, { amount }) => sum + amount, rest)).toBeCloseTo(score, 6);
    expect(contributions.map((each) => each.item)).toEqual([...basket.items]);
  });
});

it('RP3beta has the scores of its paper’s formula in NumPy', () =>
  expectScores('rp3beta', { ...fixture.rp3beta.options, neighbours: fixture.neighbours }, fixture.rp3beta.scores));

it.each([
  ['short', 36_000],
  ['hardly any', 10_000],
])('beats popularity by its defaults where histories are %s', async (_, count) => {
  const { train: short, test } = wideCatalogue({ users: 4000, items: 3000, pairs: count, tastes: 20, seed: 3 });
  const task = rankingTask(short, test, { requireHistory: true });
  const recall = async (id: string) => {
    const compute = { kernels: await kernels, tensors: () => Promise.reject(new Error('not needed')) };
    const request = { recommender: findRecommender(id), given: {}, data: { pairs: short }, seed: 1 };
    const { model } = await trainRecommender(request, compute, quietContext());
    const options = { cutoffs: [20], servesNewUsers: false };
    return meanMetrics(await measureRanking(model, task, options, compute.kernels, quietContext()))['recall@20'];
  };
  const popular = await recall('popularity');
  for (const id of ['item-knn', 'user-knn', 'rp3beta']) expect(await recall(id)).toBeGreaterThan(popular);
});
