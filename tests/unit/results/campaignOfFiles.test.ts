import { describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { sumsOf } from '$lib/core/experiments/effect';
import { meanEffect } from '$lib/core/experiments/means';
import { proportionEffect } from '$lib/core/experiments/proportions';
import { trialOfExport, type OutcomesAsked } from '$lib/core/results/campaignOfFiles';
import { measureTrial } from '$lib/core/results/measure';
import { verdictText } from '$lib/core/results/resultText';
import { armsCsv, campaignShop, exportedShop, textFile } from '../../support/campaignShop';

const run = quietContext();
const orders = textFile('orders.csv', campaignShop.orders);
const coupon = (outcomes = orders, asked: OutcomesAsked = {}, files = exportedShop()) =>
  trialOfExport(files, undefined, outcomes, asked, run);
const linesOf = (text: string) => text.trimEnd().split('\n');

describe('what came of a coupon', () => {
  it('is compared with those who were held out: buyers, orders, revenue and their lifts', async () => {
    const result = await measureTrial(await coupon(), {}, run);
    const [arm] = result.results;
    const of = (id: string) => campaignShop.facts.filter((each) => each.arm === id);
    const did = (id: string) => ({ people: of(id).length, did: of(id).filter(({ bought }) => bought).length });
    const spent = (id: string) => sumsOf(of(id).map((each) => each.spent));
    expect(result.arms.map(({ id, people, sent }) => [id, people, sent])).toEqual([
      ['control', 300, 0],
      ['coupon', 900, 900],
    ]);
    expect(result.span).toEqual({ from: '2026-05-01', to: '2026-05-30' });
    const [ordered, ordersEach, revenue, orderValue] = arm.metrics;
    expect(ordered.effect).toEqual(proportionEffect(did('control'), did('coupon')));
    expect(ordersEach.effect.difference).toBeCloseTo(ordered.effect.difference, 12);
    const money = meanEffect(spent('control'), spent('coupon'));
    expect(revenue.effect.difference).toBeCloseTo(money.difference, 9);
    expect(revenue.effect.low).toBeCloseTo(money.low, 9);
    expect(orderValue.kind).toBe('ratio');
    expect(orderValue.effect.control).toBeCloseTo(spent('control').sum / did('control').did, 9);
    expect(result.sampleRatio!.p).toBe(1);
  });

  it('says it in one sentence, with the power that the test had', async () => {
    const [{ verdict }] = (await measureTrial(await coupon(), {}, run)).results;
    expect(verdict.code).toBe('more');
    expect(verdictText(verdict)).toMatch(
      /^coupon brought \d+(\.\d+)? more buyers per 100 people \(95 %: [\d.]+ to [\d.]+\); the test could have seen [\d.]+ with 80 % power\.$/,
    );
  });

  it('has narrower intervals with what people did before, and the same people on average', async () => {
    const [{ metrics }] = (await measureTrial(await coupon(), {}, run)).results;
    const { effect, cuped } = metrics[0];
    expect(cuped!.explained).toBeGreaterThan(0.02);
    expect(cuped!.high - cuped!.low).toBeLessThan(effect.high - effect.low);
  });

  it('is seen day by day, and split by stratum with corrected p', async () => {
    const [{ looks, strata, metrics }] = (await measureTrial(await coupon(), {}, run)).results;
    const last = looks.at(-1)!;
    expect(last.day).toBe(30);
    expect(last.difference).toBeCloseTo(metrics[0].effect.difference, 12);
    expect(last.low).toBeLessThan(last.onceLow);
    expect(strata!.groups.map(({ name, control, treated }) => [name, control + treated])).toEqual([
      ['lapsed', 400],
      ['loyal', 800],
    ]);
    for (const { effect, adjustedP } of strata!.groups) expect(adjustedP).toBeGreaterThanOrEqual(effect.p);
  });

  it('is a profit with an interval once margin and costs are known', async () => {
    const costs = { margin: 0.5, perContact: 0.1, perOrder: 2, fixed: 50 };
    const [{ profit, metrics }] = (await measureTrial(await coupon(), { costs }, run)).results;
    const revenue = metrics.find(({ id }) => id === 'revenue')!.effect.difference * 900;
    const buyers = campaignShop.facts.filter(({ arm, bought }) => arm === 'coupon' && bought).length;
    expect(profit!.incrementalRevenue.value).toBeCloseTo(revenue, 6);
    expect(profit!.cost).toBeCloseTo(900 * 0.1 + 2 * buyers + 50, 9);
    expect(profit!.profit.value).toBeCloseTo(0.5 * revenue - 90 - 2 * buyers - 50, 6);
    expect(profit!.profit.low).toBeLessThan(profit!.profit.value);
  });

  it('counts only the days that are asked for', async () => {
    const week = await coupon(orders, { days: 7 });
    expect(week.windowDays).toBe(7);
    expect(week.orders!.reduce((a, b) => a + b)).toBeLessThan((await coupon()).orders!.reduce((a, b) => a + b));
    expect((await coupon(orders, { days: 90 })).findings.map(({ code }) => code)).toContain('results_window_short');
  });

  it('reads a table with one row for each customer as well', async () => {
    const rows = campaignShop.facts.map(({ id, bought, spent, spentBefore }) => `${id},${bought ? 'yes' : 'no'},${spent},${spentBefore}`);
    const table = textFile('people.csv', `customer_id,bought,spend,spend_april\n${rows.join('\n')}\n`);
    const trial = await coupon(table, { table: { metrics: ['bought', 'spend'], money: ['spend'], before: 'spend_april' } });
    const [arm] = (await measureTrial(trial, {}, run)).results;
    const [lines] = (await measureTrial(await coupon(), {}, run)).results;
    expect(arm.metrics[0].effect).toEqual(lines.metrics[0].effect);
    expect(arm.metrics[1].effect.difference).toBeCloseTo(lines.metrics[2].effect.difference, 9);
    expect(arm.metrics[1].cuped!.difference).toBeCloseTo(lines.metrics[2].cuped!.difference, 9);
  });

  it('leaves out whom nobody exported, and says so', async () => {
    const { findings } = await coupon();
    expect(findings.find(({ code }) => code === 'results_not_exported')!.values).toMatchObject({ count: 1, example: 'stranger' });
  });
});

describe('what cannot be compared is refused with a sentence', () => {
  const refused = (code: string) => expect.objectContaining({ name: 'UserError', code });

  it('the outcomes of another experiment', async () => {
    const others = textFile('orders.csv', campaignShop.orders.replace(/^c/gm, 'x').replace('xustomer_id', 'customer_id'));
    await expect(coupon(others)).rejects.toEqual(refused('results_other_experiment'));
  });

  it('ids of another kind', async () => {
    const mails = textFile('orders.csv', campaignShop.orders.replace(/^(c\d+)/gm, '$1@example.com'));
    await expect(coupon(mails)).rejects.toEqual(refused('results_ids_kind'));
  });

  it('outcomes that end before the campaign was sent', async () => {
    await expect(coupon(orders, { sentOn: '2026-07-01' })).rejects.toEqual(refused('results_all_before'));
  });

  it('a person in two arms', async () => {
    const twice = armsCsv([...campaignShop.arms, 'c0001,control,no,loyal']);
    await expect(coupon(orders, {}, exportedShop(twice))).rejects.toEqual(refused('results_arms_overlap'));
  });

  it('arms without a control, and without anybody addressed', async () => {
    const only = (arm: string) => exportedShop(armsCsv(campaignShop.arms.filter((line) => line.includes(`,${arm},`))));
    await expect(coupon(orders, {}, only('coupon'))).rejects.toEqual(refused('results_no_control'));
    await expect(coupon(orders, {}, only('control'))).rejects.toEqual(refused('results_no_treated'));
  });

  it('a file of arms that is none', async () => {
    await expect(coupon(orders, {}, exportedShop('customer,arm\nc1,control\n'))).rejects.toEqual(refused('arms_file'));
    await expect(coupon(orders, {}, exportedShop(armsCsv(['c1,other,yes,'])))).rejects.toEqual(refused('results_arm_strange'));
    await expect(coupon(orders, {}, { ...exportedShop(), read: async () => null })).rejects.toEqual(refused('results_arms_missing'));
  });

  it('an export that held nobody out', async () => {
    const { audiences, ...manifest } = JSON.parse(exportedShop().manifest);
    const plain = { ...manifest, audiences: audiences.map(({ experiment: _, ...audience }: { experiment: unknown }) => audience) };
    await expect(coupon(orders, {}, { ...exportedShop(), manifest: JSON.stringify(plain) })).rejects.toEqual(
      refused('results_no_experiment'),
    );
  });

  it('amounts that cannot be read, unless they are a slip', async () => {
    const spoilt = (every: number) =>
      textFile(
        'orders.csv',
        linesOf(campaignShop.orders)
          .map((line, i) => (i > 0 && i % every === 0 ? line.replace(/[^,]+$/, 'twelve') : line))
          .join('\n'),
      );
    await expect(coupon(spoilt(10))).rejects.toEqual(refused('results_unreadable'));
    const { findings } = await coupon(spoilt(500));
    expect(findings.find(({ code }) => code === 'results_rows_left_out')!.values).toMatchObject({ count: 1, row: 500, column: 'amount' });
  });

  it('amounts in another currency, and in several', async () => {
    const inCurrency = (of: (line: number) => string) =>
      textFile(
        'orders.csv',
        linesOf(campaignShop.orders)
          .map((line, i) => `${line},${i === 0 ? 'currency' : of(i)}`)
          .join('\n'),
      );
    await expect(
      coupon(
        inCurrency(() => 'EUR'),
        { currency: 'CNY' },
      ),
    ).rejects.toEqual(refused('results_currency'));
    await expect(coupon(inCurrency((i) => (i % 2 ? 'EUR' : 'USD')))).rejects.toEqual(refused('results_currency'));
    expect((await coupon(inCurrency(() => 'EUR'))).currency).toBe('EUR');
    expect(
      (
        await coupon(
          inCurrency(() => 'CNY'),
          { currency: 'CNY' },
        )
      ).currency,
    ).toBe('CNY');
  });

  it('columns that are not there, and a table with a person twice', async () => {
    await expect(coupon(orders, { roles: { user: 'buyer' } })).rejects.toEqual(refused('results_column_unknown'));
    await expect(coupon(orders, { roles: { buyer: 'customer_id' } })).rejects.toEqual(refused('results_role_unknown'));
    const rows = campaignShop.facts.map(({ id, bought }) => `${id},${bought}`);
    const table = textFile('people.csv', `customer_id,bought\n${[...rows, rows[3]].join('\n')}\n`);
    await expect(coupon(table)).rejects.toEqual(refused('results_person_twice'));
  });
});
