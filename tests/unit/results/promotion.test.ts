import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { inspectSource } from '$lib/core/schema/inspect/inspectSource';
import { dayNumber } from '$lib/core/schema/days';
import { readPlan } from '$lib/core/plan/read';
import type { PromotionAsked } from '$lib/core/results/promotion';
import { promotionCsv } from '$lib/core/results/promotionCsv';
import { nodePlatform } from '$lib/platform/node/platform';
import { Desk } from '$lib/work/desk';
import { openPlan } from '$lib/work/openPlan';
import { operations } from '$lib/work/operations';
import { sampleFile } from '$lib/work/sampleFile';
import { parseArguments } from '../../../src/cli/arguments';
import { effect } from '../../../src/cli/effect';
import { textFile } from '../../support/campaignShop';
import { citySales } from '../../support/citySales';
import { facts } from '../shop/shippedShop';

const folder = mkdtempSync(join(tmpdir(), 'muster-promotion-'));
afterAll(() => rmSync(folder, { recursive: true }));
const run = quietContext();

async function open(sources: object[], files: Record<string, string>) {
  const desk = new Desk(nodePlatform({ threads: 1 }));
  const { plan } = readPlan(
    JSON.stringify({ muster: 2, name: 'Cities', timeZone: 'Asia/Shanghai', currency: 'CNY', sources }),
    'plan.json',
  );
  await openPlan(desk, plan, async (name) => textFile(name, files[name]), run);
  return { ...run, desk };
}

/** What the command line says of a table. */
async function muster(...words: string[]) {
  const printed: string[] = [];
  const io = { print: (line: string) => void printed.push(line), note: () => {}, run, path: (name: string) => join(folder, name) };
  await effect.run(parseArguments(effect, [...words, '--json']), io);
  return JSON.parse(printed.join('\n'));
}

