import { unzipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { subscribersCsv } from '../support/subscribers';
import { bring, expect, expectAccessible, expectFits, languages, picture, prefer, say, test, visit } from './support';

for (const language of languages) {
  const t = say(language);
  // Somebody in a hurry sits at a telephone in the dark, somebody else at a desk.
  const isPhone = language === 'zh';

  test(`who leaves is predicted from customers alone, and its rows are taken away, in ${language}`, async ({ page }) => {
    if (isPhone) await page.setViewportSize({ width: 390, height: 844 });
    await prefer(page, language, isPhone ? 'dark' : 'light');
    await page.goto('/');
    await bring(page, language, 'subscribers.csv', subscribersCsv());
    await visit(page, '/predictions/');
    await picture(page, `column-empty-${language}`);
    await page.getByRole('button', { name: t('predictions_begin_column') }).click();
    // The last column of two values is what somebody means; ids and notices are found out by the model.
    await expect(page.getByRole('heading', { name: 'left' })).toBeVisible();
    await picture(page, `column-form-${language}`, true);
    await expectAccessible(page, 'the form of a column');
    await page.getByRole('button', { name: t('predictions_train'), exact: true }).click();
    await expect(page.getByRole('heading', { name: t('predictions_report_title'), exact: true })).toBeVisible({ timeout: 120_000 });
    await expect(page.getByText(t('predictions_warning_repeats_target', { features: 'notice' }))).toBeVisible();
    await picture(page, `column-report-${language}`, true);
    await expectAccessible(page, 'the report of a column');
    await expectFits(page, 'the report of a column');

    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: t('predictions_take') }).click();
    const taken = await download;
    expect(taken.suggestedFilename()).toBe('left.zip');
    const files = unzipSync(readFileSync(await taken.path()));
    expect(Object.keys(files)).toEqual(['matrix.parquet', 'matrix.json', 'reproduce.py']);
    expect(JSON.parse(new TextDecoder().decode(files['matrix.json'])).rows.today).toBe(400);
  });
}
