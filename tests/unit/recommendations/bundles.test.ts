import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRunContext } from '$lib/core/base/run';
import { matrixFromPairs } from '$lib/core/math/sparseRows';
import { bundleMoney } from '$lib/core/recommendations/bundleMoney';
import { findBundles, leastOrdersOf, mostBundled, type Bundles } from '$lib/core/recommendations/bundles';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import type { Desk } from '$lib/work/desk';
import { bundlesPage, type BundlesRequest } from '$lib/work/operations/bundles';
import { openHandMade } from '../../support/handMade';
import { bareDesk } from '../../support/bareDesk';
import { openTinyShop, type TinyEvent } from '../../support/tinyShop';

const run = createRunContext(new AbortController().signal);

/** Cup and pot go together in three orders of five. */
const [cup, pot, cake] = [0, 1, 2];
const orders = [[cup, pot], [cup, pot], [cup, pot, cake], [cup], [cake]];

function matrixOf(baskets: readonly (readonly number[])[], items: number) {
  const entries = baskets.flat();
  return matrixFromPairs(
    baskets.length,
    items,
    Int32Array.from(baskets.flatMap((basket, row) => basket.map(() => row))),
    Int32Array.from(entries),
    new Float32Array(entries.length).fill(1),
  );
}

function rowOf(bundles: Bundles, at: number) {
  const items = [...bundles.items.subarray(at * mostBundled, at * mostBundled + bundles.sizes[at])];
  return {
    from: items.slice(0, -1),
    to: items.at(-1)!,
    orders: bundles.orders[at],
    confidence: bundles.confidence[at],
    lift: bundles.lift[at],
  };
}

describe('findBundles', () => {
  it('tells the pair with its surest rule: whoever orders a pot orders a cup', async () => {
    const bundles = await findBundles(matrixOf(orders, 3), 2, run);
    expect(bundles).toMatchObject({ baskets: 5, count: 1, complete: true });
    expect(rowOf(bundles, 0)).toEqual({ from: [pot], to: cup, orders: 3, confidence: 1, lift: 5 / 4 });
    expect([bundles.ordersFrom[0], bundles.ordersTo[0]]).toEqual([3, 4]);
  });

  it('has no bundle where nothing was bought together', async () => {
    expect((await findBundles(matrixOf([[cup], [pot], []], 3), 1, run)).count).toBe(0);
    expect((await findBundles(matrixOf([], 3), 1, run)).count).toBe(0);
  });

  it('agrees with the rules of mlxtend', async () => {
    const { small } = JSON.parse(readFileSync(new URL('../../fixtures/itemsets.json', import.meta.url), 'utf8'));
    const bundles = await findBundles(matrixOf(small.baskets, small.items), small.minCount, run);
    const counts = new Map<string, number>(small.sets.map(([set, count]: [number[], number]) => [set.join(), count]));
    const wanted = [...counts.keys()].filter((set) => [2, 3].includes(set.split(',').length));
    const rules = small.rules as [number[], number[], ...number[]][];
    const found = Array.from({ length: bundles.count }, (_, at) => rowOf(bundles, at));
    const setOf = (row: { from: number[]; to: number }) => [...row.from, row.to].sort((a, b) => a - b).join();
    expect(found.map(setOf).sort()).toEqual(wanted.sort());
    let checked = 0;
    for (const row of found) {
      expect(row.orders).toBe(counts.get(setOf(row)));
      const ofSet = rules.filter(([left, right]) => right.length === 1 && [...left, ...right].sort((a, b) => a - b).join() === setOf(row));
      // mlxtend was asked for rules of confidence .4 and more.
      if (row.confidence < small.minConfidence) expect(ofSet).toEqual([]);
      else {
        const [, , support, , , confidence, lift] = ofSet.find(([left, [to]]) => to === row.to && left.join() === row.from.join())!;
        expect([row.orders / 60, row.confidence, row.lift].map((value) => value.toFixed(7))).toEqual(
          [support, confidence, lift].map((value) => value.toFixed(7)),
        );
        expect(row.confidence).toBeCloseTo(Math.max(...ofSet.map((rule) => rule[5])), 8);
        checked++;
      }
    }
    expect(checked).toBeGreaterThan(10);
  });

  it('asks for three orders in a small shop and for more in a large one', () => {
    const ofLines = (lines: number) => leastOrdersOf({ ...matrixOf([], 1), columns: new Int32Array(lines) });
    expect([0, 1000, 43_367, 130_559].map(ofLines)).toEqual([3, 3, 4, 13]);
  });
});

