import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cohortTable, ruleOfCohort, type CohortChoice } from '$lib/core/segmentations/cohorts';
import { dayNumber } from '$lib/core/schema/days';
import { readPurchases, type Purchases } from '$lib/core/segmentations/purchases';
import { cutsOfShares, simulatePoints, tierFigures, tierShift, tierTrait, type Tier } from '$lib/core/segmentations/tiers';
import { daysByUser, readEventDays } from '$lib/core/segments/eventDays';
import { membersOf } from '$lib/core/segments/evaluate';
import { openProfiles } from '$lib/core/profiles/materialize';
import { readHistogram } from '$lib/core/profiles/histogram';
import type { DataScope } from '$lib/core/store/dataScope';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { namesIn, openTinyShop } from '../../support/tinyShop';
import { order, randomShop } from './shop';

const asOf = '2026-04-15T00:00:00';
let store: TableStore;
beforeAll(async () => {
  store = await openNativeStore({ threads: 2 });
});
afterAll(() => store.close());

async function table(scope: DataScope, choice: CohortChoice) {
  const days = (event: string) => readEventDays(scope, event);
  return cohortTable(choice, await days(choice.event), await days(choice.returns), await readPurchases(scope), scope.asOf);
}

describe('cohorts', () => {
  const orders = { event: 'order_completed', returns: 'order_completed', by: 'month' } as const;

  it('are those of a table worked out by hand', async () => {
    const scope = await openTinyShop(
      store,
      {
        events: [
          order('ann', '2026-01-05', 10),
          order('ann', '2026-01-25', 10),
          order('ann', '2026-03-02', 30),
          order('bo', '2026-01-31', 20),
          order('cy', '2026-02-01', 5),
          order('cy', '2026-04-14', 7),
          { user: 'cy', event: 'order_refunded', at: '2026-04-14T12:00:00', order: 'cy 2026-04-14', value: -3 },
          { user: 'dee', event: 'product_viewed', at: '2026-01-01T10:00:00' },
        ],
      },
      asOf,
    );
    const { cohorts, isLastCut } = await table(scope, orders);
    expect(cohorts.map(({ from, to, size }) => [from, to, size])).toEqual([
      ['2026-01-01', '2026-01-31', 2],
      ['2026-02-01', '2026-02-28', 1],
      ['2026-03-01', '2026-03-31', 0],
      ['2026-04-01', '2026-04-30', 0],
    ]);
    expect(cohorts.map(({ cells }) => cells.map(({ active, orders, revenue }) => [active, orders, revenue]))).toEqual([
      [[2, 3, 40], [0, 0, 0], [1, 1, 30], [0, 0, 0]],
      [[1, 1, 5], [0, 0, 0], [1, 1, 4]],
      [[0, 0, 0], [0, 0, 0]],
      [[0, 0, 0]],
    ]); // prettier-ignore
    expect(isLastCut).toBe(true);
    const views = await table(scope, { event: 'product_viewed', returns: 'order_completed', by: 'quarter' });
    expect(views.cohorts.map(({ size, cells }) => [size, cells.length])).toEqual([[1, 2], [0, 1]]); // prettier-ignore
  });

  it('have cells that are rules for the same people, in weeks, months and quarters', async () => {
    const scope = { ...(await openTinyShop(store, randomShop(8), asOf)), dataKey: 'cells' };
    let cells = 0;
    for (const by of ['week', 'month', 'quarter'] as const) {
      const choice = { event: 'product_viewed', returns: 'order_completed', by };
      const { cohorts } = await table(scope, choice);
      for (const cohort of cohorts.filter((_, i) => i % 3 === 0)) {
        expect((await membersOf(scope, ruleOfCohort(choice, cohort))).count).toBe(cohort.size);
        for (const cell of cohort.cells.filter(({ active }) => active > 0).slice(0, 4)) {
          expect((await membersOf(scope, ruleOfCohort(choice, cohort, cell))).count, JSON.stringify({ cohort, cell })).toBe(cell.active);
          cells++;
        }
      }
    }
    expect(cells).toBeGreaterThan(10);
  });

  const path = fileURLToPath(new URL('../../../../shared/data/cdnow/CDNOW_master.txt', import.meta.url));
  it.skipIf(!existsSync(path))('of CDNOW are its published totals (skipped without ../shared/data)', async () => {
    const rows = readFileSync(path, 'utf8').trim().split(/\r?\n/).map((line) => line.trim().split(/\s+/)).filter(([id]) => /^\d+$/.test(id)); // prettier-ignore
    const lines = rows.map(([id, date, , value]) => ({
      user: Number(id) - 1,
      day: dayNumber(`${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`),
      value: Number(value),
    }));
    lines.sort((a, b) => a.user - b.user || a.day - b.day);
    const users = 1 + Math.max(...lines.map(({ user }) => user));
    const start = new Int32Array(users + 1);
    for (const { user } of lines) start[user + 1]++;
    for (let user = 0; user < users; user++) start[user + 1] += start[user];
    const purchases: Purchases = {
      start,
      day: Int32Array.from(lines, ({ day }) => day),
      orders: new Int32Array(lines.length).fill(1),
      bought: new Uint8Array(lines.length).fill(1),
      value: Float64Array.from(lines, ({ value }) => value),
    };
    const days = daysByUser(
      Int32Array.from(lines, ({ user }) => user),
      purchases.day,
      purchases.start.length - 1,
    );
    const { cohorts } = await cohortTable(orders, days, days, purchases, '1998-07-01T00:00:00');
    const cells = cohorts.flatMap((cohort) => cohort.cells);
    // SOURCE.md: 23,570 customers who first bought in the first quarter of 1997, 69,659 transactions, $2,500,315.63.
    expect(cohorts.slice(0, 3).reduce((sum, { size }) => sum + size, 0)).toBe(23_570);
    expect(cohorts.slice(3).every(({ size }) => size === 0)).toBe(true);
    expect(cells.reduce((sum, { orders }) => sum + orders, 0)).toBe(69_659);
    expect(cells.reduce((sum, { revenue }) => sum + revenue, 0)).toBeCloseTo(2_500_315.63, 2);
    // The month-by-month counts that analyses of this log agree on.
    expect(cohorts.slice(0, 3).map(({ size }) => size)).toEqual([7846, 8476, 7248]);
  });
});

