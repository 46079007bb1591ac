import { normal975 } from '../math/intervals';
import type { CampaignValue } from './campaign';
import { bestDepth, breakEvenChance, pointAtShare, profitOf } from './depth';
import type { DepthPoint, DepthSection } from './report';

/** How many of an audience do it: the expected number and, where the report knows it, the range of 95 % that chance gives. */
export interface Expected {
  customers: number;
  expected: number;
  range: { low: number; high: number } | null;
}

/** Whom to address now, and how the same advice came out on the test. */
export interface Forecast {
  /** null where nobody is worth a contact. */
  now: (Expected & { threshold: number; profit: number; isEverybody: boolean }) | null;
  /** The same share of the test's customers; null where {@link Forecast.now} is. */
  then: (Expected & { share: number; happened: number; profit: number; came: 'as-expected' | 'more' | 'fewer' }) | null;
  /** The lowest chance at which a contact pays. */
  breakEven: number;
}

/**
 * The depth at which a contact begins to cost more than it brings, today and on the test.
 * @throws nothing; an empty section has nobody to address
 */
export function forecastOf(section: Pick<DepthSection, 'test' | 'today'>, value: CampaignValue): Forecast {
  const breakEven = breakEvenChance(value);
  const best = bestDepth(section.today, value);
  const all = section.today.at(-1)?.customers ?? 0;
  const then = best && pointAtShare(section.test, best.customers / all);
  if (!best || !then) return { now: null, then: null, breakEven };
  const told = expectedOf(then);
  return {
    breakEven,
    now: {
      ...expectedOf(best),
      threshold: best.threshold,
      profit: profitOf({ customers: best.customers, outcomes: best.expected }, value),
      isEverybody: best.customers === all,
    },
    then: {
      ...told,
      share: then.customers / section.test.at(-1)!.customers,
      happened: then.happened,
      profit: profitOf({ customers: then.customers, outcomes: then.happened }, value),
      came: !told.range
        ? 'as-expected'
        : then.happened > told.range.high
          ? 'more'
          : then.happened < told.range.low
            ? 'fewer'
            : 'as-expected',
    },
  };
}

/** Outcomes of people with different chances are a Poisson-binomial number: nearly normal, and whole, so bounds are rounded outwards. */
function expectedOf({ customers, expected, deviation }: DepthPoint): Expected {
  if (deviation === undefined) return { customers, expected, range: null };
  const margin = normal975 * deviation;
  return {
    customers,
    expected,
    range: { low: Math.max(0, Math.floor(expected - margin)), high: Math.min(customers, Math.ceil(expected + margin)) },
  };
}
