import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '$lib/core/base/random';
import { quietContext } from '$lib/core/base/run';
import { readCustomerSpend } from '$lib/core/profiles/customerSpend';
import { addDays } from '$lib/core/schema/asOf';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { nodePlatform } from '$lib/platform/node/platform';
import { Desk } from '$lib/work/desk';
import { operations, type OperationContext } from '$lib/work/operations';
import { openTinyShop, type TinyEvent } from '../../support/tinyShop';
import { fileOf } from '../import/support';

describe('what one customer brought', () => {
  let store: TableStore;
  beforeAll(async () => void (store = await openNativeStore({ threads: 1 })));
  afterAll(() => store.close());

  it('is told by month, none left out, and by category of the first level; what is undone is taken back', async () => {
    const line = (order: string, at: string, item: string | undefined, value: number): TinyEvent => ({
      ...{ user: 'ann', event: 'order_completed', order, item, value, quantity: 1 },
      at: `${at}T10:00:00`,
    });
    const scope = await openTinyShop(
      store,
      {
        items: [
          { id: 'oolong', category: 'Tea / Green' },
          { id: 'assam', category: 'Tea / Black' },
          { id: 'cup', category: 'Kitchen' },
          { id: 'gift' },
        ],
        events: [
          line('a1', '2026-01-31', 'oolong', 20),
          line('a1', '2026-01-31', 'cup', 15.5),
          line('a2', '2026-03-02', 'assam', 30),
          line('a2', '2026-03-02', 'gift', 1),
          line('a3', '2026-03-05', 'cup', 40),
          // The whole of a3 goes back, without a word of money or item.
          { user: 'ann', event: 'order_cancelled', at: '2026-04-01T10:00:00', order: 'a3' },
          line('late', '2026-05-01', 'cup', 1000),
          { ...line('b1', '2026-02-01', 'cup', 5), user: 'bo' },
        ],
      },
      '2026-05-01T00:00:00',
    );
    const { months, categories } = await readCustomerSpend(scope, scope.ids.indexOf('ann'));
    expect(months.map(({ month, revenue, orders }) => [month, revenue, orders])).toEqual([
      ['2026-01', 35.5, 1],
      ['2026-02', 0, 0],
      ['2026-03', 71, 2],
      ['2026-04', -40, 0],
    ]);
    expect(categories.map(({ category, revenue, orders }) => [category, revenue, orders])).toEqual([
      ['Tea', 50, 2],
      ['Kitchen', 15.5, 2],
      [null, 1, 1],
    ]);
    expect(await readCustomerSpend(scope, 100)).toEqual({ months: [], categories: [] });
  });
});

/** 60 customers, of whom every other one orders every week or so, and the others once. */
function orders(): string {
  const random = new Random(2);
  const lines = ['user,item,time,price'];
  for (let n = 0; n < 60; n++) {
    let day = random.below(10);
    do {
      const item = ['tea', 'cup', 'pot', 'salt'][random.below(4)];
      lines.push(`c${String(n).padStart(2, '0')},${item},${addDays('2026-01-01', day)} 10:00:00,${5 + random.below(20)}`);
      day += 5 + random.below(9);
    } while (n % 2 === 0 && day < 120);
  }
  return `${lines.join('\n')}\n`;
}

describe('the page of a customer', () => {
  let context: OperationContext;
  const soon = {
    ...{ id: 'soon', kind: 'prediction' as const, task: 'propensity', learner: 'logistic', options: {} },
    target: { event: 'order_completed', withinDays: 14 },
  };
  const tastes = { id: 'tastes', kind: 'recommender' as const, algorithm: 'item-knn', options: {} };
  beforeAll(async () => {
    context = { ...quietContext(), desk: new Desk(nodePlatform({ threads: 1 })) };
    await operations.workspaceCreate({ name: 'Tea', timeZone: 'UTC', currency: 'EUR' }, context);
    const file = fileOf(orders());
    const { mapping } = await operations.sourceInspect({ file }, context);
    const mapped = { ...mapping, defaultEvent: 'order_completed' };
    await operations.sourceImport({ file, sourceId: 'orders', mapping: mapped, mode: 'replace' }, context);
    await operations.workspaceSavePlan({ plan: { ...context.desk.state.plan, models: [soon, tastes] } }, context);
  });
  afterAll(() => context.desk.close());

  it('says the money that the traits say, the group of each naming, and the stage of life', async () => {
    const { traits } = await operations.profilesOne({ userId: 'c00' }, context);
    const { spend, rfm, stage } = await operations.customerStanding({ userId: 'c00' }, context);
    const sum = (values: { revenue: number }[]) => values.reduce((total, { revenue }) => total + revenue, 0);
    expect(sum(spend.months)).toBeCloseTo(traits.revenue as number, 9);
    expect(sum(spend.categories)).toBeCloseTo(traits.revenue as number, 9);
    expect(rfm.map(({ family, bins }) => [family, bins])).toEqual([
      ['usual', 5],
      ['eight', 2],
      ['quartile', 4],
    ]);
    // Who orders every week to the end is a key customer; who ordered once in January is gone.
    expect(rfm[1]).toMatchObject({ group: 'key_value', scores: [2, 2, 2] });
    expect(stage).toBe('active');
    expect((await operations.customerStanding({ userId: 'c01' }, context)).stage).toBe('lapsed');
    await expect(operations.customerStanding({ userId: 'C00' }, context)).rejects.toMatchObject({ code: 'user_unknown' });
  });

  it('trains no recommender unasked, and shows the list of one that is trained', async () => {
    const before = await operations.customerPicks({ userId: 'c00', size: 3 }, context);
    expect(before).toEqual({ userId: 'c00', lists: [], untrained: ['tastes'] });
    const asked = await operations.recommendersForUser({ models: [tastes], userId: 'c00', size: 3 }, context);
    const after = await operations.customerPicks({ userId: 'c00', size: 3 }, context);
    expect(after.untrained).toEqual([]);
    expect(after.lists[0].items.map(({ itemId }) => itemId)).toEqual(asked.lists[0].items.map(({ itemId }) => itemId));
  });

  it('says why a score is what it is, and when it is of yesterday', async () => {
    expect((await operations.customerScores({ userId: 'c00' }, context)).scores).toEqual([]);
    await operations.predictionTrain({ model: soon }, context);
    const [{ drivers, isStale, general }] = (await operations.customerScores({ userId: 'c00' }, context)).scores;
    if (typeof drivers === 'string') throw new Error(drivers);
    const { traits } = await operations.profilesOne({ userId: 'c00' }, context);
    expect(drivers.score).toBeCloseTo(traits['score:soon'] as number, 6);
    expect(isStale).toBe(false);
    expect(general!.drivers.length).toBeGreaterThan(0);
    await operations.workspaceSavePlan({ plan: { ...context.desk.state.plan, asOf: '2026-04-01' } }, context);
    expect((await operations.customerScores({ userId: 'c00' }, context)).scores[0].isStale).toBe(true);
  });
});
