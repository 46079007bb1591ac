import type { InteractionMatrix } from '../math/sparseRows';
import { meanMetrics, type Measurement } from './evaluate';
import { coldPairs } from './meters/itemSlices';

/** The metrics of some of the users. */
export interface UserSlice {
  users: number;
  /** Items that they have, the fewest and the most. */
  from: number;
  to: number;
  metrics: Record<string, number>;
}

/**
 * The measured users by how many items they have: thirds (`low`, `middle`, `high`; who has as many as another is in the
 * same third), and `cold`, with at most {@link coldPairs}. A slice without anybody is absent.
 */
export function activitySlices(measured: Measurement, users: Int32Array, known: InteractionMatrix): Record<string, UserSlice> {
  const lengths = users.map((user) => known.rowStarts[user + 1] - known.rowStarts[user]);
  const sorted = lengths.slice().sort();
  const bounds = [1, 2].map((third) => sorted[Math.min(sorted.length - 1, Math.floor((third * sorted.length) / 3))]);
  const inside: Record<string, (length: number) => boolean> = {
    low: (length) => length < bounds[0],
    middle: (length) => length >= bounds[0] && length < bounds[1],
    high: (length) => length >= bounds[1],
    cold: (length) => length <= coldPairs,
  };
  const slices = Object.entries(inside).map(([label, isIn]) => [label, sliceOf(measured, lengths, isIn)] as const);
  return Object.fromEntries(slices.filter(([, slice]) => slice.users > 0));
}

function sliceOf({ names, perUser }: Measurement, lengths: Int32Array, isIn: (length: number) => boolean): UserSlice {
  const rows = [...lengths.keys()].filter((row) => isIn(lengths[row]));
  const own = new Float64Array(rows.length * names.length);
  rows.forEach((row, at) => own.set(perUser.subarray(row * names.length, (row + 1) * names.length), at * names.length));
  const inSlice = rows.map((row) => lengths[row]);
  return {
    users: rows.length,
    from: inSlice.reduce((least, length) => Math.min(least, length), Infinity),
    to: inSlice.reduce((most, length) => Math.max(most, length), 0),
    metrics: meanMetrics({ names, perUser: own, coverage: {} }),
  };
}
