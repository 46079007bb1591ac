import { describe, expect, it } from 'vitest';
import { breakEven } from '$lib/core/results/breakEven';
import { paybackMonths, referral } from '$lib/core/results/referral';

describe('a coupon before it is sent', () => {
  /** 10,000 customers of whom 4 % buy anyway for 100 yuan, of which 40 are left; a coupon of 15 that two in three use. */
  const coupon = { people: 10_000, rate: 0.04, orderValue: 100, margin: 0.4, perContact: 0.05, fixed: 500, perOrder: 15, used: 2 / 3 };

  it('costs the contacts, and what those get who would have bought anyway', () => {
    const { givenAway, cost, perBuyer, buyers, lift } = breakEven(coupon);
    expect(givenAway).toBeCloseTo(400 * 10, 9);
    expect(cost).toBeCloseTo(500 + 500 + 4000, 9);
    expect(perBuyer).toBeCloseTo(30, 9);
    expect(buyers).toBeCloseTo(5000 / 30, 9);
    expect(lift).toBeCloseTo(1 / 60, 9);
  });

  it('earns what a past campaign lets expect, with a chance to pay', () => {
    const past = { value: 0.018, low: 0.006, high: 0.03 };
    const { profit, chance } = breakEven({ ...coupon, expected: past });
    expect(profit!.value).toBeCloseTo(10_000 * 0.018 * 30 - 5000, 6);
    expect(profit!.low).toBeCloseTo(10_000 * 0.006 * 30 - 5000, 6);
    expect(chance).toBeGreaterThan(0.5);
    expect(chance).toBeLessThan(0.7);
    expect(breakEven({ ...coupon, expected: { value: 1 / 60, low: 0, high: 1 / 30 } }).chance).toBeCloseTo(0.5, 9);
  });

  it('never pays where an order leaves less than the coupon', () => {
    const { lift, buyers, chance } = breakEven({ ...coupon, perOrder: 90, expected: { value: 0.02, low: 0.01, high: 0.03 } });
    expect([lift, buyers, chance]).toEqual([null, null, 0]);
  });

  it('refuses numbers that mean nothing', () => {
    for (const wrong of [{ margin: 1.2 }, { people: 0 }, { perContact: NaN }, { used: -0.1 }])
      expect(() => breakEven({ ...coupon, ...wrong })).toThrow(expect.objectContaining({ code: 'offer_number' }));
  });
});

describe('a referral programme', () => {
  /** Of 100 customers three invite: Li five times with two joins, Wang twice with one, Chen once in vain. */
  const programme = {
    inviter: ['li', 'li', 'li', 'li', 'li', 'wang', 'wang', 'chen'],
    invited: Int32Array.from([10, 10, 11, 12, 13, 20, 20, 30]),
    joined: Int32Array.from([12, -1, -1, 18, -1, 21, -1, -1]),
  };

  it('has a K factor that is participation × invitations × conversion', () => {
    const found = referral(programme, 100);
    expect(found).toMatchObject({ inviters: 3, invitations: 8, joins: 3, conversion: 3 / 8, participation: 0.03, cycleDays: 2 });
    expect(found.k).toBeCloseTo(found.participation * found.perInviter * found.conversion, 12);
    expect(found.amplification).toBeCloseTo(1 / 0.97, 12);
    // The standard error of the mean of (2, 1, 0 × 98) over 100 customers, by NumPy.
    expect((found.high - found.k) / 1.959963984540054).toBeCloseTo(0.0222701503, 9);
    expect(found.low).toBe(0);
  });

  it('does not end by itself where everybody brings somebody', () => {
    expect(
      referral({ inviter: ['a', 'b'], invited: Int32Array.from([1, 1]), joined: Int32Array.from([2, 2]) }, 2).amplification,
    ).toBeNull();
  });

  it('pays back once the joined have left the reward in margin', () => {
    expect(paybackMonths({ perJoin: 30, marginPerMonth: Float64Array.from([12, 8, 20, 5]) })).toBe(2.5);
    expect(paybackMonths({ perJoin: 100, marginPerMonth: Float64Array.from([12, 8]) })).toBeNull();
    expect(paybackMonths({ perJoin: 0, marginPerMonth: new Float64Array(0) })).toBe(0);
  });

  it('refuses joins before invitations, and too few customers', () => {
    expect(() => referral({ ...programme, joined: programme.joined.map(() => 5) }, 100)).toThrow(
      expect.objectContaining({ code: 'referral_time' }),
    );
    expect(() => referral(programme, 2)).toThrow(expect.objectContaining({ code: 'referral_customers' }));
  });
});
