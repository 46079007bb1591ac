import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cancelled } from '$lib/core/base/errors';
import { createRunContext } from '$lib/core/base/run';
import type { Progress } from '$lib/core/base/run';
import { type RecommenderSpec } from '$lib/core/plan/schema';
import { readInteractionList, readInteractionMatrix } from '$lib/core/store/interactionQueries';
import type { SplitSpec } from '$lib/core/evaluation/types';
import type { Rule } from '$lib/core/segments/rule';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNodeKernels } from '$lib/platform/node/kernels';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { Desk } from '$lib/work/desk';
import { segmentLabels } from '$lib/work/segmentLabels';
import { recommenderEstimate, recommendersCompare, recommendersForUser } from '$lib/work/operations/recommenders';
import { plainTables } from '../../support/scope';
import { openHandMade } from '../../support/handMade';
import { bareDesk } from '../../support/bareDesk';
import { openTinyShop, type TinyEvent } from '../../support/tinyShop';

/** Forty customers in two circles: tea people buy teas, coffee people coffees, one thing a day. Zoe has only looked once. */
const teas = ['t0', 't1', 't2', 't3', 't4', 't5'];
const coffees = ['c0', 'c1', 'c2', 'c3', 'c4', 'c5'];
const events: TinyEvent[] = Array.from({ length: 40 }, (_, person) => person).flatMap((person) =>
  Array.from({ length: 5 }, (_, day) => ({
    user: `p${String(person).padStart(2, '0')}`,
    event: 'order_completed',
    at: `2026-05-${String(1 + 5 * day + (person % 3)).padStart(2, '0')}T10:00:00`,
    item: (person % 2 === 0 ? teas : coffees)[(day + Math.floor(person / 2)) % 6],
    order: `o${person}-${day}`,
    value: 10,
  })),
);
events.push({ user: 'zoe', event: 'product_added_to_wishlist', at: '2026-06-01T09:00:00', item: 't0' });

const tastes: RecommenderSpec = {
  id: 'tastes',
  kind: 'recommender',
  algorithm: 'ials',
  options: { factors: 2, epochs: 10, regularization: 0.005 },
};

