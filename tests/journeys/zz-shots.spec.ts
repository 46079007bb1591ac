import { readFileSync } from 'node:fs';
import { gbkBytes } from '../support/gbk';
import { expect, picture, prefer, say, sharedData, test } from './support';
const fx = (n: string) => readFileSync(new URL('../fixtures/presets/' + n, import.meta.url));
test('shots', async ({ page }) => {
  test.setTimeout(400_000);
  for (const language of ['en', 'zh'] as const) {
    const t = say(language);
    await prefer(page, language, language === 'en' ? 'light' : 'dark');
    for (const [name, content] of Object.entries({
      'orders_export.csv': fx('shopify-orders.csv'),
      'ExportOrderList202605.csv': Buffer.from(gbkBytes(fx('taobao-order-list.csv').toString('utf8'))),
    })) {
      await page.setViewportSize({ width: 1280, height: 900 });
      await page.goto('/');
      await page.locator('input[type=file]').first().setInputFiles({ name, mimeType: 'text/csv', buffer: content });
      await expect(page.getByRole('list', { name: t('wizard_trail') })).toBeVisible();
      await page.waitForTimeout(500);
      await picture(page, `zz-columns-${name}-${language}`);
      await page.screenshot({ path: `test-results/pictures/zz-columns-${name}-${language}-full.png`, fullPage: true });
      await page.getByRole('button', { name: t('wizard_change_format'), exact: true }).click();
      await page.waitForTimeout(300);
      await page.screenshot({ path: `test-results/pictures/zz-format-${name}-${language}-full.png`, fullPage: true });
      await page.getByRole('button', { name: t('wizard_to_columns') }).click();
      await page.setViewportSize({ width: 390, height: 844 });
      await page.waitForTimeout(300);
      await page.screenshot({ path: `test-results/pictures/zz-columns-${name}-${language}-phone.png`, fullPage: true });
    }
    // files step
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto('/');
    await page.locator('input[type=file]').first().setInputFiles([
      { name: 'orders.csv', mimeType: 'text/csv', buffer: fx('shopify-orders.csv') },
      { name: 'customers.csv', mimeType: 'text/csv', buffer: fx('shopify-customers.csv') },
      { name: 'category_tree.csv', mimeType: 'text/csv', buffer: fx('retailrocket-tree.csv') },
      { name: 'empty.csv', mimeType: 'text/csv', buffer: Buffer.alloc(0) },
    ]);
    await expect(page.getByRole('checkbox').first()).toBeVisible();
    await page.waitForTimeout(1500);
    await picture(page, `zz-files-${language}`);
    await page.setViewportSize({ width: 390, height: 844 });
    await picture(page, `zz-files-${language}-phone`);
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByRole('button', { name: t('wizard_check_columns') }).click();
    await page.getByRole('button', { name: t('wizard_check_first') }).click();
    await page.waitForTimeout(3000);
    await picture(page, `zz-checks-${language}`);
    await page.getByRole('button', { name: /^(Import|导入) \d/ }).click();
    await expect(page.getByRole('button', { name: t('wizard_stop_here') })).toBeVisible();
    await page.waitForTimeout(500);
    await page.screenshot({ path: `test-results/pictures/zz-done-${language}-full.png`, fullPage: true });
  }
});
