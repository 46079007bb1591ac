/** How a trait's values are shown and compared. */
export type TraitKind = 'number' | 'money' | 'days' | 'count' | 'share' | 'text' | 'date' | 'boolean' | 'score';

/** A column of the profiles table that a rule, a table or a model can use. */
export interface TraitInfo {
  /** Stable name, as in plans: `daysSinceLastOrder`. */
  id: string;
  kind: TraitKind;
  /** `profile` traits come with every import, `attribute` ones from a users file, `score` ones from a model. */
  origin: 'profile' | 'attribute' | 'score';
  /** For text traits with few values: the values and how many customers have each, most frequent first. */
  values?: { value: string; count: number }[];
  /** For numeric ones. */
  min?: number;
  max?: number;
  /** Customers without a value. */
  missing: number;
}
