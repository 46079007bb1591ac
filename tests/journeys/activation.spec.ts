import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import type { Page } from 'playwright/test';
import { Random } from '../../src/lib/core/base/random';
import { expect, expectAccessible, expectFits, pattern, picture, prefer, say, test, visit } from './support';

const root = fileURLToPath(new URL('../..', import.meta.url));
const t = say('zh');

/** Of a hundred people so many buy anyway, and so many more of those who get variant a; variant b does nothing. */
const anyway = 10;
const planted = { a: 10, b: 0 };
const orderValue = 100;
const costs = { margin: 50, perContact: 1 };

/**
 * Two campaigns from the empty page to what they earned: they share 5,000 contacts and a budget by priority, hold out a tenth,
 * hand over files that `muster verify` passes, and outcomes with a planted effect come back.
 */
test('two campaigns share people and a budget, go out, come back and are measured (zh)', async ({ page }) => {
  await prefer(page, 'zh', 'dark');
  await page.goto('/');
  await page.getByRole('button', { name: t('shell_sample_open') }).click();
  await expect(page).toHaveURL(/overview/);

  await test.step('a segment of the best', async () => {
    await visit(page, '/segments/');
    await page
      .getByRole('button', { name: t('segments_new') })
      .first()
      .click();
    await expect(page.getByTestId('live-count').locator('strong')).toHaveText(/\d/);
    await page.getByRole('combobox', { name: t('segments_type') }).fill('消费前 20%');
    await expect(page.getByRole('option').first()).not.toHaveAttribute('aria-disabled', 'true');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('live-count')).toHaveAttribute('data-state', 'counted');
  });

  await test.step('a call to them, and a letter with two variants to everybody', async () => {
    await visit(page, '/audiences/');
    await page
      .getByRole('button', { name: t('exports_audience_new') })
      .first()
      .click();
    await name(page, '电话邀约');
    await holdOutTenth(page);
    await page.getByLabel(t('audiences_sharing_with'), { exact: true }).click();
    await page.getByRole('option', { name: t('audiences_sharing_new') }).click();
    await page
      .getByRole('button', { name: t('exports_audience_new') })
      .first()
      .click();
    await expect(page.getByRole('textbox', { name: t('exports_audience_name') })).not.toHaveValue('电话邀约');
    await name(page, '邮寄目录');
    await page
      .getByRole('button', { name: pattern(t('shell_remove_name', { name: '@' })) })
      .first()
      .click();
    await holdOutTenth(page);
    await page.getByRole('button', { name: t('audiences_arm_begin') }).click();
    await page.getByLabel(t('audiences_sharing_with'), { exact: true }).click();
    await page.getByRole('option', { name: t('audiences_sharing_name', { n: 1 }) }).click();
  });

  await test.step('a list that names nobody says so, one of e-mails leaves people out', async () => {
    await upload(page, '退订.csv', Buffer.concat([gbk.email, Buffer.from('\nnobody@nowhere.cn\n')]));
    await expect(page.getByText(t('audiences_suppress_nobody', { list: '退订', ids: '1' }))).toBeVisible();
    await upload(page, '投诉.txt', Buffer.from('C00001\nC00002\n'));
    await expect(page.getByText(t('audiences_suppress_facts', { list: '投诉', ids: '2', people: '2' }))).toBeVisible();
  });

  await test.step('5,000 contacts and 12,000 yuan, the call first', async () => {
    await page.getByLabel(t('audiences_contacts'), { exact: true }).fill('5000');
    await page.getByLabel(t('audiences_budget'), { exact: true }).fill('12000');
    // Contacts that cost nothing spend no budget: the screen says so until they cost something.
    await expect(page.getByText(t('audiences_budget_free'))).toBeVisible();
    const of = (key: string) => page.getByLabel(t(key), { exact: true });
    await of('audiences_cost').first().fill('8');
    await of('audiences_cost').last().fill('1');
    await of('audiences_own_budget').first().fill('8000');
    const matrix = page.getByRole('table', { name: t('audiences_matrix') });
    await expect(matrix.getByRole('row', { name: /^电话邀约 .* 1,000 / })).toBeVisible();
    await expect(page.getByText(t('audiences_shared_spent', { contacts: '5,000', cost: '12,000 CNY' }))).toBeVisible();
    await expectAccessible(page, 'two audiences that share people');
    await picture(page, 'activation-audience', true);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectFits(page, 'an audience on a phone');
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  const folder = mkdtempSync(join(tmpdir(), 'muster-test-'));
  const zip = await test.step('files for Meta, Ocean Engine and Klaviyo', async () => {
    await visit(page, '/exports/');
    await add(page, '电话邀约', 'meta');
    await add(page, '邮寄目录', 'ocean_engine');
    await add(page, '邮寄目录', 'klaviyo');
    // What the platform can match is said without being asked for.
    await expect(page.getByText(pattern(t('exports_readiness_rows', { count: '@', rows: '@' })))).toHaveCount(3);
    await page.getByRole('button', { name: pattern(t('exports_run_count', { count: '@' })) }).click();
    await expect(page.getByRole('heading', { name: t('exports_ready') })).toBeVisible();
    await expectAccessible(page, 'exports of an audience with variants');
    await picture(page, 'activation-exports', true);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectFits(page, 'finished exports on a phone');
    await page.setViewportSize({ width: 1280, height: 800 });
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: pattern(t('exports_download', { size: '@' })) }).click();
    return readFileSync(await (await saved).path());
  });

  const files = unzipSync(zip);
  await test.step('which the command line verifies', () => {
    for (const [file, bytes] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), bytes);
    }
    const { stdout, status } = spawnSync(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', 'verify', folder], {
      cwd: root,
      encoding: 'utf8',
    });
    rmSync(folder, { recursive: true });
    expect([stdout, status]).toEqual([expect.stringContaining('all as the manifest says'), 0]);
  });

  await test.step('outcomes come back, and the page says what the letter earned', async () => {
    const arms = armsOf(files, '邮寄目录');
    expect([...new Set(arms.map(({ arm }) => arm))].sort()).toEqual(['a', 'b', 'control']);
    await visit(page, '/exports/?tab=results');
    const choose = page.locator('input[type=file]:not([webkitdirectory])');
    await choose.first().setInputFiles({ name: 'export.zip', mimeType: 'application/zip', buffer: zip });
    await page.getByLabel(t('results_audience'), { exact: true }).click();
    await page.getByRole('option', { name: '邮寄目录' }).click();
    await choose.last().setInputFiles({ name: 'orders.csv', mimeType: 'text/csv', buffer: Buffer.from(outcomes(arms)) });
    await page.getByLabel(t('results_margin'), { exact: true }).first().fill(String(costs.margin));
    await page.getByLabel(t('results_cost_contact'), { exact: true }).first().fill(String(costs.perContact));
    await page.getByRole('button', { name: t('results_run') }).click();
    const variant = (arm: string) => page.getByRole('region', { name: arm, exact: true });
    const more = { arm: 'a', what: '@', difference: '@', level: '95%', low: '@', high: '@' };
    await expect(variant('a').getByText(pattern(t('results_verdict_more', more)))).toBeVisible();
    await expect(variant('b').getByText(pattern(t('results_verdict_unseen', { ...more, arm: 'b' })))).toBeVisible();
    await expect(page.getByText(t('results_together', { count: 2, level: '95%', each: '97.5%' }))).toBeVisible();
    for (const arm of ['a', 'b'] as const) {
      const [low, high] = interval(await variant(arm).locator('.verdict').innerText());
      expect(low).toBeLessThanOrEqual(planted[arm]);
      expect(high).toBeGreaterThanOrEqual(planted[arm]);
      // Each of so many people brings the margin on what was planted, less what a contact costs.
      const people = arms.filter((each) => each.arm === arm).length;
      const truth = people * ((costs.margin / 100) * orderValue * (planted[arm] / 100) - costs.perContact);
      const profit = variant(arm).locator('.stat', { hasText: t('results_profit') });
      const [least, most] = amounts(await profit.locator('.note').innerText());
      expect(least).toBeLessThanOrEqual(truth);
      expect(most).toBeGreaterThanOrEqual(truth);
    }
    await expectAccessible(page, 'the result of a campaign with variants');
    await picture(page, 'activation-result', true);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectFits(page, 'a result on a phone');
  });
});

