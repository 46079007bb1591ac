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

/** Greatest number of days that {@link distinct} can tell apart: 270 years. */
const mostDays = 1e5;

/**
 * Customers with the same x, t_x and T as one row with a weight, in the order of these, so that sums do not depend on
 * how people are numbered.
 * @returns `rowOf`: the row of each customer
 */
export function distinct({ x, tx, T }: Pick<Histories, 'x' | 'tx' | 'T'>): { rows: RepeatHistories; rowOf: Int32Array } {
  const keys = Float64Array.from(x, (times, i) => (times * mostDays + tx[i]) * mostDays + T[i]);
  const sorted = Float64Array.from(keys).sort();
  const different = sorted.filter((key, i) => i === 0 || key !== sorted[i - 1]);
  const placeOf = new Map<number, number>();
  different.forEach((key, place) => placeOf.set(key, place));
  const weight = new Float64Array(different.length);
  const rowOf = Int32Array.from(keys, (key) => placeOf.get(key)!);
  for (const row of rowOf) weight[row]++;
  return {
    rowOf,
    rows: {
      x: Int32Array.from(different, (key) => Math.floor(key / mostDays / mostDays)),
      tx: different.map((key) => (Math.floor(key / mostDays) % mostDays) / daysOfWeek),
      T: different.map((key) => (key % mostDays) / daysOfWeek),
      weight,
    },
  };
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
