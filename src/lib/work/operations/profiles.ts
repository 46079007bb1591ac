import type { Operation } from './context';
import type { TraitInfo } from '../../core/profiles/traits';
import type { EventFilterProperty, Rule } from '../../core/segments/rule';

/** A cell as the page shows it: dates are ISO text, money and counts are numbers. */
export type Cell = string | number | boolean | null;

export interface PageRequest {
  search?: string;
  sort?: { column: string; descending: boolean };
  offset: number;
  limit: number;
}

export interface Page {
  /** Rows that match, of which these are some. */
  total: number;
  columns: string[];
  rows: Cell[][];
}

export interface TimelineEvent {
  /** Local time, ISO without zone. */
  time: string;
  event: string;
  itemId: string | null;
  itemTitle: string | null;
  category: string | null;
  quantity: number | null;
  value: number | null;
  orderId: string | null;
  channel: string | null;
}

export interface CustomerView {
  userId: string;
  traits: Record<string, Cell>;
  /** Newest first. */
  timeline: TimelineEvent[];
  timelineTotal: number;
}

export const traitsList: Operation<void, TraitInfo[]> = notBuilt;

/** Customers per bin of a numeric trait, within a segment where one is given. */
export const traitHistogram: Operation<
  { trait: string; bins: number; rule?: Rule },
  { edges: number[]; counts: number[]; missing: number }
> = notBuilt;

/** Customers (of a segment, where a rule is given) with all traits as columns; `user_id` comes first. */
export const profilesPage: Operation<PageRequest & { rule?: Rule }, Page> = notBuilt;

/** @throws UserError `user_unknown` */
export const profilesOne: Operation<{ userId: string; timelineOffset?: number; timelineLimit?: number }, CustomerView> = notBuilt;

/** Items with buyers, orders, quantity, revenue, views. */
export const itemsPage: Operation<PageRequest, Page> = notBuilt;

/** Values of an event property that contain the search text, most frequent first: choices for the rule builder. `event` lists event names. */
export const valuesList: Operation<
  { property: EventFilterProperty | 'event'; search?: string; limit: number },
  { value: string; label: string; count: number }[]
> = notBuilt;

function notBuilt(): Promise<never> {
  throw new Error('not built yet');
}
