import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gbkBytes } from '../support/gbk';
import { expect, expectAccessible, importRows, languages, picture, prefer, say, test } from './support';

const folder = fileURLToPath(new URL('../fixtures/presets/', import.meta.url));
const utf8 = (name: string) => readFileSync(folder + name);
const gbk = (name: string) => Buffer.from(gbkBytes(readFileSync(folder + name, 'utf8')));

interface Journey {
  preset: string;
  /** As the platform calls its file. */
  name: string;
  content: () => Buffer;
  /** Rows that come in, and people or items that they are of. */
  rows: number;
  people?: number;
  items?: number;
  /** How the file is written, as the line above the columns says it. */
  written?: string;
}

const track = (event: string, userId: string, timestamp: string, properties: object) => ({
  type: 'track',
  anonymousId: `a-${userId}`,
  userId,
  event,
  timestamp,
  properties,
});
const segment = [
  track('Product Viewed', 'u-1', '2026-05-01T08:00:00.000Z', { product_id: 'tea', name: 'Oolong', price: 10, category: 'Tea' }),
  track('Order Completed', 'u-1', '2026-05-01T08:30:00.000Z', {
    order_id: 'o-1',
    revenue: 27,
    currency: 'USD',
    products: [
      { product_id: 'tea', price: 10, quantity: 2 },
      { product_id: 'pot', price: 7, quantity: 1 },
    ],
  }),
  track('Order Refunded', 'u-2', '2026-05-03T08:30:00.000Z', { order_id: 'o-2', total: 12, currency: 'USD' }),
];

const item = { item_id: 'MUG', item_name: 'Google Mug', item_brand: 'Google', item_category: 'Drinkware', price: 9.6 };
const ga4Event = (name: string, at: string, more: object) => ({
  event_date: '20210131',
  event_timestamp: at,
  event_name: name,
  event_params: [{ key: 'ga_session_id', value: { int_value: '661084800' } }],
  user_pseudo_id: '1026454.4271112504',
  device: { category: 'mobile' },
  geo: { country: 'Japan' },
  ...more,
});
const ga4 = [
  ga4Event('view_item', '1612069510766593', { ecommerce: { transaction_id: '(not set)' }, items: [item] }),
  ga4Event('purchase', '1612069512766593', {
    ecommerce: { transaction_id: 'T1', purchase_revenue: 19.2 },
    items: [{ ...item, quantity: 2 }],
  }),
];
const jsonLines = (records: readonly object[]) => Buffer.from(records.map((record) => JSON.stringify(record)).join('\n'));

/** Customer of the whole and of the sample, day, number of CDs and money, in columns of spaces. */
const cdnow = [
  ' 00004 0001 19970101  2   29.33',
  ' 00004 0001 19970118  2   29.73',
  ' 00021 0002 19970101  3   63.34',
  ' 00021 0002 19970113  1   11.77',
  '',
].join('\r\n');

/** One each, on a header as the platform writes it. Counts are those of the files, by hand. */
const journeys: Journey[] = [
  { preset: 'shopify-orders', name: 'orders_export.csv', content: () => utf8('shopify-orders.csv'), rows: 5, people: 4 },
  { preset: 'shopify-customers', name: 'customers_export.csv', content: () => utf8('shopify-customers.csv'), rows: 2, people: 2 },
  {
    preset: 'taobao-orders',
    name: 'ExportOrderList202605.csv',
    content: () => gbk('taobao-order-list.csv'),
    rows: 4,
    people: 3,
    written: 'CSV · GBK',
  },
  { preset: 'youzan-orders', name: '订单报表.csv', content: () => gbk('youzan-orders.csv'), rows: 2, people: 2, written: 'CSV · GBK' },
  { preset: 'segment-ecommerce', name: 'track.jsonl', content: () => jsonLines(segment), rows: 4, people: 2, written: 'JSON' },
  { preset: 'ga4-bigquery', name: 'events_20210131.json', content: () => jsonLines(ga4), rows: 2, people: 1, written: 'JSON' },
  { preset: 'ga4-items', name: 'ga4-items.csv', content: () => utf8('ga4-items.csv'), rows: 2, people: 1 },
  { preset: 'recbole', name: 'ml-100k.inter', content: () => utf8('ml-100k.inter'), rows: 3, people: 3, written: 'TSV' },
  { preset: 'retailrocket', name: 'events.csv', content: () => utf8('retailrocket-events.csv'), rows: 3, people: 3 },
  { preset: 'instacart', name: 'orders.csv', content: () => utf8('instacart-orders.csv'), rows: 4, people: 2 },
  { preset: 'taobao-user-behavior', name: 'UserBehavior.csv', content: () => utf8('taobao-behavior.csv'), rows: 4, people: 2 },
  { preset: 'cdnow', name: 'CDNOW_sample.txt', content: () => Buffer.from(cdnow), rows: 4, people: 2 },
  { preset: 'movielens', name: 'movies.csv', content: () => utf8('movies.csv'), rows: 2, items: 2 },
];

