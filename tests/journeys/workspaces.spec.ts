import { readFileSync } from 'node:fs';
import type { Page } from 'playwright/test';
import { expect, expectAccessible, expectFits, importRows, languages, picture, prefer, say, test, type Language } from './support';

/** Purchases of twenty customers in May. */
const may = Buffer.from(
  `user_id,item_id,time,event,price\n${Array.from({ length: 211 }, (_, i) => `c${i % 20},item-${i % 7},2026-05-1${i % 9} 1${i % 10}:${10 + Math.floor(i / 20)}:00,buy,9.90`).join('\n')}\n`,
);

const choose = (page: Page, name: string, buffer: Buffer) =>
  page.locator('input[type=file][accept=".muster"]').setInputFiles({ name, mimeType: 'application/zip', buffer });

/** The bytes of what is downloaded by it. */
async function downloaded(page: Page, act: () => Promise<void>): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent('download'), act()]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

async function openShop(page: Page, language: Language): Promise<void> {
  const t = say(language);
  await prefer(page, language);
  // The browser's own dialog cannot be answered here; without it the file is a download.
  await page.addInitScript(() => Reflect.deleteProperty(window, 'showSaveFilePicker'));
  await page.goto('/');
  await page.locator('input[type=file]').first().setInputFiles({ name: 'may.csv', mimeType: 'text/csv', buffer: may });
  await importRows(page, language).click();
  await expect(page.getByText(t('data_done_title', { file: 'may.csv' }))).toBeVisible();
}

/** One of the entries behind the dots of a workspace in the list. */
async function pick(page: Page, language: Language, workspace: string, item: string): Promise<void> {
  await page.getByRole('button', { name: say(language)('keeping_actions', { name: workspace }), exact: true }).click();
  await page.getByRole('menuitem', { name: say(language)(item), exact: true }).click();
}

