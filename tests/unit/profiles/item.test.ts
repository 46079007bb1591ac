import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readItem, stageOf } from '$lib/core/profiles/item';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { openTinyShop, type TinyEvent } from '../../support/tinyShop';

const asOf = '2026-07-01T00:00:00';
const line = (user: string, order: string, at: string, item: string, value: number, quantity = 1): TinyEvent => ({
  user,
  event: 'order_completed',
  at: `${at}T10:00:00`,
  item,
  order,
  value,
  quantity,
});

describe('an item', () => {
  let store: TableStore;
  beforeAll(async () => void (store = await openNativeStore({ threads: 1 })));
  afterAll(() => store.close());

  /** Ten orders: tea in five of them, cups beside three of these and in two others; salt once, milk never. */
  const open = () =>
    openTinyShop(
      store,
      {
        items: ['tea', 'cup', 'pot', 'salt', 'milk'].map((id) => ({ id, title: id.toUpperCase(), category: 'Kitchen' })),
        events: [
          line('ann', 'a1', '2026-01-10', 'tea', 400, 4),
          line('ann', 'a1', '2026-01-10', 'cup', 20),
          line('ann', 'a2', '2026-03-10', 'tea', 200, 2),
          line('ann', 'a2', '2026-03-10', 'cup', 20),
          line('bo', 'b1', '2026-03-11', 'tea', 100),
          line('bo', 'b1', '2026-03-11', 'cup', 20),
          line('bo', 'b1', '2026-03-11', 'pot', 50),
          line('cy', 'c1', '2026-06-01', 'tea', 100),
          line('di', 'd1', '2026-06-02', 'tea', 100),
          ...['e1', 'e2'].map((order) => line('eve', order, '2026-06-10', 'cup', 20)),
          ...['f1', 'f2', 'f3'].map((order) => line('fay', order, '2026-06-11', 'pot', 10)),
          line('fay', 'f3', '2026-06-11', 'salt', 5),
          { user: 'di', event: 'order_refunded', at: '2026-06-20T10:00:00', item: 'tea', order: 'd1', value: -50 },
          { user: 'gus', event: 'product_viewed', at: '2026-06-20T10:00:00', item: 'milk' },
          line('late', 'l1', '2026-07-02', 'tea', 1000),
        ],
      },
      asOf,
    );

  it('is counted by hand, and nothing after asOf', async () => {
    const tea = await readItem(await open(), 'tea');
    expect(tea).toMatchObject({ title: 'TEA', buyers: 4, repeatBuyers: 1, orders: 5, quantity: 9, revenue: 850 });
    expect(tea).toMatchObject({ firstSold: '2026-01-10', lastSold: '2026-06-02', place: 1, places: 4 });
    expect(tea.months.map(({ month, quantity, revenue }) => [month, quantity, revenue])).toEqual([
      ['2026-01', 4, 400],
      ['2026-02', 0, 0],
      ['2026-03', 3, 300],
      ['2026-04', 0, 0],
      ['2026-05', 0, 0],
      ['2026-06', 2, 150],
    ]);
  });

  it('knows what stands beside it in orders, and how much more often than by chance', async () => {
    const { boughtTogether } = await readItem(await open(), 'tea');
    // Ten orders, five with tea, five with cups, three with both. The pot stood beside it once, which is an accident.
    expect(boughtTogether).toEqual([{ itemId: 'cup', title: 'CUP', orders: 3, share: 0.6, lift: (3 * 10) / (5 * 5) }]);
  });

  it('has a class by the revenue of what sells better', async () => {
    const scope = await open();
    // 850 of 1,035 before the cups (100), the pots (80) and the salt (5).
    const classes = await Promise.all(['tea', 'cup', 'pot', 'salt', 'milk'].map(async (id) => (await readItem(scope, id)).abc));
    expect(classes).toEqual(['A', 'B', 'B', 'C', null]);
  });

  it('stands in a stage by its last two quarters', async () => {
    const scope = await open();
    expect((await readItem(scope, 'salt')).stage).toBe('introduction');
    expect((await readItem(scope, 'tea')).recent).toEqual([2, 7]);
    expect((await readItem(scope, 'tea')).stage).toBe('decline');
    expect((await readItem(scope, 'milk')).stage).toBe(null);
    expect(stageOf('2026-01-01', [10, 10], asOf)).toBe('maturity');
    expect(stageOf('2026-01-01', [13, 10], asOf)).toBe('growth');
    expect(stageOf('2026-01-01', [5, 0], asOf)).toBe('growth');
    expect(stageOf('2026-01-01', [0, 0], asOf)).toBe('decline');
    expect(stageOf('2026-04-02', [0, 0], asOf)).toBe('introduction');
  });

  it('is refused where nobody knows it', async () => {
    await expect(readItem(await open(), 'Tea')).rejects.toMatchObject({ code: 'item_unknown' });
  });
});
