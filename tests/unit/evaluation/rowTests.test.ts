import { describe, expect, it } from 'vitest';
import { Random } from '$lib/core/base/random';
import { joinComparisons } from '$lib/core/evaluation/comparison';
import { randomisationTest, testRows } from '$lib/core/evaluation/rowTests';
import { holm } from '$lib/core/math/holm';
import { normalUpper } from '$lib/core/math/distributions';
import type { Comparison } from '$lib/core/evaluation/types';

describe('tests between rows', () => {
  it('tell a lead from noise, person by person', () => {
    const random = new Random(3);
    const people = 400;
    const base = Float64Array.from({ length: people }, () => random.uniform());
    const row = (modelId: string, of: (value: number) => number) => ({
      modelId,
      measured: {
        names: ['mrr', 'ndcg@10'],
        perUser: Float64Array.from(base).reduce(
          (all, value, at) => all.fill(of(value), 2 * at + 1, 2 * at + 2),
          new Float64Array(2 * people),
        ),
      },
    });
    const noise = () => 0.2 * (random.uniform() - 0.5);
    const tests = testRows(
      [row('a', (value) => value), row('b', (value) => value + noise()), row('c', (value) => value + 0.05 + noise())],
      'ndcg@10',
      1,
    );
    const of = (one: string, other: string) => tests.find((test) => [test.leader, test.follower].sort().join() === [one, other].join())!;
    expect(of('a', 'b').p).toBeGreaterThan(0.05);
    expect(of('a', 'c')).toMatchObject({ leader: 'c', follower: 'a', metric: 'ndcg@10', difference: expect.closeTo(0.05, 1.5) });
    expect(of('a', 'c').p).toBeLessThan(0.01);
    // The smallest p that 2000 resamples can give, times three pairs.
    expect(of('a', 'c').p).toBeCloseTo(3 / 2001, 6);
  });

  it('are exact for few people: of 2^5 signs two are as extreme as five alike', () => {
    expect(randomisationTest(Float64Array.of(1, 1, 1, 1, 1, 0, 0), 1)).toBeCloseTo(2 / 32, 1.5);
    expect(randomisationTest(new Float64Array(9), 1)).toBe(1);
    expect(randomisationTest(Float64Array.of(1, 2, -1, -2), 4)).toBe(1);
  });

  it('find noise at the rate that they promise, and agree where they go over to the normal distribution', () => {
    const random = new Random(8);
    const draw = (people: number) => Float64Array.from({ length: people }, () => random.normal());
    const found = Array.from({ length: 200 }, (_, seed) => randomisationTest(draw(30), seed)).filter((p) => p < 0.05).length;
    expect(found).toBeGreaterThan(2);
    expect(found).toBeLessThan(20);
    const fewer = draw(2000).map((value) => value + 0.04);
    const more = Float64Array.from([...fewer, 1e-9]);
    expect(randomisationTest(more, 1)).toBeCloseTo(randomisationTest(fewer, 1), 1.5);
  });

  it('are corrected by Holm (R: p.adjust(c(.01, .04, .03), "holm") is .03 .06 .06), with tails as scipy has them', () => {
    expect(holm([0.01, 0.04, 0.03]).map((p) => Number(p.toFixed(9)))).toEqual([0.03, 0.06, 0.06]);
    expect(holm([0.9, 0.8])).toEqual([1, 1]);
    expect(normalUpper(1.959963985)).toBeCloseTo(0.025, 7);
    expect(normalUpper(5) / 2.866515719e-7).toBeCloseTo(1, 6);
    expect(normalUpper(0)).toBeCloseTo(0.5, 7);
  });

  it('stay with rows that were measured together', () => {
    const row = (modelId: string) => ({ modelId, algorithm: 'ials', metrics: {}, fitSeconds: 1, scoreSeconds: 1, backend: '' });
    const test = (leader: string, follower: string) => ({ metric: 'ndcg@10', leader, follower, difference: 0.1, p: 0.01 });
    const protocol = {
      dataHash: 'a',
      split: 'given',
      seed: 1,
      candidates: 'all-unseen',
      cutoffs: [10],
      testUsers: 5,
      trainPairs: 5,
      testPairs: 5,
    } as const;
    const first: Comparison = {
      protocol: { ...protocol, cutoffs: [10] },
      rows: [row('a'), row('b'), row('c')],
      tests: [test('a', 'b'), test('a', 'c')],
    };
    const second: Comparison = { protocol: { ...protocol, cutoffs: [10] }, rows: [row('b'), row('d')], tests: [test('d', 'b')] };
    expect(joinComparisons(first, second).tests).toEqual([test('a', 'c'), test('d', 'b')]);
  });
});
