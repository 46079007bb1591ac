import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cellsOf } from '$lib/core/profiles/page';
import { namedAttributes } from '$lib/core/profiles/attributes';
import { profilesQuery } from '$lib/core/profiles/profilesQuery';
import { profileTraits } from '$lib/core/profiles/profileTraits';
import { canonicalTables } from '$lib/core/schema/canonical';
import { identifier, join, sql } from '$lib/core/store/sql';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { plainTables } from '../../support/scope';
import { openTinyShop, type TinyShop } from '../../support/tinyShop';

const shop: TinyShop = {
  items: [
    { id: 'cup', title: 'Blue cup', category: 'Kitchen / Cups' },
    { id: 'oolong', title: 'Oolong', category: 'Tea / Green' },
    { id: 'sencha', title: 'Sencha', category: 'Tea / Green' },
    { id: 'x', category: 'Kitchen / Cups' },
  ],
  users: { ann: { country: 'CN', email: 'ann@example.com', consentEmail: true }, zoe: { country: 'DE' } },
  events: [
    { user: 'ann', event: 'product_viewed', at: '2026-04-01T23:59:59', item: 'cup' },
    { user: 'ann', event: 'product_viewed', at: '2026-04-01T00:00:00', item: 'cup' },
    { user: 'ann', event: 'product_added', at: '2026-04-02T10:00:00', item: 'sencha' },
    { user: 'ann', event: 'order_completed', at: '2026-04-02T10:05:00', item: 'sencha', value: 0.1, quantity: 1, order: 'A1' },
    { user: 'ann', event: 'order_completed', at: '2026-04-02T10:05:00', item: 'oolong', value: 0.2, quantity: 2, order: 'A1' },
    { user: 'ann', event: 'order_completed', at: '2026-04-30T23:59:59', item: 'oolong', value: 30, quantity: 1, order: 'A2' },
    { user: 'ann', event: 'order_refunded', at: '2026-05-03T12:00:00', item: 'oolong', value: -30, quantity: -1, order: 'A2' },
    { user: 'bo', event: 'order_completed', at: '2026-03-01T08:00:00', item: 'x', value: 5 },
    { user: 'bo', event: 'order_completed', at: '2026-03-01T20:00:00', item: 'x', value: 6 },
    { user: 'bo', event: 'order_completed', at: '2026-03-02T08:00:00', item: 'cup', value: 7 },
    { user: 'cy', event: 'product_viewed', at: '2026-06-01T00:00:00', item: 'cup' },
    { user: 'di', event: 'order_completed', at: '2026-03-01T08:00:00', item: 'cup', value: 40, order: 'D1' },
    { user: 'di', event: 'order_completed', at: '2026-03-01T08:00:00', item: 'sencha', value: 10, order: 'D1' },
    { user: 'di', event: 'order_refunded', at: '2026-03-02T08:00:00', item: 'sencha', value: -10, order: 'D1' },
    { user: 'di', event: 'order_completed', at: '2026-03-05T08:00:00', item: 'cup', value: 7, order: 'D2' },
    { user: 'di', event: 'order_cancelled', at: '2026-04-01T08:00:00', order: 'D1' },
    { user: 'eve', event: 'product_added', at: '2026-05-01T08:00:00', item: 'cup', value: 12 },
    { user: 'eve', event: 'order_completed', at: '2026-05-01T09:00:00', item: 'cup', value: 12 },
    { user: 'eve', event: 'order_refunded', at: '2026-05-01T10:00:00' },
    { user: 'fay', event: 'campaign_held_out', at: '2026-04-01T08:00:00', campaign: 'april' },
    { user: 'fay', event: 'campaign_opened', at: '2026-05-01T08:00:00', campaign: 'may' },
    { user: 'fay', event: 'campaign_clicked', at: '2026-05-01T08:01:00', campaign: 'may' },
    { user: 'fay', event: 'campaign_received', at: '2026-05-31T08:00:00', campaign: 'june' },
  ],
};

const attributes = namedAttributes(
  Object.entries(canonicalTables.users)
    .slice(2)
    .map(([column, type]) => ({ column, type })),
);
const profilesAt = (asOf: string) =>
  profilesQuery({
    tables: plainTables,
    asOf,
    traits: [...profileTraits, ...attributes.map(({ id, column }) => ({ id, attribute: column }))],
  });

