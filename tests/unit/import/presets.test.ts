import { afterEach, describe, expect, it } from 'vitest';
import { eventsOf, factsOf, fixture, stageFixture, stageRecords } from './presetSupport';
import { operations } from '../../../src/lib/work/operations';
import { closeDesks, importDesk } from '../../support/importDesk';
import { gbkBytes } from '../../support/gbk';

afterEach(closeDesks);

const text = (name: string) => new TextDecoder().decode(fixture(name));

const base = { type: 'track', anonymousId: 'a-1', context: { campaign: { name: 'spring', source: 'mail' } } };
const segmentRecords = [
  { ...base, event: 'Product Viewed', timestamp: '2026-05-01T08:00:00.000Z', properties: { product_id: 'tea', name: 'Oolong', price: 10, category: 'Tea' } },
  {
    ...base,
    userId: 'u-1',
    event: 'Order Completed',
    timestamp: '2026-05-01T08:30:00.000Z',
    properties: { order_id: 'o-1', revenue: 27, currency: 'USD', products: [{ product_id: 'tea', price: 10, quantity: 2 }, { sku: 'pot', price: 7, quantity: 1 }] },
  },
  { ...base, userId: 'u-1', event: 'Completed Order', timestamp: '2026-05-02T08:30:00.000Z', properties: { order_id: 'o-2', revenue: 12, currency: 'USD', products: [] } },
  { ...base, userId: 'u-1', event: 'Order Refunded', timestamp: '2026-05-03T08:30:00.000Z', properties: { order_id: 'o-2', total: 12, currency: 'USD' } },
]; // prettier-ignore

const params = (entries: Record<string, object>) => Object.entries(entries).map(([key, value]) => ({ key, value }));
const ga4Records = [
  {
    event_date: '20210131',
    event_timestamp: '1612069510766593',
    event_name: 'view_item',
    event_params: params({ ga_session_id: { int_value: '661084800' }, currency: { string_value: 'USD' } }),
    user_pseudo_id: '1026454.4271112504',
    device: { category: 'mobile' },
    geo: { country: 'Japan' },
    traffic_source: { source: 'google', name: '(organic)' },
    ecommerce: { transaction_id: '(not set)' },
    items: [{ item_id: 'MUG', item_name: 'Google Mug', item_brand: 'Google', item_category: 'Drinkware', price: 9.6 }],
  },
  {
    event_date: '20210131',
    event_timestamp: '1612069512766593',
    event_name: 'purchase',
    event_params: params({ ga_session_id: { int_value: '661084800' }, currency: { string_value: 'USD' } }),
    user_id: 'u-7',
    user_pseudo_id: '1026454.4271112504',
    device: { category: 'mobile' },
    geo: { country: 'Japan' },
    traffic_source: { source: 'google', name: '(organic)' },
    ecommerce: { transaction_id: 'T1', purchase_revenue: 19.2 },
    items: [{ item_id: 'MUG', item_name: 'Google Mug', price: 9.6, quantity: 2 }],
  },
];

