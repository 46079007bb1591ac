import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { materializeProfiles, openProfiles } from '$lib/core/profiles/materialize';
import { readProfilesPage } from '$lib/core/profiles/profilesPage';
import { populationOf } from '$lib/core/profiles/population';
import { readRfmMeasures, scoreRfm } from '$lib/core/segments/rfm';
import { rfmEightGroups, rfmFamilies } from '$lib/core/segments/rfmGroups';
import { dateOfDay, dayNumber, monthsBefore, periodOf, startOfPeriod } from '$lib/core/schema/days';
import { historyOf, monthlyDates, out } from '$lib/core/segmentations/history';
import { lifeCycleTraits, lifeStages, proposeCuts, stagesAt, worthOf, type LifeCycleCuts } from '$lib/core/segmentations/lifeCycle';
import { readIdOrder } from '$lib/core/profiles/userIds';
import { readKnownSince, readPurchases } from '$lib/core/segmentations/purchases';
import { measuresAt, rfmMoves, rfmShift } from '$lib/core/segmentations/rfmMoves';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { openTinyShop, type TinyEvent } from '../../support/tinyShop';
import { order, randomShop } from './shop';

const asOf = '2026-06-15T00:00:00';
let store: TableStore;
beforeAll(async () => {
  store = await openNativeStore({ threads: 2 });
});
afterAll(() => store.close());

describe('purchases by day', () => {
  it('say what profiles say, as of today and of any day before', async () => {
    const scope = await openTinyShop(store, randomShop(3), asOf);
    const purchases = await readPurchases(scope);
    const byId = await readIdOrder(scope);
    const known = await readKnownSince(scope);
    for (const date of [...monthlyDates(asOf, 4), '2026-03-03']) {
      const at = { ...scope, asOf: `${date.slice(0, 10)}T00:00:00` };
      const expected = await readRfmMeasures(store, await materializeProfiles(at));
      const found = measuresAt(purchases, byId, dayNumber(date));
      expect([...found.userIndexes], date).toEqual([...expected.userIndexes]);
      expect([...found.recencyDays]).toEqual([...expected.recencyDays]);
      expect([...found.frequency]).toEqual([...expected.frequency]);
      found.monetary.forEach((value, i) => expect(value).toBeCloseTo(expected.monetary[i], 8));
      const population = await populationOf(at);
      expect([...known.keys()].filter((user) => known[user] < dayNumber(date))).toEqual([...population.toIndexes()]);
      expect(found.userIndexes.length).toBeGreaterThan(5);
    }
  });
});

describe('calendar periods', () => {
  it('are found for every day, and begin where they should', () => {
    expect(periodOf(dayNumber('2026-06-14'), 'week')).toBe(periodOf(dayNumber('2026-06-08'), 'week'));
    expect(dateOfDay(startOfPeriod(periodOf(dayNumber('2026-06-14'), 'week'), 'week'))).toBe('2026-06-08');
    for (const by of ['week', 'month', 'quarter'] as const)
      for (let day = dayNumber('2023-12-20'); day < dayNumber('2024-05-20'); day++) {
        const period = periodOf(day, by);
        expect(startOfPeriod(period, by)).toBeLessThanOrEqual(day);
        expect(startOfPeriod(period + 1, by)).toBeGreaterThan(day);
      }
    expect(monthsBefore('2026-03-31', 1)).toBe('2026-02-28');
    expect(monthlyDates('2026-01-15T00:00:00', 2)).toEqual(['2025-11-15', '2025-12-15', '2026-01-15']);
  });
});

describe('movement between groups', () => {
  it('counts everybody once each day, and the rows and columns of a step are the days’ sizes', () => {
    const states = [Uint8Array.of(0, 1, 1, out, 2), Uint8Array.of(1, 1, 2, out, 2), Uint8Array.of(2, 2, 2, 0, 2)];
    const { sizes, flows } = historyOf(['a', 'b', 'c'], states, 3);
    expect(sizes).toEqual([[1, 2, 1], [0, 2, 2], [1, 0, 4]]); // prettier-ignore
    expect(flows[0]).toEqual([[0, 1, 0], [0, 1, 1], [0, 0, 1]]); // prettier-ignore
  });

  it('ends where the map of today is, for every family', async () => {
    const scope = await openTinyShop(store, randomShop(4, 90), asOf);
    const [purchases, byId] = [await readPurchases(scope), await readIdOrder(scope)];
    for (const { groups, convention } of rfmFamilies) {
      const moves = await rfmMoves(purchases, byId, groups, convention, monthlyDates(asOf, 3));
      const measures = await readRfmMeasures(store, scope.profiles);
      const scores = scoreRfm(measures, convention);
      const today = rfmShift({ scores, groups }, { scores, groups });
      expect(moves.sizes.at(-1)).toEqual([0, ...today.map((row, i) => row[i])]);
      // Whoever moved did so within the people of the last day.
      for (const [i, flow] of moves.flows.entries()) {
        expect(flow.map((row) => row.reduce((sum, n) => sum + n, 0))).toEqual(moves.sizes[i]);
        expect(moves.sizes[i + 1]).toEqual(flow[0].map((_, to) => flow.reduce((sum, row) => sum + row[to], 0)));
      }
      expect(moves.sizes[0][0]).toBeGreaterThan(0);
    }
  });

  it('says who changes groups when only the convention does', () => {
    const measures = {
      userIndexes: Int32Array.of(0, 1, 2, 3),
      recencyDays: Float64Array.of(1, 2, 3, 100),
      frequency: Float64Array.of(9, 1, 1, 1),
      monetary: Float64Array.of(900, 50, 40, 10),
    };
    const side = (method: 'mean' | 'quintile') => ({ scores: scoreRfm(measures, { bins: 2, method }), groups: rfmEightGroups });
    const shift = rfmShift(side('mean'), side('quintile'));
    const moved = shift.flatMap((row, from) => row.flatMap((n, to) => (n ? [[rfmEightGroups[from].id, rfmEightGroups[to].id, n]] : [])));
    // The third is near in time by the mean of 26.5 days, but not among the nearer half.
    expect(moved).toEqual([
      ['key_value', 'key_value', 1],
      ['general_grow', 'key_grow', 1],
      ['general_grow', 'general_win_back', 1],
      ['general_win_back', 'general_keep', 1],
    ]);
  });
});

