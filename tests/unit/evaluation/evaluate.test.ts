import { describe, expect, it } from 'vitest';
import { UserError } from '$lib/core/base/errors';
import { Random } from '$lib/core/base/random';
import { quietContext } from '$lib/core/base/run';
import { bootstrapMargins } from '$lib/core/evaluation/bootstrap';
import { joinComparisons, protocolDifferences, withPresentNames } from '$lib/core/evaluation/comparison';
import { measureRanking, meanMetrics, rankingTask } from '$lib/core/evaluation/evaluate';
import type { Protocol } from '$lib/core/evaluation/types';
import { renamedAlgorithm } from '$lib/core/plan/migrations/renamedAlgorithms';
import { createReferenceKernels } from '$lib/core/math/referenceKernels';
import { matrixFromPairs } from '$lib/core/math/sparseRows';
import { factorScores } from '$lib/core/recommenders/factorModel';
import { tasteMatrix } from '../math/kernelSuite';

const kernels = createReferenceKernels('');

/** Four items, everybody's favourite first: 0, 1, 2, 3. */
const sameForAll = (users: number) => factorScores(4, 1, new Float32Array(users).fill(1), Float32Array.of(4, 3, 2, 1));

describe('evaluation', () => {
  const train = matrixFromPairs(4, 4, [0, 1, 2], [0, 1, 0]);
  const test = matrixFromPairs(4, 4, [0, 0, 1, 2, 3], [1, 0, 3, 2, 0]);

  it('ranks what a customer does not have yet, and forgets test pairs that were seen in training', async () => {
    const task = rankingTask(train, test, { requireHistory: true });
    // Customer 0's second purchase of item 0 cannot be found among unseen items; customer 3 is new.
    expect([...task.users]).toEqual([0, 1, 2]);
    expect([task.repeatedPairs, task.newUsers]).toEqual([1, 1]);
    const means = meanMetrics(
      await measureRanking(sameForAll(4), task, { cutoffs: [1, 3], servesNewUsers: false }, kernels, quietContext()),
    );
    // 0 gets 1 2 3 (hit first), 1 gets 0 2 3 (hit third), 2 gets 1 2 3 (hit second).
    expect(means['hr@1']).toBeCloseTo(1 / 3, 12);
    expect(means['hr@3']).toBe(1);
    expect(means.mrr).toBeCloseTo((1 + 1 / 3 + 1 / 2) / 3, 12);
    expect(means['coverage@1']).toBe(2 / 4);
    expect(means.coverage).toBe(1);
    expect(means.userCoverage).toBe(1);
  });

  it('counts customers without a list as zero and says how many were served', async () => {
    const task = rankingTask(train, test, { requireHistory: false });
    expect([...task.users]).toEqual([0, 1, 2, 3]);
    const measure = async (servesNewUsers: boolean) =>
      meanMetrics(await measureRanking(sameForAll(4), task, { cutoffs: [3], servesNewUsers }, kernels, quietContext()));
    const [personal, forAll] = [await measure(false), await measure(true)];
    expect([personal['hr@3'], personal.userCoverage]).toEqual([3 / 4, 3 / 4]);
    expect([forAll['hr@3'], forAll.userCoverage]).toEqual([1, 1]);
  });

  it('ranks only the given candidates where there are any, ties to the lower item', async () => {
    const candidates = matrixFromPairs(4, 4, [0, 0, 1, 1, 2, 2, 3, 3], [1, 3, 2, 3, 2, 3, 0, 1]);
    const task = rankingTask(train, test, { requireHistory: true, candidates });
    const options = { cutoffs: [1], servesNewUsers: false };
    const means = meanMetrics(await measureRanking(sameForAll(4), task, options, kernels, quietContext()));
    expect(means['hr@1']).toBeCloseTo(2 / 3, 12);
    const tied = factorScores(4, 1, new Float32Array(4).fill(1), new Float32Array(4));
    // All scores are equal: of 1 and 3 the list begins with 1, of 2 and 3 with 2.
    expect(meanMetrics(await measureRanking(tied, task, options, kernels, quietContext()))['hr@1']).toBeCloseTo(2 / 3, 12);
  });

  it('gives the same numbers whatever the number of users ranked at once', async () => {
    const [past, future] = [tasteMatrix(301, 123, 5), tasteMatrix(301, 123, 6)];
    const task = rankingTask(past, future, { requireHistory: true });
    const random = new Random(2);
    const draw = (rows: number) => Float32Array.from({ length: rows * 3 }, () => random.normal());
    const model = factorScores(123, 3, draw(301), draw(123));
    const measure = (usersAtOnce: number) =>
      measureRanking(model, task, { cutoffs: [5, 20], servesNewUsers: false, usersAtOnce }, kernels, quietContext());
    const whole = await measure(1000);
    expect(await measure(1)).toEqual(whole);
    expect(await measure(7)).toEqual(whole);
    // Without factors the model is asked for scores, and the lists are the same.
    const { score } = model;
    expect((await measureRanking({ score }, task, { cutoffs: [5, 20], servesNewUsers: false }, kernels, quietContext())).perUser).toEqual(
      whole.perUser,
    );
  });
});