describe('Shopify', () => {
  it('fills the lines of an order, counts its total once, and gives back what was refunded', async () => {
    const { preview, staged } = await stageFixture('shopify-orders.csv');
    expect([preview.preset, staged.rowsRead, staged.rowsRejected]).toEqual(['shopify-orders', 5, 0]);
    expect(preview.mapping.ids).toEqual({ Email: 'email', Phone: 'phone', 'Billing Phone': 'phone' });
    expect(eventsOf(staged.source)).toMatchObject([
      { user: 'ann@example.com', order: '#1001', item: 'TEA-01', event: 'order_completed', ts: '2026-09-03T14:14:00Z', quantity: 2, value: 20, channel: 'web' },
      { user: 'ann@example.com', order: '#1001', item: 'POT-02', event: 'order_completed', ts: '2026-09-03T14:14:00Z', value: 7, channel: 'web' },
      { user: 'bob@example.com', order: '#1002', event: 'order_completed', value: 30 },
      { user: 'bob@example.com', order: '#1002', event: 'order_refunded', value: -10, ts: '2026-09-05T12:00:00Z' },
      { user: 'cleo@example.com', order: '#1003', event: 'order_completed', value: 10 },
      // Cancelled: what was paid back includes the postage, which is in no line.
      { user: 'cleo@example.com', order: '#1003', event: 'order_cancelled', value: -10, ts: '2026-09-08T16:00:00Z' },
      { user: 'dan@example.com', order: '#1004', event: 'order_voided', value: 10 },
    ]); // prettier-ignore
    expect(factsOf(staged.source, 'users')['ann@example.com']).toMatchObject({
      email: 'ann@example.com',
      country: 'US',
      consent_email: 'true',
    });
    expect(factsOf(staged.source, 'items')['POT-02']).toEqual({ title: 'Teapot', brand: 'Tea House' });
  });

  it('is known in its other spellings, too, and an old mapping reads them', async () => {
    const drifted = text('shopify-orders.csv').replace('Lineitem sku', 'Lineitem SKU').replace('compare at', 'compare-at').replace('Cancelled at', 'Canceled at'); // prettier-ignore
    const { preview, staged } = await stageFixture('orders_export.csv', new TextEncoder().encode(drifted));
    expect(preview.preset).toBe('shopify-orders');
    expect(eventsOf(staged.source)).toEqual(eventsOf((await stageFixture('shopify-orders.csv')).staged.source));
  });

  it.each(['shopify-customers.csv', 'shopify-customers-2024.csv'])('has its customers and their consent: %s', async (name) => {
    const { preview, staged } = await stageFixture(name);
    expect(preview.preset).toBe('shopify-customers');
    const users = factsOf(staged.source, 'users');
    expect(users['ann@example.com']).toMatchObject({
      email: 'ann@example.com',
      phone: '+15185550100',
      country: 'US',
      consent_email: 'true',
    });
    expect(users['bob@example.com']).toMatchObject({ consent_email: 'false', consent_sms: 'false' });
    expect(Object.keys(users['ann@example.com'])).not.toContain('First Name');
  });
});

describe('Shopify’s orders of a point of sale', () => {
  const lines = text('shopify-orders.csv').split('\n');
  /** Ann's order as the till writes it: what she left, and where it was. */
  const till = (number: string, given: { phone?: string; billing?: string } = {}) =>
    lines[1]
      .replace('#1001,ann@example.com', `#${number},`)
      .replace("'+15185550100", given.billing ?? '')
      .replace(',web,', ',pos,')
      .replace('State 8%,2.16,,,,,,,,,', `State 8%,2.16,,,,,,,,,${given.phone ?? ''}`);
  const file = new TextEncoder().encode([lines[0], lines[1], lines[2], till('2001', { phone: "'+15185550100" }), till('2002', { billing: '+4915112345678' }), till('2003'), ''].join('\n')); // prettier-ignore

  it('are of whoever left a phone, and those of nobody are told as such', async () => {
    const { preview, staged } = await stageFixture('orders_export.csv', file);
    expect(preview.preset).toBe('shopify-orders');
    expect(eventsOf(staged.source).map(({ user, order, channel }) => `${order} ${user} ${channel}`)).toEqual([
      '#1001 ann@example.com web',
      '#1001 ann@example.com web',
      '#2001 +15185550100 pos',
      '#2002 +4915112345678 pos',
    ]);
    expect([...staged.rejectCounts]).toEqual([['no_customer', 1]]);
    expect([...staged.source.rejects!]).toMatchObject([{ row: 5, column: 'order contact', code: 'no_customer' }]);
    // Ann's phone makes her the same person, once somebody says that phones do.
    const desk = await importDesk();
    await desk.add({ 'orders_export.csv': new TextDecoder().decode(file) });
    expect(desk.version.facts.users).toBe(3);
    await operations.identityApply({ merge: [{ kind: 'phone' }] }, desk.context());
    expect(desk.version.facts.users).toBe(2);
  });
});

