import { afterAll, beforeAll, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { lineageOf } from '$lib/core/profiles/lineage';
import { nodePlatform } from '$lib/platform/node/platform';
import { Desk } from '$lib/work/desk';
import { operations, type OperationContext } from '$lib/work/operations';
import type { PlanTrait } from '$lib/core/profiles/planTraits';
import type { TraitsDetails } from '$lib/work/operations/profiles';
import { fileOf } from '../import/support';

const traits: PlanTrait[] = [
  { id: 'tea', measure: { aggregate: 'sum', of: 'value', events: 'order_completed', where: [{ property: 'category', oneOf: ['Tea'] }] } },
  { id: 'teaShare', formula: 'tea / revenue' },
  { id: 'town', attribute: 'city' },
  { id: 'rank', rank: { of: 'score:will-buy', as: 'percent' } },
];

let context: OperationContext;
let details: TraitsDetails;
beforeAll(async () => {
  context = { ...quietContext(), desk: new Desk(nodePlatform({ threads: 1 })) };
  await operations.workspaceCreate({ name: 'Tea', timeZone: 'UTC', currency: 'EUR' }, context);
  const add = async (name: string, text: string, change: object = {}) => {
    const file = fileOf(text, name);
    const { mapping } = await operations.sourceInspect({ file }, context);
    await operations.sourceImport({ file, sourceId: name.replace('.csv', ''), mapping: { ...mapping, ...change }, mode: 'add' }, context);
  };
  const orders = { defaultEvent: 'order_completed' };
  await add('may.csv', 'user,item,time,price\nann,tea,2026-05-01 10:00:00,5\nbo,tea,2026-05-03 10:00:00,7\n', orders);
  await add('june.csv', 'user,item,time,price\nann,tea,2026-06-01 10:00:00,5\n', orders);
  await add('people.csv', 'customer_id,city\nann,Ulm\nbo,\n', { keep: ['city'] });
  const given = [{ people: 'bo', by: 'Mei', on: '2026-06-02' }];
  await operations.workspaceSavePlan(
    { plan: { ...context.desk.state.plan, traits: traits.slice(0, 3), tags: [{ id: 'vip', given }] } },
    context,
  );
  details = await operations.traitsDetails(undefined, context);
}, 60_000);
afterAll(() => context.desk.close());

const detail = (id: string) => details.traits.find((one) => one.id === id)!;

it('names the events, properties and files behind a trait, down to the data', () => {
  expect(detail('orders')).toMatchObject({ events: ['order_completed'], properties: [], lastEvent: '2026-06-01T10:00:00' });
  expect(detail('orders').sources).toEqual([{ source: 0, rows: 2 }, { source: 1, rows: 1 }]); // prettier-ignore
  expect(details.sources.map(({ files }) => files)).toEqual([['may.csv'], ['june.csv'], ['people.csv']]);
  expect(detail('daysSinceLastEvent').events).toBeNull();
  expect(detail('teaShare')).toMatchObject({ events: expect.arrayContaining(['order_completed', 'order_refunded']), properties: ['category', 'value'], madeOf: ['tea', 'revenue'] }); // prettier-ignore
  expect(detail('town')).toMatchObject({ events: [], attributes: ['city'], sources: [], lastEvent: null });
  expect(details.attributes.city).toEqual([{ files: ['people.csv'], rows: 1 }]);
  expect(detail('tag:vip').beside).toEqual(['tag:vip']);
  expect(lineageOf('rank', traits, []).beside).toEqual(['score:will-buy']);
});

it('shows somebody who has a value', () => {
  expect(detail('orders').example).toEqual({ userId: 'ann', value: 2 });
  expect(detail('town').example).toEqual({ userId: 'ann', value: 'Ulm' });
  // Of a yes or no, somebody with a yes.
  expect(detail('tag:vip').example).toEqual({ userId: 'bo', value: true });
  expect(detail('refunds').example).toEqual({ userId: 'ann', value: 0 });
});
