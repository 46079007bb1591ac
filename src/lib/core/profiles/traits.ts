import type { ComparedKind } from '../measures/comparison';
import type { ColumnClass } from '../schema/privacy/classes';

/** How a trait's values are shown and compared. */
export type TraitKind = ComparedKind;

/** Digits after the point that a screen shows of a kind, always as many, so that columns align; null: as they are. */
export const traitDecimals: Record<TraitKind, number | null> = {
  count: 0,
  days: 0,
  money: 2,
  number: 2,
  share: 1,
  score: 1,
  text: null,
  date: null,
  boolean: null,
};

/** Where a trait comes from: built in, a file of customers, the plan, a tag that people were given, or a model. */
export type TraitOrigin = 'profile' | 'attribute' | 'plan' | 'tag' | 'score';

/** A trait as a column that a rule, a table or a model can use. */
export interface TraitInfo {
  /** Stable name, as in plans: `daysSinceLastOrder`. */
  id: string;
  kind: TraitKind;
  origin: TraitOrigin;
  /** For text traits with few values: the values and how many customers have each, most frequent first. */
  values?: { value: string; count: number }[];
  /** For numeric ones. */
  min?: number;
  max?: number;
  /** Customers without a value. */
  missing: number;
  /** What it says about a person, where it does. */
  class?: ColumnClass;
}
