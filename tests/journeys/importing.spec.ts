import type { Page } from 'playwright/test';
import { gbkBytes } from '../support/gbk';
import {
  bring,
  expect,
  expectAccessible,
  expectFits,
  importRows,
  languages,
  pattern,
  picture,
  prefer,
  say,
  schemes,
  test,
  type Language,
} from './support';

/** Purchases of twenty customers in one month of 2026. */
const orders = (month: number, rows: number, from = 0) =>
  Buffer.from(
    `user_id,item_id,time,event,price\n${Array.from({ length: rows }, (_, i) => `c${from + (i % 20)},item-${i % 7},2026-0${month}-1${i % 9} 1${i % 10}:${String(10 + Math.floor(i / 20))}:00,buy,9.90`).join('\n')}\n`,
  );

const choose = (page: Page, name: string, buffer: Buffer) =>
  page.locator('input[type=file]').first().setInputFiles({ name, mimeType: 'text/csv', buffer });

const again = (page: Page, language: Language) => page.getByRole('button', { name: say(language)('data_add_file'), exact: true }).click();

for (const language of languages) {
  const t = say(language);

  test(`next month is added with one click, and what would count twice is shown first, in ${language}`, async ({ page }) => {
    await prefer(page, language);
    await page.goto('/');
    const events = (count: string) => expect(page.getByText(count, { exact: true }).first()).toBeVisible();
    await bring(page, language, 'may.csv', orders(5, 211));
    await again(page, language);

    // June is read as May was, and comes in with one click: its days are new.
    await choose(page, 'june.csv', orders(6, 102, 10));
    await expect(page.getByText(t('wizard_like', { source: 'may' }))).toBeVisible();
    await expectAccessible(page, 'columns of a second file');
    await importRows(page, language).click();
    await expect(page.getByText(t('data_done_title', { file: 'june.csv' }))).toBeVisible();
    await events('313');
    await again(page, language);

    // The same month again: nothing happens before it was seen.
    await choose(page, 'june-again.csv', orders(6, 102, 10));
    await importRows(page, language).click();
    await expect(page.getByRole('row', { name: pattern(`${t('wizard_change_duplicates')} 102`) })).toBeVisible();
    await expectAccessible(page, 'what an append changes');
    await picture(page, `wizard-checks-${language}`);
    await page.getByRole('button', { name: t('wizard_cancel') }).click();
    await events('313');

    // Replacing says what goes, and goes only then.
    await choose(page, 'july.csv', orders(7, 55));
    await page.getByRole('combobox', { name: pattern(`${t('data_mode')}@`) }).click();
    await page.getByRole('option', { name: t('wizard_mode_replace') }).click();
    await importRows(page, language).click();
    await expect(page.getByRole('row', { name: pattern(`${t('wizard_change_removed')} 313`) })).toBeVisible();
    await expectAccessible(page, 'what a replacement takes away');
    await page.getByRole('button', { name: t('wizard_replace_do', { rows: '55' }) }).click();
    await expect(page.getByText(t('data_done_title', { file: 'july.csv' }))).toBeVisible();
    await events('55');
    // One step back brings all of it again.
    await page.getByRole('button', { name: pattern(t('data_step_back', { events: '313', users: '@' })) }).click();
    await events('313');
  });

  test(`a wrong encoding is seen on the text and corrected, back and forth, in ${language}`, async ({ page }) => {
    await prefer(page, language);
    await page.goto('/');
    const rows = Array.from({ length: 30 }, (_, i) => `c${i},北京,2026-05-${10 + (i % 20)},buy`);
    await choose(page, 'cities.csv', Buffer.from(gbkBytes(`user_id,城市,time,event\n${rows.join('\n')}\n`)));
    await expect(page.getByText('CSV · GBK')).toBeVisible();
    await page.getByRole('button', { name: t('wizard_change_format'), exact: true }).click();
    const text = page.getByRole('region', { name: t('wizard_text_preview') });
    await expect(text).toContainText('北京');
    await expectAccessible(page, 'the format');
    await picture(page, `wizard-format-${language}`);
    const encoding = page.getByRole('combobox', { name: t('data_encoding') });
    await encoding.click();
    await page.getByRole('option', { name: t('wizard_encoding_latin') }).click();
    await expect(text).not.toContainText('北京');
    await encoding.click();
    await page.getByRole('option', { name: t('wizard_encoding_gbk') }).click();
    await expect(text).toContainText('北京');
    await page.getByRole('button', { name: t('wizard_to_columns') }).click();
    // Back and forth keeps what was chosen.
    await page.getByRole('combobox', { name: pattern(t('data_role_of', { column: '城市' }) + '@') }).click();
    await page.getByRole('option', { name: t('wizard_use_keep_events') }).click();
    await page.getByRole('button', { name: t('wizard_change_format'), exact: true }).click();
    await page.getByRole('button', { name: t('wizard_to_columns') }).click();
    await expect(
      page.getByRole('combobox', { name: `${t('data_role_of', { column: '城市' })}: ${t('wizard_use_keep_events')}` }),
    ).toBeVisible();
    await importRows(page, language).click();
    await expect(page.getByText(t('data_done_title', { file: 'cities.csv' }))).toBeVisible();
  });

  test(`a mapping is saved, used again, and corrected after the import, in ${language}`, async ({ page }) => {
    await prefer(page, language);
    await page.goto('/');
    await choose(page, 'log.csv', Buffer.from(`ann,2026-05-01,7\nbob,2026-05-02,8\ncid,2026-05-03,9\n`));
    // Columns without a header are named by the person.
    await page.getByRole('textbox', { name: t('wizard_column_name', { place: 3 }) }).fill('points');
    await page.keyboard.press('Tab');
    await expect(page.getByRole('combobox', { name: pattern(t('data_role_of', { column: 'points' }) + '@') })).toBeVisible();
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: t('wizard_mapping_save') }).click(),
    ]);
    const mapping = await saved.path();
    await importRows(page, language).click();
    await expect(page.getByText(t('data_done_title', { file: 'log.csv' }))).toBeVisible();
    await again(page, language);

    await choose(page, 'other.csv', Buffer.from(`dan,2026-06-01,7\neve,2026-06-02,8\n`));
    await page.locator('input[data-mapping]').setInputFiles(mapping);
    await expect(page.getByRole('textbox', { name: t('wizard_column_name', { place: 3 }) })).toHaveValue('points');
    await page.getByRole('button', { name: t('wizard_cancel') }).click();

    // The files are still at hand: the wizard opens with what was chosen.
    await page.getByRole('button', { name: t('wizard_correct') }).click();
    await expect(page.getByRole('heading', { name: t('wizard_title_correct') })).toBeVisible();
    await page.getByRole('textbox', { name: t('wizard_column_name', { place: 3 }) }).fill('score');
    await page.keyboard.press('Tab');
    await page.getByRole('button', { name: t('wizard_correct_do') }).click();
    await expect(page.getByText(t('data_done_title', { file: 'log.csv' }))).toBeVisible();
    await page.getByRole('button', { name: t('wizard_close') }).click();

    // After a reload they are asked for.
    await page.reload();
    await page.getByRole('button', { name: t('wizard_correct') }).click();
    await expect(page.getByText(t('wizard_correct_text', { files: 'log.csv' }))).toBeVisible();
    await expectAccessible(page, 'asking for the file again');
    await choose(page, 'log.csv', Buffer.from(`ann,2026-05-01,7\nbob,2026-05-02,8\ncid,2026-05-03,9\n`));
    await expect(page.getByRole('textbox', { name: t('wizard_column_name', { place: 3 }) })).toHaveValue('score');
  });
}

