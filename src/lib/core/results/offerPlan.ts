import { UserError } from '../base/errors';
import { breakEven, type BreakEven, type Offer } from './breakEven';
import type { KeptEffect } from './keptEffect';
import type { Interval } from './profit';

/** A coupon, or points at what they are worth; before anything is sent. */
export type OfferWorth = { coupon: number } | { points: number; pointValue: number };

/** What is planned: {@link Offer}, with a range of how many buyers use it. */
export interface OfferAsked extends Omit<Offer, 'perOrder' | 'used'> {
  worth: OfferWorth;
  /** Share of buyers who use it, as expected and between which bounds. */
  redemption: Interval;
}

/** What each person of an audience is expected to do; places are those of the audience's order. */
export interface OfferPeople {
  /** Chance that they buy anyway; absent: the rate of all. */
  chances?: Float64Array;
  /** How much likelier the offer makes it; absent: what is expected of all. */
  lifts?: Float64Array;
}

export interface OfferPlan {
  /** At the redemption that is expected. */
  result: BreakEven;
  /** Over the range of redemption and of what is expected. */
  cost: { low: number; high: number };
  lift: { low: number | null; high: number | null };
  profit: { low: number; high: number } | null;
  /** Profit by buyers more for each contact, from none to twice what it takes to pay; the band is the redemption's. */
  byLift: { lift: number; profit: number; low: number; high: number }[];
  /** Where people differ and something is expected: the most profitable first, from nobody to everybody. */
  byDepth: OfferDepth | null;
}

export interface OfferDepth {
  points: { people: number; profit: number; low: number; high: number }[];
  /** Where to stop; null where even the first ones cost more than they bring. */
  best: { people: number; profit: number; low: number; high: number } | null;
}

/** Money that one order is given. */
export function worthOf(worth: OfferWorth): number {
  return 'coupon' in worth ? worth.coupon : worth.points * worth.pointValue;
}

/**
 * What an offer costs, when it pays, and to how many of an audience.
 * @throws UserError `offer_number`, `offer_redemption` where the bounds of redemption do not hold its value
 */
export function planOffer(asked: OfferAsked, people: OfferPeople = {}): OfferPlan {
  const { redemption } = asked;
  if (!(redemption.low <= redemption.value && redemption.value <= redemption.high)) {
    throw new UserError(
      'offer_redemption',
      `Redemption of ${redemption.value} does not lie between ${redemption.low} and ${redemption.high}.`,
      'Give the lowest, the expected and the highest share of buyers who use it.',
      { value: redemption.value, low: redemption.low, high: redemption.high },
    );
  }
  const at = (used: number) => breakEven({ ...asked, perOrder: worthOf(asked.worth), used });
  const result = at(redemption.value);
  const bounds = [at(redemption.low), at(redemption.high)];
  const lowest = (values: number[]) => Math.min(...values);
  const highest = (values: number[]) => Math.max(...values);
  const lifts = bounds.map(({ lift }) => lift);
  const profits = [...bounds, result].flatMap(({ profit }) => profit ?? []);
  const earned = ({ perBuyer, cost }: BreakEven, lift: number) => asked.people * lift * perBuyer - cost;
  const far = 2 * (result.lift ?? asked.rate) || 0.01;
  const byLift = Array.from({ length: 41 }, (_, i) => {
    const lift = (far * i) / 40;
    const ends = bounds.map((each) => earned(each, lift));
    return { lift, profit: earned(result, lift), low: lowest(ends), high: highest(ends) };
  });
  return {
    result,
    cost: { low: lowest(bounds.map(({ cost }) => cost)), high: highest(bounds.map(({ cost }) => cost)) },
    lift: {
      low: lifts.includes(null) ? (lifts.find((lift) => lift !== null) ?? null) : lowest(lifts as number[]),
      high: lifts.includes(null) ? null : highest(lifts as number[]),
    },
    profit: profits.length > 0 ? { low: lowest(profits.map(({ low }) => low)), high: highest(profits.map(({ high }) => high)) } : null,
    byLift,
    byDepth: depthOf(asked, people),
  };
}

/** How fine depths are looked at. */
const steps = 100;

/**
 * Person i is expected to bring lift · (margin · value − u·w) − contact − chance · u·w. Where an effect of all is known
 * beside the model's lifts, these are scaled so that their mean is that effect, and its interval is theirs.
 */
function depthOf(asked: OfferAsked, { chances, lifts }: OfferPeople): OfferDepth | null {
  const { expected } = asked;
  const size = (chances ?? lifts)?.length ?? 0;
  if (size === 0 || (!lifts && !expected)) return null;
  const mean = lifts ? lifts.reduce((sum, lift) => sum + lift, 0) / size : 1;
  const ends = expected ? [expected.value, expected.low, expected.high] : [mean, mean, mean];
  const given = worthOf(asked.worth) * asked.redemption.value;
  const left = asked.margin * asked.orderValue - given;
  const scaled = lifts && mean > 0;
  const worth = ends.map((end) =>
    Float64Array.from({ length: size }, (_, i) => {
      const lift = scaled ? (lifts[i] * end) / mean : lifts ? lifts[i] : end;
      return lift * left - asked.perContact - (chances?.[i] ?? asked.rate) * given;
    }),
  );
  const [main] = worth;
  const order = Int32Array.from(main.keys()).sort((a, b) => main[b] - main[a] || a - b);
  const begin = 0 - asked.fixed;
  const sums = [begin, begin, begin];
  const points = [{ people: 0, profit: begin, low: begin, high: begin }];
  let best: OfferDepth['best'] = null;
  const pointAt = (people: number) => ({ people, profit: sums[0], low: Math.min(...sums), high: Math.max(...sums) });
  let next = 1;
  order.forEach((person, i) => {
    sums.forEach((_, end) => (sums[end] += worth[end][person]));
    if (sums[0] > (best?.profit ?? 0)) best = pointAt(i + 1);
    if (i + 1 === Math.ceil((next * size) / steps)) {
      points.push(pointAt(i + 1));
      while (Math.ceil((next * size) / steps) <= i + 1) next++;
    }
  });
  return { points, best };
}

/** What a kept effect lets expect of one contact: buyers more, or revenue more in orders of this value; undefined where it knows neither. */
export function expectedLift({ buyers, revenue }: KeptEffect, orderValue: number): Interval | undefined {
  if (buyers) return buyers;
  if (!revenue || orderValue <= 0) return undefined;
  return { value: revenue.value / orderValue, low: revenue.low / orderValue, high: revenue.high / orderValue };
}
