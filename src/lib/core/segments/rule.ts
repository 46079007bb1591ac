/**
 * A segment is a tree of conditions, plain data (never a query string). Windows are whole local days counted back
 * from the plan's `asOf` (a local midnight): "within 30 days" is the half-open span [asOf − 30 days, asOf). Nothing
 * at or after `asOf` is seen.
 */
export type Rule = AllRule | AnyRule | NotRule | LeafRule;
export type LeafRule = TraitRule | EventRule | SegmentRule | RfmRule;

/** True where every child is; an empty list is everyone. */
export interface AllRule {
  all: Rule[];
}
/** True where at least one child is; an empty list is no one. */
export interface AnyRule {
  any: Rule[];
}
export interface NotRule {
  not: Rule;
}

/** A condition on one trait (a profile column, or a score `score:<modelId>`). Exactly one comparison is given. */
export interface TraitRule {
  trait: string;
  is?: string | number | boolean;
  isNot?: string | number | boolean;
  oneOf?: (string | number)[];
  contains?: string;
  startsWith?: string;
  atLeast?: number;
  atMost?: number;
  moreThan?: number;
  lessThan?: number;
  /** Both ends included. */
  between?: [number, number];
  /** true: has a value; false: has none. */
  exists?: boolean;
  /** The customers with the highest values, in percent of those who have one; ties are broken by user id. */
  topPercent?: number;
  bottomPercent?: number;
}

export const eventFilterProperties = ['item', 'category', 'brand', 'channel', 'campaign', 'device'] as const;
export type EventFilterProperty = (typeof eventFilterProperties)[number];

/** "Did X at least N times in the last D days." Without a count, at least once; without a window, ever. */
export interface EventRule {
  event: string;
  atLeast?: number;
  atMost?: number;
  withinDays?: number;
  /** Local dates `YYYY-MM-DD`, both included. */
  from?: string;
  to?: string;
  where?: { property: EventFilterProperty; oneOf: string[] }[];
}

/** Members of another segment of the plan. */
export interface SegmentRule {
  segment: string;
}

export const rfmMethods = ['quintile', 'ties-together'] as const;

/**
 * Customers in cells of the RFM map. A pattern has three places for recency, frequency and monetary, each a digit, a
 * set `[45]` or `.` for any: `"5[45]."`.
 */
export interface RfmRule {
  rfm: { bins: number; method: (typeof rfmMethods)[number]; cells: string[] };
}

export function isLeaf(rule: Rule): rule is LeafRule {
  return !('all' in rule || 'any' in rule || 'not' in rule);
}
