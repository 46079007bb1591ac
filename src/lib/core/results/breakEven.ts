import { UserError } from '../base/errors';
import { normalCdf } from '../math/distributions';
import { normal975 } from '../math/intervals';

/** A coupon or points, before anything is sent. Amounts are in one currency, shares 0 … 1. */
export interface Offer {
  /** Who would be sent it. */
  people: number;
  /** Share of them who buy in the days that count without it. */
  rate: number;
  /** What an order is worth, and the share of it that is left after the cost of goods. */
  orderValue: number;
  margin: number;
  perContact: number;
  fixed: number;
  /** What the offer takes off an order of somebody who uses it: the coupon, or points at their worth. */
  perOrder: number;
  /** Share of buyers who use it; unused coupons and points that expire cost nothing. */
  used: number;
  /** Buyers more for each contact that are expected, with their interval, from a past campaign; nothing where nobody knows. */
  expected?: { value: number; low: number; high: number };
}

export interface BreakEven {
  /** What is given to those who would have bought anyway. */
  givenAway: number;
  /** All that is spent before anybody more buys. */
  cost: number;
  /** What one buyer more leaves. */
  perBuyer: number;
  /** Share of people who must buy more for the campaign to pay; null where no buyer more leaves anything. */
  lift: number | null;
  buyers: number | null;
  /** With what is expected; null where nothing is. */
  profit: { value: number; low: number; high: number } | null;
  /** How likely it pays, taking the interval as 95 % of a normal distribution; null where nothing is expected. */
  chance: number | null;
}

/**
 * What a coupon or points must bring to pay. Who would have bought anyway uses it too: with rate r, use u and worth w,
 * the cost is people · (contact + r·u·w) + fixed, and each buyer more leaves margin · value − u·w.
 * @throws UserError `offer_number` where a number is out of its range
 */
export function breakEven(offer: Offer): BreakEven {
  check(offer);
  const { people, rate, orderValue, margin, perContact, fixed, perOrder, used, expected } = offer;
  const givenAway = people * rate * used * perOrder;
  const cost = people * perContact + fixed + givenAway;
  const perBuyer = margin * orderValue - used * perOrder;
  const buyers = perBuyer > 0 ? cost / perBuyer : null;
  const earned = (lift: number) => people * lift * perBuyer - cost;
  const lift = buyers === null ? null : buyers / people;
  const profit = expected
    ? {
        value: earned(expected.value),
        low: Math.min(earned(expected.low), earned(expected.high)),
        high: Math.max(earned(expected.low), earned(expected.high)),
      }
    : null;
  return {
    givenAway,
    cost,
    perBuyer,
    lift,
    buyers,
    profit,
    chance: expected && lift !== null ? chanceAbove(lift, expected) : expected ? 0 : null,
  };
}

function chanceAbove(lift: number, { value, low, high }: NonNullable<Offer['expected']>): number {
  const error = (high - low) / (2 * normal975);
  return error === 0 ? (value > lift ? 1 : 0) : normalCdf((value - lift) / error);
}

function check(offer: Offer): void {
  const shares = ['rate', 'margin', 'used'] as const;
  const amounts = ['orderValue', 'perContact', 'fixed', 'perOrder'] as const;
  const wrong = (['people', ...shares, ...amounts] as const).find((name) => {
    const value = offer[name];
    if (!Number.isFinite(value) || value < 0) return true;
    return name === 'people' ? value < 1 : (shares as readonly string[]).includes(name) && value > 1;
  });
  if (wrong === undefined) return;
  throw new UserError(
    'offer_number',
    `"${wrong}" is ${offer[wrong]}.`,
    'Give shares from 0 to 1, amounts of 0 or more, and at least one person.',
    {
      name: wrong,
      value: String(offer[wrong]),
    },
  );
}
