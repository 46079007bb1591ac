/** What people did, line by line; people are places in the campaign's list, -1 for those who are not in it. */
export interface OutcomeLines {
  rows: number;
  person: Int32Array;
  /** Local moment in microseconds since 1970, written as if it were UTC. */
  at: Float64Array;
  events: string[];
  event: Int32Array;
  /** NaN where a line has no amount; refunds are negative. */
  value: Float64Array;
  /** Number of the order that the line belongs to; -1 where it has none, and the line is an order by itself. */
  order: Int32Array;
  hasAmounts: boolean;
  /** Code of the amounts' currency; null where nobody knows it. */
  currency: string | null;
}

/** What was noticed about the outcomes: a sentence for people, and its values for other languages. */
export interface ResultFinding {
  code: string;
  message: string;
  values: Record<string, string | number>;
}