test('a file that is chosen right after a reload is taken, however slow the machine', async ({ page }) => {
  const t = say('en');
  await prefer(page, 'en');
  await page.goto('/');
  await bring(page, 'en', 'may.csv', orders(5, 211));
  // Whether the start page's places for files were there in any picture.
  await page.addInitScript(() => {
    const seen = [false] as boolean[];
    Object.assign(globalThis, { seen });
    const look = () => {
      seen[0] ||= document.querySelector('main .choices') !== null;
      requestAnimationFrame(look);
    };
    look();
  });
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await page.goto('/data/');
  await bring(page, 'en', 'june.csv', orders(6, 102, 10));
  await expect(page.getByText('313', { exact: true }).first()).toBeVisible();
  expect(await page.evaluate(() => (globalThis as { seen?: boolean[] }).seen)).toEqual([false]);
  await expect(page.getByRole('button', { name: t('data_add_file'), exact: true })).toBeVisible();
});

test('an import that is stopped while it reads leaves everything as it was, and can be begun again', async ({ page }) => {
  const t = say('en');
  await prefer(page, 'en');
  await page.goto('/');
  await bring(page, 'en', 'may.csv', orders(5, 211));
  await again(page, 'en');
  // Large enough to be caught while it is read: an order every two seconds of June.
  const june = Array.from({ length: 900_000 }, (_, i) => {
    const time = new Date(Date.UTC(2026, 5, 1, 0, 0, 2 * i)).toISOString().slice(0, 19);
    return `c${i % 5000},item-${i % 7},${time},buy,9.90`;
  });
  await choose(page, 'june.csv', Buffer.from(`user_id,item_id,time,event,price\n${june.join('\n')}\n`));
  await importRows(page, 'en').click();
  const bar = page.getByRole('main').getByRole('progressbar');
  await expect(bar).toBeVisible();
  await page
    .getByRole('main')
    .getByRole('button', { name: t('shell_cancel'), exact: true })
    .click();
  // The columns are still mapped, nothing came in, and the same click works again.
  await expect(importRows(page, 'en')).toBeVisible();
  await expect(bar).toHaveCount(0);
  await importRows(page, 'en').click();
  await expect(page.getByText(t('data_done_title', { file: 'june.csv' }))).toBeVisible({ timeout: 120_000 });
  await expect(page.getByText('900,211', { exact: true }).first()).toBeVisible();
});

test('the data screen fits and reads well, in both languages, schemes and widths', async ({ page }) => {
  await prefer(page, 'en');
  await page.goto('/');
  await bring(page, 'en', 'may.csv', orders(5, 211));
  for (const language of languages) {
    const t = say(language);
    for (const scheme of schemes) {
      await prefer(page, language, scheme);
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.goto('/data/');
      await expect(page.getByRole('tab', { name: t('wizard_tab_files') })).toBeVisible();
      for (const tab of ['files', 'quality', 'people', 'columns'] as const) {
        const trigger = page.getByRole('tab', { name: tab === 'people' ? t('people_tab') : t(`wizard_tab_${tab}`) });
        if ((await trigger.count()) === 0) continue;
        await trigger.click();
        await expect(page.locator('.skeleton, [aria-busy=true]')).toHaveCount(0);
        await page.setViewportSize({ width: 1280, height: 800 });
        await expectFits(page, `${tab} at 1280`);
        await expectAccessible(page, `${tab} in ${language}, ${scheme}`);
        await picture(page, `data-${tab}-${language}-${scheme}`);
        await page.setViewportSize({ width: 390, height: 844 });
        await expectFits(page, `${tab} at 390`);
        await picture(page, `data-${tab}-${language}-${scheme}-phone`);
      }
    }
  }
});
