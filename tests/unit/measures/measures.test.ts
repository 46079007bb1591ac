import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkMeasure } from '$lib/core/measures/check';
import { measureMembers, type Comparison } from '$lib/core/measures/comparison';
import { emptyValue, measureKind, type EventMeasure } from '$lib/core/measures/measure';
import { measureQuery, measuresQuery } from '$lib/core/measures/measureQuery';
import { measureSchema } from '$lib/core/measures/schema';
import { sequenceQuery, type EventSequence } from '$lib/core/measures/sequence';
import { resolveWindow } from '$lib/core/measures/window';
import { rowsOf } from '$lib/core/store/columns';
import { sql } from '$lib/core/store/sql';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { plainTables } from '../../support/scope';
import { openTinyShop, type TinyShop } from '../../support/tinyShop';

const asOf = '2026-06-01T00:00:00';
const shop: TinyShop = {
  items: [
    { id: 'cup', title: 'Blue cup', category: 'Kitchen / Cups', brand: 'Blue' },
    { id: 'oolong', title: 'Oolong', category: 'Tea / Green', brand: 'Leaf' },
    { id: 'sencha', title: 'Sencha', category: 'Tea', brand: 'Leaf' },
    { id: 'pot', title: 'Teapot', category: 'Teapots' },
  ],
  users: { zoe: {} },
  events: [
    // Ann: an order of two lines with tea, one without, one a year ago; sent a campaign yesterday.
    {
      user: 'ann',
      event: 'order_completed',
      at: '2026-05-31T10:00:00',
      item: 'oolong',
      value: 20.1,
      quantity: 2,
      order: 'A2',
      channel: 'app',
    },
    {
      user: 'ann',
      event: 'order_completed',
      at: '2026-05-31T10:00:00',
      item: 'cup',
      value: 10.2,
      quantity: 1,
      order: 'A2',
      channel: 'app',
    },
    { user: 'ann', event: 'order_completed', at: '2026-05-01T10:00:00', item: 'pot', value: 5, quantity: 1, order: 'A1', channel: 'web' },
    { user: 'ann', event: 'order_completed', at: '2025-05-01T10:00:00', item: 'cup', value: 7, quantity: 1, order: 'A0', channel: 'web' },
    { user: 'ann', event: 'campaign_received', at: '2026-05-31T12:00:00', campaign: 'may' },
    { user: 'ann', event: 'order_completed', at: '2026-06-01T00:00:00', item: 'cup', value: 99, quantity: 1, order: 'A3' },
    // Bo: cart, nothing bought until nine days later; no order ids.
    { user: 'bo', event: 'product_added', at: '2026-04-01T10:00:00', item: 'sencha', value: 4 },
    { user: 'bo', event: 'order_completed', at: '2026-04-10T09:00:00', item: 'sencha', value: 4 },
    { user: 'bo', event: 'order_completed', at: '2026-04-10T18:00:00', item: 'cup', value: 6 },
    { user: 'bo', event: 'product_added', at: '2026-04-10T19:00:00', item: 'cup', value: 6 },
    { user: 'bo', event: 'order_cancelled', at: '2026-04-10T20:00:00' },
    // Cy only looked.
    { user: 'cy', event: 'product_viewed', at: '2026-03-03T10:00:00', item: 'oolong' },
    { user: 'cy', event: 'product_viewed', at: '2026-03-03T10:00:00', item: 'oolong' },
    { user: 'cy', event: 'product_viewed', at: '2026-03-02T10:00:00', item: 'cup' },
    { user: 'cy', event: 'campaign_received', at: '2026-05-30T12:00:00', campaign: 'may' },
  ],
};