const names = Object.fromEntries([...lifeStages, 'family', 'rhythm', 'pause', 'silence', 'before'].map((id) => [id, id])) as Parameters<
  typeof lifeCycleTraits
>[1];

describe('the life of a customer', () => {
  const cuts: LifeCycleCuts = { usualDays: 30, leastPauses: 3, slipping: 2, lapsed: 4, loyalOrders: 4, newDays: 20 };
  const every = (user: string, days: string[]) => days.map((day) => order(user, day, 10));

  it('is told by each person’s own rhythm', async () => {
    const events: TinyEvent[] = [
      { user: 'a-visitor', event: 'product_viewed', at: '2026-05-01T10:00:00' },
      ...every('b-new', ['2026-06-10']),
      ...every('c-active', ['2026-04-01', '2026-05-20']),
      // Every ten days: 15 days of silence are fine, 25 are not, 45 are the end.
      ...every('d-loyal', ['2026-05-01', '2026-05-11', '2026-05-21', '2026-05-31']),
      ...every('e-slipping', ['2026-04-21', '2026-05-01', '2026-05-11', '2026-05-21']),
      ...every('f-lapsed', ['2026-04-01', '2026-04-11', '2026-04-21', '2026-05-01']),
      // Every twenty days: the same 45 days are only a warning.
      ...every('g-slow', ['2026-03-02', '2026-03-22', '2026-04-11', '2026-05-01']),
      ...every('h-back', ['2025-09-01', '2026-06-01']),
    ];
    const scope = await openTinyShop(store, { events }, asOf);
    const purchases = await readPurchases(scope);
    const stages = await stagesAt(purchases, await readKnownSince(scope), cuts, asOf);
    expect([...stages].map((stage) => lifeStages[stage])).toEqual([
      'prospect',
      'new',
      'active',
      'loyal',
      'slipping',
      'lapsed',
      'slipping',
      'won_back',
    ]);
    const worth = worthOf(purchases, stages, asOf);
    expect(worth[lifeStages.indexOf('slipping')]).toEqual({ customers: 2, orders: 8, revenue: 80 });
    const before = await stagesAt(purchases, await readKnownSince(scope), cuts, '2026-05-15');
    expect(before[7]).toBe(lifeStages.indexOf('lapsed'));
    expect(before[1]).toBe(out);
  });

  it('is the same in a plan’s tags as in the table, whatever the cuts', async () => {
    for (const seed of [5, 6]) {
      const scope = { ...(await openTinyShop(store, randomShop(seed), asOf)), dataKey: `seed ${seed}` };
      const purchases = await readPurchases(scope);
      const proposed = proposeCuts(purchases);
      for (const used of [proposed, cuts]) {
        const stages = await stagesAt(purchases, await readKnownSince(scope), used, asOf);
        const opened = await openProfiles(scope, { traits: lifeCycleTraits(used, names), scores: new Map() });
        const page = await readProfilesPage(opened, { offset: 0, limit: 99 });
        const told = page.rows.map((row) => [row[0], row[page.columns.indexOf('life-cycle')]]);
        expect(told).toEqual(scope.ids.flatMap((id, user) => (stages[user] === out ? [] : [[id, lifeStages[stages[user]]]])));
        expect(new Set(told.map(([, stage]) => stage)).size).toBeGreaterThan(3);
      }
    }
  });

  it('proposes cuts of the pauses that ended with another order', async () => {
    // Pauses of 10, 10, 10 and 40 days, and of 20: the median is 10; in rhythms 1, 1, 1, 4 and 2.
    const events = [
      ...every('a', ['2026-01-01', '2026-01-11', '2026-01-21', '2026-01-31', '2026-03-12']),
      ...every('b', ['2026-05-01', '2026-05-21']),
    ];
    const scope = { ...(await openTinyShop(store, { events }, asOf)), dataKey: 'proposal' };
    expect(proposeCuts(await readPurchases(scope))).toEqual({
      usualDays: 10,
      leastPauses: 3,
      slipping: 2.4,
      lapsed: 3.6,
      loyalOrders: 5,
      newDays: 10,
    });
  });
});
