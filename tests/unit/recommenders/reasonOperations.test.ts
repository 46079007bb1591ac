import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRunContext } from '$lib/core/base/run';
import type { RecommenderSpec } from '$lib/core/plan/schema';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNodeKernels } from '$lib/platform/node/kernels';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import type { Desk } from '$lib/work/desk';
import { recommenderBasket, recommendersTestLook, recommenderWhy } from '$lib/work/operations/reasons';
import { openHandMade } from '../../support/handMade';
import { bareDesk } from '../../support/bareDesk';
import { openTinyShop, type TinyEvent } from '../../support/tinyShop';

/** Twenty tea people and twenty coffee people; each buys four of six, one a day, from 1 to 4 May. */
const teas = ['t0', 't1', 't2', 't3', 't4', 't5'];
const coffees = ['c0', 'c1', 'c2', 'c3', 'c4', 'c5'];
const events: TinyEvent[] = Array.from({ length: 40 }, (_, person) => person).flatMap((person) =>
  Array.from({ length: 4 }, (_, day) => ({
    user: `p${String(person).padStart(2, '0')}`,
    event: 'order_completed',
    at: `2026-05-0${1 + day}T10:00:00`,
    item: (person % 2 === 0 ? teas : coffees)[(day + Math.floor(person / 2)) % 6],
    order: `o${person}-${day}`,
    value: 10,
  })),
);
const spec = (algorithm: string, options = {}): RecommenderSpec => ({ id: algorithm, kind: 'recommender', algorithm, options });
const neighbours = spec('item-knn', { popularityShare: 0 });
const pairwise = spec('bpr', { factors: 2, epochs: 30 });
const split = { kind: 'global-time' as const, testShare: 0.25 };

