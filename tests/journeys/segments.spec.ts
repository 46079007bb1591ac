import type { Page } from 'playwright/test';
import { expect, expectAccessible, expectFits, languages, picture, prefer, say, test, visit, type Language } from './support';

/** What a person types, in the order of the brief: two categories of the shop, spend, and consent. */
const typed = {
  en: ['bought tea at least twice in the last 90 days', 'top 20 % by spend', 'with sms consent', 'viewed snacks in the last 30 days'],
  zh: ['近 90 天购买茶 至少 2 次', '消费前 20%', '有短信授权', '近 30 天看过零食'],
};

/** The same rule, whatever language it was made in. */
const expected = (a: string, b: string) => [
  `event: order_completed`,
  `atLeast: 2`,
  `withinDays: 90`,
  `- ${a}`,
  `trait: revenue`,
  `topPercent: 20`,
  `trait: consentSms`,
  `is: true`,
  `- not:`,
  `event: product_viewed`,
  `withinDays: 30`,
  `- ${b}`,
];

for (const language of languages) {
  test(`a segment of four conditions is built on the sample shop without a mouse (${language})`, async ({ page }) => {
    const t = say(language);
    await prefer(page, language);
    await page.goto('/');
    await press(page, t('shell_sample_open'));
    await expect(page).toHaveURL(/overview/);
    await expect(page.getByText('20,000').first()).toBeVisible();
    await visit(page, '/segments/');
    await press(page, t('segments_new'));
    const count = page.getByTestId('live-count').locator('strong');
    await expect(count).toHaveText(/\d/);

    const [a, b] = ['茶 Tea', '零食 Snacks'];
    const counts = [await count.innerText()];
    for (const [i, text] of typed[language].entries()) {
      await write(page, language, text);
      const row = page.locator(`[data-row="all.${i + 1}"]`);
      // The focus is in what was added.
      await expect(row.locator(':focus')).toHaveCount(1);
      await expect(page.getByTestId('live-count')).toHaveAttribute('data-state', 'counted');
      counts.push(await count.innerText());
    }
    expect(new Set(counts).size).toBeGreaterThan(2);

    await test.step('the first condition goes, and the last one into the exclusions', async () => {
      await page.locator('[data-row="all.0"] > .clip > .row [data-handle]').focus();
      await page.keyboard.press('Delete');
      await expect(page.locator('[data-row]')).toHaveCount(4);
      // Cut where it stands, and pasted into the block of those who are left out.
      await page.getByRole('button', { name: t('segments_but_not_add') }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('menuitem', { name: t('segments_add_event'), exact: true }).focus();
      await page.keyboard.press('Enter');
      const block = page.getByRole('group', { name: t('segments_but_not') });
      await expect(block.locator('[data-row]')).toHaveCount(1);
      await page.locator('[data-row="all.3"] [data-handle]').focus();
      await page.keyboard.press('Alt+ArrowUp');
      await page.keyboard.press('Alt+ArrowDown');
      await page.keyboard.press('Control+x');
      await expect(page.locator('[data-row^="all."]')).toHaveCount(4);
      await block.locator('[data-handle]').focus();
      await page.keyboard.press('Control+v');
      await expect(block.locator('[data-row]')).toHaveCount(2);
      await block.locator('[data-handle]').first().focus();
      await page.keyboard.press('Delete');
      await expect(block.locator('[data-row]')).toHaveCount(1);
    });

    await test.step('it reads back as text', async () => {
      await expect(page.getByTestId('live-count')).toHaveAttribute('data-state', 'counted');
      await page.getByText(t('segments_readings')).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('tab', { name: t('segments_reading_words') }).focus();
      await page.keyboard.press('ArrowRight');
      const yaml = await page.getByRole('textbox', { name: t('segments_yaml_label') }).inputValue();
      let from = 0;
      for (const part of expected(a, b)) {
        expect(yaml.slice(from), part).toContain(part);
        from = yaml.indexOf(part, from);
      }
      await page.getByRole('tab', { name: t('segments_reading_yaml') }).focus();
      await page.keyboard.press('ArrowRight');
      await expect(page.getByRole('region', { name: t('segments_sql_label') })).toContainText('SELECT u.user_id');
    });

    await expectAccessible(page, `segments in ${language}`);
    await picture(page, `rule-${language}`, true);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectFits(page, 'segments at 390');
    await expect(count).toHaveText(/[1-9]/);
  });
}

/** A button by the keyboard. */
async function press(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).first().focus();
  await page.keyboard.press('Enter');
}

/** Goes to the box for typed conditions from wherever the focus is, types, and takes the first suggestion. */
async function write(page: Page, language: Language, text: string): Promise<void> {
  const box = page.getByRole('combobox', { name: say(language)('segments_type') });
  await page.getByRole('radio').first().focus();
  await page.keyboard.press('/');
  await expect(box).toBeFocused();
  await page.keyboard.type(text);
  await expect(page.getByRole('option').first()).not.toHaveAttribute('aria-disabled', 'true');
  await page.keyboard.press('Enter');
  await expect(box).toHaveValue('');
}
