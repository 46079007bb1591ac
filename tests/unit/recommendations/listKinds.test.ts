import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRunContext } from '$lib/core/base/run';
import { matrixFromPairs, type InteractionMatrix } from '$lib/core/math/sparseRows';
import { readPlan } from '$lib/core/plan/read';
import type { PlanList } from '$lib/core/plan/schema';
import { boughtTogetherLists } from '$lib/core/recommendations/kinds/boughtTogether';
import { categoriesOf, priceBands } from '$lib/core/recommendations/kinds/categories';
import { categoriesTaken } from '$lib/core/recommendations/kinds/otherCategories';
import { rhythmsOf, type ActCounts } from '$lib/core/recommendations/kinds/rhythm';
import { segmentList } from '$lib/core/recommendations/kinds/segmentList';
import { upSellLists } from '$lib/core/recommendations/kinds/upSell';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNodeKernels } from '$lib/platform/node/kernels';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import type { Desk } from '$lib/work/desk';
import { makeExports } from '$lib/work/exports';
import { openHandMade } from '../../support/handMade';
import { bareDesk } from '../../support/bareDesk';
import { openTinyShop, type TinyEvent } from '../../support/tinyShop';
import { withBytes } from '../../support/writtenFiles';

const run = createRunContext(new AbortController().signal);

function matrixOf(rows: readonly (readonly number[])[], items: number): InteractionMatrix {
  const entries = rows.flatMap((row, user) => [...new Set(row)].sort((a, b) => a - b).map((item) => [user, item]));
  return matrixFromPairs(
    rows.length,
    items,
    Int32Array.from(entries, ([user]) => user),
    Int32Array.from(entries, ([, item]) => item),
    new Float32Array(entries.length).fill(1),
  );
}

/** Some people's items, categories and prices. */
const shop = fc.record({
  rows: fc.array(fc.array(fc.nat(11), { maxLength: 6 }), { minLength: 1, maxLength: 8 }),
  categories: fc.array(fc.constantFrom('Tea', 'Coffee', 'Ware', null), { minLength: 12, maxLength: 12 }),
  prices: fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant(NaN)), { minLength: 12, maxLength: 12 }),
});
const isKnown = ({ categories, prices }: { categories: (string | null)[]; prices: number[] }) =>
  categories.some(Boolean) && prices.some((price) => !Number.isNaN(price));

