import type { PurchaseModelId } from './purchaseModel';

/** A parameter as it was fitted. */
export interface FittedParameter {
  name: string;
  value: number;
  /** null where the likelihood has no peak. */
  standardError: number | null;
}

/** One model that was tried. */
export interface LifetimeCandidate {
  id: PurchaseModelId;
  logLikelihood: number;
  bic: number;
  /** Of purchases in the time that was held out; null without one. */
  heldOut: number | null;
}

/** What a figure of {@link LifetimeSection} says, in the order it is said. */
export type LifetimeFact =
  /** Half of all buy less often than once in so many weeks while they are customers. */
  | { id: 'pause'; weeks: number }
  /** Purchases a year of the average customer while they are one. */
  | { id: 'rate'; perYear: number }
  /** The chance that somebody stops after a purchase. */
  | { id: 'stop'; share: number }
  /** Half of all have stopped so many weeks after their first purchase. */
  | { id: 'gone'; weeks: number }
  /** Of all customers how many are expected to be customers still. */
  | { id: 'active'; customers: number; share: number }
  /** What a repeat purchase is worth on average. */
  | { id: 'spend'; amount: number };

/** The models of who buys again and for how much: what was fitted, and why this one. */
export interface LifetimeSection {
  kind: 'lifetime';
  model: PurchaseModelId;
  /** Whether it was named, or won on held-out purchases, or fits best where nothing could be held out. */
  chosenBy: 'named' | 'heldOut' | 'bic';
  /** Of everybody until the end; times in weeks. */
  parameters: FittedParameter[];
  logLikelihood: number;
  customers: number;
  repeaters: number;
  agreeing: number;
  starts: number;
  /** By what was known before the held-out time, where there was one. */
  candidates: LifetimeCandidate[];
  facts: LifetimeFact[];
  /** The model of spend; null where amounts are not known. */
  money: { parameters: FittedParameter[]; logLikelihood: number; customers: number; correlation: number } | null;
  regularity: { k: number; pairs: number } | null;
  horizonDays: number;
  lifetimeDays: number;
}

/** Repeat purchases by week, made and expected. */
export interface TrackingSection {
  kind: 'tracking';
  /** The day the first week begins, since 1970-01-01. */
  first: number;
  /** How many weeks the model knew. */
  calibrationWeeks: number;
  actual: number[];
  expected: number[];
}

export interface HeldOutGroup {
  /** Repeat purchases, or weeks from the first to the last: from this up to, not with, the next; null: no end. */
  from: number;
  to: number | null;
  customers: number;
  /** Means of the purchases in the time that was held out. */
  actual: number;
  expected: number;
}

/** How near the expected purchases of the time that was held out are. */
export interface HeldOutSection {
  kind: 'heldOut';
  /** Its first day, since 1970-01-01. */
  from: number;
  days: number;
  customers: number;
  purchases: number;
  /** Of the ways, the model that everyone's figures come from. */
  used: PurchaseModelId;
  /** Models and rules of thumb: errors of a customer's purchases, and the sum that is expected of all. */
  ways: { id: string; mae: number; rmse: number; purchases: number }[];
  byFrequency: HeldOutGroup[];
  byRecency: HeldOutGroup[];
}
