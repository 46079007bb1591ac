import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { readPlan } from '$lib/core/plan/read';
import { breakEven as breakEvenOf } from '$lib/core/results/breakEven';
import { planOffer, type OfferAsked } from '$lib/core/results/offerPlan';
import { nodePlatform } from '$lib/platform/node/platform';
import { Desk } from '$lib/work/desk';
import { openPlan } from '$lib/work/openPlan';
import { operations } from '$lib/work/operations';
import { sampleFile } from '$lib/work/sampleFile';
import { parseArguments } from '../../../src/cli/arguments';
import { breakEven } from '../../../src/cli/breakEven';

const folder = mkdtempSync(join(tmpdir(), 'muster-offer-'));
afterAll(() => rmSync(folder, { recursive: true }));
const run = quietContext();

async function muster(...words: string[]): Promise<string> {
  const printed: string[] = [];
  const io = { print: (line: string) => void printed.push(line), note: () => {}, run, path: (name: string) => join(folder, name) };
  expect(await breakEven.run(parseArguments(breakEven, words), io)).toBe(0);
  return printed.join('\n');
}

/** 10,000 customers of whom 4 % buy anyway for 100 yuan, of which 40 are left; a coupon of 15 that two in three use. */
const coupon: OfferAsked = {
  people: 10_000,
  rate: 0.04,
  orderValue: 100,
  margin: 0.4,
  perContact: 0.05,
  fixed: 500,
  worth: { coupon: 15 },
  redemption: { value: 2 / 3, low: 0.5, high: 0.8 },
  expected: { value: 0.018, low: 0.006, high: 0.03 },
};

describe('an offer before it is sent', () => {
  it('costs and pays as its break-even says, over the range of redemption', () => {
    const { result, cost, lift, profit, byLift } = planOffer(coupon);
    const at = (used: number) => breakEvenOf({ ...coupon, perOrder: 15, used });
    expect(result).toEqual(at(2 / 3));
    expect(cost).toEqual({ low: at(0.5).cost, high: at(0.8).cost });
    expect(lift).toEqual({ low: at(0.5).lift, high: at(0.8).lift });
    expect(profit!.low).toBeCloseTo(at(0.8).profit!.low, 9);
    expect(profit!.high).toBeCloseTo(at(0.5).profit!.high, 9);
    // Half-way along the curve it breaks even.
    expect(byLift[20].profit).toBeCloseTo(0, 6);
    expect(byLift[20].low).toBeLessThan(0);
    expect(byLift[20].high).toBeGreaterThan(0);
  });

  it('is the same for points at their worth', () => {
    expect(planOffer({ ...coupon, worth: { points: 1500, pointValue: 0.01 } })).toEqual(planOffer(coupon));
  });

  it('goes to those first who would not have bought anyway, and stops where one more costs more', () => {
    const chances = Float64Array.from({ length: 200 }, (_, i) => ((i * 37) % 200) / 400);
    const asked = { ...coupon, people: 200, fixed: 0, expected: { value: 0.03, low: 0.01, high: 0.05 } };
    const { byDepth } = planOffer(asked, { chances });
    // By hand: 0.03 · 30 − 0.05 − chance · 10 > 0 as long as the chance is below 0.085.
    const paying = [...chances].filter((chance) => 0.03 * 30 - 0.05 - chance * 10 > 0);
    expect(byDepth!.best!.people).toBe(paying.length);
    expect(byDepth!.best!.profit).toBeCloseTo(
      paying.reduce((sum, chance) => sum + 0.85 - chance * 10, 0),
      9,
    );
    expect(byDepth!.points.at(-1)!.people).toBe(200);
    expect(byDepth!.best!.low).toBeLessThan(byDepth!.best!.profit);
  });

  it('takes lifts of a model in proportion to what a campaign has shown', () => {
    const lifts = Float64Array.from([0.4, 0.2, 0.1, 0.1]);
    const asked = { ...coupon, people: 4, fixed: 0, rate: 0, perContact: 1, expected: { value: 0.1, low: 0.05, high: 0.15 } };
    const { byDepth } = planOffer(asked, { lifts });
    // Their mean of 0.2 becomes 0.1: 0.2, 0.1, 0.05 and 0.05, of 30 each.
    expect(byDepth!.points.map(({ profit }) => Math.round(100 * profit) / 100)).toEqual([0, 5, 7, 7.5, 8]);
    expect(planOffer({ ...asked, expected: undefined }, { lifts }).byDepth!.points.at(-1)!.profit).toBeCloseTo(0.8 * 30 - 4, 9);
    expect(planOffer({ ...asked, perContact: 100 }, { lifts }).byDepth!.best).toBeNull();
  });

  it('refuses a redemption outside its own bounds', () => {
    expect(() => planOffer({ ...coupon, redemption: { value: 0.9, low: 0.1, high: 0.5 } })).toThrow(
      expect.objectContaining({ code: 'offer_redemption' }),
    );
  });
});

