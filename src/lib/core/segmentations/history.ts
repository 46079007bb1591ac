import { monthsBefore } from '../schema/days';

/** Who was where on several days, and how they moved from each to the next. */
export interface GroupHistory {
  /** Local midnights, ascending; the last is asOf. */
  dates: string[];
  /** People in each group on each day. */
  sizes: number[][];
  /** For each day but the last: people by their group there and on the next day. */
  flows: number[][][];
}

/** So many months back from asOf and each month on the way. */
export function monthlyDates(asOf: string, months: number): string[] {
  return Array.from({ length: months + 1 }, (_, i) => monthsBefore(asOf, months - i));
}

/**
 * @param states for each day, the group of each person by number: 0 … groups − 1; `out` for who is in none
 */
export function historyOf(dates: readonly string[], states: readonly Uint8Array[], groups: number): GroupHistory {
  const sizes = states.map((state) => {
    const size = new Array<number>(groups).fill(0);
    for (let user = 0; user < state.length; user++) if (state[user] !== out) size[state[user]]++;
    return size;
  });
  const flows = states.slice(1).map((next, i) => {
    const state = states[i];
    const flow = new Float64Array(groups * groups);
    for (let user = 0; user < state.length; user++)
      if (state[user] !== out && next[user] !== out) flow[state[user] * groups + next[user]]++;
    return Array.from({ length: groups }, (_, from) => [...flow.subarray(from * groups, (from + 1) * groups)]);
  });
  return { dates: [...dates], sizes, flows };
}

/** The state of somebody in no group. */
export const out = 255;