describe('recommender operations on a shop of tea and coffee', () => {
  let store: TableStore;
  let desk: Desk;
  const scope = { tables: plainTables, users: 41, items: 12, asOf: '2026-06-01T00:00:00' };
  beforeAll(async () => {
    store = await openNativeStore({ threads: 2 });
    await openTinyShop(store, { events, items: [...teas, ...coffees].map((id) => ({ id, title: `Bag of ${id}` })) }, scope.asOf);
    const kernels = await openNodeKernels({ threads: 1 });
    desk = bareDesk({ openStore: async () => store, openKernels: async () => kernels });
    await openHandMade(
      desk,
      {
        name: 'Tea and coffee',
        asOf: '2026-06-01',
        seed: 3,
        segments: [
          { id: 'first-tea', rule: { event: 'order_completed', where: [{ property: 'item', oneOf: ['t0'] }], atLeast: 1 } as Rule },
          { id: 'coffee-people', rule: { event: 'order_completed', where: [{ property: 'item', oneOf: coffees }], atLeast: 1 } as Rule },
        ],
      },
      {
        dataHash: 'h',
        users: 41,
        items: 12,
        events: events.length,
        orders: 200,
        firstEvent: '2026-05-01T10:00:00Z',
        lastEvent: '2026-06-01T09:00:00Z',
        eventCounts: [
          { event: 'order_completed', count: 200 },
          { event: 'product_added_to_wishlist', count: 1 },
        ],
        currency: 'EUR',
        timeZone: 'UTC',
      },
    );
  });
  afterAll(async () => {
    (await desk.kernels()).close();
    await store.close();
  });

  const seen: Progress[] = [];
  const context = () => ({ ...createRunContext(new AbortController().signal, (progress) => void seen.push(progress)), desk });

  it('reads pairs before asOf with summed weights', async () => {
    const matrix = await readInteractionMatrix(store, scope, { order_completed: 2.5, product_added_to_wishlist: 1 });
    expect(matrix.columns.length).toBe(200);
    // Zoe's wish was on the day of asOf itself.
    expect(matrix.rowStarts[41] - matrix.rowStarts[40]).toBe(0);
    expect(new Set(matrix.values)).toEqual(new Set([2.5]));
    const list = await readInteractionList(
      store,
      { ...scope, asOf: '2026-06-02T00:00:00' },
      { order_completed: 2, product_added_to_wishlist: 1 },
    );
    expect(list.userOfEvent.length).toBe(201);
    expect([...list.timeOfEvent]).toEqual([...list.timeOfEvent].sort((a, b) => a - b));
    expect(list.valueOfEvent.at(-1)).toBe(1);
    await expect(readInteractionList(store, scope, { product_viewed: 1 })).rejects.toThrow('no interaction');
  });

  it('compares a model of tastes with popularity on the last days, and keeps the result', async () => {
    const comparison = await recommendersCompare(
      { models: [tastes], split: { kind: 'global-time', testShare: 0.2 }, cutoffs: [1, 2] },
      context(),
    );
    expect(comparison.rows.map(({ modelId }) => modelId)).toEqual(['popularity', 'tastes']);
    const [popular, personal] = comparison.rows.map(({ metrics }) => metrics);
    // Two teas (or coffees) are left for everybody after four: a model of tastes is right at least every second time.
    expect(personal['recall@2']).toBeGreaterThan(0.9);
    expect(personal['recall@2']).toBeGreaterThan(popular['recall@2'] + 0.2);
    expect(comparison.protocol).toMatchObject({
      candidates: 'all-unseen',
      dataHash: 'h',
      testUsers: 40,
      cutAt: expect.stringContaining('2026-05-21'),
    });
    expect(comparison.rows[1].margins!['recall@2']).toBeLessThan(0.2);
    expect(desk.state.comparison).toBe(comparison);
    const stages = [...new Set(seen.map(({ stage }) => stage))];
    expect(stages).toEqual(['prepare', 'train:popularity', 'evaluate:popularity', 'train:tastes', 'evaluate:tastes']);
    expect(seen.filter(({ stage, values }) => stage === 'train:tastes' && (values?.loss ?? 0) > 0).length).toBe(10);
  });

  it('keeps the earlier comparison where a later one is cancelled in the middle of a training', async () => {
    const earlier = desk.state.comparison!;
    const controller = new AbortController();
    let epochs = 0;
    const run = createRunContext(controller.signal, ({ stage, values }) => {
      if (stage === 'train:tastes' && values?.epoch !== undefined && ++epochs === 4) controller.abort();
    });
    const asked = { models: [tastes], split: { kind: 'random', testShare: 0.3 } as const, cutoffs: [3] };
    await expect(recommendersCompare(asked, { ...run, desk })).rejects.toBeInstanceOf(Cancelled);
    expect(epochs).toBe(4);
    expect(desk.state.comparison).toBe(earlier);
  });

  it('says in one sentence that nobody has an item where the events are none of the data', async () => {
    const looks = { ...tastes, id: 'looks', events: { product_viewed: 1 } };
    await expect(recommendersForUser({ models: [looks], userId: 'p00', size: 3 }, context())).rejects.toMatchObject({
      code: 'nothing_to_learn',
    });
    const asked = { models: [looks], split: { kind: 'random', testShare: 0.2 } as const, cutoffs: [5] };
    await expect(recommendersCompare(asked, context())).rejects.toMatchObject({ code: 'no_interactions' });
  });

  it('refuses models that learn from different events', async () => {
    const looks = { ...tastes, id: 'looks', events: { product_viewed: 1 } };
    await expect(
      recommendersCompare({ models: [tastes, looks], split: { kind: 'random', testShare: 0.2 }, cutoffs: [5] }, context()),
    ).rejects.toMatchObject({ code: 'protocol_differs' });
  });

  it('shows one customer’s history beside what is left to recommend', async () => {
    const shown = await recommendersForUser({ models: [tastes], userId: 'p00', size: 3 }, context());
    expect(shown.history.map(({ itemId }) => itemId)).toEqual(['t4', 't3', 't2', 't1', 't0']);
    expect(shown.history[0]).toEqual({
      itemId: 't4',
      title: 'Bag of t4',
      category: null,
      event: 'order_completed',
      time: '2026-05-21T10:00:00',
    });
    expect(shown.lists[0].items[0]).toMatchObject({ itemId: 't5', title: 'Bag of t5', rank: 1 });
    expect(shown.lists[0].items.length).toBe(3);
    expect(shown.lists[0].note).toBe('');
    const again = await recommendersForUser({ models: [{ ...tastes, id: 'other-name' }], userId: 'zoe', size: 3 }, context());
    expect(again.lists[0].note).toBe('popularity');
    // The same options on the same data are trained once.
    expect(seen.filter(({ stage, done }) => stage.startsWith('train:other-name') && done > 0)).toEqual([]);
    await expect(recommendersForUser({ models: [], userId: 'nobody', size: 3 }, context())).rejects.toMatchObject({ code: 'user_unknown' });
  });

  it('shows what is due again with its day, from orders alone and among what was bought', async () => {
    const again: RecommenderSpec = { id: 'again', kind: 'recommender', algorithm: 'buy-again', options: {} };
    const { lists } = await recommendersForUser({ models: [again], userId: 'p00', size: 3 }, context());
    const [{ items }] = lists;
    expect(items).toHaveLength(3);
    expect(items.map(({ itemId }) => itemId).every((id) => teas.slice(0, 5).includes(id))).toBe(true);
    for (const { due } of items) expect(due! > '2026-05-01').toBe(true);
    const { lists: zoe } = await recommendersForUser({ models: [again], userId: 'zoe', size: 3 }, context());
    expect(zoe[0].note).toBe('popularity');
    expect(zoe[0].items.some(({ due }) => due)).toBe(false);
  });

  it('goes by segments of the plan: coffee people get coffees, and a comparison says where it knows the test part', async () => {
    const bySegment: RecommenderSpec = {
      id: 'by-segment',
      kind: 'recommender',
      algorithm: 'popularity',
      options: { segmentBy: 'coffee-people, first-tea', segmentPrior: 1 },
    };
    const { lists } = await recommendersForUser({ models: [bySegment], userId: 'p01', size: 1 }, context());
    expect(coffees).toContain(lists[0].items[0].itemId);
    const [last] = (await recommendersForUser({ models: [bySegment], userId: 'p00', size: 1 }, context())).lists;
    expect(teas).toContain(last.items[0].itemId);

    const rowsOf = async (split: SplitSpec) =>
      (await recommendersCompare({ models: [tastes, bySegment], split, cutoffs: [2] }, context())).rows;
    const random = await rowsOf({ kind: 'random', testShare: 0.2 });
    expect(random.map(({ warnings }) => warnings!.some(({ code }) => code === 'segments_of_today'))).toEqual([false, false, true]);
    const dated = await rowsOf({ kind: 'global-time', testShare: 0.2 });
    expect(dated[2].warnings!.filter(({ code }) => code === 'segments_of_today')).toEqual([]);
    expect(dated[2].metrics['recall@2']).toBeGreaterThan(dated[0].metrics['recall@2']);
    const unknown = { ...bySegment, options: { segmentBy: 'strangers' } };
    await expect(recommendersForUser({ models: [unknown], userId: 'p01', size: 1 }, context())).rejects.toMatchObject({
      code: 'segment_by_unknown',
    });
  });

  it('takes segments as they were at the cut', async () => {
    const run = context();
    const at = (day: string) =>
      desk.read(run, (epoch) => segmentLabels(epoch, ['first-tea'], Date.parse(`2026-05-${day}T12:00:00Z`) * 1000));
    const people = async (day: string) => (await at(day)).filter(Boolean).length;
    expect([await people('02'), await people('31')]).toEqual([4, 16]);
    expect(await people('12')).toBe(7);
  });

  it('estimates a training and offers fewer factors where there is no room', async () => {
    const small = await recommenderEstimate({ model: tastes }, context());
    expect(small).toMatchObject({ fits: true, alternative: '' });
    const model = { ...tastes, options: { factors: 1024 } };
    const huge = { ...desk.state.data!.version.facts, users: 5_000_000, userNumbers: 5_000_000 };
    const other = new Desk(desk.platform);
    await openHandMade(other, { asOf: '2026-06-01' }, huge);
    expect(await recommenderEstimate({ model }, { ...context(), desk: other })).toMatchObject({
      fits: false,
      alternative: 'Take 64 factors.',
    });
  });
});