describe('the kinds of lists', () => {
  it('puts each category’s prices into thirds, equal ones together', () => {
    const categories = categoriesOf(['Tea', 'Tea', 'Tea', 'Ware', 'Ware', null]);
    expect([...priceBands(categories, Float64Array.of(3, 9, 6, 5, 5, 1))]).toEqual([0, 2, 1, 0, 0, -1]);
    expect(() => categoriesOf([null, ''])).toThrow('which category');
    expect(() => priceBands(categories, new Float64Array(6).fill(NaN))).toThrow('cost the customer');
  });

  it('up-sells only dearer things of a category that somebody has something of, and says because of what', async () => {
    await fc.assert(
      fc.asyncProperty(shop.filter(isKnown), async ({ rows, categories: texts, prices: given }) => {
        const owned = matrixOf(rows, 12);
        const { codes, names } = categoriesOf(texts);
        const prices = Float64Array.from(given);
        const bands = priceBands({ codes, names }, prices);
        const similar = (item: number) =>
          Array.from({ length: 12 }, (_, other) => ({ item: other, score: 1 / (1 + Math.abs(other - item)) })).filter(
            (other) => other.item !== item,
          );
        const users = Int32Array.from(rows.keys());
        const lists = await upSellLists(
          similar,
          { users, size: 3, owned, exclude: owned, categories: codes, bands, eligible: new Uint8Array(12).fill(1) },
          run,
        );
        lists.items.forEach((item, at) => {
          if (item < 0) return;
          const own = rows[Math.floor(at / 3)];
          const from = lists.because[at];
          expect(own).toContain(from);
          expect(own).not.toContain(item);
          expect(texts[item]).toBe(texts[from]);
          expect(prices[item]).toBeGreaterThan(prices[from]);
          if (at % 3 > 0) expect(lists.scores[at]).toBeLessThanOrEqual(lists.scores[at - 1]);
        });
      }),
      { seed: 4, numRuns: 60 },
    );
  });

  it('cross-sells nothing of a category that somebody has something of', () => {
    fc.assert(
      fc.property(shop.filter(isKnown), ({ rows, categories: texts }) => {
        const owned = matrixOf(rows, 12);
        const users = Int32Array.of(0);
        const out = categoriesTaken(users, {
          owned,
          exclude: matrixOf([[3], ...rows.slice(1).map(() => [])], 12),
          categories: categoriesOf(texts),
        });
        const left = Array.from({ length: 12 }, (_, item) => item).filter((item) => !out.columns.includes(item));
        const had = new Set(rows[0].map((item) => texts[item]));
        const wanted = Array.from({ length: 12 }, (_, item) => item).filter((item) => item !== 3 && texts[item] && !had.has(texts[item]));
        expect(left).toEqual(wanted);
        expect(out.rowStarts[out.users]).toBe(out.rowStarts[1]);
      }),
      { seed: 5, numRuns: 100 },
    );
  });

  it('counts what was bought together as one would by hand', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(fc.nat(5), { maxLength: 5 }), { minLength: 1, maxLength: 20 }), async (rows) => {
        const baskets = matrixOf(rows, 6);
        const orders = rows.map((row) => new Set(row));
        const having = (...items: number[]) => orders.filter((order) => items.every((item) => order.has(item))).length;
        const lists = await boughtTogetherLists(
          baskets,
          { items: Int32Array.from({ length: 6 }, (_, i) => i), size: 6, leastOrders: 1 },
          run,
        );
        for (let item = 0; item < 6; item++) {
          const own = [...lists.items.subarray(item * 6, item * 6 + 6)];
          const wanted = Array.from({ length: 6 }, (_, other) => other).filter(
            (other) => other !== item && having(item, other) > 0 && having(item, other) * rows.length >= having(item) * having(other),
          );
          expect(own.filter((other) => other >= 0).sort()).toEqual(wanted);
          own.forEach((other, place) => {
            if (other < 0) return;
            const at = item * 6 + place;
            expect(lists.orders[at]).toBe(having(item, other));
            expect(lists.confidence[at]).toBeCloseTo(having(item, other) / having(item), 9);
            expect(lists.scores[at]).toBeCloseTo((having(item, other) * rows.length) / (having(item) * having(other)), 4);
            if (place > 0) expect(lists.orders[at]).toBeLessThanOrEqual(lists.orders[at - 1]);
          });
        }
      }),
      { seed: 6, numRuns: 60 },
    );
  });

  it('lists for a segment what stands in most members’ lists', () => {
    const own = Int32Array.of(1, 2, 2, 3, 2, -1, 4, 1);
    const one = segmentList(own, 4, 6, 3);
    expect([...one.items]).toEqual([2, 1, 3]);
    expect([...one.scores]).toEqual([0.75, 0.5, 0.25]);
    expect([...one.members]).toEqual([3, 2, 1]);
    expect([...segmentList(new Int32Array(), 0, 6, 2).items]).toEqual([-1, -1]);
  });

  it('takes a rhythm from orders, then visits, then everybody, and counts the hours around one', () => {
    const acts = (weekdays: number[], hours: Record<number, number>, channels: Record<string, number>): ActCounts => ({
      acts: weekdays.reduce((sum, count) => sum + count, 0),
      weekdays: Int32Array.from(weekdays),
      hours: Int32Array.from({ length: 24 }, (_, hour) => hours[hour] ?? 0),
      channels: new Map(Object.entries(channels)),
    });
    const orders = new Map([
      // Eight o'clock is the single most frequent hour, but the evening is the habit.
      [0, acts([0, 0, 0, 0, 1, 4, 0], { 8: 2, 20: 1, 21: 1, 22: 1 }, { app: 2, web: 3 })],
      [1, acts([2, 0, 0, 0, 0, 0, 0], { 9: 2 }, { app: 2 })],
      [2, acts([1, 0, 0, 0, 0, 0, 0], { 9: 1 }, {})],
    ]);
    const visits = new Map([[1, acts([0, 6, 0, 0, 0, 0, 0], { 0: 3, 23: 3 }, {})]]);
    const rhythms = rhythmsOf({ orders, visits }, Int32Array.of(0, 1, 2, 3));
    expect(rhythms[0]).toEqual({ weekday: 6, hour: 21, channel: 'web', basis: 'orders', acts: 5 });
    expect(rhythms[1]).toEqual({ weekday: 2, hour: 23, channel: null, basis: 'visits', acts: 6 });
    expect(rhythms[2]).toMatchObject({ weekday: 6, channel: 'app', basis: 'everyone', acts: 8 });
    expect(rhythms[3]).toEqual(rhythms[2]);
    expect(rhythmsOf({ orders: new Map(), visits: new Map() }, Int32Array.of(0))).toEqual([null]);
  });
});

