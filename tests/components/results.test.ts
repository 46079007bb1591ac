import { beforeEach, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { quietContext } from '../../src/lib/core/base/run';
import { trialOfExport } from '../../src/lib/core/results/campaignOfFiles';
import { measureTrial } from '../../src/lib/core/results/measure';
import { resultCsv } from '../../src/lib/core/results/resultCsv';
import { verdictSentence } from '../../src/lib/ui/results/resultWords';
import { campaignResults } from '../../src/lib/state/campaignResults.svelte';
import { format } from '../../src/lib/state/format.svelte';
import { locale } from '../../src/lib/state/locale.svelte';
import { workbench } from '../../src/lib/state/workbench.svelte';
import { loadCatalogue } from '../../src/lib/ui/catalogue.svelte';
import CampaignResultView from '../../src/lib/ui/results/CampaignResultView.svelte';
import KeptEffects from '../../src/lib/ui/results/KeptEffects.svelte';
import ResultsTab from '../../src/lib/ui/results/ResultsTab.svelte';
import { armsCsv, campaignShop, exportedShop, textFile } from '../support/campaignShop';
import { expectAccessible } from './accessibility';
import { inEmptyWorkspace } from './emptyWorkspace';

const exported = [new File([exportedShop().manifest], 'manifest.json'), new File([armsCsv()], 'coupon.arms.csv')];
const costs = { margin: 0.5, perContact: 0.1, perOrder: 2, fixed: 0 };

inEmptyWorkspace();
beforeEach(() => campaignResults.forget());

/** The same coupon by the functions that the command line calls. */
async function measured() {
  const run = quietContext();
  const trial = await trialOfExport(exportedShop(), undefined, textFile('orders.csv', campaignShop.orders), { currency: 'CNY' }, run);
  return measureTrial(trial, { costs }, run);
}

it('measures dropped files, with the numbers that the command line has, and keeps the effect until it is undone', async () => {
  const screen = render(ResultsTab, {});
  await expect.element(screen.getByText('Choose an export first.')).toBeInTheDocument();
  await campaignResults.take(exported);
  campaignResults.outcomes = new File([campaignShop.orders], 'orders.csv');
  campaignResults.asked = { costs };
  await screen.getByRole('button', { name: 'Measure', exact: true }).click();
  const result = await measured();
  await expect.element(screen.getByText(verdictSentence(result.results[0].verdict, format()))).toBeInTheDocument();
  expect(campaignResults.state).toMatchObject({ at: 'ready', result });
  await screen.getByRole('button', { name: 'Keep the effect for audiences' }).click();
  await expect.element(screen.getByText('Kept effects')).toBeInTheDocument();
  expect(workbench.plan!.effects![0]).toMatchObject({ campaign: 'Coupon', people: 900, control: 300 });
  expect(workbench.plan!.effects![0].profit!.value).toBe(result.results[0].profit!.perPerson.value);
  await expectAccessible(screen.container);
  await workbench.history.undo();
  expect(workbench.plan!.effects ?? []).toEqual([]);
  await screen.getByRole('button', { name: 'Forget these files' }).click();
  await expect.element(screen.getByText('Choose an export first.')).toBeInTheDocument();
});

it('says what is wrong with files in words', async () => {
  locale.set('zh');
  await loadCatalogue();
  const screen = render(ResultsTab, {});
  await campaignResults.take([exported[1]]);
  await expect.element(screen.getByText(/coupon\.arms\.csv 里没有 manifest\.json/)).toBeInTheDocument();
  await campaignResults.take(exported);
  campaignResults.outcomes = new File([campaignShop.orders.replaceAll('\nc', '\nx')], 'orders.csv');
  await screen.getByRole('button', { name: '开始衡量', exact: true }).click();
  await expect.element(screen.getByText(/这像是另一个活动的结果/)).toBeInTheDocument();
  await expectAccessible(screen.container);
});

for (const [language, says] of [
  ['en', ['Effect on each outcome', 'Day by day', 'By group', 'Profit', /The test could have seen [\d.]+ with 80 % power\./]],
  ['zh', ['各项指标的变化', '逐日走势', '分人群', '利润', /这次测试有 80% 的把握看出 [\d.]+ 的差异/]],
] as const) {
  it(`draws a result, on a desk and on a phone (${language})`, async () => {
    locale.set(language);
    await loadCatalogue();
    const screen = render(CampaignResultView, { result: await measured() });
    for (const text of says) await expect.element(screen.getByText(text).first()).toBeInTheDocument();
    await expectAccessible(screen.container);
    await page.viewport(390, 800);
    await expect.poll(() => document.documentElement.scrollWidth).toBeLessThanOrEqual(390);
    expect(screen.container.textContent).toContain('< 0.001');
  });
}

it('says what a kept effect would bring to an audience', async () => {
  const kept = {
    id: 'coupon',
    campaign: 'Coupon',
    arm: 'coupon',
    people: 900,
    control: 300,
    level: 0.95,
    eachLevel: 0.95,
    revenue: { value: 2, low: 1, high: 3 },
  };
  workbench.edit((plan) => ({ ...plan, effects: [kept] }));
  const screen = render(KeptEffects, { people: 5000 });
  await expect
    .element(screen.getByText(/5,000 people like those would bring ¥10,000.00 more revenue \(¥5,000.00 to ¥15,000.00\)/))
    .toBeInTheDocument();
});

it('takes the numbers away as a table', async () => {
  const [header, ...lines] = resultCsv(await measured())
    .replace('\uFEFF', '')
    .trim()
    .split('\r\n');
  expect(header).toContain('difference,low_95,high_95');
  expect(lines.map((line) => line.split(',').slice(6, 9))).toEqual([
    ['ordered', 'share', '""'],
    ['orders', 'mean', '""'],
    ['revenue', 'mean', '""'],
    ['orderValue', 'ratio', '""'],
    ['ordered', 'share', 'lapsed'],
    ['ordered', 'share', 'loyal'],
  ]);
});