/** As a document that has gone through JSON. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value, (_, each) => (each instanceof Float64Array ? [...each] : each)));

describe('a promotion in some cities', () => {
  let context: Awaited<ReturnType<typeof open>>;
  const { from, to, treated } = citySales;
  const cities: PromotionAsked = {
    method: 'difference-in-differences',
    measure: 'orders',
    by: 'week',
    split: 'user.city',
    from,
    to,
    dip: 7,
    treated,
    ofOwnLevel: true,
  };

  beforeAll(async () => {
    const { mapping } = await inspectSource(textFile('customers.csv', citySales.customers), { kind: 'users' });
    context = await open(
      [
        { id: 'orders', files: ['orders.csv'] },
        { id: 'customers', files: ['customers.csv'], mapping: { ...mapping, keep: ['city'] } },
      ],
      { 'orders.csv': citySales.orders, 'customers.csv': citySales.customers },
    );
  }, 30_000);

  it('is found beside the others, with what it took from the week after', async () => {
    const { effect: found, starts } = await operations.promotionMeasured(cities, context);
    expect(starts[found.from]).toBe(from);
    expect([found.from, found.until, found.dip]).toEqual([17, 19, 1]);
    const { low, high, perPeriod, relative } = found.effect;
    const expected = perPeriod / relative!;
    expect(low! / expected).toBeLessThan(citySales.lift);
    expect(high! / expected).toBeGreaterThan(citySales.lift);
    expect(low).toBeGreaterThan(0);
    expect(found.pullForward!.amount.perPeriod).toBeLessThan(0);
    expect(found.pullForward!.share!.low).toBeLessThan(0.3);
    expect(found.pullForward!.share!.high).toBeGreaterThan(0.3);
    expect(found.checks.find(({ code }) => code === 'slopes')!.verdict).not.toBe('fail');
  });

  it('has the numbers that the command line finds in the table that is taken away', async () => {
    for (const [i, asked] of [
      cities,
      { ...cities, ofOwnLevel: false, losing: ['city 05', 'city 06'] },
      { ...cities, method: 'synthetic-control' as const, treated: treated.slice(3) },
    ].entries()) {
      const promotion = await operations.promotionMeasured(asked, context);
      const { starts, effect: found } = promotion;
      writeFileSync(join(folder, `${i}.csv`), promotionCsv(promotion, starts));
      const told = await muster(
        ...['--method', asked.method, '--table', `${i}.csv`, '--unit', 'unit', '--period', 'week', '--value', 'orders', '--dip', '1'],
        ...['--treated', asked.treated.join(','), '--after', from, '--until', starts[found.until - 1]],
        ...('losing' in asked && asked.losing ? ['--lost', asked.losing.join(',')] : []),
        ...(asked.ofOwnLevel ? ['--own-level'] : []),
      );
      expect(told.effect.effect.perPeriod).toBeCloseTo(found.effect.perPeriod, 9);
      expect(told.effect.effect.p).toBeCloseTo(found.effect.p!, 9);
      expect(told.effect.pullForward.amount.total).toBeCloseTo(found.pullForward!.amount.total, 8);
      expect(told.effect.checks.map(({ code, verdict }: { code: string; verdict: string }) => [code, verdict])).toEqual(
        found.checks.map(({ code, verdict }) => [code, verdict]),
      );
      if (found.cannibalised) expect(told.effect.cannibalised.share.share).toBeCloseTo(found.cannibalised.share!.share, 8);
    }
    const days: PromotionAsked = { ...cities, method: 'before-after', measure: 'revenue', losing: ['city 05', 'city 06'] };
    const promotion = await operations.promotionMeasured(days, context);
    writeFileSync(join(folder, 'days.csv'), promotionCsv(promotion, promotion.starts));
    const told = await muster(
      ...['--method', 'before-after', '--table', 'days.csv', '--date', 'day', '--value', 'revenue', '--from', from, '--to', to],
      ...['--dip', '7', '--unit', 'unit', '--treated', 'promoted', '--lost', 'others'],
    );
    expect(told.effect).toEqual(plain(promotion.effect));
  });

  it('is split by what the data has', async () => {
    expect(await operations.promotionSplits(undefined, context)).toEqual([{ split: 'user.city', units: 16 }]);
    const units = await operations.promotionUnits({ split: 'user.city', measure: 'orders', from }, context);
    expect(units).toHaveLength(16);
    expect(units.slice(-4)).toContain('city 00');
  });

  it('says in words what cannot be', async () => {
    const wrong: [Partial<PromotionAsked>, string][] = [
      [{ method: 'before-after', from: '2026-01-20', to: '2026-01-22' }, 'before_after_short'],
      [{ to: '2026-12-31' }, 'promotion_outside'],
      [{ from: '2027-01-04', to: '2027-01-05' }, 'promotion_begins_outside'],
      [{ from: '2026-05-04', to: '2026-05-03' }, 'promotion_days'],
      [{ treated: [] }, 'promotion_units'],
      [{ treated: ['city 99'] }, 'promotion_unit_unknown'],
      [{ treated: ['city 00'] }, 'did_units'],
      [{ method: 'synthetic-control' }, 'synthetic_treated'],
      [{ method: 'synthetic-control', treated: ['city 00'], compared: ['city 01'] }, 'synthetic_donors'],
      [{ losing: ['city 05'] }, 'promotion_losing'],
      [{ split: 'user.shoe' }, 'series_split_unknown'],
      [{ measure: 'event:party' }, 'series_empty'],
      [{ method: 'before-after', known: [{ from: '2026-05-10', to: '2026-05-20' }] }, 'promotion_overlap'],
    ];
    for (const [part, code] of wrong) {
      await expect(operations.promotionMeasured({ ...cities, ...part }, context), code).rejects.toMatchObject({ code });
    }
  });
});

describe('the sample shop', () => {
  it('has its mid-year sale: the planted factor lies in the interval, and it took nothing from the days after', async () => {
    const context = await open([{ id: 'shop', files: [sampleFile] }], {});
    const known = ['2025-06-16..2025-06-18', '2025-11-01..2025-11-11', '2026-01-28..2026-02-08', '2026-02-15..2026-02-22']
      .map((text) => text.split('..'))
      .map(([from, to]) => ({ from, to }));
    const { effect: found } = await operations.promotionMeasured(
      { method: 'before-after', measure: 'orders', by: 'day', from: '2026-06-16', to: '2026-06-18', dip: 14, treated: [], known },
      context,
    );
    expect(dayNumber(facts.truth.firstDay) + found.from).toBe(dayNumber('2026-06-16'));
    const { perPeriod, relative, low, high } = found.effect;
    const expected = perPeriod / relative!;
    // × 1.9, in a month of 1.04 whose neighbours are lower (datasets/sample-shop/README.md).
    expect(1 + low! / expected).toBeLessThan(1.9);
    expect(1 + high! / expected).toBeGreaterThan(1.9);
    expect(found.effect.p).toBeLessThan(1e-6);
    expect(found.pullForward!.isMoved).toBe(false);
    expect(found.checks.find(({ code }) => code === 'placebo')!.verdict).toBe('pass');
  }, 60_000);
});
