import { bring, expect, expectAccessible, expectFits, languages, picture, prefer, say, test } from './support';

/** Orders of ten customers in one month of 2026, half of what each buys being new to them. */
const orders = (month: number) =>
  `user_id,item_id,event,time,price\n${Array.from({ length: 80 }, (_, i) => `kunde-${i % 10},tea-${(i + Math.floor(i / 10) + 4 * month) % 20},order_completed,2026-0${month}-1${i % 9} 1${i % 10}:00:00,9.90`).join('\n')}\n`;
const members = `user_id,email,phone,民族,city,accepts_marketing\n${Array.from({ length: 10 }, (_, i) => `kunde-${i},kunde.${i}@example.com,1380013800${i},汉族,上海,${i % 2 ? 'yes' : 'no'}`).join('\n')}\n`;

for (const language of languages) {
  const t = say(language);
  test(`what columns say is shown, one person is erased, and what is of before is refreshed, in ${language}`, async ({ page }) => {
    await prefer(page, language);
    await page.goto('/');
    await bring(page, language, 'may.csv', orders(5));
    await page.getByRole('button', { name: t('data_add_file'), exact: true }).click();
    await bring(page, language, 'members.csv', members);

    await test.step('the classes of columns and the consents', async () => {
      await page.goto('/data/?tab=columns');
      await expect(page.getByRole('table', { name: t('privacy_columns') })).toContainText(t('privacy_class_contact'));
      await expect(page.getByRole('table', { name: t('privacy_consents') })).toContainText('5');
      await expectAccessible(page, 'privacy');
      await expectFits(page, 'privacy');
      await picture(page, `privacy-${language}`);
    });

    await test.step('a comparison is made, and a month later it is of before', async () => {
      await page.goto('/recommenders/');
      await page.getByRole('button', { name: t('models_begin') }).click();
      await expect(page.getByText(t('models_fresh'), { exact: true })).toBeVisible({ timeout: 120_000 });
      await page.goto('/data/');
      await bring(page, language, 'june.csv', orders(6));
      await page.goto('/overview/');
      await expect(page.getByText(t('privacy_stale_title'))).toBeVisible();
      await expectAccessible(page, 'what is of before');
      await page.getByRole('button', { name: t('privacy_refresh') }).click();
      await expect(page.getByText(t('privacy_refresh_ended', { done: '1', all: '1' }))).toBeVisible({ timeout: 120_000 });
      await page.getByRole('button', { name: t('privacy_refresh_close') }).click();
      await expect(page.getByText(t('privacy_stale_title'))).toBeHidden();
    });

    await test.step('one customer is erased for good', async () => {
      await page.goto('/customers/?customer=kunde-3');
      await expect(page.getByText('kunde.3@example.com')).toBeHidden();
      await page.getByRole('button', { name: t('privacy_erase'), exact: true }).click();
      const dialog = page.getByRole('dialog', { name: t('privacy_erase_title', { id: 'kunde-3' }) });
      await expect(dialog.getByText(t('privacy_erase_also_none'))).toBeVisible();
      await expectAccessible(page, 'the question before an erasure');
      await picture(page, `privacy-erase-${language}`);
      await dialog.getByRole('textbox').fill('kunde-3');
      await dialog.getByRole('button', { name: t('privacy_erase_confirm') }).click();
      await expect(dialog).toBeHidden();
      await page.goto('/data/?tab=columns');
      await expect(page.getByRole('table', { name: t('privacy_erasures') })).toBeVisible();
      await page.setViewportSize({ width: 390, height: 800 });
      await expectFits(page, 'privacy on a phone');
    });
  });
}
