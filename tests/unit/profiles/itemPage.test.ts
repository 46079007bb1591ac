import { afterAll, beforeAll, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { nodePlatform } from '$lib/platform/node/platform';
import { Desk } from '$lib/work/desk';
import { operations, type OperationContext } from '$lib/work/operations';
import { fileOf } from '../import/support';

/** 20 customers: the first ten bought tea on the last days of May, five pieces in all of June. */
const orders = ['user,item,time,price,quantity,country'];
for (let n = 0; n < 20; n++) {
  const user = `c${String(n).padStart(2, '0')}`;
  orders.push(`${user},${n < 10 ? 'tea' : 'cup'},2026-05-${n + 10} 10:00:00,5,1,${n < 10 ? 'CN' : 'DE'}`);
  if (n < 5) orders.push(`${user},tea,2026-06-2${n} 10:00:00,6,3,CN`);
}
const items = ['item,title,stock', 'tea,Tea,45', 'cup,Cup,'];

let context: OperationContext;
beforeAll(async () => {
  context = { ...quietContext(), desk: new Desk(nodePlatform({ threads: 1 })) };
  await operations.workspaceCreate({ name: 'Tea', timeZone: 'UTC', currency: 'EUR' }, context);
  for (const [sourceId, lines] of Object.entries({ orders, items })) {
    const file = fileOf(`${lines.join('\n')}\n`, `${sourceId}.csv`);
    const { mapping } = await operations.sourceInspect({ file }, context);
    const mapped = sourceId === 'orders' ? { ...mapping, defaultEvent: 'order_completed' } : mapping;
    await operations.sourceImport({ file, sourceId, mapping: mapped, mode: 'add' }, context);
  }
  const segments = [
    { id: 'often', rule: { trait: 'orders', atLeast: 2 } },
    { id: 'all', rule: { all: [] } },
    { id: 'broken', rule: { trait: 'no-such-trait', atLeast: 1 } },
  ];
  await operations.workspaceSavePlan({ plan: { ...context.desk.state.plan, segments, asOf: '2026-06-30' } }, context);
});
afterAll(() => context.desk.close());

it('says how long the stock lasts at the rate of the last thirty days', async () => {
  // 15 pieces in 30 days are half a piece a day.
  expect((await operations.itemsOne({ itemId: 'tea' }, context)).stock).toEqual({ pieces: 45, perDay: 0.5, daysLeft: 90 });
  // Nothing is known of the cup's.
  expect((await operations.itemsOne({ itemId: 'cup' }, context)).stock).toBeNull();
});

it('says who buys it, and in which segments they are', async () => {
  const { portrait, population, segments } = await operations.itemBuyers({ itemId: 'tea' }, context);
  expect([portrait.first, portrait.second, population]).toEqual([10, 10, 20]);
  // A segment that is wrong is left out.
  expect(segments).toEqual([
    { id: 'all', buyers: 10, customers: 20 },
    { id: 'often', buyers: 5, customers: 5 },
  ]);
  expect(portrait.lines.map(({ trait }) => trait)).not.toContain('favoriteItem');
  const orderLine = portrait.lines.find(({ trait }) => trait === 'orders')!;
  expect(orderLine.effect).toBe(0.5);
});