describe('bundleMoney', () => {
  it('says what ten percent off does to the margin, and how many more must sell', () => {
    expect(bundleMoney([30, 17.1], [20, 4], 0.1)).toEqual({
      price: 47.1,
      discounted: 42.39,
      margin: 23.1,
      discountedMargin: 18.39,
      neededMore: 23.1 / 18.39 - 1,
    });
  });

  it('knows no margin without every cost, and no way back from a loss', () => {
    expect(bundleMoney([30, 20], [20, null], 0.1)).toMatchObject({ price: 50, margin: null, discountedMargin: null, neededMore: null });
    expect(bundleMoney([30, null], [20, 5], 0.1)).toMatchObject({ price: null, discounted: null, margin: null });
    expect(bundleMoney([30, 20], [25, 20], 0.2)).toMatchObject({ margin: 5, discountedMargin: -5, neededMore: null });
  });

  it('never earns more by a discount, and the needed bundles earn the same', () => {
    const amount = fc.integer({ min: 1, max: 100_000 }).map((value) => value / 100);
    fc.assert(
      fc.property(fc.array(fc.tuple(amount, amount), { minLength: 2, maxLength: 3 }), fc.integer({ min: 0, max: 90 }), (pairs, percent) => {
        const money = bundleMoney(
          pairs.map(([price]) => price),
          pairs.map(([, cost]) => cost),
          percent / 100,
        );
        expect(money.discountedMargin!).toBeLessThanOrEqual(money.margin!);
        if (money.neededMore !== null) expect((1 + money.neededMore) * money.discountedMargin!).toBeCloseTo(money.margin!, 6);
      }),
      { seed: 3, numRuns: 200 },
    );
  });
});

describe('bundlesPage', () => {
  let store: TableStore;
  let desk: Desk;
  const names = ['cup', 'pot', 'cake'];
  const events: TinyEvent[] = orders.flatMap((items, order) =>
    items.map((item) => ({
      user: `u${order % 2}`,
      event: 'order_completed',
      at: `2026-05-0${1 + order}T10:00:00`,
      item: names[item],
      order: `o${order}`,
      value: 10,
    })),
  );
  beforeAll(async () => {
    store = await openNativeStore({ threads: 1 });
    const items = [
      { id: 'cup', title: '茶杯', category: 'Ware', price: 12 },
      { id: 'pot', title: 'Pot', category: 'Ware', price: 30 },
      { id: 'cake', title: 'Cake', category: 'Food' },
    ];
    await openTinyShop(store, { events, items }, '2026-06-01T00:00:00');
    desk = bareDesk({ openStore: async () => store });
    await openHandMade(
      desk,
      { name: 'Ware', asOf: '2026-06-01', seed: 3 },
      {
        dataHash: 'h',
        users: 2,
        items: 3,
        events: events.length,
        orders: 5,
        firstEvent: '2026-05-01T10:00:00Z',
        lastEvent: '2026-05-05T10:00:00Z',
        eventCounts: [{ event: 'order_completed', count: events.length }],
        currency: 'EUR',
        timeZone: 'UTC',
      },
    );
  });
  afterAll(() => store.close());
  const page = (part: Partial<BundlesRequest> = {}) =>
    bundlesPage(
      { discount: 0.1, leastOrders: 1, offset: 0, limit: 10, ...part },
      { ...createRunContext(new AbortController().signal), desk },
    );

  it('is a table in words, with money', async () => {
    const { total, columns, rows, ...facts } = await page({ sort: { column: 'orders', descending: true } });
    expect(facts).toEqual({ orders: 5, leastOrders: 1, hasCosts: false, complete: true, completeFor: 3 });
    expect(total).toBe(4);
    expect(Object.fromEntries(columns.map((column, at) => [column, rows[0][at]]))).toMatchObject({
      ids: 'pot\ncup',
      from: 'Pot',
      to: '茶杯',
      size: 2,
      orders: 3,
      share: 0.6,
      confidence: 1,
      price: 42,
      discounted: 37.8,
      margin: null,
    });
  });

  it('is searched, kept to one item, sorted both ways, and read screen by screen', async () => {
    const ids = async (part: Partial<BundlesRequest>) => (await page(part)).rows.map(([id]) => id);
    expect(await ids({ search: '茶', leastOrders: 2 })).toEqual(['pot\ncup']);
    expect((await page({ item: 'cake' })).total).toBe(3);
    const whole = await ids({ sort: { column: 'price', descending: true } });
    expect(whole[0]).toBe('pot\ncup');
    const up = await ids({ sort: { column: 'price', descending: false } });
    expect(up[0]).toBe('pot\ncup');
    expect(await ids({ sort: { column: 'price', descending: true }, offset: 1, limit: 2 })).toEqual(whole.slice(1, 3));
    await expect(page({ item: 'nothing' })).rejects.toMatchObject({ code: 'item_unknown' });
    await expect(page({ sort: { column: 'nothing', descending: true } })).rejects.toMatchObject({ code: 'column_unknown' });
  });
});