describe('淘宝', () => {
  it('has its orders in GBK, without those that were closed', async () => {
    const { preview, staged } = await stageFixture('ExportOrderList202605.csv', gbkBytes(text('taobao-order-list.csv')));
    expect(preview).toMatchObject({
      preset: 'taobao-orders',
      mapping: { encoding: 'gb18030', timeZone: 'Asia/Shanghai', currency: 'CNY' },
    });
    expect(staged.rowsRejected).toBe(0);
    expect(eventsOf(staged.source)).toMatchObject([
      { order: '1930679858170001', user: '茶客一号', event: 'order_completed', value: 598, ts: '2026-05-23T14:02:11Z' },
      { order: '1930679858170002', user: '茶客二号', event: 'order_completed', value: 98 },
      { order: '1930679858170003', user: '茶客一号', event: 'order_closed', value: 0 },
      { order: '1930679858170004', user: '茶客三号', event: 'checkout_started', value: 0 },
    ]);
    expect(factsOf(staged.source, 'users')['茶客一号']).toEqual({ phone: '13800138000' });
  });

  it('has order lines that say that they need their orders', async () => {
    const { preview } = await stageFixtureOnly('taobao-order-details.csv');
    expect(preview).toMatchObject({ preset: 'taobao-orders', mapping: { roles: { order: '订单编号', item: '商家编码', price: '价格' } } });
    expect(preview.diagnostics.map(({ code }) => code)).toContain('needs_orders');
  });
});

describe('有赞', () => {
  it('has its orders, known by the phone of the buyer', async () => {
    const { preview, staged } = await stageFixture('订单报表.csv', gbkBytes(text('youzan-orders.csv')));
    expect(preview).toMatchObject({ preset: 'youzan-orders', mapping: { currency: 'CNY', timeZone: 'Asia/Shanghai' } });
    expect(eventsOf(staged.source)).toMatchObject([
      { order: 'E20260619100000000001', user: '13800138000', event: 'order_completed', value: 100, ts: '2026-06-19T02:00:00Z' },
      { user: '13900139000', event: 'order_closed' },
    ]);
  });

  it('has its goods, which need their orders, and its customers', async () => {
    const goods = await stageFixtureOnly('youzan-goods.csv');
    expect(goods.preview.mapping.roles).toMatchObject({
      order: '订单号',
      item: '商品编码',
      quantity: '商品数量',
      value: 'line amount',
    });
    const { preview, staged } = await stageFixture('youzan-customers.csv');
    expect(preview.mapping.kind).toBe('users');
    expect(factsOf(staged.source, 'users')['13800138000']).toMatchObject({ phone: '13800138000', created_at: '2024-01-01T02:00:00Z' });
    expect(preview.mapping.keep).not.toContain('客户姓名');
  });
});

async function stageFixtureOnly(name: string) {
  const { inspectSource } = await import('../../../src/lib/core/schema/inspect/inspectSource');
  const { fileOf } = await import('./support');
  return { preview: await inspectSource(fileOf(fixture(name), name)) };
}

describe('Segment and RudderStack', () => {
  it('are a row a product, with the revenue of an order only where no product says it', () => {
    const { table, source, rejects } = stageRecords(segmentRecords, 'properties.products');
    expect([table.preset?.id, table.mapping.rowsAt, rejects]).toEqual(['segment-ecommerce', 'properties.products', []]);
    expect(eventsOf(source)).toMatchObject([
      { user: 'a-1', event: 'product_viewed', item: 'tea', price: 10, ts: '2026-05-01T08:00:00Z', campaign: 'spring' },
      { user: 'u-1', event: 'order_completed', order: 'o-1', item: 'tea', quantity: 2, value: 20 },
      { user: 'u-1', event: 'order_completed', order: 'o-1', item: 'pot', value: 7 },
      { user: 'u-1', event: 'order_completed', order: 'o-2', value: 12 },
      { user: 'u-1', event: 'order_refunded', order: 'o-2', value: -12 },
    ]);
    expect(table.mapping.ids).toEqual({ anonymousId: 'user' });
  });
});

