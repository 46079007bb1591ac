import { expect, it } from 'vitest';
import { contactFactors, contactValue } from '$lib/core/audiences/contactValue';
import { quietContext } from '$lib/core/base/run';
import { readPlan } from '$lib/core/plan/read';
import { nodePlatform } from '$lib/platform/node/platform';
import { Desk } from '$lib/work/desk';
import { openPlan } from '$lib/work/openPlan';
import { operations } from '$lib/work/operations';
import { textFile } from '../../support/campaignShop';

const run = quietContext();
/** What a coupon brought each of those who got it: 4 yuan of revenue more, and a buyer in fifty. */
const coupon = {
  id: 'coupon',
  campaign: 'Coupon',
  arm: 'treatment',
  people: 900,
  control: 300,
  level: 0.95,
  revenue: { value: 4, low: 1, high: 7 },
  buyers: { value: 0.02, low: -0.01, high: 0.05 },
};

it('is the margin on what a campaign has shown, or the value of its buyers', () => {
  expect(contactValue({ audience: 'a', effect: 'coupon', margin: 0.5 }, [coupon])).toEqual({ value: 2, low: 0.5, high: 3.5 });
  expect(contactValue({ audience: 'a', effect: 'coupon', value: 100 }, [coupon])).toEqual({ value: 2, low: -1, high: 5 });
  expect(contactValue({ audience: 'a', value: 30 }, [coupon])).toEqual({ value: 30, low: 30, high: 30 });
  expect(() => contactValue({ audience: 'a', effect: 'gone', margin: 0.5 }, [coupon])).toThrow(
    expect.objectContaining({ code: 'sharing_effect_unknown' }),
  );
  expect(() => contactValue({ audience: 'a', effect: 'coupon' }, [coupon])).toThrow(
    expect.objectContaining({ code: 'sharing_effect_unusable' }),
  );
});

it('is shared out by a score whose mean becomes what the campaign has shown', () => {
  const scores = Float64Array.from([0.1, 0.3, NaN, 0.2]);
  const people = Int32Array.from([1, 0, 3, 2]);
  expect([...contactFactors({ audience: 'a', effect: 'coupon', margin: 0.5 }, people, scores)]).toEqual([
    expect.closeTo(1.5, 12),
    expect.closeTo(0.5, 12),
    expect.closeTo(1, 12),
    NaN,
  ]);
  expect([...contactFactors({ audience: 'a', value: 30 }, people, scores)].slice(0, 3)).toEqual([0.3, 0.1, 0.2]);
  expect([...contactFactors({ audience: 'a' }, people, undefined)]).toEqual([1, 1, 1, 1]);
});

it('decides who is contacted, and the report has its interval', async () => {
  const orders = ['customer,order,time,amount'];
  // Customers c1 … c4 with one to four orders: their mean is 2.5.
  for (let who = 1; who <= 4; who++) for (let n = 0; n < who; n++) orders.push(`c${who},o${who}${n},2026-01-0${1 + n} 10:00,10`);
  const document = {
    muster: 2,
    name: 'Tea',
    timeZone: 'Asia/Shanghai',
    currency: 'CNY',
    sources: [{ id: 'orders', files: ['orders.csv'] }],
    audiences: [{ id: 'mail', from: 'everyone' }],
    effects: [coupon],
    sharing: [{ id: 'g', choose: 'profit', audiences: [{ audience: 'mail', effect: 'coupon', margin: 0.5, cost: 1, score: 'orders' }] }],
  };
  const { plan } = readPlan(JSON.stringify(document), 'plan.json');
  const desk = new Desk(nodePlatform({ threads: 1 }));
  await openPlan(desk, plan, async () => textFile('orders.csv', orders.join('\n')), run);
  const preview = await operations.audiencePreview({ audience: plan.audiences[0], limit: 5 }, { ...run, desk });
  // 2 yuan a contact on average: 0.8, 1.6, 2.4 and 3.2, less 1; the first one is not worth its cost.
  expect(preview.members).toBe(3);
  expect(preview.sharing!.profit).toBeCloseTo(0.6 + 1.4 + 2.2, 9);
  expect(preview.sharing!.profitRange!.low).toBeCloseTo((0.5 * (2 + 3 + 4)) / 2.5 - 3, 9);
  expect(preview.sharing!.profitRange!.high).toBeCloseTo((3.5 * (2 + 3 + 4)) / 2.5 - 3, 9);
  const wrong = { ...document, effects: [] };
  expect(() => readPlan(JSON.stringify(wrong), 'plan.json')).toThrow(/kept effect "coupon"/);
}, 30_000);
