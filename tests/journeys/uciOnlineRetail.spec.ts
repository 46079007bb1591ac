import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import { expect, expectAccessible, hasSharedData, importRows, pattern, picture, prefer, say, sharedData, test } from './support';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = `${sharedData}uci-online-retail/`;

// 541,909 real order lines (Chen 2012): the facts asserted here are the ones its page states.
test.describe('UCI Online Retail, from CSV to a zip', () => {
  test.skip(!hasSharedData, 'the real data sets are not beside this checkout');

  for (const language of ['en', 'zh'] as const) {
    test(`champions and their recommendations, in ${language}`, async ({ page }) => {
      const t = say(language);
      await prefer(page, language);
      await page.goto('/');
      await page.locator('input[type=file]').first().setInputFiles(`${folder}online_retail.csv`);

      // Data: the preset is recognised, nothing has to be corrected.
      await expect(page.getByText(t('data_preset', { preset: 'UCI Online Retail' }))).toBeVisible();
      await expectAccessible(page, 'mapping');
      await picture(page, `uci-mapping-${language}`);
      await importRows(page, language).click();
      await expect(page.getByText(t('data_done_title', { file: 'online_retail.csv' }))).toBeVisible({ timeout: 180_000 });
      for (const fact of ['541,909', '135,080', '4,372']) await expect(page.getByText(fact, { exact: true }).first()).toBeVisible();
      await expectAccessible(page, 'quality card');
      await picture(page, `uci-quality-${language}`);

      // Segments: champions from the map.
      await page
        .getByRole('link', { name: t('shell_nav_segments') })
        .first()
        .click();
      await page.getByRole('tab', { name: t('segmentations_tab_rfm') }).click();
      await page.getByRole('radio', { name: t('segments_rfm_family_usual') }).check();
      await page.getByRole('button', { name: t('segmentations_make_of', { name: t('segments_group_champions') }) }).click();
      await expect(page.getByTestId('live-count')).toContainText(/\d/);
      const champions = Number((await page.getByTestId('live-count').locator('strong').innerText()).replace(/[^\d]/g, ''));
      expect(champions).toBeGreaterThan(300);
      await picture(page, `uci-segments-${language}`);

      // A model for the lists.
      await page
        .getByRole('link', { name: t('shell_nav_recommenders') })
        .first()
        .click();
      await page.getByRole('button', { name: t('models_begin') }).click();
      // The comparison is another journey's; the lists need the model's definition only.
      await page
        .getByRole('button', { name: t('shell_cancel') })
        .first()
        .click();

      // Audience with recommendations.
      await page
        .getByRole('link', { name: t('shell_nav_segments') })
        .first()
        .click();
      await page.getByRole('link', { name: pattern(t('segments_make_audience')) }).click();
      await expect(page.getByRole('heading', { name: t('exports_members', { count: champions.toLocaleString('en') }) })).toBeVisible();
      await page.getByRole('button', { name: t('exports_list_add') }).click();
      await page.getByRole('link', { name: t('exports_go_exports') }).click();

      // Files.
      const exports = page.getByRole('button', { name: pattern(t('exports_remove', { name: '@' })) });
      await expect(exports).toHaveCount(2);
      await page.getByRole('combobox', { name: t('exports_add_where') }).click();
      await page.getByRole('option', { name: t('exports_destination_parquet') }).click();
      await page.getByRole('button', { name: t('exports_add') }).click();
      await expect(exports).toHaveCount(3);
      await expect(page.getByText(t('exports_counts_customers', { count: champions.toLocaleString('en') })).first()).toBeVisible();
      await page.getByRole('button', { name: pattern(t('exports_run_count', { count: '@' })) }).click();
      const download = page.getByRole('button', { name: pattern(t('exports_download', { size: '@' })) });
      await expect(download).toBeVisible({ timeout: 180_000 });
      await expectAccessible(page, 'export result');
      await picture(page, `uci-export-${language}`);
      const [file] = await Promise.all([page.waitForEvent('download'), download.click()]);
      const zip = unzipSync(readFileSync(await file.path()));
      const manifest = JSON.parse(new TextDecoder().decode(zip['manifest.json']));
      expect(manifest.audiences[0].members).toBe(champions);
      expect(manifest.files.map(({ destination }: { destination: string }) => destination)).toEqual([
        'spreadsheet',
        'spreadsheet',
        'parquet',
      ]);

      // The command line makes the same files from the same plan.
      if (language === 'en') expectSameOnTheCommandLine(zip);
    });
  }
});

function expectSameOnTheCommandLine(zip: Record<string, Uint8Array>): void {
  const folderOut = mkdtempSync(join(tmpdir(), 'muster-journey-'));
  try {
    writeFileSync(join(folderOut, 'plan.json'), zip['plan.json']);
    const run = spawnSync(
      process.execPath,
      [`${root}scripts/muster.mjs`, 'run', join(folderOut, 'plan.json'), '--data', folder, '--out', join(folderOut, 'out'), '--json'],
      { encoding: 'utf8' },
    );
    expect(run.status, run.stderr).toBe(0);
    const mine = JSON.parse(readFileSync(join(folderOut, 'out', 'manifest.json'), 'utf8'));
    const theirs = JSON.parse(new TextDecoder().decode(zip['manifest.json']));
    expect(mine.data.sha256).toBe(theirs.data.sha256);
    expect(mine.plan.sha256).toBe(theirs.plan.sha256);
    expect(mine.audiences).toEqual(theirs.audiences);
    expect(mine.lists).toEqual(theirs.lists);
    expect(mine.files).toEqual(theirs.files);
  } finally {
    rmSync(folderOut, { recursive: true, force: true });
  }
}
