import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '$lib/core/base/random';
import { quietContext } from '$lib/core/base/run';
import { sectionOf } from '$lib/core/predictions/report';
import { shrunkShares } from '$lib/core/predictions/tasks/discountSensitivity';
import { trainPrediction } from '$lib/core/predictions/trainPrediction';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { openTinyShop, type TinyEvent, type TinyShop } from '../../support/tinyShop';
import { toolsOf } from '../../support/tools';

const tools = toolsOf(() => Promise.reject(new Error('nothing is learnt here')));
let store: TableStore;
beforeAll(async () => void (store = await openNativeStore({ threads: 2 })));
afterAll(() => store.close());

async function made(shop: TinyShop, task: string, options = {}) {
  const scope = await openTinyShop(store, shop, '2026-03-01T00:00:00');
  const result = await trainPrediction(scope, { id: 'asked', kind: 'prediction', task, options }, 1, tools, quietContext());
  return { ...result, of: (name: string, column = 'score') => result.outputs[column][scope.ids.indexOf(name)] };
}

describe('who buys at a discount', () => {
  const order = (user: string, n: number, value: number): TinyEvent => {
    return {
      user,
      event: 'order_completed',
      at: `2026-02-${String(n).padStart(2, '0')}T10:00:00`,
      order: `${user}${n}`,
      value,
      quantity: 1,
      item: 'tea',
    };
  };
  const days = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
  const items = [{ id: 'tea', price: 10 }];

  it('is told by prices below the list, coupons of the same day, and drawn towards all where there are few orders', async () => {
    const events = [
      ...days(12).map((n) => order('ann', n, 7)),
      ...days(12).map((n) => order('bo', n, 10)),
      ...days(12).map((n) => order('cy', n, 10)),
      ...days(12).map((n) => ({ user: 'cy', event: 'coupon_applied', at: `2026-02-${String(n).padStart(2, '0')}T09:00:00` })),
      order('di', 1, 7),
    ];
    const { of, report } = await made({ events, items }, 'discount-sensitivity');
    expect(of('ann', 'discounted')).toBe(12);
    expect(of('cy', 'discounted')).toBe(12);
    expect(of('bo', 'discounted')).toBe(0);
    expect(of('ann')).toBeGreaterThan(0.9);
    expect(of('bo')).toBeLessThan(0.1);
    expect(of('di')).toBeLessThan(of('ann'));
    expect(sectionOf(report, 'diagnostics')!.findings.find(({ code }) => code === 'discount_by')!.values).toEqual({
      what: 'coupon, price',
    });
  });

  it('is refused where nothing tells it', async () => {
    await expect(
      made({ events: days(5).map((n) => order('ann', n, 7)), items: [{ id: 'tea' }] }, 'discount-sensitivity'),
    ).rejects.toMatchObject({
      code: 'discount_unknown',
    });
  });

  it('finds how much people differ, where that is known', () => {
    const random = new Random(3);
    const trials = Int32Array.from({ length: 4000 }, () => 1 + random.below(12));
    // Beta(1.5, 3.5): a mean of .3 with the strength of five orders.
    const successes = trials.map((n) => {
      const own = random.beta(1.5, 3.5);
      return Array.from({ length: n }).filter(() => random.uniform() < own).length;
    });
    const { mean, strength, shares } = shrunkShares(successes, trials);
    expect(mean).toBeCloseTo(0.3, 1);
    expect(strength).toBeGreaterThan(4.3);
    expect(strength).toBeLessThan(5.8);
    expect(shares[0]).toBeCloseTo((successes[0] + strength * mean) / (trials[0] + strength), 12);
    expect(shrunkShares([2, 2], [4, 4]).strength).toBeGreaterThan(900);
  });
});

describe('where and when somebody is reached', () => {
  const did = (user: string, count: number, hour: number, channel: string | undefined, event = 'campaign_opened'): TinyEvent[] =>
    Array.from({ length: count }, (_, i) => ({
      user,
      event,
      channel,
      // Mondays.
      at: `2026-02-${String(2 + 7 * (i % 4)).padStart(2, '0')}T${String(hour).padStart(2, '0')}:10:00`,
    }));
  const events = [
    ...did('ann', 40, 8, 'email'),
    ...did('bo', 40, 21, 'App '),
    ...did('cy', 1, 21, 'app'),
    ...did('di', 30, 8, 'email'),
    // Being sent something is nothing that they do.
    ...did('bo', 500, 3, 'sms', 'campaign_received'),
  ];

  it('is what they do themselves, and what is usual where little is known', async () => {
    const { of, words, outputs } = await made({ events }, 'contact-time');
    const channelOf = (name: string) => words!.score[of(name)];
    expect(words!.score).toEqual(['app', 'email']);
    expect([channelOf('ann'), channelOf('bo'), channelOf('cy')]).toEqual(['email', 'app', 'email']);
    expect([of('ann', 'hour'), of('bo', 'hour'), of('cy', 'hour')]).toEqual([8, 21, 8]);
    expect(of('ann', 'weekday')).toBe(1);
    // 40 own and 10 imagined, of which 70 in 111 are by e-mail.
    expect(of('ann', 'channelShare')).toBeCloseTo((40 + (10 * 70) / 111) / 50, 12);
    expect(outputs.hourShare.every((share) => share > 0 && share <= 1)).toBe(true);
    // Without drawing towards all one click decides.
    const own = await made({ events }, 'contact-time', { strength: 0 });
    expect(own.words!.score[own.of('cy')]).toBe('app');
  });

  it('does without channels, and is refused where nothing happened', async () => {
    const { outputs, report } = await made({ events: events.map((event) => ({ ...event, channel: undefined })) }, 'contact-time');
    expect(outputs.score.every(Number.isNaN)).toBe(true);
    expect(sectionOf(report, 'diagnostics')!.findings.map(({ code }) => code)).toContain('no_channel');
    await expect(made({ events: did('bo', 3, 3, 'sms', 'campaign_received') }, 'contact-time')).rejects.toMatchObject({
      code: 'contact_nothing',
    });
  });
});
