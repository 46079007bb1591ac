import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPlan } from '$lib/core/plan/read';
import { membersOf, type SegmentScope } from '$lib/core/segments/evaluate';
import type { SequenceRule } from '$lib/core/segments/conditions/sequence';
import type { Rule } from '$lib/core/segments/rule';
import { checkRule } from '$lib/core/segments/ruleCheck';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { namesIn, openTinyShop, type TinyShop } from '../../../support/tinyShop';

const [cart, buy, refund] = ['product_added', 'order_completed', 'order_refunded'];
/** Ann bought what she put into her cart, Bo a week late, Cy gave it back first, Dee never, Eve bought first. */
const shop: TinyShop = {
  items: [
    { id: 'oolong', category: 'Tea' },
    { id: 'cup', category: 'Kitchen' },
  ],
  events: [
    { user: 'ann', event: cart, at: '2026-05-01T10:00:00', item: 'oolong' },
    { user: 'ann', event: buy, at: '2026-05-03T23:00:00', item: 'oolong', order: 'A1' },
    { user: 'bo', event: cart, at: '2026-05-01T10:00:00', item: 'cup' },
    { user: 'bo', event: buy, at: '2026-05-09T10:00:00', item: 'cup', order: 'B1' },
    { user: 'cy', event: cart, at: '2026-05-01T10:00:00', item: 'oolong' },
    { user: 'cy', event: refund, at: '2026-05-01T11:00:00', order: 'C0' },
    { user: 'cy', event: buy, at: '2026-05-02T10:00:00', item: 'oolong', order: 'C1' },
    { user: 'dee', event: cart, at: '2026-05-30T10:00:00', item: 'cup' },
    { user: 'eve', event: buy, at: '2026-05-01T09:00:00', item: 'oolong', order: 'E1' },
    { user: 'eve', event: cart, at: '2026-05-01T10:00:00', item: 'oolong' },
  ],
};

describe('"A, then B within N days, without C between"', () => {
  let store: TableStore;
  let scope: SegmentScope & { ids: string[] };
  beforeAll(async () => {
    store = await openNativeStore({ threads: 1 });
    scope = await openTinyShop(store, shop, '2026-06-01T00:00:00');
  });
  afterAll(() => store.close());
  const who = async (sequence: SequenceRule['sequence']) => namesIn(await membersOf(scope, { sequence }), scope);
  const first = { events: cart };

  it('holds for who bought within a week of the cart and gave nothing back between', async () => {
    expect(await who({ first, next: { events: buy }, withinDays: 7, without: { events: refund } })).toEqual(['ann']);
    expect(await who({ first, next: { events: buy }, withinDays: 7 })).toEqual(['ann', 'cy']);
    expect(await who({ first, next: { events: buy }, withinDays: 8 })).toEqual(['ann', 'bo', 'cy']);
    expect(await who({ first, next: { events: buy } })).toEqual(['ann', 'bo', 'cy']);
    expect(await who({ first, next: { events: buy }, withinDays: 1 })).toEqual(['cy']);
  });

  it('without a next event, holds for those with whom it ended there: a cart and no order after it', async () => {
    expect(await who({ first, without: { events: buy } })).toEqual(['dee', 'eve']);
    expect(await who({ first, without: { events: buy }, withinDays: 7 })).toEqual(['bo', 'dee', 'eve']);
  });

  it('looks at what an event was of, and only in its window', async () => {
    const tea = [{ property: 'category' as const, oneOf: ['Tea'] }];
    expect(await who({ first: { events: cart, where: tea }, next: { events: buy } })).toEqual(['ann', 'cy']);
    expect(await who({ first, next: { events: [buy, refund] }, withinDays: 0 })).toEqual(['cy']);
    expect(await who({ first, next: { events: buy }, window: { withinDays: 20 } })).toEqual([]);
  });

  it('is written shortly by hand', () => {
    const { plan } = readPlan(`
      muster: 2
      name: Carts
      segments:
        - { id: kept, sequence: { first: product_added, next: [order_completed], withinDays: 7, without: order_refunded } }
    `);
    const written: Rule = { sequence: { first, next: { events: [buy] }, withinDays: 7, without: { events: refund } } };
    expect(plan.segments[0].rule).toEqual(written);
  });

  it.each([
    ['sequence_alone', { first }],
    ['condition_empty', { first: { events: '' }, next: { events: buy } }],
    ['days_invalid', { first, next: { events: buy }, withinDays: 1.5 }],
    ['window_backwards', { first, next: { events: buy }, window: { from: '2026-02-02', to: '2026-02-01' } }],
    ['property_unknown', { first: { events: cart, where: [{ property: 'price) --', oneOf: ['x'] }] }, next: { events: buy } }],
  ])('is refused with %s: %j', (code, sequence) => {
    const found = checkRule({ all: [{ sequence }] } as Rule, { traits: [], segments: [] });
    expect(found.map((error) => [error.code, error.values.path])).toEqual([[code, 'all.0']]);
  });
});
