import { expect, hasSharedData, importRows, prefer, say, sharedData, test } from './support';

test.skip(!hasSharedData, 'the real data sets are not beside this checkout');

test('MovieLens 100K: u.data is recognised, imported and explored, in Chinese', async ({ page }) => {
  const t = say('zh');
  await prefer(page, 'zh');
  await page.goto('/');
  await page.locator('input[type=file]').first().setInputFiles(`${sharedData}ml-100k/u.data`);
  await expect(page.getByText(t('data_preset', { preset: 'MovieLens' }))).toBeVisible();
  await importRows(page, 'zh').click();
  await expect(page.getByText(t('data_done_title', { file: 'u.data' }))).toBeVisible();
  // 943 users and 1,682 items, as its README says.
  for (const fact of ['100,000', '943', '1,682']) await expect(page.getByText(fact, { exact: true }).first()).toBeVisible();
  await page
    .getByRole('link', { name: t('shell_nav_items') })
    .first()
    .click();
  await expect(page.getByRole('grid').getByRole('row').nth(2)).toBeVisible();
  // Nobody ordered anything: the map says so and offers no empty cells.
  await page
    .getByRole('link', { name: t('shell_nav_segments') })
    .first()
    .click();
  await page.getByRole('tab', { name: t('segmentations_tab_rfm') }).click();
  await expect(page.getByText(t('segments_rfm_none'))).toBeVisible();
});
