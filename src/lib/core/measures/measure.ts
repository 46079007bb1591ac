import { orderEvent, refundEvents } from '../schema/events';
import { isKept, keptType, type KeptColumn, type KeptProperty } from './kept';

/**
 * One figure per person, as data: events filtered, in a window, aggregated. Traits, conditions and features are all
 * made of it. Everything is as of a local midnight: nothing at or after it is seen, and windows count back from it in
 * whole local days.
 */
export interface EventMeasure {
  /** Names of events; left out, everything that the person did (not what was done to them: `passiveEvents`). */
  events?: string | string[];
  /** All of them hold; they look at one line of an event, not at an order's total. */
  where?: PropertyFilter[];
  window?: MeasureWindow;
  aggregate: AggregateName;
  /** What is aggregated. `count` and the `daysSince` ones have none; `shareOf` shares the count where it is left out. */
  of?: MeasureColumn;
  /** Of a sum, the number with the other sign: what was given back, as a positive amount. */
  opposite?: boolean;
}

/**
 * `withinDays: 30` is [asOf − 30 days, asOf). Dates are local and both included. "Between 30 and 90 days ago" is
 * `{ fromDaysAgo: 90, toDaysAgo: 30 }`, both included, where the day before asOf was 1 day ago.
 */
export type MeasureWindow = { withinDays: number } | { from?: string; to?: string } | { fromDaysAgo?: number; toDaysAgo?: number };

export const aggregateNames = [
  'count',
  'sum',
  'mean',
  'min',
  'max',
  'first',
  'last',
  'mostFrequent',
  'distinct',
  'daysSince',
  'daysSinceFirst',
  'shareOf',
] as const;
export type AggregateName = (typeof aggregateNames)[number];

export const textProperties = ['item', 'category', 'brand', 'channel', 'campaign', 'device'] as const;
export const numberProperties = ['value', 'price', 'quantity', 'rating'] as const;
export type TextProperty = (typeof textProperties)[number];
export type NumberProperty = (typeof numberProperties)[number];

/**
 * What a measure can look at: properties of the event, its name, its order, and when it was: the local day, the hour of it
 * (0 to 23) and the day of the week (ISO 8601: `1` is Monday, `7` Sunday).
 */
export const measureColumns = [...numberProperties, ...textProperties, 'event', 'order', 'day', 'time', 'hour', 'weekday'] as const;
export type MeasureColumn = (typeof measureColumns)[number] | KeptProperty;

/** Texts are compared as written, a category holds its subcategories; of the numbers, all bounds given hold. */
export type PropertyFilter =
  | { property: TextProperty | KeptProperty; oneOf: string[] }
  | { property: NumberProperty | KeptProperty; atLeast?: number; atMost?: number; moreThan?: number; lessThan?: number };

/** How a measure's values are shown and compared. */
export type MeasureKind = 'number' | 'money' | 'days' | 'count' | 'share' | 'text' | 'date';

/** Which columns each aggregate takes: any number, whatever can be put in order, or whatever can be told apart. */
export const aggregateTakes: Record<AggregateName, readonly MeasureColumn[]> = {
  count: [],
  sum: ['value', 'quantity'],
  mean: numberProperties,
  min: [...numberProperties, 'day', 'time'],
  max: [...numberProperties, 'day', 'time'],
  first: [...numberProperties, ...textProperties, 'event', 'day', 'time'],
  last: [...numberProperties, ...textProperties, 'event', 'day', 'time'],
  mostFrequent: [...textProperties, 'event', 'hour', 'weekday'],
  distinct: [...textProperties, 'event', 'order', 'day', 'hour', 'weekday'],
  daysSince: [],
  daysSinceFirst: [],
  shareOf: ['value', 'quantity'],
};

/** Aggregates of a kept property: those of numbers only, and those of any. */
export const aggregatesOfKept: Record<'number' | 'any', readonly AggregateName[]> = {
  number: ['sum', 'mean', 'min', 'max'],
  any: ['first', 'last', 'mostFrequent', 'distinct'],
};

/** @param kept the kept properties of the data; without them, one is taken for a text where the aggregate does not say more */
export function measureKind({ aggregate, of }: Pick<EventMeasure, 'aggregate' | 'of'>, kept?: readonly KeptColumn[]): MeasureKind {
  switch (aggregate) {
    case 'count':
    case 'distinct':
      return 'count';
    case 'daysSince':
    case 'daysSinceFirst':
      return 'days';
    case 'shareOf':
      return 'share';
    default:
      if (of !== undefined && isKept(of))
        return aggregatesOfKept.number.includes(aggregate) ? 'number' : (keptType(kept ?? [], of) ?? 'text');
      if (of === 'value' || of === 'price') return 'money';
      if (of === 'quantity' || of === 'rating') return 'number';
      if (of === 'hour') return 'count';
      return of === 'day' || of === 'time' ? 'date' : 'text';
  }
}

/** What somebody without a single event of the measure has: 0 for what is counted or added, no value for the rest. */
export function emptyValue({ aggregate }: Pick<EventMeasure, 'aggregate'>): 0 | null {
  return aggregate === 'count' || aggregate === 'sum' || aggregate === 'distinct' ? 0 : null;
}

/** Names of the measure's events; null is every activity. */
export function eventsOf({ events }: Pick<EventMeasure, 'events'>): readonly string[] | null {
  if (events === undefined) return null;
  return typeof events === 'string' ? [events] : events;
}

/** Orders, refunds and cancellations are counted by order and not by line. */
export function countsOrders(event: string): boolean {
  return event === orderEvent || refundEvents.some((refund) => refund === event);
}