describe('files of nested records', () => {
  const jsonl = (records: readonly object[]) => new TextEncoder().encode(records.map((record) => JSON.stringify(record)).join('\n') + '\n');

  it('of Segment give the same as their records', async () => {
    const { preview, staged } = await stageFixture('events.jsonl', jsonl(segmentRecords));
    expect(preview).toMatchObject({
      preset: 'segment-ecommerce',
      format: 'json',
      mapping: { rowsAt: 'properties.products', format: 'json' },
    });
    expect(eventsOf(staged.source)).toEqual(eventsOf(stageRecords(segmentRecords, 'properties.products').source));
    // The reader reads one row for the two products of an order, and so on.
    expect([staged.rowsRead, staged.rowsRejected]).toEqual([5, 0]);
  });

  it('of GA4 give the same as their records, with the parameters that the reader takes apart', async () => {
    const { preview, staged } = await stageFixture('events.jsonl', jsonl(ga4Records));
    expect(preview).toMatchObject({ preset: 'ga4-bigquery', mapping: { rowsAt: 'items', timeFormat: { kind: 'unix-microseconds' } } });
    expect(eventsOf(staged.source)).toEqual(eventsOf(stageRecords(ga4Records, 'items').source));
  });
});

describe('GA4', () => {
  it('has its events with their items, parameters and people', () => {
    const { table, source, rejects } = stageRecords(ga4Records, 'items');
    expect([table.preset?.id, table.mapping.timeFormat, rejects]).toEqual(['ga4-bigquery', { kind: 'unix-microseconds' }, []]);
    expect(eventsOf(source)).toEqual([
      { user: '1026454.4271112504', event: 'product_viewed', ts: '2021-01-31T05:05:10.766Z', item: 'MUG', price: 9.6, session: '661084800', channel: 'google', campaign: '(organic)', device: 'mobile' },
      { user: 'u-7', event: 'order_completed', ts: '2021-01-31T05:05:12.766Z', item: 'MUG', price: 9.6, quantity: 2, value: 19.2, order: 'T1', session: '661084800', channel: 'google', campaign: '(organic)', device: 'mobile' },
    ]); // prettier-ignore
  });

  it('has its items as a flat table', async () => {
    const { preview, staged } = await stageFixture('ga4-items.csv');
    expect(preview.preset).toBe('ga4-items');
    expect(eventsOf(staged.source)[1]).toMatchObject({
      event: 'order_completed',
      item: 'GGOEGXXX1',
      order: 'T1',
      value: 19.2,
      ts: '2021-01-31T05:05:12.766Z',
    });
  });
});

describe('RecBole', () => {
  it('has interactions, items and users under names without types', async () => {
    const inter = await stageFixture('ml-100k.inter');
    expect(inter.preview).toMatchObject({ preset: 'recbole', mapping: { columns: ['user_id', 'item_id', 'rating', 'timestamp'] } });
    expect(eventsOf(inter.staged.source)[0]).toEqual({
      user: '196',
      item: '242',
      event: 'product_rated',
      rating: 3,
      ts: '1997-12-04T15:55:49Z',
    });
    const item = await stageFixture('ml-100k.item');
    expect(factsOf(item.staged.source, 'items')['1']).toEqual({ title: 'Toy Story', release_year: '1995', category: 'Animation Comedy' });
    const user = await stageFixture('ml-100k.user');
    expect(factsOf(user.staged.source, 'users')['2']).toMatchObject({ age: '53', gender: 'F', occupation: 'other' });
  });

  it('says of a knowledge graph that it is not needed', async () => {
    const { preview } = await stageFixtureOf('a.kg', 'head_id:token\trelation_id:token\ttail_id:token\nm.1\tfilm\tm.2\nm.3\tfilm\tm.4\n');
    expect(preview.diagnostics).toMatchObject([{ code: 'links_not_needed', values: { file: 'a.kg' } }]);
  });
});

