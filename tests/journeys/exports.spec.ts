import { expect, expectAccessible, expectFits, languages, pattern, picture, prefer, say, schemes, test, visit } from './support';

/** A campaign hands over files twice: for a platform, for a spreadsheet of one's own, and then only what has changed. */
for (const [l, language] of languages.entries()) {
  test(`exports, their columns, their history and their changes (${language})`, async ({ page }) => {
    const t = say(language);
    await prefer(page, language, schemes[l]);
    await page.goto('/');
    await page.getByRole('button', { name: t('shell_sample_open') }).click();
    await expect(page).toHaveURL(/overview/);
    await visit(page, '/audiences/');
    await page
      .getByRole('button', { name: t('exports_audience_new') })
      .first()
      .click();
    await expect(page.getByRole('textbox', { name: t('exports_audience_name') })).toBeVisible();

    await visit(page, '/exports/');
    const where = page.getByRole('combobox', { name: t('exports_add_where') });
    await test.step('destinations are found by what one types', async () => {
      await where.click();
      await expect(page.getByText(t('exports_group_ads_china'), { exact: true })).toBeVisible();
      await picture(page, `exports-destinations-${language}`);
      await page.keyboard.type('meta');
      await page.getByRole('option', { name: t('exports_destination_meta') }).click();
      await page.getByRole('button', { name: t('exports_add'), exact: true }).click();
      await where.click();
      await page.keyboard.type(t('exports_destination_spreadsheet').slice(0, 4));
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: t('exports_add'), exact: true }).click();
    });

    await test.step('own columns, and the beginning of the very file', async () => {
      await page.getByText(t('exports_settings'), { exact: true }).last().click();
      const form = page.getByRole('group', { name: t('deliveries_columns') });
      await form.getByRole('button', { name: t('deliveries_add_text') }).click();
      await form.getByRole('textbox', { name: t('deliveries_text_of', { name: t('deliveries_text_header') }) }).fill('=春季');
      await form.getByRole('textbox', { name: t('deliveries_header_of', { name: t('exports_column_user') }) }).fill('会员号');
      const beginning = page.getByRole('region', { name: pattern(t('exports_preview_title')) });
      await expect(beginning).toContainText(`会员号`);
      await expect(beginning).toContainText('=春季');
      await page.getByRole('radio', { name: t('deliveries_changes') }).check();
      await expect(page.getByText(t('deliveries_earlier_asked'))).toBeVisible();
      await expectAccessible(page, 'settings of an export');
      await picture(page, `exports-settings-${language}-${schemes[l]}`, true);
    });

    const make = page.getByRole('button', { name: pattern(t('exports_run_count', { count: '@' })) });
    const download = page.getByRole('button', { name: pattern(t('exports_download', { size: '@' })) });
    const zip = await test.step('made, and in the history', async () => {
      await make.click();
      await expect(page.getByRole('heading', { name: t('exports_ready') })).toBeVisible();
      await expect(page.getByRole('heading', { name: t('deliveries_history') })).toBeVisible();
      await expect(page.getByText(pattern(t('deliveries_since', { date: '@', entered: '0', left: '0', stay: '@' }))).first()).toBeVisible();
      const saved = page.waitForEvent('download');
      await download.click();
      return (await saved).path();
    });

    await test.step('an earlier export is checked, and changes are told to it', async () => {
      await page
        .locator('input[type=file]')
        .first()
        .setInputFiles({ name: 'spring.zip', mimeType: 'application/zip', buffer: await read(zip) });
      await expect(page.getByText(pattern(t('deliveries_put_away', { name: 'spring.zip' })))).toBeVisible();
      await make.click();
      await expect(page.getByText(t('deliveries_role_whole'))).toBeVisible();
      await expectAccessible(page, 'exports that were made');
      await picture(page, `exports-made-${language}-${schemes[l]}`, true);
      await page.setViewportSize({ width: 390, height: 844 });
      await expectFits(page, 'exports on a phone');
      await picture(page, `exports-phone-${language}-${schemes[l]}`, true);
    });
  });
}

async function read(path: string): Promise<Buffer> {
  const { readFile } = await import('node:fs/promises');
  return readFile(path);
}
