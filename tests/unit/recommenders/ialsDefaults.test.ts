import { afterAll, describe, expect, it } from 'vitest';
import { resolveOptions, type OptionValues } from '$lib/core/base/options';
import { quietContext } from '$lib/core/base/run';
import { collapseWarnings, trainingWarnings } from '$lib/core/evaluation/collapse';
import { meanMetrics, measureRanking, rankingTask } from '$lib/core/evaluation/evaluate';
import { findRecommender } from '$lib/core/recommenders/catalogue';
import { trainRecommender } from '$lib/core/recommenders/trainRecommender';
import { openNodeKernels } from '$lib/platform/node/kernels';
import { wideCatalogue } from '../../support/wideCatalogue';

const kernels = openNodeKernels({ threads: 2 });
afterAll(async () => (await kernels).close());

describe('iALS on a wide catalogue', () => {
  const { train, test } = wideCatalogue({ users: 6000, items: 8000, pairs: 110_000, tastes: 40, seed: 3 });
  const task = rankingTask(train, test, { requireHistory: true });

  async function measure(id: string, given: OptionValues = {}) {
    const recommender = findRecommender(id);
    const compute = { kernels: await kernels, tensors: () => Promise.reject(new Error('not needed')) };
    const trained = await trainRecommender({ recommender, given, data: { pairs: train }, seed: 1 }, compute, quietContext());
    const measured = await measureRanking(trained.model, task, { cutoffs: [20], servesNewUsers: false }, compute.kernels, quietContext());
    const after = await trainingWarnings(recommender, trained.model, train, compute.kernels, quietContext());
    return { metrics: meanMetrics(measured), warnings: collapseWarnings(recommender, measured.overlap), after, options: trained.options };
  }

  it('is far above popularity without any options, and says different things to different people', { timeout: 120_000 }, async () => {
    const [popular, byDefault] = [await measure('popularity'), await measure('ials', { factors: 32 })];
    expect(byDefault.metrics['recall@20']).toBeGreaterThan(1.5 * popular.metrics['recall@20']);
    expect(byDefault.metrics['coverage@20']).toBeGreaterThan(0.1);
    expect([byDefault.warnings, byDefault.after, popular.warnings]).toEqual([[], [], []]);
    expect(byDefault.options.unobservedWeight).toBeLessThan(0.05);
  });

  it('sounds the alarm where options make it collapse, as the old default did on wider data', { timeout: 120_000 }, async () => {
    const { metrics, warnings, after } = await measure('ials', { factors: 32, unobservedWeight: 1 });
    expect(metrics['coverage@20']).toBeLessThan(0.02);
    for (const alarm of [warnings, after]) {
      expect(alarm).toEqual([{ code: 'model_collapsed', values: { shared: expect.any(Number), of: 20 } }]);
      expect(alarm[0].values.shared).toBeGreaterThan(10);
    }
  });
});

describe('the default weight of unseen pairs', () => {
  const { options } = findRecommender('ials');
  const weight = (size?: { users: number; items: number; pairs: number }, given = {}) =>
    resolveOptions('ials', options, given, size).unobservedWeight;

  it('follows the data, ends at 0.1, and gives way to what is given', () => {
    expect(weight({ users: 30_000, items: 41_000, pairs: 800_000 })).toBe(0.0065);
    expect(weight({ users: 943, items: 1682, pairs: 100_000 })).toBe(0.1);
    // Where customers have hardly anything, as if each had ten.
    expect(weight({ users: 20_000, items: 20_000, pairs: 50_000 })).toBe(0.005);
    expect(weight()).toBe(0.1);
    expect(weight({ users: 30_000, items: 41_000, pairs: 800_000 }, { unobservedWeight: 0.3 })).toBe(0.3);
    expect(weight({ users: 0, items: 0, pairs: 0 })).toBe(0.1);
  });
});
