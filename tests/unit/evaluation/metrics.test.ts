import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { measureList, metricNames } from '$lib/core/evaluation/metrics';

function measure(list: number[], relevant: number[], cutoffs: number[]): Record<string, number> {
  const names = metricNames(cutoffs);
  const out = new Float64Array(names.length);
  measureList(Int32Array.from(list), Int32Array.from(relevant), cutoffs, out);
  return Object.fromEntries(names.map((name, i) => [name, out[i]]));
}

describe('ranking metrics', () => {
  it('measures a list of five teas of which the second and the fifth were bought, with one more that it missed', () => {
    const metrics = measure([4, 1, 8, 0, 7], [1, 3, 7], [2, 5]);
    expect(metrics['recall@2']).toBeCloseTo(1 / 3, 12);
    expect(metrics['recall@5']).toBeCloseTo(2 / 3, 12);
    expect(metrics['precision@5']).toBeCloseTo(2 / 5, 12);
    expect(metrics['f1@5']).toBeCloseTo((2 * 2) / (5 + 3), 12);
    // Precision is 1/2 at the second rank and 2/5 at the fifth; three could have been found.
    expect(metrics['map@5']).toBeCloseTo((1 / 2 + 2 / 5) / 3, 12);
    const best = 1 + 1 / Math.log2(3) + 1 / Math.log2(4);
    expect(metrics['ndcg@5']).toBeCloseTo((1 / Math.log2(3) + 1 / Math.log2(6)) / best, 12);
    // Only two can be among the first two.
    expect(metrics['ndcg@2']).toBeCloseTo(1 / Math.log2(3) / (1 + 1 / Math.log2(3)), 12);
    expect(metrics['hr@2']).toBe(1);
    expect(metrics.mrr).toBe(1 / 2);
  });

  it('is all zeros for a list without a hit and for no list at all', () => {
    for (const list of [
      [4, 5],
      [-1, -1],
    ])
      expect(Object.values(measure(list, [1], [1, 2])).every((value) => value === 0)).toBe(true);
  });

  it('is one for a perfect list, whatever the cut-off (precision counts empty places)', () => {
    const metrics = measure([2, 9, -1], [2, 9], [1, 3]);
    expect([metrics['recall@3'], metrics['map@3'], metrics['ndcg@3'], metrics['map@1'], metrics['ndcg@1'], metrics.mrr]).toEqual([
      1, 1, 1, 1, 1, 1,
    ]);
    expect(metrics['precision@3']).toBeCloseTo(2 / 3, 12);
  });

  it('agrees with ranx and RecBole’s formulas on random lists (scripts/reference/ranking_metrics.py)', () => {
    const fixture = JSON.parse(readFileSync(fileURLToPath(new URL('../../fixtures/ranking-metrics.json', import.meta.url)), 'utf8')) as {
      cases: { list: number[]; relevant: number[]; cutoffs: number[]; metrics: Record<string, number> }[];
    };
    expect(fixture.cases.length).toBeGreaterThan(20);
    for (const { list, relevant, cutoffs, metrics } of fixture.cases) {
      const ours = measure(list, relevant, cutoffs);
      for (const [name, value] of Object.entries(metrics)) expect(ours[name], name).toBeCloseTo(value, 9);
    }
  });
});
