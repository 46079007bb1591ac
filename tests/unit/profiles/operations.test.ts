import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { Desk } from '$lib/work/desk';
import { operations } from '$lib/work/operations';
import type { OperationContext } from '$lib/work/operations/context';
import type { Platform } from '$lib/work/platform';
import type { TableStore } from '$lib/core/store/tableStore';
import { openHandMade } from '../../support/handMade';
import { openTinyShop, type TinyShop } from '../../support/tinyShop';

const shop: TinyShop = {
  items: [
    { id: 'cup', title: '青花茶杯', category: 'Kitchen / Cups', brand: 'Blue', price: 10 },
    { id: 'oolong', title: 'Oolong', category: 'Tea / Green', brand: 'Leaf', price: 20 },
    { id: 'sencha', title: 'Sencha', category: 'Tea / Green' },
  ],
  users: { ann: { country: 'CN', email: 'Ann@example.com' }, bo: { country: 'DE' }, cy: { country: 'CN' } },
  events: [
    {
      user: 'ann',
      event: 'order_completed',
      at: '2026-05-31T10:00:00',
      item: 'oolong',
      value: 20,
      quantity: 1,
      order: 'A2',
      channel: 'app',
    },
    {
      user: 'ann',
      event: 'order_completed',
      at: '2026-05-01T10:00:00',
      item: 'cup',
      value: 10.5,
      quantity: 1,
      order: 'A1',
      channel: 'web',
    },
    { user: 'ann', event: 'product_viewed', at: '2026-05-01T09:00:00', item: 'cup', channel: 'web' },
    { user: 'bo', event: 'order_completed', at: '2026-04-01T10:00:00', item: 'cup', value: 10, quantity: 2, order: 'B1' },
    { user: 'bo', event: 'order_refunded', at: '2026-04-09T10:00:00', item: 'cup', value: -10, quantity: -2, order: 'B1' },
    { user: 'cy', event: 'product_viewed', at: '2026-05-20T10:00:00', item: 'oolong', channel: 'app' },
  ],
};