const gbk = { email: Buffer.from([0xd3, 0xca, 0xcf, 0xe4]) };

async function name(page: Page, audience: string): Promise<void> {
  await page.getByRole('textbox', { name: t('exports_audience_name') }).fill(audience);
  await expect(page.getByRole('heading', { level: 2, name: audience })).toBeVisible();
}

async function holdOutTenth(page: Page): Promise<void> {
  await page.getByLabel(t('audiences_hold_out'), { exact: true }).fill('10');
  await expect(page.getByLabel(t('audiences_salt'), { exact: true })).toBeVisible();
}

async function upload(page: Page, file: string, content: Buffer): Promise<void> {
  await page.getByRole('button', { name: t('segments_list_upload') }).click();
  await page.getByRole('dialog').locator('input[type=file]').setInputFiles({ name: file, mimeType: 'text/plain', buffer: content });
  await page.getByRole('button', { name: t('segments_list_save') }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
}

async function add(page: Page, audience: string, destination: string): Promise<void> {
  await page
    .getByRole('combobox', { name: t('exports_add_what') })
    .or(page.getByLabel(t('exports_add_what'), { exact: true }))
    .first()
    .click();
  await page.getByRole('option', { name: audience }).click();
  const called = t(`exports_destination_${destination}`);
  await page.getByRole('combobox', { name: t('exports_add_where') }).click();
  await page.keyboard.type(called.slice(0, 6));
  await page.getByRole('option', { name: called }).first().click();
  await page.getByRole('button', { name: t('exports_add'), exact: true }).click();
}

/** Who is in which arm of the audience of this name, as the export's own file of arms has it. */
function armsOf(files: Record<string, Uint8Array>, audience: string): { customer: string; arm: string }[] {
  const text = (file: string) => new TextDecoder().decode(files[file]).replace(/^\uFEFF/, '');
  const manifest = JSON.parse(text('manifest.json')) as { audiences: { id: string; name: string }[] };
  const { id } = manifest.audiences.find((each) => each.name === audience)!;
  const lines = text(`${id}.arms.csv`).trimEnd().split(/\r?\n/).slice(1);
  return lines.map((line) => line.split(',')).map(([customer, arm]) => ({ customer, arm }));
}

/** Orders of the three weeks after the export, by lot. */
function outcomes(arms: { customer: string; arm: string }[]): string {
  const random = new Random(7);
  const lines = arms.flatMap(({ customer, arm }, i) => {
    const chance = anyway + (arm in planted ? planted[arm as keyof typeof planted] : 0);
    const day = String(2 + random.below(20)).padStart(2, '0');
    return 100 * random.uniform() < chance ? [`${customer},after-${i},2026-11-${day} 10:30:00,${orderValue}`] : [];
  });
  return ['customer_id,order_id,order_date,amount', ...lines].join('\n') + '\n';
}

/** The two ends in a sentence such as 「95% 区间：0.26 至 2.59」. */
function interval(sentence: string): [number, number] {
  const [, low, high] = /区间：(-?[\d.]+) 至 (-?[\d.]+)/.exec(sentence)!;
  return [Number(low), Number(high)];
}

/** Amounts of money in a text, whose sign stands before the currency. */
function amounts(text: string): number[] {
  return [...text.matchAll(/([-−]?)[^\d\s−-]*([\d,]+(?:\.\d+)?)/g)].map(
    ([, sign, digits]) => (sign ? -1 : 1) * Number(digits.replaceAll(',', '')),
  );
}