describe('margins', () => {
  it('shrink with the root of the number of users, and follow the seed', () => {
    const random = new Random(1);
    const coin = (users: number) => ({
      names: ['hr@1'],
      perUser: Float64Array.from({ length: users }, () => (random.uniform() < 0.5 ? 1 : 0)),
      coverage: {},
      overlap: { lists: users, items: 0, k: 1, shared: 0 },
    });
    const many = coin(6400);
    // 1.96 standard errors of a fair coin.
    expect(bootstrapMargins(coin(100), 3)['hr@1']).toBeCloseTo(1.96 * Math.sqrt(0.25 / 100), 1);
    expect(bootstrapMargins(many, 3)['hr@1']).toBeCloseTo(1.96 * Math.sqrt(0.25 / 6400), 2);
    expect(bootstrapMargins(many, 3)).toEqual(bootstrapMargins(many, 3));
    expect(bootstrapMargins(many, 3)).not.toEqual(bootstrapMargins(many, 4));
  });
});

describe('comparisons', () => {
  const protocol: Protocol = {
    dataHash: 'a',
    split: { kind: 'global-time', testShare: 0.2 },
    seed: 1,
    candidates: 'all-unseen',
    cutoffs: [10],
    testUsers: 5,
    trainPairs: 50,
    testPairs: 9,
  };
  const row = (modelId: string) => ({ modelId, algorithm: 'ials', metrics: {}, fitSeconds: 1, scoreSeconds: 1, backend: '' });

  it('join where they were measured alike; a newer row replaces the older one', () => {
    const joined = joinComparisons({ protocol, rows: [row('a'), row('b')] }, { protocol: { ...protocol }, rows: [row('b'), row('c')] });
    expect(joined.rows.map(({ modelId }) => modelId)).toEqual(['a', 'b', 'c']);
  });

  it('of version 1 have their autoencoder under its present name', () => {
    const { rows } = withPresentNames({ protocol, rows: [row('a'), { ...row('b'), algorithm: 'neural-mf' }] }, renamedAlgorithm);
    expect(rows.map(({ modelId, algorithm }) => [modelId, algorithm])).toEqual([
      ['a', 'ials'],
      ['b', 'mult-dae'],
    ]);
  });

  it('refuse rows of another split, other data or other cut-offs, and say which', () => {
    const other: Protocol = { ...protocol, dataHash: 'b', split: { kind: 'random', testShare: 0.2 } };
    expect(protocolDifferences(protocol, other)).toEqual(['dataHash', 'split']);
    expect(() => joinComparisons({ protocol, rows: [] }, { protocol: other, rows: [] })).toThrow(UserError);
    expect(() => joinComparisons({ protocol, rows: [] }, { protocol: { ...protocol, cutoffs: [20] }, rows: [] })).toThrow('cutoffs');
  });
});
