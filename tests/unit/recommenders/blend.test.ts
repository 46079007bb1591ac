import { describe, expect, it } from 'vitest';
import type { OptionValues } from '$lib/core/base/options';
import { quietContext } from '$lib/core/base/run';
import { measureRanking, meanMetrics, rankingTask } from '$lib/core/evaluation/evaluate';
import { blend } from '$lib/core/recommenders/blend';
import { comparable } from '$lib/core/recommenders/blendModel';
import { membersOf } from '$lib/core/recommenders/blendMembers';
import { fitStack, ndcgOf, searchSwitches, searchWeights, weightsFor, type Candidates } from '$lib/core/recommenders/blendWeights';
import { findRecommender } from '$lib/core/recommenders/catalogue';
import { restoreRecommender, trainRecommender } from '$lib/core/recommenders/trainRecommender';
import { openNodeKernels } from '$lib/platform/node/kernels';
import { wideCatalogue } from '../../support/wideCatalogue';

/** Two models and four candidates a customer; those with one item are read right by the first, those with many by the second. */
function twoModels(customers: number): Candidates {
  const rows = Array.from({ length: customers }, (_, customer) => [0, 1, 2, 3].map((item) => ({ customer, item }))).flat();
  const isShort = (customer: number) => customer % 2 === 0;
  return {
    members: 2,
    starts: Array.from({ length: customers + 1 }, (_, customer) => 4 * customer),
    scores: Float32Array.from(
      rows.flatMap(({ customer, item }) => [
        item === (isShort(customer) ? 0 : 3) ? 2 : item / 10,
        item === (isShort(customer) ? 3 : 0) ? 2 : 0,
      ]),
    ),
    hidden: Uint8Array.from(rows, ({ item }) => (item === 0 ? 1 : 0)),
    wanted: new Array<number>(customers).fill(1),
    lengths: Array.from({ length: customers }, (_, customer) => (isShort(customer) ? 1 : 30)),
  };
}

describe('weights of a blend', () => {
  const candidates = twoModels(200);
  const everyone = candidates.wanted.map((_, customer) => customer);

  it('are at least as good as each model alone on what they were learnt on', async () => {
    const { perBracket } = await searchWeights(candidates, quietContext());
    const found = ndcgOf(candidates, () => perBracket[0], everyone);
    for (const alone of [
      [1, 0],
      [0, 1],
    ]) {
      expect(found).toBeGreaterThanOrEqual(ndcgOf(candidates, () => alone, everyone));
    }
    expect(perBracket[0].reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
  });

  it('switch from the model of short histories to that of long ones', async () => {
    const found = await searchSwitches(candidates, quietContext());
    expect(weightsFor(found, 1)).toEqual([1, 0]);
    expect(weightsFor(found, 30)).toEqual([0, 1]);
    expect(weightsFor(found, 1000)).toEqual([0, 1]);
  });

  it('stacked, change with the history', async () => {
    const found = await fitStack(candidates, quietContext());
    const [short, long] = [weightsFor(found, 1), weightsFor(found, 30)];
    expect(short[0]).toBeGreaterThan(short[1]);
    expect(long[1]).toBeGreaterThan(long[0]);
  });

  it('have an NDCG that is counted by hand', () => {
    // The first model has the hidden item second for every other customer: 1 / log2 3.
    expect(ndcgOf(candidates, () => [1, 0], [0])).toBe(1);
    expect(ndcgOf(candidates, () => [1, 0], [1])).toBeCloseTo(1 / Math.log2(5), 9);
  });
});

describe('scores are made comparable', () => {
  it('by their spread, whatever their scale; what a model cannot score is its lowest', () => {
    const [small, large] = [Float32Array.of(1, 2, 3), Float32Array.of(100, 200, 300)];
    comparable(small);
    comparable(large);
    small.forEach((score, item) => expect(score).toBeCloseTo(large[item], 4));
    const some = Float32Array.of(1, -Infinity, 3);
    comparable(some);
    expect([...some]).toEqual([1, 1, 3]);
    const same = Float32Array.of(5, 5);
    comparable(same);
    expect([...same]).toEqual([0, 0]);
  });
});

it('a blend has each model once and popularity last; the fitting one is EASE where its matrix fits', () => {
  const given = {
    firstModel: 'ease',
    firstWeight: 2,
    secondModel: 'fitting',
    secondWeight: 1,
    thirdModel: 'none',
    thirdWeight: 1,
    popularityWeight: 0,
  };
  const names = (items: number) => membersOf(given, items).map(({ recommender, weight }) => `${recommender.id} ${weight}`);
  expect(names(1000)).toEqual(['ease 3', 'popularity 0']);
  expect(names(50_000)).toEqual(['ease 2', 'rp3beta 1', 'popularity 0']);
});

describe('a blend of a generated shop', () => {
  const { train, test } = wideCatalogue({ users: 400, items: 250, pairs: 4_500, tastes: 8, seed: 3 });
  const run = async (id: string, given: OptionValues) => {
    const kernels = await openNodeKernels({ threads: 1 });
    const compute = { kernels, tensors: () => Promise.reject(new Error('not needed')) };
    const trained = await trainRecommender(
      { recommender: findRecommender(id), given, data: { pairs: train }, seed: 1 },
      compute,
      quietContext(),
    );
    const task = rankingTask(train, test, { requireHistory: true });
    const metrics = meanMetrics(
      await measureRanking(trained.model, task, { cutoffs: [20], servesNewUsers: false }, kernels, quietContext()),
    );
    kernels.close();
    return { ...trained, ndcg: metrics['ndcg@20'] };
  };
  const members = { firstModel: 'gf-cf', secondModel: 'item-knn', thirdModel: 'none' };

  const alone = Promise.all(['gf-cf', 'item-knn', 'popularity'].map((id) => run(id, {})));

  it.each(['weighted', 'switching', 'stacked'])('%s is about as good as its best model, or better', async (mixedBy) => {
    const { model, ndcg, backend } = await run('blend', { ...members, mixedBy });
    expect(ndcg).toBeGreaterThan(0.95 * Math.max(...(await alone).map((one) => one.ndcg)));
    expect(backend).not.toBe('');
    // What was learnt is in the state, and reasons add up whatever the weights are.
    const restored = await restoreRecommender(blend, model.state(), { pairs: train });
    expect(await restored.score(Int32Array.of(5))).toEqual(await model.score(Int32Array.of(5)));
    const scores = await model.score(Int32Array.of(5));
    const { score, contributions, rest } = model.explain!(5, 7);
    expect(score).toBeCloseTo(scores[7], 3);
    expect(contributions.reduce((sum, { amount }) => sum + amount, rest)).toBeCloseTo(score, 5);
  });
});
