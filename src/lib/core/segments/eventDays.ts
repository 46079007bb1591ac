import { Bitset } from '../base/bitset';
import { countsOrders, type MeasureWindow } from '../measures/measure';
import { resolveWindow } from '../measures/window';
import { dayNumber } from '../schema/days';
import { dayNumbersOf, indexesOf } from '../store/columns';
import type { DataScope } from '../store/dataScope';
import { orderKey } from '../store/orderKey';
import { identifier, sql, type Sql } from '../store/sql';
import type { Comparison } from '../measures/asked';

/**
 * The local days of every occurrence of one event, person by person: windows are whole days, so this is all that a
 * condition without a `where` needs, and a pass over them is several times faster than the query.
 */
export interface EventDays {
  /** `users + 1`: where in `days` each person's begin. */
  starts: Int32Array;
  /** Days since 1970-01-01, local; ascending for each person, unless `goesOn`. */
  days: Int32Array;
  /** 1 where a row is of the order that the row before it is of; null where every row is counted by itself. */
  goesOn: Uint8Array | null;
}

export async function readEventDays(scope: DataScope, event: string, signal?: AbortSignal): Promise<EventDays> {
  const { store, tables, asOf, users } = scope;
  const seen = sql`FROM ${identifier(tables.events)} WHERE event = ${event} AND local_ts < ${asOf}::TIMESTAMP`;
  if (countsOrders(event)) return readOrderDays(scope, seen, signal);
  // Without the signal: so many rows one by one take three times as long as all at once, and a second is soon over.
  const table = await store.query(sql`SELECT user_index, local_ts::DATE AS d ${seen}`);
  return daysByUser(indexesOf(table, 'user_index'), dayNumbersOf(table, 'd'), users);
}

/**
 * An order is one occurrence; one whose rows are of several days (hardly any data has such) is in a window with any of
 * them. Whether there may be such is seen by a hash of each order, for numbering orders takes longer than all else.
 */
async function readOrderDays({ store, users }: DataScope, seen: Sql, signal?: AbortSignal): Promise<EventDays> {
  const distinct = sql`SELECT DISTINCT user_index, local_ts::DATE AS d, ${orderKey} AS k ${seen}`;
  const found = await store.query(sql`SELECT user_index, d, (hash(k) % 2147483647)::INTEGER AS h FROM (${distinct})`, signal);
  const userOfRow = indexesOf(found, 'user_index');
  const byHash = placedByUser(userOfRow, indexesOf(found, 'h'), users);
  if (!repeats(byHash)) return daysByUser(userOfRow, dayNumbersOf(found, 'd'), users);
  const rows = await store.query(
    sql`SELECT user_index, d, dense_rank() OVER (ORDER BY user_index, k)::INTEGER AS o FROM (${distinct}) ORDER BY o`,
    signal,
  );
  const order = indexesOf(rows, 'o');
  const goesOn = Uint8Array.from(order, (number, row) => (row > 0 && order[row - 1] === number ? 1 : 0));
  const { starts, values: days } = placedByUser(indexesOf(rows, 'user_index'), dayNumbersOf(rows, 'd'), users);
  return { starts, days, goesOn };
}

/** Whether anybody has the same value twice. */
function repeats({ starts, values }: ByUser): boolean {
  for (let user = 0; user + 1 < starts.length; user++) {
    if (starts[user + 1] - starts[user] < 2) continue;
    const own = values.slice(starts[user], starts[user + 1]).sort();
    for (let at = 1; at < own.length; at++) if (own[at - 1] === own[at]) return true;
  }
  return false;
}

/** Days in any order as {@link EventDays}, which may take them over. */
export function daysByUser(userOfRow: Int32Array, dayOfRow: Int32Array, users: number): EventDays {
  const { starts, values: days } = placedByUser(userOfRow, dayOfRow, users);
  // Rows of one source are in order already.
  for (let user = 0; user < users; user++)
    for (let row = starts[user] + 1; row < starts[user + 1]; row++) {
      if (days[row - 1] <= days[row]) continue;
      days.subarray(starts[user], starts[user + 1]).sort();
      break;
    }
  return { starts, days, goesOn: null };
}

interface ByUser {
  starts: Int32Array;
  values: Int32Array;
}

/** Puts values in the order of people; those of one person stay in their order. */
function placedByUser(userOfRow: Int32Array, valueOfRow: Int32Array, users: number): ByUser {
  const starts = new Int32Array(users + 1);
  let isInOrder = true;
  for (let row = 0; row < userOfRow.length; row++) {
    starts[userOfRow[row] + 1]++;
    if (row > 0 && userOfRow[row] < userOfRow[row - 1]) isInOrder = false;
  }
  for (let user = 0; user < users; user++) starts[user + 1] += starts[user];
  if (isInOrder) return { starts, values: valueOfRow };
  const next = starts.slice(0, users);
  const values = new Int32Array(valueOfRow.length);
  for (let row = 0; row < values.length; row++) values[next[userOfRow[row]]++] = valueOfRow[row];
  return { starts, values };
}

/** The customers whose number of times in the window passes a test. */
export function membersByDays(
  { starts, days, goesOn }: EventDays,
  window: MeasureWindow | undefined,
  holds: (times: number) => boolean,
  { asOf, users }: Pick<DataScope, 'asOf' | 'users'>,
): Bitset {
  const { from, to } = resolveWindow(window, asOf);
  const firstDay = from === null ? -Infinity : dayNumber(from);
  const endDay = dayNumber(to);
  const members = new Bitset(users);
  for (let user = 0; user < users; user++) {
    const start = starts[user];
    let row = starts[user + 1] - 1;
    let times = 0;
    if (goesOn) {
      let isCounted = false;
      for (; row >= start; row--) {
        if (days[row] >= firstDay && days[row] < endDay) isCounted = true;
        if (goesOn[row]) continue;
        if (isCounted) times++;
        isCounted = false;
      }
    } else {
      // Windows mostly end with the data, so from the end there is least to pass.
      while (row >= start && days[row] >= endDay) row--;
      const last = row;
      while (row >= start && days[row] >= firstDay) row--;
      times = last - row;
    }
    if (holds(times)) members.add(user);
  }
  return members;
}

/** A comparison of numbers as a test; undefined where it needs more than the one number. */
export function numberTest({ operator, operand }: Comparison): ((value: number) => boolean) | undefined {
  const [bound, high] = [operand].flat().map(Number);
  switch (operator) {
    case 'atLeast':
      return (value) => value >= bound;
    case 'atMost':
      return (value) => value <= bound;
    case 'moreThan':
      return (value) => value > bound;
    case 'lessThan':
      return (value) => value < bound;
    case 'between':
      return (value) => value >= bound && value <= high;
    case 'is':
      return (value) => value === bound;
    case 'isNot':
      return (value) => value !== bound;
    default:
      return undefined;
  }
}
