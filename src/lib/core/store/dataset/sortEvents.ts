import { inStretches, type RunContext } from '../../base/run';
import type { Tell } from './indexProgress';

/** Row numbers ordered by user, then time, then source order. */
export async function sortByUserAndTime(
  userOfRow: Int32Array,
  users: number,
  ts: Float64Array,
  run: RunContext,
  tell?: Tell,
): Promise<{ order: Int32Array; userStarts: Int32Array }> {
  const rows = userOfRow.length;
  const userStarts = new Int32Array(users + 1);
  await inStretches(rows, run, (start, end) => {
    for (let row = start; row < end; row++) userStarts[userOfRow[row] + 1]++;
  });
  for (let user = 0; user < users; user++) userStarts[user + 1] += userStarts[user];
  await run.breathe();
  const next = userStarts.slice(0, users);
  const order = new Int32Array(rows);
  // Rows of one person lie far apart, so each one waits for memory.
  await inStretches(rows, run, (start, end) => {
    for (let row = start; row < end; row++) order[next[userOfRow[row]]++] = row;
    tell?.(end / rows / 2);
  });
  // Files are nearly always in time order, and then so are the rows of each person.
  const unsorted = ascending(ts) ? 0 : users;
  for (let user = 0; user < unsorted; user++) {
    sortRun(order, ts, userStarts[user], userStarts[user + 1]);
    if ((user & 1023) !== 0) continue;
    tell?.(0.5 + user / users / 2);
    await run.breathe();
  }
  return { order, userStarts };
}

function ascending(ts: Float64Array): boolean {
  for (let row = 1; row < ts.length; row++) if (!(ts[row - 1] <= ts[row])) return false;
  return true;
}

function sortRun(order: Int32Array, ts: Float64Array, start: number, end: number): void {
  let sorted = true;
  for (let i = start + 1; i < end && sorted; i++) sorted = ts[order[i - 1]] <= ts[order[i]];
  if (sorted) return;
  if (end - start > 32) {
    order.subarray(start, end).sort((a, b) => ts[a] - ts[b] || a - b);
    return;
  }
  for (let i = start + 1; i < end; i++) {
    const row = order[i];
    let at = i;
    while (at > start && ts[order[at - 1]] > ts[row]) {
      order[at] = order[at - 1];
      at--;
    }
    order[at] = row;
  }
}
