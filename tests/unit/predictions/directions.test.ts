import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OptionValues } from '$lib/core/base/options';
import { quietContext } from '$lib/core/base/run';
import { sectionOf } from '$lib/core/predictions/report';
import { trainPrediction } from '$lib/core/predictions/trainPrediction';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { openTinyShop } from '../../support/tinyShop';
import { toolsOf } from '../../support/tools';
import { asOf, makeShop } from './fanShop';
import en from '../../../messages/en/trees.json';
import zh from '../../../messages/zh/trees.json';

describe('directions that a plan gives', () => {
  let store: TableStore;
  let scope: Awaited<ReturnType<typeof openTinyShop>>;
  beforeAll(async () => {
    store = await openNativeStore({ threads: 2 });
    scope = await openTinyShop(store, makeShop(), asOf);
  });
  afterAll(() => store.close());

  const small = { trees: 25, minRows: 3, leaves: 16, calibrate: 'none' };
  async function train(learner: string, options: OptionValues, task = 'propensity') {
    const target = { event: 'order_completed', withinDays: 14 };
    const tools = toolsOf(() => Promise.reject(new Error('trees need no tensors')));
    const { report } = await trainPrediction(
      scope,
      { id: 'soon', kind: 'prediction', task, learner, target, options },
      1,
      tools,
      quietContext(),
    );
    return sectionOf(report, 'dependence')!.features.find(({ feature }) => feature === 'daysSinceLastOrder')!.curves;
  }
  const rises = (curve: readonly number[]) => curve.some((value, at) => at > 0 && value > curve[at - 1] + 1e-6);

  for (const learner of ['gradient-boosting', 'random-forest']) {
    it(`bind ${learner}: the longer ago the last order, the smaller the chance, of everybody`, async () => {
      const more = learner === 'random-forest' ? { trees: 25, minRows: 3, calibrate: 'none' } : small;
      // Unbound, a chance rises here and there by luck.
      expect((await train(learner, more)).some(rises)).toBe(true);
      expect((await train(learner, { ...more, decreasing: 'daysSinceLastOrder' })).some(rises)).toBe(false);
    });
  }

  it.each([
    ['direction_unknown', { increasing: 'daysSinceLastOrder, luck' }],
    ['direction_unknown', { increasing: 'country' }],
    ['direction_both', { increasing: 'daysSinceLastOrder', decreasing: 'orders, daysSinceLastOrder' }],
  ])('are refused with a sentence: %s', async (code, options) => {
    await expect(train('gradient-boosting', { ...small, ...options })).rejects.toMatchObject({ code });
    for (const words of [en, zh] as Record<string, string>[]) {
      expect(words[`error_${code}`]).toBeTruthy();
      expect(words[`error_${code}_hint`]).toBeTruthy();
    }
  });
});
