import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '$lib/core/base/random';
import { membersOf, rfmOf, type SegmentScope } from '$lib/core/segments/evaluate';
import type { TableStore } from '$lib/core/store/tableStore';
import { openWasmStore } from '$lib/platform/browser/wasmStore';
import { naiveMembers, randomRule, randomShop, type NaiveShop } from '../support/naiveSegments';
import { openScoredShop } from '../support/scoredShop';
import { namesIn } from '../support/tinyShop';

const asOf = '2026-06-01T00:00:00';

/** The same shop and rules as the native engine answers in tests/unit/segments/properties.test.ts. */
describe('segments in the browser', () => {
  let store: TableStore;
  let shop: NaiveShop;
  let scope: SegmentScope & { ids: string[] };
  beforeAll(async () => {
    store = await openWasmStore();
    shop = randomShop(new Random(3), asOf);
    scope = await openScoredShop(store, shop, asOf);
  });
  afterAll(() => store.close());

  it('hold whom a walk through every event finds', async () => {
    const random = new Random(11);
    for (let round = 0; round < 100; round++) {
      const rule = randomRule(random, 3);
      expect(namesIn(await membersOf(scope, rule), scope), JSON.stringify(rule)).toEqual([...naiveMembers(rule, shop, scope.ids, asOf)]);
    }
  });

  it('give every customer with an order three scores', async () => {
    const { measures, scores } = await rfmOf(scope, { bins: 5, method: 'quintile' });
    expect(measures.userIndexes.length).toBe(naiveMembers({ trait: 'orders', atLeast: 1 }, shop, scope.ids, asOf).size);
    for (const measure of [scores.recency, scores.frequency, scores.monetary]) {
      expect(Math.min(...measure)).toBe(1);
      expect(Math.max(...measure)).toBe(5);
    }
  });
});