describe('why, from a basket, and beside what was bought', () => {
  let store: TableStore;
  let desk: Desk;
  beforeAll(async () => {
    store = await openNativeStore({ threads: 2 });
    await openTinyShop(store, { events, items: [...teas, ...coffees].map((id) => ({ id, title: `Bag of ${id}` })) }, '2026-06-01T00:00:00');
    const kernels = await openNodeKernels({ threads: 1 });
    desk = bareDesk({ openStore: async () => store, openKernels: async () => kernels });
    await openHandMade(
      desk,
      { name: 'Tea and coffee', asOf: '2026-06-01', seed: 3 },
      {
        dataHash: 'h',
        users: 40,
        items: 12,
        events: events.length,
        orders: 160,
        firstEvent: '2026-05-01T10:00:00Z',
        lastEvent: '2026-05-04T10:00:00Z',
        eventCounts: [{ event: 'order_completed', count: 160 }],
        currency: 'EUR',
        timeZone: 'UTC',
      },
    );
  });
  afterAll(async () => {
    (await desk.kernels()).close();
    await store.close();
  });
  const context = () => ({ ...createRunContext(new AbortController().signal), desk });

  it('explains a tea by the teas that somebody bought', async () => {
    const why = await recommenderWhy({ model: neighbours, who: { userId: 'p00' }, itemId: 't4' }, context());
    if (why.kind !== 'parts') throw new Error(why.kind);
    expect(why.parts.map(({ title }) => title).sort()).toEqual(['Bag of t0', 'Bag of t1', 'Bag of t2', 'Bag of t3']);
    expect(why.parts.reduce((sum, { amount }) => sum + amount, why.others.amount + why.rest)).toBeCloseTo(why.score, 5);
    await expect(recommenderWhy({ model: neighbours, who: { userId: 'p00' }, itemId: 'nothing' }, context())).rejects.toMatchObject({
      code: 'item_unknown',
    });
  });

  it('names what is near where a model cannot take its score apart', async () => {
    const why = await recommenderWhy({ model: pairwise, who: { userId: 'p00' }, itemId: 't4' }, context());
    expect(why).toMatchObject({ kind: 'near', lookedAt: 11 });
  });

  it('gives a typed basket a list with reasons, and says which ids there are not', async () => {
    const list = await recommenderBasket({ model: neighbours, basket: ['c0', 'C0', 'c1'], size: 3 }, context());
    expect(list.unknown).toEqual(['C0']);
    expect(list.isPopularity).toBe(false);
    expect(list.items.every(({ itemId }) => coffees.includes(itemId))).toBe(true);
    expect(list.items.map(({ itemId }) => itemId)).not.toContain('c0');
    const why = await recommenderWhy({ model: neighbours, who: { basket: ['c0', 'c1'] }, itemId: list.items[0].itemId }, context());
    if (why.kind !== 'parts') throw new Error(why.kind);
    expect(why.parts.map(({ itemId }) => itemId).sort()).toEqual(['c0', 'c1']);
    expect(why.score).toBeCloseTo(list.items[0].score, 5);
    expect(await recommenderBasket({ model: neighbours, basket: [], size: 3 }, context())).toMatchObject({
      isPopularity: true,
      unknown: [],
    });
    await expect(recommenderBasket({ model: pairwise, basket: ['c0'], size: 3 }, context())).rejects.toMatchObject({
      code: 'cannot_fold_in',
    });
  });

  it('shows a tested customer as the train part knew them, with what they bought then', async () => {
    const models = [neighbours, spec('popularity')];
    const look = await recommendersTestLook({ models, split, size: 4, choose: { userId: 'p00' } }, context());
    expect(look.testUsers).toBe(40);
    expect(look.history.map(({ itemId }) => itemId)).toEqual(['t2', 't1', 't0']);
    expect(look.heldBack).toMatchObject([{ itemId: 't3', event: 'order_completed', time: '2026-05-04T10:00:00' }]);
    expect(look.lists.map(({ modelId }) => modelId)).toEqual(['item-knn', 'popularity']);
    // The train part knows of teas alone, so all that is left of them is listed, and t3 with it.
    expect(
      look.lists[0].items
        .slice(0, 3)
        .map(({ itemId }) => itemId)
        .sort(),
    ).toEqual(['t3', 't4', 't5']);
    const why = await recommenderWhy({ model: neighbours, who: { userId: 'p00', split, models }, itemId: 't3' }, context());
    if (why.kind !== 'parts') throw new Error(why.kind);
    // What was held back explains nothing: in three days nobody had t0 and t3.
    expect(why.parts.map(({ itemId }) => itemId).sort()).toEqual(['t1', 't2']);
    expect(why.score).toBeCloseTo(look.lists[0].items.find(({ itemId }) => itemId === 't3')!.score, 5);
  });

  it('finds somebody at random, and the one whose lists differ most', async () => {
    const models = [neighbours, spec('popularity')];
    const first = await recommendersTestLook({ models, split, size: 2, choose: { random: 0 } }, context());
    expect(first.userId).toBe('p00');
    expect((await recommendersTestLook({ models, split, size: 2, choose: { random: 0.999 } }, context())).userId).toBe('p39');
    const shared = async (different: number) => {
      const { lists } = await recommendersTestLook({ models, split, size: 2, choose: { different } }, context());
      const [own, popular] = lists.map(({ items }) => items.map(({ itemId }) => itemId));
      return own.filter((id) => popular.includes(id)).length;
    };
    expect(await shared(0)).toBeLessThanOrEqual(await shared(39));
  });

  it('folds in the earlier part of somebody who was kept out of training', async () => {
    const unknown = { kind: 'strong-generalisation' as const, testShare: 0.25 };
    const look = await recommendersTestLook({ models: [neighbours], split: unknown, size: 3, choose: { random: 0 } }, context());
    expect(look.testUsers).toBe(10);
    expect(look.history.length).toBe(3);
    expect(look.heldBack.length).toBe(1);
    expect(look.lists[0].items[0].score).toBeGreaterThan(0);
    const tested = look.userId;
    const who = { userId: tested, split: unknown, models: [neighbours] };
    const why = await recommenderWhy({ model: neighbours, who, itemId: look.lists[0].items[0].itemId }, context());
    expect(why).toMatchObject({ kind: 'parts' });
    if (why.kind === 'parts') expect(why.score).toBeCloseTo(look.lists[0].items[0].score, 5);
  });

  it('says so where somebody is not tested', async () => {
    const last = { kind: 'leave-last-out' as const, testShare: 0.2 };
    const events = { order_completed: 1 };
    await expect(
      recommendersTestLook({ models: [{ ...neighbours, events }], split: last, size: 3, choose: { userId: 'nobody' } }, context()),
    ).rejects.toMatchObject({ code: 'user_unknown' });
  });
});
