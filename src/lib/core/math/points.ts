import type { Random } from '../base/random';

/** People (rows) with the traits they are compared by (columns), row-major and already scaled; no missing values. */
export interface Points {
  rows: number;
  columns: number;
  values: Float32Array;
}

/** The named rows, in that order. */
export function takeRows({ columns, values }: Points, rows: ArrayLike<number>): Points {
  const taken = new Float32Array(rows.length * columns);
  for (let at = 0; at < rows.length; at++) taken.set(values.subarray(rows[at] * columns, (rows[at] + 1) * columns), at * columns);
  return { rows: rows.length, columns, values: taken };
}

/** `count` of 0 … rows − 1 without repetition, each as likely as any other, ascending; all of them where there are no more. */
export function sampleRows(rows: number, count: number, random: Random): Int32Array {
  const taken = Math.min(rows, Math.max(0, count));
  const chosen = new Int32Array(taken);
  // Selection sampling (Knuth, The Art of Computer Programming 2, 3.4.2 S): one pass, already in order.
  for (let row = 0, at = 0; at < taken; row++) if ((rows - row) * random.uniform() < taken - at) chosen[at++] = row;
  return chosen;
}

/** At most `most` of 0 … rows − 1, at even distances, ascending. */
export function evenRows(rows: number, most: number): Int32Array {
  const taken = Math.min(rows, most);
  return Int32Array.from({ length: taken }, (_, i) => Math.floor((i * rows) / taken));
}

/** ‖a − b‖² of row `a` of one set and row `b` of another, in float64. */
export function squaredDistance(left: Float32Array, a: number, right: Float32Array, b: number, columns: number): number {
  let sum = 0;
  let i = a * columns;
  let j = b * columns;
  const end = i + columns;
  // Four at a time, so that one addition need not wait for the one before.
  for (; i + 3 < end; i += 4, j += 4) {
    const d0 = left[i] - right[j];
    const d1 = left[i + 1] - right[j + 1];
    const d2 = left[i + 2] - right[j + 2];
    const d3 = left[i + 3] - right[j + 3];
    sum += d0 * d0 + d1 * d1 + (d2 * d2 + d3 * d3);
  }
  for (; i < end; i++, j++) sum += (left[i] - right[j]) ** 2;
  return sum;
}
