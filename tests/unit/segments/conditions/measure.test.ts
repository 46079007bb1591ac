import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aggregateNames, aggregateTakes } from '$lib/core/measures/measure';
import { measureCondition } from '$lib/core/segments/conditions/measure';
import { evaluateRule, membersOf, type SegmentScope } from '$lib/core/segments/evaluate';
import type { MeasureRule, Rule } from '$lib/core/segments/rule';
import { checkRule } from '$lib/core/segments/ruleCheck';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { namesIn, openTinyShop, type TinyShop } from '../../../support/tinyShop';

const buy = 'order_completed';
/** As of 1 June: Ann spent 500 in three months, Bo 499.99, Cy 800 long ago, Dee only looked. */
const shop: TinyShop = {
  items: [
    { id: 'oolong', category: 'Tea' },
    { id: 'cup', category: 'Kitchen' },
  ],
  events: [
    { user: 'ann', event: buy, at: '2026-03-03T00:00:00', item: 'oolong', value: 200, order: 'A1', channel: 'web' },
    { user: 'ann', event: buy, at: '2026-05-20T10:00:00', item: 'cup', value: 300, order: 'A2', channel: 'app' },
    { user: 'bo', event: buy, at: '2026-04-15T10:00:00', item: 'oolong', value: 499.99, order: 'B1', channel: 'app' },
    { user: 'cy', event: buy, at: '2026-03-02T23:59:59', item: 'cup', value: 800, order: 'C1' },
    { user: 'dee', event: 'product_viewed', at: '2026-05-30T10:00:00', item: 'oolong' },
  ],
};

describe('a comparison on a figure over events', () => {
  let store: TableStore;
  let scope: SegmentScope & { ids: string[] };
  beforeAll(async () => {
    store = await openNativeStore({ threads: 1 });
    scope = await openTinyShop(store, shop, '2026-06-01T00:00:00');
  });
  afterAll(() => store.close());
  const who = async (measure: MeasureRule['measure'], comparison: Omit<MeasureRule, 'measure'>) =>
    namesIn(await membersOf(scope, { measure, ...comparison }), scope);
  const spend = { aggregate: 'sum' as const, of: 'value' as const, events: buy };

  it('finds who spent at least 500 in the last 90 days', async () => {
    expect(await who({ ...spend, window: { withinDays: 90 } }, { atLeast: 500 })).toEqual(['ann']);
    expect(await who({ ...spend, window: { withinDays: 91 } }, { atLeast: 500 })).toEqual(['ann', 'cy']);
    expect(await who({ ...spend, window: { withinDays: 90 } }, { lessThan: 500 })).toEqual(['bo', 'cy', 'dee']);
    expect(await who(spend, { topPercent: 50 })).toEqual(['ann', 'cy']);
  });

  it('looks "between 30 and 90 days ago", and shows that window', async () => {
    const measure = { ...spend, window: { fromDaysAgo: 90, toDaysAgo: 30 } };
    expect(await who(measure, { moreThan: 0 })).toEqual(['ann', 'bo']);
    const { windows } = await evaluateRule(scope, { all: [{ measure, moreThan: 0 }] });
    expect(windows).toEqual([{ path: 'all.0', from: '2026-03-03T00:00:00', to: '2026-05-03T00:00:00' }]);
    expect(await who({ aggregate: 'count', events: buy, window: { fromDaysAgo: 90, toDaysAgo: 30 } }, { is: 0 })).toEqual(['cy', 'dee']);
  });

  it('takes the first, the last and the largest, and only what passes a filter', async () => {
    expect(await who({ aggregate: 'first', of: 'channel', events: buy }, { is: 'web' })).toEqual(['ann']);
    expect(await who({ aggregate: 'last', of: 'channel', events: buy }, { is: 'app' })).toEqual(['ann', 'bo']);
    expect(await who({ aggregate: 'last', of: 'day', events: buy }, { withinDays: 30 })).toEqual(['ann']);
    expect(await who({ aggregate: 'max', of: 'value', events: buy }, { between: [300, 500] })).toEqual(['ann', 'bo']);
    expect(await who({ ...spend, where: [{ property: 'category', oneOf: ['Tea'] }] }, { atLeast: 200 })).toEqual(['ann', 'bo']);
    expect(await who({ ...spend, where: [{ property: 'value', atLeast: 300 }] }, { is: 300 })).toEqual(['ann']);
  });

  it('counts who has no such event as 0 where it is counted or added, and as without a value elsewhere', async () => {
    expect(await who(spend, { atMost: 0 })).toEqual(['dee']);
    expect(await who({ aggregate: 'mean', of: 'value', events: buy }, { exists: false })).toEqual(['dee']);
    expect(await who({ aggregate: 'daysSince', events: buy }, { isNot: 12 })).toEqual(['bo', 'cy', 'dee']);
  });

  it('has words for every aggregate', () => {
    for (const locale of ['en', 'zh']) {
      const messages = JSON.parse(readFileSync(`messages/${locale}/segments.json`, 'utf8')) as Record<string, string>;
      for (const aggregate of aggregateNames)
        for (const of of [undefined, ...aggregateTakes[aggregate]]) {
          if (of === undefined && aggregateTakes[aggregate].length > 0 && aggregate !== 'shareOf') continue;
          const { gaps } = measureCondition.readBack({ measure: { aggregate, of }, atLeast: 1 }, { asOf: '2026-06-01T00:00:00' });
          const figure = gaps!.figure as { phrase: { say: string } };
          expect(messages[figure.phrase.say], `${locale} ${figure.phrase.say}`).toBeTruthy();
          if (of) expect(messages[`segments_property_${of}`], of).toBeTruthy();
        }
    }
  });

  it.each([
    ['measure_of_wrong', { measure: { aggregate: 'sum', of: 'channel', events: buy }, atLeast: 1 }],
    ['measure_of_wrong', { measure: { aggregate: 'sum', events: buy }, atLeast: 1 }],
    ['condition_empty', { measure: spend }],
    ['condition_double', { measure: spend, atLeast: 1, atMost: 2 }],
    ['comparison_needs_text', { measure: spend, contains: '1' }],
    ['comparison_needs_date', { measure: spend, before: '2026-01-01' }],
    ['days_invalid', { measure: { ...spend, window: { withinDays: 0 } }, atLeast: 1 }],
  ])('is refused with %s: %j', (code, rule) => {
    const found = checkRule({ all: [rule] } as Rule, { traits: [], segments: [] });
    expect(found.map((error) => [error.code, error.values.path])).toEqual([[code, 'all.0']]);
  });
});
