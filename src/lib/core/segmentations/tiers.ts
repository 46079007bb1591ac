import type { CasesDefinition } from '../profiles/kinds/casesTrait';
import type { PlanTrait } from '../profiles/planTraits';
import type { TraitValues } from '../profiles/traitValues';
import type { RunContext } from '../base/run';
import { quietContext } from '../base/run';
import { quantile } from '../math/quantile';
import { dayNumber, monthsBefore } from '../schema/days';
import type { Purchases } from './purchases';

/** A tier of members: everybody from this value of the trait on, up to the next. */
export interface Tier {
  name: string;
  /** Least value; the lowest tier has none and holds everybody else who has a value. */
  atLeast: number | null;
}

export interface TierFigures {
  customers: number;
  /** The trait's sum over them. */
  total: number;
  /** Customers who lack at most the given distance to the next tier; 0 for the highest. */
  near: number;
  /** Median distance to the next tier; null for the highest, and where nobody is. */
  medianDistance: number | null;
}

/** The place of the tier of a value: 0 is the highest. */
export function tierOf(tiers: readonly Tier[], value: number): number {
  const found = tiers.findIndex(({ atLeast }) => atLeast === null || value >= atLeast);
  return found === -1 ? tiers.length - 1 : found;
}

/** What each tier holds. @param distance how far below the next tier somebody is near it */
export function tierFigures({ values }: TraitValues, tiers: readonly Tier[], distance: number): TierFigures[] {
  const figures = tiers.map(() => ({ customers: 0, units: 0, near: 0, distances: [] as number[] }));
  for (const value of values) {
    const place = tierOf(tiers, value);
    const of = figures[place];
    of.customers++;
    of.units += Math.round(value * 1e4);
    if (place === 0) continue;
    const lacks = tiers[place - 1].atLeast! - value;
    of.distances.push(lacks);
    if (lacks <= distance) of.near++;
  }
  return figures.map(({ distances, units, ...rest }) => {
    const ascending = Float64Array.from(distances).sort();
    const medianDistance = ascending.length === 0 ? null : quantile(ascending, 0.5);
    return { ...rest, total: units / 1e4, medianDistance };
  });
}

/**
 * Least values so that each tier holds about this share (0 … 1, highest tier first, the lowest takes the rest) of those
 * with a value: the value of the last one in it, so equal values stay together and a tier may be larger.
 */
export function cutsOfShares({ values }: TraitValues, shares: readonly number[]): number[] {
  const descending = values.slice().sort().reverse();
  let sum = 0;
  return shares.map((share) => {
    sum += share;
    const place = Math.min(descending.length - 1, Math.max(0, Math.ceil(sum * descending.length - 1e-9) - 1));
    return descending.length === 0 ? 0 : descending[place];
  });
}

/** People by tier under one list (rows) and under another (columns). */
export function tierShift({ values }: TraitValues, before: readonly Tier[], after: readonly Tier[]): number[][] {
  const matrix = before.map(() => new Array<number>(after.length).fill(0));
  for (const value of values) matrix[tierOf(before, value)][tierOf(after, value)]++;
  return matrix;
}

/** The tiers as a family of tags for a plan. */
export function tierTrait(id: string, name: string, trait: string, tiers: readonly Tier[]): PlanTrait {
  const first = tiers.map(({ name: value, atLeast }): CasesDefinition['first'][number] => ({
    value,
    when: [atLeast === null ? { trait, exists: true } : { trait, atLeast }],
  }));
  return { id, name, cases: { first } };
}

/** A points scheme: what members earn, how long it lasts, and what it costs. */
export interface PointsScheme {
  /** Points for one unit of money. */
  perUnit: number;
  /** Factor of each tier, highest first. */
  factors: readonly number[];
  /** Points are worth nothing so many months after they were earned. */
  expiryMonths: number;
  /** Money that one point is worth when it is spent. */
  worth: number;
  /** Share of outstanding points that will be spent before they expire, 0 … 1. */
  redeemed: number;
}

export interface PointsOfTier {
  customers: number;
  /** Points of the last `expiryMonths`, none spent yet. */
  outstanding: number;
  /** Of those, what expires within the next 30 days. */
  expiring: number;
  /** Outstanding points × share redeemed × worth. */
  cost: number;
  /** Sales less refunds that earned them. */
  spend: number;
}

/**
 * What the scheme would have given by asOf, had it run all along with today's tiers. Refunds take back the points of
 * their day; nobody falls below zero. Points spent are not in the data: `redeemed` says what is expected.
 */
export async function simulatePoints(
  purchases: Purchases,
  { users, values }: TraitValues,
  tiers: readonly Tier[],
  { perUnit, factors, expiryMonths, worth, redeemed }: PointsScheme,
  asOf: string,
  run: RunContext = quietContext(),
): Promise<PointsOfTier[]> {
  const end = dayNumber(asOf);
  const begin = dayNumber(monthsBefore(asOf, expiryMonths));
  // What was earned on day d is gone at the midnight expiryMonths later.
  const soon = dayNumber(monthsBefore(asOf, expiryMonths)) + 30;
  const found = tiers.map(() => ({ customers: 0, outstanding: 0, expiring: 0, spend: 0 }));
  for (let i = 0; i < users.length; i++) {
    if (i % 65536 === 0) await run.breathe();
    const place = tierOf(tiers, values[i]);
    const of = found[place];
    of.customers++;
    let [units, old] = [0, 0];
    for (let row = purchases.start[users[i]]; row < purchases.start[users[i] + 1] && purchases.day[row] < end; row++) {
      if (purchases.day[row] < begin) continue;
      const money = Math.round(purchases.value[row] * 1e4);
      units += money;
      if (purchases.day[row] < soon) old += money;
    }
    const rate = (perUnit * (factors[place] ?? 1)) / 1e4;
    of.spend += units / 1e4;
    of.outstanding += Math.floor(Math.max(0, units) * rate + 1e-9);
    of.expiring += Math.floor(Math.min(Math.max(0, units), Math.max(0, old)) * rate + 1e-9);
  }
  return found.map((of) => ({ ...of, cost: of.outstanding * redeemed * worth }));
}
