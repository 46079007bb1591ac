import type { Page } from 'playwright/test';
import {
  bring,
  expect,
  expectAccessible,
  expectFits,
  languages,
  pattern,
  picture,
  prefer,
  say,
  schemes,
  test,
  type Language,
} from './support';

const two = (n: number) => String(n).padStart(2, '0');

/** Twenty members with an address, a phone and a city; the last one is the first one's second account, in another city. */
const members = `user_id,email,phone,city,updated_at\n${Array.from({ length: 20 }, (_, i) => {
  const account = i === 19 ? { email: 'ann.00@example.com', city: 'Hamburg' } : { email: `ann.${two(i)}@example.com`, city: 'Berlin' };
  return `m-${two(i)},${account.email},+49 170 55500${two(i)},${account.city},2026-0${i === 19 ? 3 : 1}-01`;
}).join('\n')}\n`;

/**
 * Orders under the ids of cookies: twelve of them are members by their address, however it is written, two by their
 * phone without its country; and nine strangers have the shop's own phone.
 */
const orders = `user_id,email,phone,item_id,event,time,price,order_id\n${[
  ...Array.from({ length: 12 }, (_, i) => [`web-${two(i)}`, `Ann.${two(i)}@Example.com`, '']),
  ...Array.from({ length: 2 }, (_, i) => [`app-${i}`, '', `0170 55500${two(i + 12)}`]),
  ...Array.from({ length: 9 }, (_, i) => [`till-${i}`, '', '030 1234567']),
]
  .map(([id, email, phone], i) => `${id},${email},${phone},tea-${i % 5},order_completed,2026-02-${two(1 + i)} 12:00:00,9.90,o-${i}`)
  .join('\n')}\n`;

/** As it is in these schemes, on a screen and on a phone. */
async function look(page: Page, language: Language, name: string, of: readonly (typeof schemes)[number][] = ['light']): Promise<void> {
  for (const scheme of of) {
    await page.emulateMedia({ colorScheme: scheme });
    // Colours change little by little.
    await page.evaluate(() => new Promise(requestAnimationFrame));
    await page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)));
    await expectAccessible(page, `${name}, ${scheme}`);
    await picture(page, `people-${name}-${language}-${scheme}`, true);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectFits(page, `${name} on a phone`);
    await picture(page, `people-${name}-${language}-${scheme}-phone`, true);
    await page.setViewportSize({ width: 1280, height: 800 });
    await expectFits(page, name);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

for (const language of languages) {
  const t = say(language);
  const email = t('people_id_email');
  const phone = t('people_id_phone');

  test(`who is one person is seen, limited, merged and taken apart, and values are chosen, in ${language}`, async ({ page }) => {
    await prefer(page, language);
    await page.goto('/');
    await bring(page, language, 'orders.csv', orders);
    await page.getByRole('button', { name: t('data_add_file'), exact: true }).click();
    await bring(page, language, 'members.csv', members);
    await page.goto('/data/?tab=people');
    const says = (text: string) => expect(page.getByRole('status').filter({ hasText: text })).toBeVisible();
    const counts = (of: { people: number; merged: number }) => ({ ids: 43, ...of });
    const people = (count: number) => expect(page.getByRole('link', { name: String(count), exact: true })).toBeVisible();
    const rowOf = (table: string, start: string) =>
      page.getByRole('table', { name: table }).getByRole('row', { name: new RegExp(`^${start}`, 'i') });

    await test.step('what merging would do is counted before it is done', async () => {
      await says(t('people_result_none', { ids: 43 }));
      await expect(page.getByRole('button', { name: t('people_apply') })).toBeDisabled();
      await look(page, language, 'before');
      await page.getByRole('switch', { name: t('people_by', { kind: email }) }).click();
      await says(t('people_result', counts({ people: 30, merged: 12 })));
      // Without its country a number is another one, and the shop's own belongs to nobody.
      await page.getByRole('switch', { name: t('people_by', { kind: phone }) }).click();
      await says(t('people_result', counts({ people: 30, merged: 12 })));
      await page.getByRole('combobox', { name: pattern(t('people_country')) }).click();
      await page.getByRole('option', { name: language === 'zh' ? '德国' : 'Germany' }).click();
      await says(t('people_result', counts({ people: 28, merged: 14 })));
      await people(43);
    });

    await test.step('an id that too many share raises an alarm, and its limit can be another', async () => {
      const alarm = page.getByText(t('people_alarm', { kind: phone, id: '030 1234567', people: 9, limit: 5 }));
      await expect(alarm).toBeVisible();
      await expect(rowOf(t('people_kinds_table'), phone).getByRole('cell')).toHaveText(['21', '3', '1', '2']);
      await expect(rowOf(t('people_clusters_table'), '3')).toContainText('web-00');
      await look(page, language, 'preview', schemes);
      const limit = page.getByRole('textbox', { name: t('people_limit_label', { kind: phone }) });
      await limit.fill('9');
      await page.keyboard.press('Tab');
      await says(t('people_result', counts({ people: 20, merged: 15 })));
      await expect(alarm).toBeHidden();
      await limit.fill('5');
      await page.keyboard.press('Tab');
      await expect(alarm).toBeVisible();
    });

    await test.step('merging makes it so', async () => {
      await page.getByRole('button', { name: t('people_apply') }).click();
      await people(28);
      await says(t('people_result_now', counts({ people: 28, merged: 14 })));
      await expect(page.getByRole('button', { name: t('people_apply') })).toBeDisabled();
      await look(page, language, 'merged');
    });

    await test.step('which of two cities counts is chosen, and is seen of the customer', async () => {
      const city = t('shell_attribute_city');
      const row = page.getByRole('row', { name: new RegExp(`^${city}`) });
      await expect(row).toContainText(t('people_example_counts', { value: 'Hamburg' }));
      await page.getByRole('combobox', { name: pattern(t('people_rule_of', { attribute: city })) }).click();
      await page.getByRole('option', { name: t('people_rule_first') }).click();
      await expect(row).toContainText(t('people_example_counts', { value: 'Berlin' }));
      await row.getByRole('link', { name: 'm-00' }).click();
      await expect(page.getByText('Berlin')).toBeVisible();
      await expect(page.getByRole('region', { name: t('people_ids') })).toContainText('m-00 · m-19 · web-00');
      // What was bought under the cookie is theirs, too.
      await expect(page.getByText(t('profiles_timeline_total', { count: 1 }))).toBeVisible();
      await expectAccessible(page, 'a customer of several ids');
      await picture(page, `people-customer-${language}`);
    });

    await test.step('undone, everybody is as the files have them', async () => {
      await page.goto('/data/?tab=people');
      await page.getByRole('button', { name: t('people_undo') }).click();
      await people(43);
      await says(t('people_result_none', { ids: 43 }));
      await page.goto('/customers/?customer=web-00');
      await expect(page.getByText(t('profiles_timeline_total', { count: 1 }))).toBeVisible();
    });
  });
}