describe('profiles', () => {
  let store: TableStore;
  let profiles: string;
  beforeAll(async () => {
    store = await openNativeStore({ threads: 2 });
    ({ profiles } = await openTinyShop(store, shop, '2026-06-01T00:00:00'));
  });
  afterAll(() => store.close());

  async function profile(user: string, asOf: string, ...traits: string[]) {
    const rows = await store.query(sql`SELECT ${join(traits.map(identifier))} FROM (${profilesAt(asOf)}) WHERE user_id = ${user}`);
    return cellsOf(rows)[0];
  }

  it('say what Ann bought, by orders and not by lines, and to the cent', async () => {
    expect(
      await profile('ann', '2026-05-01T00:00:00', 'orders', 'quantity', 'daysSinceLastOrder', 'daysSinceFirstOrder', 'tenureDays'),
    ).toEqual([2, 4, 1, 29, 30]);
    const [exact] = cellsOf(
      await store.query(sql`SELECT revenue::VARCHAR FROM (${profilesAt('2026-04-30T00:00:00')}) WHERE user_id = 'ann'`),
    )[0];
    expect(exact).toBe('0.3000');
  });

  it('take refunds off the revenue, but not off the orders', async () => {
    expect(await profile('ann', '2026-06-01T00:00:00', 'orders', 'refunds', 'averageOrderValue')).toEqual([2, 1, 0.15]);
    const money = sql`SELECT revenue::DOUBLE, "refundedValue"::DOUBLE FROM ${identifier(profiles)} WHERE user_id = 'ann'`;
    expect(cellsOf(await store.query(money))[0]).toEqual([0.3, 30]);
  });

  it('take a whole order back when it is cancelled without naming money', async () => {
    const money = async (asOf: string) => {
      const query = sql`SELECT revenue::DOUBLE, "refundedValue"::DOUBLE, orders FROM (${profilesAt(asOf)}) WHERE user_id = 'di'`;
      return cellsOf(await store.query(query))[0];
    };
    expect(await money('2026-04-01T00:00:00')).toEqual([47, 10, 2]);
    expect(await money('2026-04-02T00:00:00')).toEqual([7, 50, 2]);
  });

  it('count one order a day where there are no order ids', async () => {
    expect(await profile('bo', '2026-06-01T00:00:00', 'orders', 'activeDays', 'events')).toEqual([2, 2, 3]);
  });

  it('see nothing at or after asOf, and keep those who have done nothing yet', async () => {
    const nothing = await profile('cy', '2026-06-01T00:00:00', 'events', 'views', 'orders', 'daysSinceLastEvent', 'favoriteItem');
    expect(nothing).toEqual([0, 0, 0, null, null]);
    expect(await profile('cy', '2026-06-02T00:00:00', 'events', 'views', 'daysSinceLastEvent')).toEqual([1, 1, 1]);
    const neverHere = await profile('zoe', '2026-06-02T00:00:00', 'country', 'orders', 'averageOrderValue', 'tenureDays');
    expect(neverHere).toEqual(['DE', 0, null, null]);
  });

  it('find the favourite by orders, then views, then the lower id', async () => {
    // Oolong was in two orders, sencha in one.
    expect(await profile('ann', '2026-06-01T00:00:00', 'favoriteItem', 'favoriteCategory')).toEqual(['Oolong', 'Tea / Green']);
    // Both in one order and never viewed, but sencha was put into the cart.
    expect(await profile('ann', '2026-04-30T00:00:00', 'favoriteItem')).toEqual(['Sencha']);
    // Before the first order, what was looked at.
    expect(await profile('ann', '2026-04-02T00:00:00', 'favoriteItem', 'favoriteCategory')).toEqual(['Blue cup', 'Kitchen / Cups']);
    // x and cup in one order each, x touched twice; an item without a title says its id.
    expect(await profile('bo', '2026-06-01T00:00:00', 'favoriteItem', 'favoriteCategory')).toEqual(['x', 'Kitchen / Cups']);
  });

  it('carry the attributes of the users file', async () => {
    const ann = await profile('ann', '2026-06-01T00:00:00', 'country', 'email', 'consentEmail', 'consentSms');
    expect(ann).toEqual(['CN', 'ann@example.com', true, null]);
  });

  it('hold only the traits that were asked for, and what they are made of in whatever order', async () => {
    const traits = [
      { id: 'averageOrderValue', formula: 'revenue / orders' },
      ...profileTraits.filter(({ id }) => id === 'revenue' || id === 'orders'),
    ];
    const table = await store.query(profilesQuery({ tables: plainTables, asOf: '2026-06-01T00:00:00', traits }));
    expect(table.schema.fields.map(({ name }) => name)).toEqual(['user_index', 'user_id', 'averageOrderValue', 'orders', 'revenue']);
    expect(table.numRows).toBe(7);
  });

  it('take back the sales of an undone order and nothing else that happened that day', async () => {
    // Without order ids the cart shares the day's key.
    const money = cellsOf(
      await store.query(
        sql`SELECT revenue::DOUBLE, "refundedValue"::DOUBLE, carts FROM (${profilesAt('2026-06-01T00:00:00')}) WHERE user_id = 'eve'`,
      ),
    )[0];
    expect(money).toEqual([0, 12, 1]);
  });

  it('do not take for activity what was done to a customer', async () => {
    expect(await profile('fay', '2026-06-01T00:00:00', 'daysSinceLastEvent', 'tenureDays', 'events', 'activeDays')).toEqual([31, 31, 2, 1]);
  });
});