describe('an offer to an audience of the sample shop', () => {
  const effect = { id: 'autumn', campaign: 'autumn-tea-2026', arm: 'treatment', people: 7209, control: 7207, level: 0.95 };
  const document = {
    muster: 2,
    name: 'Shop',
    timeZone: 'Asia/Shanghai',
    currency: 'CNY',
    sources: [{ id: 'shop', files: [sampleFile] }],
    segments: [{ id: 'lapsed', rule: { trait: 'daysSinceLastOrder', between: [45, 270] } }],
    audiences: [{ id: 'win-back', from: 'lapsed' }],
    effects: [{ ...effect, buyers: { value: 0.0144, low: 0.004, high: 0.025 } }],
  };

  writeFileSync(join(folder, 'plan.json'), JSON.stringify(document));

  it('is reckoned from its own data, the same on the command line', async () => {
    const desk = new Desk(nodePlatform({ threads: 1 }));
    const { plan } = readPlan(JSON.stringify(document), 'plan.json');
    await openPlan(desk, plan, () => Promise.reject(new Error('no file is read')), run);
    const context = { ...run, desk };
    const said = {
      days: 30,
      worth: { coupon: 20 },
      redemption: { value: 0.5, low: 0.3, high: 0.7 },
      perContact: 0.05,
      fixed: 0,
      expected: { effect: 'autumn' },
    };
    const planned = await operations.offerPlanned({ audience: plan.audiences[0], said }, context);
    const { basis, missing } = planned;
    expect(missing).toEqual([]);
    // Nobody of today's people has ordered in the last 30 days; those of a month ago did.
    expect(basis.rateFrom).toBe('replay');
    expect(basis.rate).toBeGreaterThan(0.03);
    expect(basis.rate).toBeLessThan(0.25);
    expect(basis.counted!.buyers / basis.counted!.people).toBe(basis.rate);
    // Planted: a mean of 184 yuan an order, margins of 25 to 60 % (datasets/sample-shop/README.md).
    expect(basis.orderValue).toBeGreaterThan(150);
    expect(basis.orderValue).toBeLessThan(220);
    expect(basis.margin).toBeGreaterThan(0.25);
    expect(basis.margin).toBeLessThan(0.6);
    const { result } = planned.plan!;
    expect(result.givenAway).toBeCloseTo(basis.people * basis.rate! * 0.5 * 20, 6);
    expect(result.profit!.value).toBeCloseTo(basis.people * 0.0144 * result.perBuyer - result.cost, 6);
    const words = ['plan.json', '--audience', 'win-back', '--coupon', '20', '--redemption', '0.5'];
    const told = await muster(
      ...[...words, '--redemption-low', '0.3', '--redemption-high', '0.7', '--contact-cost', '0.05', '--effect', 'autumn', '--json'],
    );
    expect(JSON.parse(told)).toEqual(JSON.parse(JSON.stringify(planned)));
    await expect(
      operations.offerPlanned({ audience: plan.audiences[0], said: { ...said, expected: { effect: 'x' } } }, context),
    ).rejects.toMatchObject({
      code: 'kept_effect_unknown',
    });
  }, 60_000);

  it('says in words what it costs and when it pays', async () => {
    const numbers = ['--people', '10000', '--rate', '0.04', '--order-value', '100', '--margin', '0.4', '--coupon', '15'];
    const text = await muster(...numbers, '--redemption', '0.6667', '--contact-cost', '0.05', '--fixed', '500', '--lift', '0.018');
    expect(text).toMatch(/It pays from 167 buyers more on, 1\.67 % of the people/);
    expect(text).toMatch(/expected profit: 400/);
    await expect(muster('--people', '10', '--coupon', '1')).rejects.toMatchObject({ code: 'offer_option' });
    await expect(muster('plan.json', '--audience', 'x', '--coupon', '1')).rejects.toMatchObject({ code: 'audience_unknown' });
  });
});
