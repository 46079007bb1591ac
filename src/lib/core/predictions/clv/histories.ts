import type { Histories } from './purchaseDays';

export const daysOfWeek = 7;

/** What purchase models see of customers: each row stands for all with the same history. Times are in weeks. */
export interface RepeatHistories {
  /** Repeat purchases x. */
  x: Int32Array;
  /** From the first purchase to the last t_x, and to the end of what was observed T. */
  tx: Float64Array;
  T: Float64Array;
  /** How many customers. */
  weight: Float64Array;
}

/**
 * Customers with the same x, t_x and T as one row with a weight, in the order of these, so that sums do not depend on
 * how people are numbered.
 * @returns `rowOf`: the row of each customer
 */
export function distinct({ x, tx, T }: Pick<Histories, 'x' | 'tx' | 'T'>): { rows: RepeatHistories; rowOf: Int32Array } {
  const customers = x.length;
  const order = new Int32Array(customers);
  for (let customer = 0; customer < customers; customer++) order[customer] = customer;
  // By the last key first: each pass keeps the order of the one before.
  const sorted = [T, tx, x].reduce((places, key) => sortedBy(key, places), order);
  const rowOf = new Int32Array(customers);
  const firsts = new Int32Array(customers);
  let count = 0;
  for (let at = 0; at < customers; at++) {
    const customer = sorted[at];
    const before = count > 0 ? firsts[count - 1] : -1;
    if (before < 0 || x[customer] !== x[before] || tx[customer] !== tx[before] || T[customer] !== T[before]) firsts[count++] = customer;
    rowOf[customer] = count - 1;
  }
  const rows: RepeatHistories = {
    x: new Int32Array(count),
    tx: new Float64Array(count),
    T: new Float64Array(count),
    weight: new Float64Array(count),
  };
  for (let row = 0; row < count; row++) {
    rows.x[row] = x[firsts[row]];
    rows.tx[row] = tx[firsts[row]] / daysOfWeek;
    rows.T[row] = T[firsts[row]] / daysOfWeek;
  }
  for (let customer = 0; customer < customers; customer++) rows.weight[rowOf[customer]]++;
  return { rows, rowOf };
}

/** The places in `order`, by a key of small whole numbers; equal keys stay as they are (counting sort). */
function sortedBy(key: Int32Array, order: Int32Array): Int32Array {
  const ends = tallies(key);
  for (let value = 1; value < ends.length; value++) ends[value] += ends[value - 1];
  const sorted = new Int32Array(order.length);
  for (let at = order.length - 1; at >= 0; at--) sorted[--ends[key[order[at]]]] = order[at];
  return sorted;
}

function tallies(key: Int32Array): Int32Array {
  let most = 0;
  for (const value of key) if (value > most) most = value;
  const found = new Int32Array(most + 1);
  for (const value of key) found[value]++;
  return found;
}

/** The value of each customer's row. */
export function perCustomer(rowOf: Int32Array, values: ArrayLike<number>): Float64Array {
  return Float64Array.from(rowOf, (row) => values[row]);
}

/** A number for each count 0 … the most that occurs. */
export function tableOfCounts(x: Int32Array, f: (count: number) => number): Float64Array {
  let most = 0;
  for (const count of x) if (count > most) most = count;
  return Float64Array.from({ length: most + 1 }, (_, count) => f(count));
}