for (const language of languages) {
  const t = say(language);

  test(`a workspace is renamed, copied, deleted, brought back, saved as a file and opened from it, in ${language}`, async ({ page }) => {
    await openShop(page, language);
    const inList = (name: string) => page.getByRole('button', { name: new RegExp(`^${name} \\d.*211`) });
    const copyName = t('keeping_copy_name', { name: '五月 May' });

    await test.step('rename, and take it back', async () => {
      await page.getByRole('button', { name: 'may', exact: true }).click();
      await expectAccessible(page, 'menu of the workspace');
      await page.getByRole('menuitem', { name: t('keeping_rename'), exact: true }).click();
      await page.getByRole('textbox', { name: t('keeping_name') }).fill('五月 May');
      await expectAccessible(page, 'renaming');
      await page.keyboard.press('Enter');
      await expect(page.getByRole('button', { name: '五月 May', exact: true })).toBeVisible();
      await page.getByRole('button', { name: t('shell_undo'), exact: true }).click();
      await expect(page.getByRole('button', { name: 'may', exact: true })).toBeVisible();
      await page.getByRole('button', { name: t('shell_redo'), exact: true }).click();
    });

    await test.step('a copy, without opening it', async () => {
      await page.getByRole('button', { name: '五月 May', exact: true }).click();
      await page.getByRole('menuitem', { name: t('keeping_duplicate'), exact: true }).click();
      await expect(page.getByText(t('keeping_duplicated', { name: copyName }))).toBeVisible();
      await page.goto('/');
      await expect(inList(copyName)).toBeVisible();
      // The start page opens nothing by itself.
      await expect(page.getByRole('progressbar')).toHaveCount(0);
      await expect(inList('五月 May')).toBeEnabled();
    });

    await test.step('delete, bring back, and erase', async () => {
      await pick(page, language, copyName, 'keeping_delete');
      await expect(inList(copyName)).toHaveCount(0);
      await page.getByRole('button', { name: t('keeping_undo'), exact: true }).click();
      await expect(inList(copyName)).toBeVisible();
      await pick(page, language, copyName, 'keeping_delete');
      await expect(page.getByRole('heading', { name: t('keeping_deleted_title') })).toBeVisible();
      await expectAccessible(page, 'start page with a deleted workspace');
      await picture(page, `workspaces-${language}`);
      await page.getByRole('button', { name: t('keeping_restore_name', { name: copyName }) }).click();
      await expect(inList(copyName)).toBeVisible();
      await pick(page, language, copyName, 'keeping_delete');
      await page.getByRole('button', { name: t('keeping_wipe_name', { name: copyName }) }).click();
      await page
        .getByRole('dialog')
        .getByRole('button', { name: t('keeping_wipe'), exact: true })
        .click();
      await expect(page.getByRole('heading', { name: t('keeping_deleted_title') })).toHaveCount(0);
    });

    let file: { name: string; bytes: Buffer };
    await test.step('one file, and from it again once the workspace is gone', async () => {
      file = await downloaded(page, () => pick(page, language, '五月 May', 'keeping_export'));
      expect(file.name).toBe('五月_May.muster');
      await pick(page, language, '五月 May', 'keeping_delete');
      await page.getByRole('button', { name: t('keeping_wipe_name', { name: '五月 May' }) }).click();
      await page
        .getByRole('dialog')
        .getByRole('button', { name: t('keeping_wipe'), exact: true })
        .click();
      await expect(page.getByText(t('shell_saved_none'))).toBeVisible();

      await choose(page, 'half.muster', file.bytes.subarray(0, file.bytes.length / 2));
      await expect(page.getByText(t('error_workspace_file_broken', { file: 'half.muster', part: 'zip' }))).toBeVisible();
      await expect(page.getByText(t('shell_saved_none'))).toBeVisible();
      await choose(page, file.name, file.bytes);
      await expect(page).toHaveURL(/overview/);
      await expect(page.getByRole('button', { name: '五月 May', exact: true })).toBeVisible();
      await expect(page.getByText('211').first()).toBeVisible();
    });

    await test.step('storage, by what uses it', async () => {
      await page.getByRole('button', { name: '五月 May', exact: true }).click();
      await page.getByRole('menuitem', { name: t('keeping_storage'), exact: true }).click();
      const dialog = page.getByRole('dialog', { name: t('keeping_storage_title') });
      await expect(dialog.getByRole('rowheader', { name: '五月 May' })).toBeVisible();
      await expectAccessible(page, 'storage');
      await picture(page, `storage-${language}`);
      await page.setViewportSize({ width: 390, height: 844 });
      await expectFits(page, 'storage on a phone');
      await page.keyboard.press('Escape');
      // A slip of the thumb can be taken back on a phone, too.
      await expect(page.getByRole('button', { name: t('shell_undo'), exact: true })).toBeVisible();
      await page.goto('/');
      await expect(inList('五月 May')).toBeVisible();
      await expectFits(page, 'start page on a phone');
      await expectAccessible(page, 'start page on a phone');
      await page.setViewportSize({ width: 1280, height: 800 });
    });

    await test.step('one that is damaged: what can be read is saved, then it goes', async () => {
      await page.evaluate(async () => {
        const root = await navigator.storage.getDirectory();
        const folder = await root.getDirectoryHandle('muster');
        for await (const name of (folder as unknown as { keys(): AsyncIterable<string> }).keys()) await folder.removeEntry(name);
      });
      await inList('五月 May').click();
      await expect(page.getByRole('alert')).toBeVisible();
      await expectAccessible(page, 'a workspace that does not open');
      const rest = await downloaded(page, () => page.getByRole('button', { name: t('keeping_salvage') }).click());
      await page.getByRole('button', { name: t('shell_saved_remove', { name: '五月 May' }), exact: true }).click();
      await expect(page.getByRole('alert')).toHaveCount(0);
      await choose(page, rest.name, rest.bytes);
      await expect(page).toHaveURL(/overview/);
      await expect(page.getByRole('button', { name: '五月 May', exact: true })).toBeVisible();
    });
  });
}
