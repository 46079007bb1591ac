/**
 * On which days people bought, all of one local day taken as one purchase. Rows of customer c are those from `start[c]`
 * up to, not with, `start[c + 1]`, by day.
 */
export interface PurchaseDays {
  start: Int32Array;
  /** Days since 1970-01-01. */
  day: Int32Array;
  /** Spent on the day. */
  value: Float64Array;
  /** How many purchases of the day have an amount. */
  priced: Int32Array;
}

/** The purchase history of everybody who had begun, one row each (Fader, Hardie & Lee 2005). */
export interface Histories {
  /** Places in {@link PurchaseDays}. */
  customer: Int32Array;
  /** Purchase days after the first. */
  x: Int32Array;
  /** Days from the first to the last: not RFM's recency, which is from the last to now. */
  tx: Int32Array;
  /** Days from the first to the last observed day. */
  T: Int32Array;
  /**
   * Mean spend on a purchase day after the first, 0 without one; the first day is left out because it says nothing of
   * those who came back.
   */
  monetary: Float64Array;
}

/** What was known at the end of the day before `end`; who had not begun has no row. */
export function historiesUntil({ start, day, value }: PurchaseDays, end: number): Histories {
  const customers = start.length - 1;
  const customer: number[] = [];
  const [x, tx, T] = [new Int32Array(customers), new Int32Array(customers), new Int32Array(customers)];
  const monetary = new Float64Array(customers);
  for (let c = 0; c < customers; c++) {
    const first = start[c];
    if (first === start[c + 1] || day[first] >= end) continue;
    const row = customer.push(c) - 1;
    let last = first;
    let spent = 0;
    while (last + 1 < start[c + 1] && day[last + 1] < end) spent += value[++last];
    x[row] = last - first;
    tx[row] = day[last] - day[first];
    T[row] = end - 1 - day[first];
    monetary[row] = last === first ? 0 : spent / (last - first);
  }
  const rows = customer.length;
  return {
    customer: Int32Array.from(customer),
    x: x.subarray(0, rows),
    tx: tx.subarray(0, rows),
    T: T.subarray(0, rows),
    monetary: monetary.subarray(0, rows),
  };
}

/** The first day and the last on which anybody bought. */
export function spanOf({ day }: PurchaseDays): { first: number; last: number } {
  let [first, last] = [Infinity, -Infinity];
  for (const each of day) [first, last] = [Math.min(first, each), Math.max(last, each)];
  return { first, last };
}