describe('event measures', () => {
  let store: TableStore;
  let scope: Awaited<ReturnType<typeof openTinyShop>>;
  beforeAll(async () => {
    store = await openNativeStore({ threads: 2 });
    scope = await openTinyShop(store, shop, asOf);
  });
  afterAll(() => store.close());

  /** Everybody's value, also of those who are in no row. */
  async function valuesOf(measure: EventMeasure, at = asOf): Promise<Record<string, unknown>> {
    expect(checkMeasure(measureSchema.parse(measure))).toEqual([]);
    const query = measureQuery({ tables: plainTables, asOf: at }, measure);
    const rows = rowsOf(await store.query(sql`SELECT user_id, value FROM users LEFT JOIN (${query}) USING (user_index) ORDER BY user_id`));
    return Object.fromEntries(rows.map(([user, value]) => [user, value ?? emptyValue(measure)]));
  }

  const ordered = 'order_completed';
  const tea: EventMeasure['where'] = [{ property: 'category', oneOf: ['Tea'] }];

  it('share orders by category, a category with its subcategories and none that only begins like it', async () => {
    const share: EventMeasure = { aggregate: 'shareOf', events: ordered, where: tea, window: { withinDays: 90 } };
    expect(await valuesOf(share)).toEqual({ ann: 0.5, bo: 1, cy: null, zoe: null });
    expect(await valuesOf({ ...share, window: { withinDays: 30 } })).toEqual({ ann: 1, bo: null, cy: null, zoe: null });
    expect(await valuesOf({ ...share, of: 'value', window: undefined })).toMatchObject({ ann: 20.1 / 42.3, bo: 0.4 });
  });

  it('count orders by order, other events one by one, and see nothing at asOf', async () => {
    expect(await valuesOf({ aggregate: 'count', events: ordered })).toEqual({ ann: 3, bo: 1, cy: 0, zoe: 0 });
    expect(await valuesOf({ aggregate: 'count', events: ordered }, '2026-06-02T00:00:00')).toMatchObject({ ann: 4 });
    expect(await valuesOf({ aggregate: 'count', events: [ordered, 'product_added'] })).toMatchObject({ ann: 3, bo: 3 });
    expect(await valuesOf({ aggregate: 'count', events: 'product_viewed' })).toMatchObject({ cy: 3 });
  });

  it('leave out of activity what was done to a person', async () => {
    expect(await valuesOf({ aggregate: 'daysSince' })).toEqual({ ann: 1, bo: 52, cy: 90, zoe: null });
    expect(await valuesOf({ aggregate: 'daysSince', events: 'campaign_received' })).toMatchObject({ ann: 1, cy: 2 });
    expect(await valuesOf({ aggregate: 'count' })).toMatchObject({ cy: 3 });
  });

  it('look between two numbers of days ago, both included', async () => {
    const ago = (fromDaysAgo: number, toDaysAgo: number) =>
      valuesOf({ aggregate: 'count', events: ordered, window: { fromDaysAgo, toDaysAgo } });
    // Ann ordered 1, 31 and 396 days before, Bo 52.
    expect(await ago(52, 31)).toEqual({ ann: 1, bo: 1, cy: 0, zoe: 0 });
    expect(await ago(51, 32)).toEqual({ ann: 0, bo: 0, cy: 0, zoe: 0 });
    expect(resolveWindow({ fromDaysAgo: 30, toDaysAgo: 1 }, asOf)).toEqual(resolveWindow({ withinDays: 30 }, asOf));
    expect(await valuesOf({ aggregate: 'count', events: ordered, window: { from: '2026-05-01', to: '2026-05-01' } })).toMatchObject({
      ann: 1,
    });
  });

  it('add, average, find the least and the greatest, to the cent', async () => {
    expect(await valuesOf({ aggregate: 'sum', of: 'value', events: ordered, window: { withinDays: 1 } })).toMatchObject({
      ann: 30.3,
      bo: 0,
    });
    expect(await valuesOf({ aggregate: 'mean', of: 'value', events: ordered })).toMatchObject({ ann: 10.575, cy: null });
    expect(await valuesOf({ aggregate: 'max', of: 'value', events: ordered })).toMatchObject({ ann: 20.1, bo: 6 });
    expect(await valuesOf({ aggregate: 'min', of: 'quantity', events: ordered })).toMatchObject({ ann: 1, bo: null });
    const dear = { property: 'value' as const, atLeast: 10, lessThan: 20 };
    expect(await valuesOf({ aggregate: 'count', events: ordered, where: [dear] })).toEqual({ ann: 1, bo: 0, cy: 0, zoe: 0 });
  });

  it('take back what a cancellation without money undoes, but no cart of the same day', async () => {
    const money = ['order_completed', 'order_refunded', 'order_cancelled'];
    expect(await valuesOf({ aggregate: 'sum', of: 'value', events: money })).toMatchObject({ ann: 42.3, bo: 0 });
    expect(await valuesOf({ aggregate: 'sum', of: 'value', events: money, where: tea })).toMatchObject({ ann: 20.1, bo: 0 });
    expect(await valuesOf({ aggregate: 'sum', of: 'value', events: ordered })).toMatchObject({ bo: 10 });
  });

  it('name the first, the last and the most frequent; of equals the least in byte order', async () => {
    expect(await valuesOf({ aggregate: 'last', of: 'channel', events: ordered })).toEqual({ ann: 'app', bo: null, cy: null, zoe: null });
    expect(await valuesOf({ aggregate: 'first', of: 'item' })).toEqual({ ann: 'Blue cup', bo: 'Sencha', cy: 'Blue cup', zoe: null });
    expect(await valuesOf({ aggregate: 'last', of: 'item' })).toMatchObject({ ann: 'Oolong' });
    expect(await valuesOf({ aggregate: 'mostFrequent', of: 'brand' })).toEqual({ ann: 'Blue', bo: 'Blue', cy: 'Leaf', zoe: null });
    expect(await valuesOf({ aggregate: 'first', of: 'day', events: ordered })).toMatchObject({ ann: '2025-05-01' });
    expect(await valuesOf({ aggregate: 'max', of: 'time', events: ordered })).toMatchObject({ ann: '2026-05-31T10:00:00' });
  });

  it('tell the hour and the day of the week that somebody keeps to; of equals the earlier', async () => {
    // Ann's three days of orders are a Thursday, a Friday and a Sunday, all at ten.
    expect(await valuesOf({ aggregate: 'mostFrequent', of: 'hour', events: ordered })).toMatchObject({ ann: 10, cy: null });
    expect(await valuesOf({ aggregate: 'mostFrequent', of: 'weekday', events: ordered, window: { withinDays: 1 } })).toMatchObject({
      ann: '7',
    });
    expect(await valuesOf({ aggregate: 'distinct', of: 'weekday', events: ordered })).toMatchObject({ ann: 3 });
    expect(measureKind({ aggregate: 'mostFrequent', of: 'hour' })).toBe('count');
    expect(measureKind({ aggregate: 'mostFrequent', of: 'weekday' })).toBe('text');
  });

  it('count different values, and days', async () => {
    expect(await valuesOf({ aggregate: 'distinct', of: 'item', events: ordered })).toEqual({ ann: 3, bo: 2, cy: 0, zoe: 0 });
    expect(await valuesOf({ aggregate: 'distinct', of: 'day' })).toEqual({ ann: 3, bo: 2, cy: 2, zoe: 0 });
    expect(await valuesOf({ aggregate: 'distinct', of: 'category', events: 'product_viewed' })).toMatchObject({ cy: 2 });
  });

  it('hold sums of the largest that bounded rows can make', async () => {
    await store.execute(sql`CREATE OR REPLACE TABLE great AS SELECT * REPLACE (99999999999999.9999::DECIMAL(18,4) AS value, 999999999.5::DOUBLE AS quantity)
      FROM events, range(100000) WHERE event = ${ordered} AND user_index = 0`);
    const query = (of: 'value' | 'quantity') =>
      measureQuery({ tables: { ...plainTables, events: 'great' }, asOf }, { aggregate: 'sum', of, events: ordered });
    const [[, money]] = rowsOf(await store.query(query('value')));
    expect(Number(money)).toBeGreaterThan(3.9e19);
    expect(Number(rowsOf(await store.query(query('quantity')))[0][1])).toBeGreaterThan(3.9e14);
  });

  it('are the same one by one and together', async () => {
    const measures: EventMeasure[] = [
      { aggregate: 'count', events: ordered },
      { aggregate: 'shareOf', events: ordered, where: tea, window: { withinDays: 90 } },
      { aggregate: 'sum', of: 'value', events: ['order_completed', 'order_cancelled'] },
      { aggregate: 'mostFrequent', of: 'category' },
      { aggregate: 'daysSince', events: 'product_viewed' },
      { aggregate: 'distinct', of: 'brand' },
    ];
    const names = measures.map((_, i) => `m${i}`);
    const together = measuresQuery(
      scope,
      measures.map((measure, i) => ({ name: names[i], measure })),
    );
    const rows = rowsOf(
      await store.query(
        sql`SELECT user_id, t.* EXCLUDE (user_index) FROM users LEFT JOIN (${together}) t USING (user_index) ORDER BY user_id`,
      ),
    );
    for (const [i, measure] of measures.entries()) {
      const alone = await valuesOf(measure);
      expect(Object.fromEntries(rows.map(([user, ...cells]) => [user, cells[i] ?? emptyValue(measure)]))).toEqual(alone);
    }
  });

  async function whoHas(measure: EventMeasure, comparison: Comparison): Promise<string[]> {
    const query = measureMembers(scope, measure, comparison);
    const found = new Set(rowsOf(await store.query(query.sql)).map(([user]) => scope.ids[user as number]));
    return scope.ids.filter((id) => found.has(id) !== query.complement);
  }

  it('are compared, and nobody is forgotten who did nothing', async () => {
    const orders: EventMeasure = { aggregate: 'count', events: ordered };
    expect(await whoHas(orders, { operator: 'atLeast', operand: 2 })).toEqual(['ann']);
    expect(await whoHas(orders, { operator: 'atMost', operand: 1 })).toEqual(['bo', 'cy', 'zoe']);
    expect(await whoHas(orders, { operator: 'between', operand: [0, 1] })).toEqual(['bo', 'cy', 'zoe']);
    expect(await whoHas(orders, { operator: 'is', operand: 0 })).toEqual(['cy', 'zoe']);
    expect(await whoHas(orders, { operator: 'isNot', operand: 0 })).toEqual(['ann', 'bo']);
    expect(await whoHas(orders, { operator: 'isNot', operand: 3 })).toEqual(['bo', 'cy', 'zoe']);
    expect(await whoHas(orders, { operator: 'oneOf', operand: [0, 3] })).toEqual(['ann', 'cy', 'zoe']);
    expect(await whoHas({ aggregate: 'daysSince' }, { operator: 'exists', operand: false })).toEqual(['zoe']);
    expect(await whoHas({ aggregate: 'daysSince' }, { operator: 'topPercent', operand: 50 })).toEqual(['bo', 'cy']);
    expect(await whoHas({ aggregate: 'first', of: 'day', events: ordered }, { operator: 'before', operand: '2026-01-01' })).toEqual([
      'ann',
    ]);
    expect(
      await whoHas({ aggregate: 'first', of: 'time', events: ordered }, { operator: 'between', operand: ['2026-04-10', '2026-04-10'] }),
    ).toEqual(['bo']);
  });

  it('say what does not fit', () => {
    const codes = (measure: EventMeasure) => checkMeasure(measure).map(({ code }) => code);
    expect(codes({ aggregate: 'sum' })).toEqual(['measure_of_wrong']);
    expect(codes({ aggregate: 'count', of: 'value' })).toEqual(['measure_of_wrong']);
    expect(codes({ aggregate: 'shareOf', events: ordered })).toEqual(['measure_share_of_all']);
    expect(codes({ aggregate: 'count', window: { fromDaysAgo: 30, toDaysAgo: 90 } })).toEqual(['window_backwards']);
    expect(codes({ aggregate: 'count', window: { from: '2026-02-30' } })).toEqual(['date_invalid']);
  });

  async function whoDid(sequence: EventSequence): Promise<string[]> {
    return rowsOf(await store.query(sequenceQuery(scope, sequence)))
      .map(([user]) => scope.ids[user as number])
      .sort();
  }

  it('find one thing after another, within days, with nothing between', async () => {
    const added = { events: 'product_added' };
    const bought = { events: ordered };
    expect(await whoDid({ first: added, next: bought })).toEqual(['bo']);
    expect(await whoDid({ first: added, next: bought, withinDays: 9 })).toEqual(['bo']);
    expect(await whoDid({ first: added, next: bought, withinDays: 8 })).toEqual([]);
    expect(await whoDid({ first: added, next: { events: 'order_cancelled' }, withinDays: 0 })).toEqual(['bo']);
    expect(await whoDid({ first: bought, next: bought })).toEqual(['ann', 'bo']);
    // Of Bo's two orders the later has the earlier between it and the first cart.
    const cup = { events: ordered, where: [{ property: 'item' as const, oneOf: ['cup'] }] };
    expect(await whoDid({ first: added, next: cup })).toEqual(['bo']);
    expect(await whoDid({ first: added, next: cup, without: bought })).toEqual([]);
  });

  it('take what happened at one instant for no sequence', async () => {
    const seen = { events: 'product_viewed' };
    const item = (id: string) => ({ ...seen, where: [{ property: 'item' as const, oneOf: [id] }] });
    expect(await whoDid({ first: item('oolong'), next: item('oolong') })).toEqual([]);
    expect(await whoDid({ first: item('cup'), next: item('oolong'), withinDays: 1 })).toEqual(['cy']);
  });

  it('find what was not followed by something', async () => {
    const abandoned: EventSequence = { first: { events: 'product_added' }, without: { events: ordered } };
    // The second cart came after the last order.
    expect(await whoDid(abandoned)).toEqual(['bo']);
    expect(
      await whoDid({
        ...abandoned,
        window: { to: '2026-04-10', from: '2026-04-01' },
        first: { ...abandoned.first, where: [{ property: 'item', oneOf: ['sencha'] }] },
      }),
    ).toEqual([]);
    expect(
      await whoDid({ ...abandoned, withinDays: 8, first: { events: 'product_added', where: [{ property: 'item', oneOf: ['sencha'] }] } }),
    ).toEqual(['bo']);
  });
});