interface Pair {
  preset: string;
  lines: { name: string; mimeType: string; buffer: Buffer };
  orders: { name: string; mimeType: string; buffer: Buffer };
  rows: number;
  people: number;
  /** Lines whose order is in no file. */
  rejected?: number;
}

const written = (name: string, buffer: Buffer) => ({ name, mimeType: 'text/plain', buffer });

/** Order lines that say neither who nor when, with the file of their orders. */
const pairs: Pair[] = [
  {
    preset: 'taobao-orders',
    lines: written('ExportOrderDetailList202605.csv', gbk('taobao-order-details.csv')),
    orders: written('ExportOrderList202605.csv', gbk('taobao-order-list.csv')),
    rows: 4,
    people: 2,
    rejected: 1,
  },
  {
    preset: 'youzan-orders',
    lines: written('商品报表.csv', gbk('youzan-goods.csv')),
    orders: written('订单报表.csv', gbk('youzan-orders.csv')),
    rows: 2,
    people: 2,
  },
  {
    preset: 'instacart',
    lines: written('order_products__prior.csv', utf8('instacart-lines.csv')),
    orders: written('orders.csv', utf8('instacart-orders.csv')),
    rows: 4,
    people: 2,
  },
];

for (const { preset, lines, orders, rows, people, rejected = 0 } of pairs) {
  const language = languages[preset === 'instacart' ? 0 : 1];
  test(`${preset}: lines open with their orders without touching a setting, in ${language}`, async ({ page }) => {
    const t = say(language);
    await prefer(page, language);
    await page.goto('/');
    await page.locator('input[type=file]').first().setInputFiles([lines, orders]);
    await expect(page.getByText(t('wizard_orders_give', { file: orders.name }))).toBeVisible();
    await expect(page.getByText(t('wizard_orders_of', { file: lines.name }))).toBeVisible();
    await expect(page.getByText(t(`mapping_preset_${preset.replaceAll('-', '_')}`)).first()).toBeVisible();
    await expect(page.getByText(t('wizard_source_doubtful'))).toHaveCount(0);
    await expectAccessible(page, `pair-${preset}`);
    await picture(page, `pair-${preset}-${language}`);
    await importRows(page, language).click();
    await expect(page.getByText(t('data_done_title', { file: lines.name }))).toBeVisible();
    const fact = (key: string, count: number) =>
      expect(page.getByText(new RegExp(`^${count} ${t(key)}$`)).first(), `${count} ${t(key)}`).toBeVisible();
    await fact('wizard_fact_kept', rows);
    await fact('wizard_fact_users', people);
    if (rejected > 0) await fact('wizard_fact_rejected', rejected);
    else await expect(page.getByText(t('wizard_fact_rejected'), { exact: true })).toHaveCount(0);
  });
}

for (const [place, { preset, name, content, rows, people, items, written }] of journeys.entries()) {
  // Every other one in Chinese: the platforms are, too.
  const language = languages[/taobao|youzan/.test(preset) ? 1 : place % 2];
  test(`${preset} opens without touching a setting, in ${language}`, async ({ page }) => {
    const t = say(language);
    await prefer(page, language);
    await page.goto('/');
    await page.locator('input[type=file]').first().setInputFiles({ name, mimeType: 'text/plain', buffer: content() });
    await expect(page.getByText(t('data_preset', { preset: t(`mapping_preset_${preset.replaceAll('-', '_')}`) }))).toBeVisible();
    if (written) await expect(page.getByText(written).first()).toBeVisible();
    await expectAccessible(page, preset);
    await picture(page, `preset-${preset}-${language}`);
    await importRows(page, language).click();
    await expect(page.getByText(t('data_done_title', { file: name }))).toBeVisible();
    const fact = (key: string, count: number) =>
      expect(page.getByText(new RegExp(`^${count} ${t(key)}$`)).first(), `${count} ${t(key)}`).toBeVisible();
    await fact('wizard_fact_kept', rows);
    if (people) await fact('wizard_fact_users', people);
    if (items) await fact('wizard_fact_items', items);
    await expect(page.getByText(t('wizard_fact_rejected'), { exact: true })).toHaveCount(0);
  });
}
