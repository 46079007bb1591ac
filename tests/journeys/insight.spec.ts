import { expect, expectAccessible, expectFits, languages, pattern, picture, prefer, say, test, visit } from './support';

for (const language of languages) {
  test(`a segment is looked into on the sample shop, in ${language}: who and why, over time, overlap, one customer`, async ({ page }) => {
    test.setTimeout(300_000);
    const t = say(language);
    await prefer(page, language, language === 'en' ? 'light' : 'dark');
    await page.goto('/');
    await page.getByRole('button', { name: t('shell_sample_open') }).click();
    await expect(page).toHaveURL(/overview/, { timeout: 120_000 });
    await visit(page, '/segments/');
    const add = page.getByRole('button', { name: t('segments_new'), exact: true });
    await add.click();
    await add.click();
    await page.getByRole('textbox', { name: t('segments_value') }).fill('90');
    await page.keyboard.press('Tab');
    const count = page.getByTestId('live-count');
    await expect(count).toHaveAttribute('data-state', 'counted');
    await expect(page.getByText(pattern(t('segments_worth', { share: '@' }))).first()).toBeVisible();
    const tab = (key: string) => page.getByRole('tab', { name: t(key) });

    await test.step('who and why', async () => {
      await tab('segments_view_who').click();
      await expect(page).toHaveURL(/view=who/);
      await page.getByRole('combobox', { name: t('segments_why_ask') }).fill('C00001');
      await page.getByRole('option').first().click();
      const verdict = page.getByRole('list', { name: t('segments_why_tree') });
      await expect(verdict).toBeVisible();
      // The bar of the condition, by keyboard: those whom it removes, each with the figure that it fails by.
      await page.getByRole('button', { name: pattern(t('segments_waterfall_show', { condition: '@', count: '@' })) }).focus();
      await page.keyboard.press('Enter');
      const people = page.getByRole('table', { name: t('segments_people_title') });
      await expect(people.getByRole('row')).toHaveCount(11);
      await expect(people.getByRole('row').nth(1)).toContainText(/\d{2,}/);
      await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
      await expectAccessible(page, `who and why, ${language}`);
      await picture(page, `segment-who-${language}`, true);
    });

    await test.step('over time', async () => {
      await tab('segments_view_time').click();
      const turned = page.getByRole('table', { name: t('segments_time_turned') });
      await expect(turned).toBeVisible({ timeout: 120_000 });
      await expect(turned.getByRole('row')).toHaveCount(2);
      await expect(
        page
          .getByRole('table', { name: t('segments_time_movers') })
          .getByRole('row')
          .nth(1),
      ).toBeVisible();
      await expectAccessible(page, `over time, ${language}`);
      await picture(page, `segment-time-${language}`, true);
    });

    await test.step('overlap: a bar becomes a segment', async () => {
      await tab('segments_view_overlap').click();
      const matrix = page.getByRole('table', { name: t('segments_overlap_matrix') });
      await expect(matrix.getByRole('row')).toHaveCount(3);
      await expectAccessible(page, `overlap, ${language}`);
      await page.setViewportSize({ width: 390, height: 800 });
      await expectFits(page, `overlap, ${language}`);
      await page.setViewportSize({ width: 1280, height: 800 });
      await matrix.getByRole('button').first().click();
      await expect(count).toHaveAttribute('data-state', 'counted');
      await expect(matrix.getByRole('row')).toHaveCount(4);
    });

    await test.step('the customer says in which segments they are, and why', async () => {
      await visit(page, '/customers/?customer=C00001');
      const section = page.getByRole('region', { name: t('profiles_segments') });
      await expect(section).toBeVisible({ timeout: 60_000 });
      await section.locator('summary').first().click();
      await expect(section.getByRole('list', { name: t('profiles_segments_why') }).first()).toBeVisible();
      await expect(page.getByRole('region', { name: t('profiles_beside') })).toBeVisible();
      await expectAccessible(page, `customer, ${language}`);
      await picture(page, `customer-segments-${language}`);
    });

    await test.step('all that is known of the customer on one page, and Back to the panel', async () => {
      await page.getByRole('link', { name: t('pages_whole') }).click();
      await expect(page).toHaveURL(/view=page/);
      await expect(page.getByRole('heading', { level: 1, name: 'C00001' })).toBeVisible();
      await expect(page.getByText(t('pages_spend_categories')).first()).toBeVisible({ timeout: 60_000 });
      // Nothing was trained: said, with the way there, and nothing is trained by looking.
      await expect(page.getByText(t('pages_scores_none'))).toBeVisible();
      await expect(page.getByText(t('pages_picks_none'))).toBeVisible();
      await expectAccessible(page, `customer page, ${language}`);
      await picture(page, `customer-page-${language}`, true);
      await page.setViewportSize({ width: 390, height: 800 });
      await expectFits(page, `customer page, ${language}`);
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.goBack();
      await expect(page.getByRole('region', { name: t('profiles_segments') })).toBeVisible({ timeout: 60_000 });
    });

    await test.step('an item likewise', async () => {
      await visit(page, '/items/?item=P1065&view=page');
      await expect(page.getByRole('table', { name: t('pages_buyers_distinguish') })).toBeVisible({ timeout: 60_000 });
      await expect(page.getByRole('table', { name: t('pages_buyers_segments') })).toBeVisible();
      await expectAccessible(page, `item page, ${language}`);
      await page.setViewportSize({ width: 390, height: 800 });
      await expectFits(page, `item page, ${language}`);
      await page.setViewportSize({ width: 1280, height: 800 });
    });

    await test.step('where the people of a segment are: a square by keyboard becomes a segment', async () => {
      await visit(page, '/segments/?view=portrait');
      await page.getByRole('radio', { name: t('segments_portrait_place') }).check();
      const map = page.getByRole('group', { name: pattern(t('segments_places_title', { trait: '@' })) }).first();
      await expect(map).toBeVisible({ timeout: 60_000 });
      await map.getByRole('button').first().focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await expect(map.getByRole('button', { pressed: true })).toHaveCount(1);
      await expectAccessible(page, `places, ${language}`);
      await picture(page, `segment-places-${language}`, true);
      await page.setViewportSize({ width: 390, height: 800 });
      await expectFits(page, `places, ${language}`);
      await page.setViewportSize({ width: 1280, height: 800 });
      await page
        .getByRole('button', { name: t('segments_places_make') })
        .first()
        .click();
      await expect(count).toHaveAttribute('data-state', 'counted');
    });
  });
}