describe('a plan with lists of every kind', () => {
  /** Ten people buy teas on Saturdays at eight in the evening in the app, two things an order; Zoe has one cheap tea. */
  const events: TinyEvent[] = Array.from({ length: 10 }, (_, person) => person).flatMap((person) =>
    Array.from({ length: 4 }, (_, week) => week).flatMap((week) =>
      [week % 4, (week + 1 + (person % 2)) % 4].map((tea) => ({
        user: `p${person}`,
        event: 'order_completed',
        at: `2026-05-${String(2 + 7 * week).padStart(2, '0')}T20:00:00`,
        item: `t${tea}`,
        order: `o${person}-${week}`,
        value: 10,
        channel: 'app',
      })),
    ),
  );
  events.push({ user: 'zoe', event: 'order_completed', at: '2026-05-12T09:00:00', item: 't0', order: 'z', value: 10, channel: 'web' });
  events.push({ user: 'p0', event: 'order_completed', at: '2026-05-24T20:00:00', item: 'cup', order: 'o0-cup', value: 10, channel: 'app' });
  const items = [
    ...[5, 9, 14, 20].map((price, tea) => ({ id: `t${tea}`, title: `Tea ${tea}`, category: 'Tea', price })),
    { id: 'cup', title: 'Cup', category: 'Ware', price: 8 },
  ];
  const list = (part: Partial<PlanList> & Pick<PlanList, 'id'>): PlanList => ({
    for: 'all',
    model: 'near',
    size: 2,
    exclude: ['bought'],
    ...part,
  });
  const lists: PlanList[] = [
    list({ id: 'people' }),
    list({ id: 'segment', kind: 'segment', exclude: [] }),
    list({ id: 'up', kind: 'up-sell' }),
    list({ id: 'cross', kind: 'cross-sell' }),
    list({ id: 'next', kind: 'next-best-offer', size: 1 }),
    list({ id: 'alike', kind: 'similar-items' }),
    list({ id: 'together', kind: 'bought-together', model: 'orders', leastOrders: 10 }),
    list({
      id: 'ruled',
      kind: 'bought-together',
      model: 'orders',
      policies: { hide: { items: ['t0'] }, caps: [{ by: 'price', bands: [10], most: 1 }], boosts: [{ by: 'freshness', places: 3 }] },
    }),
  ];
  let store: TableStore;
  let desk: Desk;
  beforeAll(async () => {
    store = await openNativeStore({ threads: 2 });
    await openTinyShop(store, { events, items }, '2026-06-01T00:00:00');
    const kernels = await openNodeKernels({ threads: 1 });
    desk = bareDesk({ openStore: async () => store, openKernels: async () => kernels });
    await openHandMade(
      desk,
      {
        name: 'Tea',
        asOf: '2026-06-01',
        models: [{ id: 'near', kind: 'recommender', algorithm: 'item-knn', options: { popularityShare: 0 } }],
        audiences: [{ id: 'all', from: 'everyone', columns: [] }],
        lists,
        exports: lists.map(({ id }) => ({ list: id, destination: 'csv' })),
      },
      {
        dataHash: 'h',
        users: 11,
        items: 5,
        events: events.length,
        orders: 42,
        firstEvent: '2026-05-02T20:00:00Z',
        lastEvent: '2026-05-24T20:00:00Z',
        eventCounts: [{ event: 'order_completed', count: events.length }],
      },
    );
  });
  afterAll(async () => {
    (await desk.kernels()).close();
    await store.close();
  });

  it('writes a file of each, with its own columns', async () => {
    const context = { ...createRunContext(new AbortController().signal), desk };
    const { files: written, manifest } = await desk.read(context, (epoch) => makeExports(epoch));
    const files = await withBytes(written);
    const table = (id: string) => {
      const file = files.find(({ name }) => name.startsWith(id))!;
      const text = new TextDecoder().decode(file.bytes);
      const [head, ...rows] = text.trim().split('\n');
      const names = head.split(',');
      return { names, rows: rows.map((row) => Object.fromEntries(row.split(',').map((cell, at) => [names[at], cell]))) };
    };
    const always = ['rank', 'item', 'score', 'model', 'title', 'source'];
    expect(table('people').names).toEqual(['user', ...always]);

    expect(table('segment').names).toEqual(['audience', ...always, 'members', 'of']);
    expect(table('segment').rows[0]).toMatchObject({ audience: 'all', rank: '1', members: '11', of: '11', score: '1' });

    // Nine have every tea; zoe has the cheapest.
    const up = table('up');
    expect(up.names).toEqual(['user', ...always, 'because', 'price']);
    expect(up.rows.map(({ user }) => user)).toEqual(['zoe', 'zoe']);
    expect(up.rows.every(({ because, price }) => because === 't0' && Number(price) > 5)).toBe(true);

    const cross = table('cross');
    expect(cross.names).toEqual(['user', ...always, 'category']);
    // p0 has the cup already, and so something of every category.
    expect(cross.rows.map(({ user, item, category }) => [user, item, category].join())).toEqual(
      ['p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7', 'p8', 'p9', 'zoe'].map((user) => `${user},cup,Ware`),
    );

    const next = table('next');
    expect(next.names).toEqual(['user', ...always, 'weekday', 'hour', 'channel', 'rhythm_of', 'rhythm_count']);
    expect(next.rows.find(({ user }) => user === 'p1')).toMatchObject({
      weekday: '6',
      hour: '20',
      channel: 'app',
      rhythm_of: 'orders',
      rhythm_count: '4',
    });
    expect(next.rows.find(({ user }) => user === 'zoe')).toMatchObject({
      weekday: '6',
      hour: '20',
      rhythm_of: 'everyone',
      rhythm_count: '42',
    });

    const alike = table('alike');
    expect(alike.names).toEqual(['for_item', ...always]);
    expect([...new Set(alike.rows.map(({ for_item }) => for_item))]).toEqual(['cup', 't0', 't1', 't2', 't3']);
    expect(alike.rows.every((row) => row.item !== row.for_item)).toBe(true);

    const together = table('together');
    expect(together.names).toEqual(['for_item', ...always, 'orders', 'confidence', 'lift']);
    expect(together.rows.every(({ source, model, orders }) => source === 'orders' && model === 'orders' && Number(orders) >= 10)).toBe(
      true,
    );
    expect(together.rows.length).toBeGreaterThan(0);

    // Under rules: no cheapest tea, one of either price at most, and orders and lift of the row that was chosen.
    const ruled = table('ruled');
    expect(ruled.rows.length).toBeGreaterThan(2);
    const prices = new Map(items.map(({ id, price }) => [id, price]));
    for (const { for_item, item, score, lift, orders } of ruled.rows) {
      expect(item).not.toBe('t0');
      expect(Number(lift)).toBeCloseTo(Number(score), 5);
      const same = together.rows.find((row) => row.for_item === for_item && row.item === item);
      if (same) expect(orders).toBe(same.orders);
      const ofPrice = ruled.rows.filter((row) => row.for_item === for_item && prices.get(row.item)! < 10 === prices.get(item)! < 10);
      expect(ofPrice).toHaveLength(1);
    }
    expect(manifest.lists.map(({ id, kind, users }) => [id, kind, users])).toContainEqual(['segment', 'segment', 1]);
    expect(manifest.lists[0]).not.toHaveProperty('kind');
  });

  it('reads the kinds back, and says what is wrong with one', () => {
    const text = (kind: string, model: string) => `muster: 2
name: Tea
models:
  - { id: near, kind: recommender, algorithm: item-knn }
  - { id: top, kind: recommender, algorithm: popularity }
audiences: [{ id: all, from: everyone }]
lists: [{ id: one, for: all${kind}${model} }]`;
    const problems = (kind: string, model: string): unknown => {
      try {
        return readPlan(text(kind, model)).plan.lists[0];
      } catch (error) {
        return (error as { values: { problems: string } }).values.problems;
      }
    };
    expect(problems(', kind: bought-together', '')).toMatchObject({ kind: 'bought-together', model: 'orders' });
    expect(problems('', ', model: near')).not.toHaveProperty('kind');
    expect(problems(', kind: cross-sell', '')).toMatch('lists[0].model must be a string');
    expect(problems(', kind: up-sell', ', model: top')).toMatch('which "top" cannot tell');
    expect(problems(', kind: sideways', ', model: near')).toMatch('lists[0].kind must be one of: person');
  });
});
