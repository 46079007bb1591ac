import { expect, expectAccessible, expectFits, pattern, picture, prefer, say, test, visit } from './support';

/** One is enough: every section is drawn in both by the component tests. */
const language = 'zh';

test('whom to write to, what they are worth and whom a message changes, on the sample shop', async ({ page }) => {
  test.setTimeout(180_000);
  const t = say(language);
  await prefer(page, language, 'dark');
  await page.goto('/');
  await page.getByRole('button', { name: t('shell_sample_open') }).click();
  await expect(page).toHaveURL(/overview/);

  await test.step('a number of people, what came of the same advice last time, and an audience of them', async () => {
    await visit(page, '/predictions/');
    await page.getByRole('button', { name: t('predictions_begin') }).click();
    const now = page.getByRole('region', { name: t('predictions_forecast_now') });
    await expect(now).toBeVisible({ timeout: 120_000 });
    await expect(now).toContainText(t('predictions_forecast_beyond', { chance: '10%' }));
    await expect(page.getByRole('region', { name: t('predictions_forecast_then') })).toBeVisible();
    await expectAccessible(page, 'propensity');
    const button = now.getByRole('button', { name: pattern(t('predictions_forecast_audience', { count: '@' })) });
    const count = /[\d,]+/.exec(await button.innerText())![0];
    await button.click();
    await expect(page).toHaveURL(/audiences/);
    // Exactly as many as were promised.
    await expect(page.getByText(count).first()).toBeVisible();
    await visit(page, '/predictions/');
  });

  const add = async (task: string) => {
    await page.getByRole('button', { name: t('models_add'), exact: true }).click();
    await page.getByRole('menuitem', { name: pattern(t(`predictions_task_${task}`)) }).click();
  };
  const look = async (name: string) => {
    await expectAccessible(page, name);
    await picture(page, `${name}-${language}`, true);
    await page.setViewportSize({ width: 390, height: 800 });
    await expectFits(page, `${name} at 390`);
    await page.setViewportSize({ width: 1280, height: 800 });
  };

  await test.step('lifetime value: a model of purchases, and how near it came', async () => {
    await add('clv');
    await page.getByRole('button', { name: t('predictions_compute'), exact: true }).click();
    await expect(page.getByRole('heading', { name: t('clv_title') })).toBeVisible({ timeout: 120_000 });
    await expect(page.getByRole('heading', { name: t('clv_heldOut_title') })).toBeVisible();
    await look('lifetime');
  });

  await test.step('uplift: the campaign that was drawn by lot is found, and passes its check', async () => {
    await add('uplift');
    await page
      .getByText(pattern(t('models_options')))
      .first()
      .click();
    await page.getByRole('textbox', { name: t('option_trees') }).fill('5');
    await page.keyboard.press('Tab');
    await page.getByRole('button', { name: t('predictions_compute'), exact: true }).click();
    await expect(page.getByRole('heading', { name: t('predictions_uplift_title') })).toBeVisible({ timeout: 120_000 });
    await expect(page.getByText(t('predictions_uplift_lots_random'))).toBeVisible();
    await look('uplift');
  });
});