async function stageFixtureOf(name: string, content: string) {
  const { inspectSource } = await import('../../../src/lib/core/schema/inspect/inspectSource');
  const { fileOf } = await import('./support');
  return { preview: await inspectSource(fileOf(content, name)) };
}

describe('RetailRocket', () => {
  it('has its events', async () => {
    const { preview, staged } = await stageFixture('retailrocket-events.csv');
    expect(preview.preset).toBe('retailrocket');
    expect(eventsOf(staged.source)).toEqual([
      { user: '257597', item: '355908', event: 'product_viewed', ts: '2015-06-02T05:02:12.117Z' },
      { user: '992329', item: '248676', event: 'product_added', ts: '2015-06-02T05:50:14.164Z' },
      { user: '599528', item: '356475', event: 'order_completed', order: '4000', ts: '2015-06-02T05:17:56.276Z' },
    ]);
  });

  it('has the latest of each chosen property of an item, in whatever order the file is', async () => {
    const { preview, staged } = await stageFixture('retailrocket-properties.csv');
    expect(preview).toMatchObject({ preset: 'retailrocket', mapping: { kind: 'items', columns: ['itemid', 'categoryid', 'available'] } });
    expect(staged.rowsRead).toBe(5);
    expect(factsOf(staged.source, 'items')).toEqual({ '460429': { category: '1400' }, '206783': { available: '1' } });
  });

  it('says that its tree of categories is not needed', async () => {
    const { preview } = await stageFixtureOnly('retailrocket-tree.csv');
    expect(preview.diagnostics).toMatchObject([{ code: 'categories_not_needed' }]);
  });
});

describe('Instacart', () => {
  it('has orders whose dates follow from a stated Sunday', async () => {
    const { preview, staged } = await stageFixture('instacart-orders.csv');
    expect(preview).toMatchObject({ preset: 'instacart', mapping: { reshape: 'instacart-orders' } });
    expect(eventsOf(staged.source)).toEqual([
      { user: '1', order: '2539329', event: 'order_completed', ts: '2017-01-03T08:00:00Z' },
      { user: '1', order: '2398795', event: 'order_completed', ts: '2017-01-18T07:00:00Z' },
      { user: '1', order: '473747', event: 'order_completed', ts: '2017-02-08T12:00:00Z' },
      { user: '2', order: '2168274', event: 'order_completed', ts: '2017-01-03T11:00:00Z' },
    ]);
  });

  it('has products', async () => {
    const { staged } = await stageFixture('instacart-products.csv');
    expect(factsOf(staged.source, 'items')['2']).toEqual({ title: 'All-Seasons Salt', category: '104', department_id: '13' });
  });
});

describe('published data sets', () => {
  it('Taobao UserBehavior has a preset of its own', async () => {
    const { preview, staged } = await stageFixture('taobao-behavior.csv');
    expect(preview.preset).toBe('taobao-user-behavior');
    expect(eventsOf(staged.source).map(({ event }) => event)).toEqual([
      'product_viewed',
      'order_completed',
      'product_added',
      'product_added_to_wishlist',
    ]);
  });

  it('MovieLens has its films and people in every edition', async () => {
    const latest = await stageFixture('movies.csv');
    expect(factsOf(latest.staged.source, 'items')['1']).toEqual({ title: 'Toy Story (1995)', category: 'Adventure|Animation|Children' });
    const million = await stageFixture('movies.dat');
    expect(factsOf(million.staged.source, 'items')['2']).toEqual({ title: 'Jumanji (1995)', category: "Adventure|Children's|Fantasy" });
    const people = await stageFixture('users.dat');
    expect(people.preview.mapping.kind).toBe('users');
  });
});
