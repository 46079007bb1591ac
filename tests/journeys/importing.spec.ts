import { expect, expectAccessible, pattern, prefer, say, test } from './support';

const orders = (month: number, rows: number) =>
  Buffer.from(
    `user_id,item_id,time,event,price\n${Array.from({ length: rows }, (_, i) => `c${i % 20},item-${i % 7},2026-0${month}-1${i % 9} 10:00:00,buy,9.90`).join('\n')}\n`,
  );

for (const language of ['en', 'zh'] as const) {
  test(`a second file is added, and replaces only after a question, in ${language}`, async ({ page }) => {
    const t = say(language);
    await prefer(page, language);
    await page.goto('/');
    const choose = (name: string, buffer: Buffer) =>
      page.locator('input[type=file]').first().setInputFiles({ name, mimeType: 'text/csv', buffer });
    const take = () => page.getByRole('button', { name: pattern(t('data_import_rows', { rows: '@' })) }).click();
    const events = (count: string) => expect(page.getByText(count, { exact: true }).first()).toBeVisible();

    await choose('may.csv', orders(5, 211));
    await take();
    await expect(page.getByText(t('data_done_title', { file: 'may.csv' }))).toBeVisible();
    await page.getByRole('button', { name: t('data_add_file'), exact: true }).click();

    await choose('june.csv', orders(6, 102));
    await expect(page.getByRole('radio', { name: t('data_mode_add') })).toBeChecked();
    await expectAccessible(page, 'mapping of a second file');
    await take();
    await expect(page.getByText(t('data_done_title', { file: 'june.csv' }))).toBeVisible();
    await events('313');
    await page.getByRole('button', { name: t('data_add_file'), exact: true }).click();

    await choose('july.csv', orders(7, 55));
    await page.getByRole('radio', { name: t('data_mode_replace') }).click();
    await take();
    const question = page.getByRole('dialog');
    await expect(question).toContainText('may.csv');
    await expect(question).toContainText('211');
    await expectAccessible(page, 'the question');
    await page.keyboard.press('Escape');
    await expect(question).toBeHidden();
    // Nothing has happened yet.
    await events('313');
    await take();
    await page.getByRole('button', { name: t('data_replace_do'), exact: true }).click();
    await expect(page.getByText(t('data_done_title', { file: 'july.csv' }))).toBeVisible();
    await events('55');
    await expect(page.getByText('may.csv')).toHaveCount(0);
  });
}
