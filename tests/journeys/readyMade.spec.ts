import { expect, expectAccessible, expectFits, languages, pattern, picture, prefer, say, test } from './support';

for (const language of languages)
  test(`ready-made segmentations of the sample shop in ${language}, by keyboard where one would`, async ({ page }) => {
    test.setTimeout(240_000);
    const t = say(language);
    await prefer(page, language, language === 'en' ? 'light' : 'dark');
    await page.goto('/');
    await page.getByRole('button', { name: t('shell_sample_open') }).click();
    await expect(page).toHaveURL(/overview/);
    await page
      .getByRole('link', { name: t('shell_nav_segments') })
      .first()
      .click();
    const tab = (name: string) => page.getByRole('tab', { name: t(name), exact: true });
    const made = async (name: string) => {
      await page.getByRole('button', { name: t('segmentations_make_of', { name }) }).click();
      await expect(page.getByTestId('live-count')).toHaveAttribute('data-state', 'counted');
      return page.getByTestId('live-count').locator('strong').innerText();
    };
    const cellBeside = (name: string, place: number) => page.getByRole('row', { name }).first().getByRole('cell').nth(place).innerText();

    // The eight types by the mean: everybody with an order, each in one; the segment has as many as the table said.
    await tab('segmentations_tab_rfm').click();
    await page.getByRole('radio', { name: t('segments_rfm_family_eight') }).check();
    const best = t('segments_group_key_value');
    await expect(page.getByRole('button', { name: t('segmentations_make_of', { name: best }) })).toBeEnabled();
    await expect(page.getByText(t('segmentations_moves_between')).first()).toBeVisible();
    await expectAccessible(page, 'RFM');
    const count = await cellBeside(best, 3);
    expect(await made(best)).toContain(count);
    await page.goBack();

    // The map is one stop of Tab; arrows walk over it.
    await page.getByRole('radio', { name: t('segments_rfm_family_usual') }).check();
    await page.locator('[data-cell="55"]').focus();
    await page.keyboard.press('ArrowDown');
    await expect(page.locator('[data-cell="45"]')).toBeFocused();
    await page.keyboard.press('Space');
    await expect(page.locator('[data-cell="45"]')).toHaveAttribute('aria-pressed', 'true');

    // A stage becomes a segment, and its family a tag, in one step.
    await tab('segmentations_tab_life').click();
    const slipping = t('segmentations_stage_slipping');
    await expect(page.getByRole('button', { name: t('segmentations_make_of', { name: slipping }) })).toBeEnabled();
    await expectAccessible(page, 'life cycle');
    const slippers = await cellBeside(slipping, 1);
    expect(await made(slipping)).toContain(slippers);
    await page.goBack();

    await tab('segmentations_tab_tiers').click();
    await expect(page.getByRole('button', { name: t('segmentations_make_of', { name: t('segmentations_tier_1') }) })).toBeEnabled();
    await page.getByRole('textbox', { name: t('segmentations_least_of', { tier: t('segmentations_tier_1') }) }).fill('5000');
    await expect(page.getByRole('button', { name: t('segmentations_what_if_take') })).toBeVisible();
    await expectAccessible(page, 'tiers');

    await tab('segmentations_tab_cohorts').click();
    await page.locator('[data-row="0"][data-column="0"]').press('ArrowRight');
    await page.keyboard.press('Enter');
    await expectAccessible(page, 'cohorts');
    await expectFits(page, 'cohorts');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: t('segmentations_save_csv') }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/\.csv$/);
    await page.getByRole('button', { name: t('segmentations_make'), exact: true }).click();
    await expect(page.getByTestId('live-count').locator('strong')).toHaveText(/\d/);
    await page.goBack();

    // Clusters: found, described, drawn; a rule of the keyboard's frame on the map, and a cluster as a segment.
    await tab('segmentations_tab_clusters').click();
    await page.getByRole('button', { name: t('clusters_begin') }).click();
    const first = t('clusters_group_name', { number: 1 });
    await expect(page.getByRole('button', { name: t('segmentations_make_of', { name: first }) })).toBeEnabled({ timeout: 60_000 });
    await expectAccessible(page, 'clusters');
    await expectFits(page, 'clusters');
    // A frame by keyboard takes the place of the lasso; who is in it has a short rule, and can be kept one by one.
    await page.getByRole('application').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: t('clusters_map_as_rule') }).click();
    await expect(page.getByText(pattern(t('clusters_map_rule_found', { share: '@', found: '@', people: '@', more: '@' })))).toBeVisible();
    await page.getByRole('button', { name: t('clusters_keep') }).click();
    const row = page.getByRole('row').filter({ has: page.getByRole('button', { name: t('segmentations_make_of', { name: first }) }) });
    const people = await row.getByRole('cell').first().innerText();
    expect(await made(first)).toContain(people);
    await picture(page, `ready-made-${language}`);
  });