describe('what the screens ask about customers', () => {
  let store: TableStore;
  let context: OperationContext;
  beforeAll(async () => {
    store = await openNativeStore({ threads: 2 });
    await openTinyShop(store, shop, '2000-01-01T00:00:00');
    const desk = new Desk({ openStore: () => Promise.resolve(store) } as unknown as Platform);
    const facts = { dataHash: 'tiny', users: 3, items: 3, events: 6, orders: 3, lastEvent: '2026-05-31T02:00:00.000Z' };
    await openHandMade(desk, { timeZone: 'Asia/Shanghai' }, facts);
    context = { ...quietContext(), desk };
  });
  afterAll(() => store.close());

  it('adds money, orders and buyers up by month', async () => {
    expect(await operations.salesByMonth(undefined, context)).toEqual([
      { month: '2026-04', revenue: 0, orders: 1, buyers: 1 },
      { month: '2026-05', revenue: 30.5, orders: 2, buyers: 1 },
    ]);
  });

  it('counts a rule as of the midnight after the last local day', async () => {
    const counted = await operations.segmentCount({ rule: { event: 'order_completed', withinDays: 1 } }, context);
    expect(counted).toMatchObject({
      count: 1,
      total: 3,
      asOf: '2026-06-01T00:00:00',
      windows: [{ path: '', from: '2026-05-31T00:00:00', to: '2026-06-01T00:00:00' }],
    });
  });

  it('lists traits with range, values and how many have none, and none that nobody has', async () => {
    const traits = new Map((await operations.traitsList(undefined, context)).map((trait) => [trait.id, trait]));
    expect(traits.get('orders')).toMatchObject({ kind: 'count', origin: 'profile', min: 0, max: 2, missing: 0 });
    expect(traits.get('daysSinceLastOrder')).toMatchObject({ kind: 'days', min: 1, max: 61, missing: 1 });
    expect(traits.get('revenue')).toMatchObject({ kind: 'money', max: 30.5 });
    expect(traits.get('country')?.values).toEqual([
      { value: 'CN', count: 2 },
      { value: 'DE', count: 1 },
    ]);
    expect(traits.has('phone')).toBe(false);
  });

  it('shows customers sorted by a column, those without a value last, equal ones by id', async () => {
    const ids = async (column: string, descending: boolean) =>
      (await operations.profilesPage({ sort: { column, descending }, offset: 0, limit: 10 }, context)).rows.map(([id]) => id);
    expect(await ids('revenue', true)).toEqual(['ann', 'bo', 'cy']);
    expect(await ids('daysSinceLastOrder', true)).toEqual(['bo', 'ann', 'cy']);
    expect(await ids('daysSinceLastOrder', false)).toEqual(['ann', 'bo', 'cy']);
    expect(await ids('country', false)).toEqual(['ann', 'cy', 'bo']);
    expect(await ids('user_id', true)).toEqual(['cy', 'bo', 'ann']);
    await expect(ids('shoeSize', true)).rejects.toMatchObject({ code: 'column_unknown' });
  });

  it('searches ids, addresses and favourites in any case, within a rule, a page at a time', async () => {
    const page = (search: string, more = {}) => operations.profilesPage({ search, offset: 0, limit: 10, ...more }, context);
    expect((await page('ANN@')).rows.map(([id]) => id)).toEqual(['ann']);
    // Ann ordered both once, and looked at the cup.
    expect((await page('茶杯')).rows.map(([id]) => id)).toEqual(['ann', 'bo']);
    expect((await page('cn', { rule: { event: 'order_completed' } })).total).toBe(1);
    const second = await page('', { offset: 1, limit: 1 });
    expect([second.total, second.rows.map(([id]) => id)]).toEqual([3, ['bo']]);
    expect(second.columns[0]).toBe('user_id');
    expect(second.rows[0][second.columns.indexOf('refundedValue')]).toBe(10);
  });

  it('opens one customer with the newest event first', async () => {
    const ann = await operations.profilesOne({ userId: 'ann', timelineLimit: 2 }, context);
    expect(ann).toMatchObject({ userId: 'ann', traits: { orders: 2, revenue: 30.5, country: 'CN' }, timelineTotal: 3 });
    expect(ann.timeline).toHaveLength(2);
    expect(ann.timeline[0]).toEqual({
      time: '2026-05-31T10:00:00',
      event: 'order_completed',
      itemId: 'oolong',
      itemTitle: 'Oolong',
      category: 'Tea / Green',
      quantity: 1,
      value: 20,
      orderId: 'A2',
      channel: 'app',
    });
    await expect(operations.profilesOne({ userId: 'ANN' }, context)).rejects.toMatchObject({ code: 'user_unknown' });
  });

  it('lays a segment over the histogram of everyone', async () => {
    const everyone = await operations.traitHistogram({ trait: 'daysSinceLastOrder', bins: 3 }, context);
    expect(everyone).toEqual({ edges: [1, 21, 41, 61], counts: [1, 0, 1], missing: 1 });
    const german = await operations.traitHistogram({ trait: 'daysSinceLastOrder', bins: 3, rule: { trait: 'country', is: 'DE' } }, context);
    expect(german).toEqual({ edges: [1, 21, 41, 61], counts: [0, 0, 1], missing: 0 });
    expect(await operations.traitHistogram({ trait: 'orders', bins: 20 }, context)).toMatchObject({
      edges: [0, 1, 2, 3],
      counts: [1, 1, 1],
    });
    await expect(operations.traitHistogram({ trait: 'country', bins: 3 }, context)).rejects.toMatchObject({
      code: 'histogram_needs_number',
    });
  });

  it('shows items with what was sold of them', async () => {
    const sort = { column: 'revenue', descending: true };
    const { rows, columns, total } = await operations.itemsPage({ sort, offset: 0, limit: 2 }, context);
    expect(total).toBe(3);
    expect(rows.map((row) => columns.map((column, c) => [column, row[c]]).slice(5, 10))).toEqual([
      [['buyers', 1], ['orders', 1], ['quantity', 1], ['revenue', 20], ['views', 1]], // prettier-ignore
      [['buyers', 2], ['orders', 2], ['quantity', 3], ['revenue', 10.5], ['views', 1]], // prettier-ignore
    ]);
    expect((await operations.itemsPage({ search: '青花', offset: 0, limit: 9 }, context)).rows[0][0]).toBe('cup');
  });

  it('offers the values of an event property, a category with all above it', async () => {
    const values = async (property: 'event' | 'category' | 'item' | 'channel', search = '') =>
      (await operations.valuesList({ property, search, limit: 9 }, context)).map(({ label, count }) => `${label} ${count}`);
    expect(await values('event')).toEqual(['order_completed 3', 'product_viewed 2', 'order_refunded 1']);
    expect(await values('category', 'tea')).toEqual(['Tea 2', 'Tea / Green 2']);
    expect(await values('category')).toEqual(['Kitchen 4', 'Kitchen / Cups 4', 'Tea 2', 'Tea / Green 2']);
    expect(await values('item', 'CUP')).toEqual(['青花茶杯 4']);
    expect(await values('channel')).toEqual(['app 2', 'web 2']);
  });

  it('maps recency and frequency, and warns that three customers are too few', async () => {
    const grid = await operations.segmentRfm({ bins: 5, method: 'quintile' }, context);
    expect([grid.customers, grid.cells.length, grid.warnings.map(({ code }) => code)]).toEqual([2, 25, ['rfm_few_customers']]);
    expect(grid.cells.filter(({ customers }) => customers > 0).map(({ recency, frequency }) => [recency, frequency])).toEqual([
      [1, 1],
      [5, 5],
    ]);
  });

  it('asks for data where there is none', async () => {
    const desk = new Desk({ openStore: () => Promise.resolve(store), now: () => new Date(0) } as unknown as Platform);
    await operations.workspaceCreate({ name: 'Empty', timeZone: 'UTC', currency: 'EUR' }, { ...context, desk });
    await expect(operations.traitsList(undefined, { ...context, desk })).rejects.toMatchObject({ code: 'no_data' });
  });
});
