import { expect, expectAccessible, importRows, prefer, say, test } from './support';

const files: [what: string, name: string, content: Buffer][] = [
  ['an empty file', 'empty.csv', Buffer.alloc(0)],
  [
    'a binary file',
    'photo.csv',
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13, ...Array.from({ length: 4000 }, (_, i) => (i * 37) & 255)]),
  ],
  ['one column', 'one.csv', Buffer.from(`user\n${Array.from({ length: 50 }, (_, i) => `u${i}`).join('\n')}\n`)],
];

for (const language of ['en', 'zh'] as const) {
  test(`a bad file gets a sentence and the screen stays usable, in ${language}`, async ({ page }) => {
    await prefer(page, language);
    await page.goto('/');
    for (const [what, name, buffer] of files) {
      await page.locator('input[type=file]').first().setInputFiles({ name, mimeType: 'text/csv', buffer });
      const alert = page.getByRole('alert');
      await expect(alert.first(), what).toContainText(language === 'zh' ? /[\u4e00-\u9fff]/ : /[a-z]/);
      await expectAccessible(page, what);
      // Back to where a file can be chosen.
      await alert.getByRole('button').first().click();
      await expect(page.locator('input[type=file]').first()).toBeAttached();
    }
    // A good file after the bad ones comes in.
    const rows = Array.from({ length: 200 }, (_, i) => `00${i % 20},item-${i % 7},2026-0${1 + (i % 9)}-1${i % 9} 10:00:00,buy`);
    const good = Buffer.from(`user_id,item_id,time,event\n${rows.join('\n')}\n`);
    await page.locator('input[type=file]').first().setInputFiles({ name: 'good.csv', mimeType: 'text/csv', buffer: good });
    await importRows(page, language).click();
    await expect(page.getByText(say(language)('data_done_title', { file: 'good.csv' }))).toBeVisible();
    await page.goto('/customers/');
    // Leading zeros are part of an id.
    await expect(page.getByRole('gridcell', { name: '0011', exact: true })).toBeVisible();
  });
}
