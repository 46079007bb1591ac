import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { Locator, Page } from 'playwright/test';
import { gbkBytes } from '../support/gbk';
import { xlsxBytes } from '../support/xlsx';
import { expect, expectAccessible, expectFits, importRows, languages, pattern, picture, prefer, say, test } from './support';

/** Forty purchases of ten customers in May 2026, in whatever format: two of them never paid. */
const days = Array.from({ length: 40 }, (_, i) => `2026-05-${String(1 + (i % 28)).padStart(2, '0')}`);
const rows = days.map((day, i) => ({
  user_id: `00${i % 10}`,
  item_id: `item-${i % 7}`,
  time: `${day} 10:00:00`,
  event: 'buy',
  price: 9.9,
}));
type Row = (typeof rows)[number];
const columns = Object.keys(rows[0]) as (keyof Row)[];
const csv = (some: Row[] = rows) => `${columns.join(',')}\n${some.map((row) => columns.map((name) => row[name]).join(',')).join('\n')}\n`;
/** Days since 1899-12-30, as a spreadsheet has them. */
const serial = (time: string) => Date.parse(`${time.replace(' ', 'T')}Z`) / 86_400_000 + 25_569;

const chinese = `订单编号,买家会员名,宝贝标题,数量,单价,付款时间\n${days
  .map((day, i) => `T${1000 + i},买家${i % 10},红茶礼盒,1,99.00,${day.replaceAll('-', '/')} 10:00:00`)
  .join('\n')}\n`;

const files: Record<string, { name: string; content: () => Uint8Array; badge?: string }> = {
  'a CSV of a Chinese Excel, in GBK': { name: '五月订单.csv', content: () => gbkBytes(chinese), badge: 'CSV · GBK' },
  'a workbook': {
    name: 'shop.xlsx',
    content: () =>
      xlsxBytes({
        Orders: {
          rows: [columns, ...rows.map((row) => columns.map((name) => (name === 'time' ? serial(row.time) : row[name])))],
          dateColumns: [2],
        },
      }),
    badge: 'Excel',
  },
  Parquet: {
    name: 'shop.parquet',
    content: () =>
      new Uint8Array(parquetWriteBuffer({ columnData: columns.map((name) => ({ name, data: rows.map((row) => row[name]) })) })),
    badge: 'Parquet',
  },
  'JSON Lines': { name: 'shop.jsonl', content: () => strToU8(rows.map((row) => JSON.stringify(row)).join('\n')), badge: 'JSON' },
  'CSV in gzip': { name: 'shop.csv.gz', content: () => new Uint8Array(gzipSync(csv())), badge: 'CSV · UTF-8' },
};

async function take(page: Page, language: 'en' | 'zh', name: string, content: Uint8Array): Promise<void> {
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) });
  await importRows(page, language).waitFor();
}

for (const language of languages) {
  for (const [what, { name, content, badge }] of Object.entries(files)) {
    test(`${what} opens without touching a setting, in ${language}`, async ({ page }) => {
      const t = say(language);
      await prefer(page, language);
      await page.goto('/');
      await take(page, language, name, content());
      if (badge) await expect(page.getByText(badge).first()).toBeVisible();
      await picture(page, `format-${name}-${language}`);
      await expectAccessible(page, what);
      await importRows(page, language).click();
      await expect(page.getByText(t('data_done_title', { file: name }))).toBeVisible();
      // Forty rows in, none rejected, ten customers.
      await expect(page.getByText(t('wizard_fact_rejected'))).toHaveCount(0);
      for (const fact of ['40', '10']) await expect(page.getByText(fact, { exact: true }).first()).toBeVisible();
      await page.goto('/customers/');
      await expect(page.getByRole('gridcell', { name: language && what.includes('Chinese') ? '买家3' : '003', exact: true })).toBeVisible();
    });
  }

  test(`a zip with orders and customers makes two sources with one click, in ${language}`, async ({ page }) => {
    const t = say(language);
    await prefer(page, language);
    await page.goto('/');
    const people = `user_id,city,email\n${Array.from({ length: 10 }, (_, i) => `00${i},Rome,a${i}@shop.example`).join('\n')}\n`;
    const zip = zipSync({
      'export/orders.csv': strToU8(csv()),
      'export/customers.csv': strToU8(people),
      'export/readme.txt': strToU8('hello'),
    });
    await page
      .locator('input[type=file]')
      .first()
      .setInputFiles({ name: 'export.zip', mimeType: 'application/zip', buffer: Buffer.from(zip) });
    const all = page.getByRole('button', { name: pattern(t('wizard_import_all', { count: 2, rows: '@' })) });
    await expect(all).toBeVisible();
    await expectAccessible(page, 'what a zip holds');
    await picture(page, `wizard-files-${language}`);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectFits(page, 'what a zip holds, at 390');
    await picture(page, `wizard-files-${language}-phone`);
    await all.click();
    await expect(page.getByRole('button', { name: t('data_add_file') })).toBeVisible();
    for (const fact of ['40', '10']) await expect(page.getByText(fact, { exact: true }).first()).toBeVisible();
    await picture(page, `wizard-done-${language}-phone`);
  });
}

/** A folder with two months of orders, and what a system leaves in it; gone after the test. */
async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const parent = mkdtempSync(join(tmpdir(), 'muster-folder-'));
  try {
    const folder = join(parent, 'exports');
    mkdirSync(folder);
    for (const [month, some] of [rows.slice(0, 20), rows.slice(20)].entries())
      writeFileSync(join(folder, `orders-0${month + 1}.csv`), csv(some));
    writeFileSync(join(folder, '.DS_Store'), 'left by a system');
    await use(folder);
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}

/** Drags files or folders of the disk onto something, as a hand does; only the browser's own protocol can. */
async function drag(page: Page, onto: Locator, files: string[]): Promise<void> {
  const { x, y, width, height } = (await onto.boundingBox())!;
  const session = await page.context().newCDPSession(page);
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', {
      type,
      x: x + width / 2,
      y: y + height / 2,
      data: { items: [], files, dragOperationsMask: 1 },
    });
  await session.detach();
}

async function importFolder(page: Page): Promise<void> {
  await expect(page.getByRole('checkbox')).toHaveCount(2);
  await importRows(page, 'en').click();
  await expect(page.getByText(say('en')('data_done_title', { file: 'orders' }))).toBeVisible();
  await expect(page.getByText('40', { exact: true }).first()).toBeVisible();
}

test('a folder with a file a month is one source', async ({ page }) => {
  await withFolder(async (folder) => {
    await prefer(page, 'en');
    await page.goto('/');
    // On the Data screen, beside what was begun there.
    await take(page, 'en', 'first.csv', strToU8(csv(rows.slice(0, 3))));
    await page.getByRole('button', { name: say('en')('wizard_cancel') }).click();
    await page.locator('input[webkitdirectory]').setInputFiles(folder);
    await importFolder(page);
  });
});

test('a folder is dropped on the start page', async ({ page }) => {
  await withFolder(async (folder) => {
    await prefer(page, 'en');
    await page.goto('/');
    const place = page.getByRole('group', { name: say('en')('shell_drop_text') });
    await expect(place).toBeVisible();
    await drag(page, place, [folder]);
    await importFolder(page);
  });
});