describe('value tiers', () => {
  const tiers: Tier[] = [
    { name: '钻石', atLeast: 1000 },
    { name: '金', atLeast: 300 },
    { name: '铜', atLeast: null },
  ];
  const values = { users: Int32Array.of(0, 1, 2, 3, 4), values: Float64Array.of(1200, 950, 300, 299.99, 0) };

  it('hold whom their least values say, and know who is near the next', () => {
    expect(tierFigures(values, tiers, 60)).toEqual([
      { customers: 1, total: 1200, near: 0, medianDistance: null },
      { customers: 2, total: 1250, near: 1, medianDistance: 375 },
      { customers: 2, total: 299.99, near: 1, medianDistance: (300 - 299.99 + 300) / 2 },
    ]);
  });

  it('are cut by shares so that equal values stay together', () => {
    expect(cutsOfShares(values, [0.2, 0.4])).toEqual([1200, 300]);
    const same = { users: Int32Array.of(0, 1, 2, 3), values: Float64Array.of(5, 5, 5, 1) };
    const [cut] = cutsOfShares(same, [0.25]);
    expect(cut).toBe(5);
    expect(tierFigures(same, [{ name: 'a', atLeast: cut }, { name: 'b', atLeast: null }], 0).map(({ customers }) => customers)).toEqual([3, 1]); // prettier-ignore
  });

  it('say who moves when they change', () => {
    const after = tiers.map((tier, i) => (i === 0 ? { ...tier, atLeast: 900 } : tier));
    expect(tierShift(values, tiers, after)).toEqual([[1, 0, 0], [1, 1, 0], [0, 0, 2]]); // prettier-ignore
  });

  it('as tags of a plan hold the same people', async () => {
    const scope = { ...(await openTinyShop(store, randomShop(9), asOf)), dataKey: 'tiers' };
    const own: Tier[] = [{ name: 'top', atLeast: 150 }, { name: 'rest', atLeast: null }]; // prettier-ignore
    const opened = await openProfiles(scope, { traits: [tierTrait('tier', 'Tier', 'revenue', own)], scores: new Map() });
    const top = namesIn(await membersOf({ ...opened, segments: [] }, { trait: 'tier', is: 'top' }), scope);
    expect(top).toEqual(namesIn(await membersOf(scope, { trait: 'revenue', atLeast: 150 }), scope));
    expect(top.length).toBeGreaterThan(3);
    expect((await readHistogram(scope, 'revenue', 4)).missing).toBe(0);
  });

  it('earn points that expire: worked out by hand', async () => {
    const scope = await openTinyShop(
      store,
      {
        events: [
          // Gone: more than twelve months ago.
          order('ann', '2025-04-14', 500),
          // Gone within 30 days.
          order('ann', '2025-05-01', 100),
          order('ann', '2026-02-01', 1000.5),
          order('bo', '2026-02-01', 50),
          { user: 'bo', event: 'order_refunded', at: '2026-02-03T10:00:00', order: 'bo 2026-02-01', value: -80 },
        ],
      },
      asOf,
    );
    const purchases = await readPurchases({ ...scope, dataKey: 'points' });
    const of = { users: Int32Array.of(0, 1), values: Float64Array.of(1600.5, -30) };
    const scheme = { perUnit: 1, factors: [2, 1, 1], expiryMonths: 12, worth: 0.01, redeemed: 0.5 };
    expect(await simulatePoints(purchases, of, tiers, scheme, asOf)).toEqual([
      { customers: 1, outstanding: 2201, expiring: 200, spend: 1100.5, cost: 11.005 },
      { customers: 0, outstanding: 0, expiring: 0, spend: 0, cost: 0 },
      { customers: 1, outstanding: 0, expiring: 0, spend: -30, cost: 0 },
    ]);
  });
});
