import type { Page } from 'playwright/test';
import { expect, expectAccessible, expectFits, languages, pattern, picture, prefer, say, schemes, test, type Language } from './support';

/** Every screen and the message that is its heading. */
const screens = {
  overview: 'shell_nav_overview',
  data: 'data_title',
  customers: 'profiles_title',
  items: 'shell_nav_items',
  segments: 'segments_title',
  recommenders: 'models_title',
  predictions: 'predictions_title',
  audiences: 'exports_audiences_title',
  exports: 'exports_title',
};

test('the sample shop, through all seven steps, in both languages and both schemes', async ({ page }) => {
  test.setTimeout(600_000);
  const t = say('en');
  await prefer(page, 'en');
  await page.goto('/');
  await expectAccessible(page, 'start');
  await picture(page, 'start-en-light');
  await page.getByRole('button', { name: t('shell_sample_open') }).click();
  await expect(page).toHaveURL(/overview/);
  await expect(page.getByText('20,000').first()).toBeVisible();

  await test.step('profiles: search, sort, open one', async () => {
    await page.goto('/customers/');
    await expect(page.getByRole('grid')).toBeVisible();
    await expect(page.getByText(t('profiles_total', { count: '20,000' }), { exact: true })).toBeVisible();
    await page.getByRole('grid').getByRole('row').nth(2).click();
    await expect(page.getByRole('heading', { name: t('profiles_timeline') })).toBeVisible();
    await picture(page, 'customer-en');
    await page.keyboard.press('Escape');
  });

  await test.step('segments: a rule counts while it is edited', async () => {
    await page
      .getByRole('link', { name: t('shell_nav_segments') })
      .first()
      .click();
    await page.getByRole('button', { name: t('segments_new') }).click();
    const count = page.getByTestId('live-count').locator('strong');
    await expect(count).toHaveText(/\d/);
    const before = await count.innerText();
    await page.getByRole('textbox', { name: t('segments_value') }).fill('365');
    await expect(count).not.toHaveText(before);
    // Undo brings the rule and its count back.
    await page.getByRole('heading', { level: 1 }).click();
    await page.keyboard.press('Control+z');
    await expect(count).toHaveText(before);
  });

  await test.step('recommenders: two models beside popularity', async () => {
    await page
      .getByRole('link', { name: t('shell_nav_recommenders') })
      .first()
      .click();
    await page.getByRole('button', { name: t('models_begin') }).click();
    // Cancelled, set to two epochs (a journey is no training run), and started again.
    await page
      .getByRole('button', { name: t('shell_cancel') })
      .first()
      .click();
    await page.getByRole('button', { name: /mult-dae/ }).click();
    await page.getByRole('textbox', { name: t('option_epochs') }).fill('2');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: t('models_compare'), exact: true }).click();
    const comparison = page.getByRole('table', { name: t('models_comparison_title'), exact: true });
    await expect(comparison).toBeVisible({ timeout: 500_000 });
    // A header, popularity, and the two models.
    await expect(comparison.getByRole('row')).toHaveCount(4);
    await picture(page, 'recommenders-en');
  });

  await test.step('propensity: trained, tested, scored, and a trait in a rule', async () => {
    await page
      .getByRole('link', { name: t('shell_nav_predictions') })
      .first()
      .click();
    await page.getByRole('button', { name: t('predictions_begin') }).click();
    await expect(page.getByRole('heading', { name: t('predictions_report_title'), exact: true })).toBeVisible({ timeout: 300_000 });
    await picture(page, 'predictions-en');
    await page.getByRole('button', { name: t('predictions_make_segment', { percent: 10 }) }).click();
    const count = page.getByTestId('live-count').locator('strong');
    await expect(count).toContainText('2,000');
  });

  await test.step('audience, list, files', async () => {
    await page.getByRole('link', { name: pattern(t('segments_make_audience')) }).click();
    await page.getByRole('button', { name: t('exports_list_add') }).click();
    await page.getByRole('link', { name: t('exports_go_exports') }).click();
    await page.getByRole('button', { name: pattern(t('exports_run_count', { count: '@' })) }).click();
    await expect(page.getByRole('heading', { name: t('exports_ready') })).toBeVisible({ timeout: 120_000 });
  });

  await test.step('everything is still there after a reload', async () => {
    await page.reload();
    await page.goto('/segments/');
    await expect(page.getByTestId('live-count').locator('strong')).toHaveText(/\d/);
  });

  for (const language of languages) {
    for (const scheme of schemes) {
      await test.step(`every screen in ${language}, ${scheme}`, () => lookAtEveryScreen(page, language, scheme));
    }
  }
});

async function lookAtEveryScreen(page: Page, language: Language, scheme: 'light' | 'dark'): Promise<void> {
  const t = say(language);
  await prefer(page, language, scheme);
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto('/overview/');
  for (const [screen, title] of Object.entries(screens)) {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page
      .getByRole('navigation')
      .first()
      .getByRole('link', { name: t(`shell_nav_${screen}`) })
      .click();
    // The screen's own heading: while the workspace is being reopened there is another.
    await expect(page.getByRole('heading', { level: 1, name: t(title), exact: true })).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('lang', language === 'zh' ? 'zh-CN' : 'en');
    await expect(page.locator('.skeleton, [aria-busy=true]')).toHaveCount(0);
    await expectFits(page, `${screen} at 1280`);
    await expectAccessible(page, `${screen} in ${language}, ${scheme}`);
    await picture(page, `${screen}-${language}-${scheme}`);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectFits(page, `${screen} at 390`);
    await picture(page, `${screen}-${language}-${scheme}-phone`);
  }
}
