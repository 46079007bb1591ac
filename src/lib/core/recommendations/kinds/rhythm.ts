import type { RunContext } from '../../base/run';
import { duckdb } from '../../measures/duckdb';
import { orderKeyIn } from '../../measures/orderKey';
import { orderEvent } from '../../schema/events';
import { indexesOf, numbersOf, textsOf } from '../../store/columns';
import type { DataScope } from '../../store/dataScope';
import { identifier, sql } from '../../store/sql';

/** On what a rhythm rests: the person's own orders, their own visits, or everybody's, where they did too little. */
export type RhythmBasis = 'orders' | 'visits' | 'everyone';

/** When and where somebody is most active, in local time. */
export interface Rhythm {
  /** 1 (Monday) … 7. */
  weekday: number;
  /** 0 … 23: the middle of the three hours with most of it. */
  hour: number;
  /** As the events name it; null where they do not. */
  channel: string | null;
  basis: RhythmBasis;
  /** Orders or visits that it was counted from. */
  acts: number;
}

/** Fewer orders say nothing of a person's own rhythm, nor do fewer visits. */
export const fewestOrders = 3;
export const fewestVisits = 5;

/** How often one person did something, by weekday, by hour and by channel. */
export interface ActCounts {
  acts: number;
  /** 7, Monday first. */
  weekdays: Int32Array;
  /** 24. */
  hours: Int32Array;
  channels: ReadonlyMap<string, number>;
}

export interface RhythmCounts {
  orders: ReadonlyMap<number, ActCounts>;
  visits: ReadonlyMap<number, ActCounts>;
}

/** Orders, and hours of a day in which somebody did anything, before asOf, by person. */
export async function readActs(
  { store, tables, asOf }: Pick<DataScope, 'store' | 'tables' | 'asOf'>,
  run: RunContext,
): Promise<RhythmCounts> {
  const events = identifier(tables.events);
  const rows = await store.query(
    sql`WITH acts AS (
        SELECT user_index, 'orders' AS basis, min(local_ts) AS moment, arg_min(channel, local_ts) AS channel FROM ${events}
        WHERE event = ${orderEvent} AND user_index >= 0 AND local_ts < ${asOf}::TIMESTAMP GROUP BY user_index, ${orderKeyIn(duckdb)}
        UNION ALL
        SELECT user_index, 'visits' AS basis, date_trunc('hour', local_ts) AS moment, min(channel) AS channel FROM ${events}
        WHERE user_index >= 0 AND local_ts < ${asOf}::TIMESTAMP GROUP BY user_index, date_trunc('hour', local_ts)
      )
      SELECT user_index, basis, 'weekday' AS part, ${duckdb.weekdayOf(sql`moment`)} AS value, count(*)::INTEGER AS acts FROM acts GROUP BY ALL
      UNION ALL SELECT user_index, basis, 'hour' AS part, ${duckdb.hourOf(sql`moment`)}::VARCHAR AS value, count(*)::INTEGER AS acts FROM acts GROUP BY ALL
      UNION ALL SELECT user_index, basis, 'channel' AS part, channel AS value, count(*)::INTEGER AS acts FROM acts WHERE channel IS NOT NULL GROUP BY ALL
      ORDER BY user_index, basis, part, value`,
    run.signal,
  );
  const [users, acts] = [indexesOf(rows, 'user_index'), numbersOf(rows, 'acts')];
  const [bases, parts, values] = [textsOf(rows, 'basis'), textsOf(rows, 'part'), textsOf(rows, 'value')];
  const found = { orders: new Map<number, Counting>(), visits: new Map<number, Counting>() };
  for (let row = 0; row < users.length; row++) {
    const counts = countsIn(found[bases[row] as 'orders' | 'visits'], users[row]);
    if (parts[row] === 'weekday') {
      counts.weekdays[Number(values[row]) - 1] += acts[row];
      counts.acts += acts[row];
    } else if (parts[row] === 'hour') counts.hours[Number(values[row])] += acts[row];
    else counts.channels.set(values[row]!, acts[row]);
    if (row % 65536 === 0) await run.breathe();
  }
  return found;
}

type Counting = ActCounts & { channels: Map<string, number> };

function countsIn(found: Map<number, Counting>, user: number): Counting {
  let counts = found.get(user);
  if (!counts) found.set(user, (counts = noActs()));
  return counts;
}

function noActs(): Counting {
  return { acts: 0, weekdays: new Int32Array(7), hours: new Int32Array(24), channels: new Map() };
}

/**
 * The rhythm of each person, from their orders where there are {@link fewestOrders}, else from their visits where there are
 * {@link fewestVisits}, else from everybody's orders (visits, where nobody ordered). What is equally frequent goes to what
 * is more frequent among everybody, then to the earlier. Null where nobody did anything.
 */
export function rhythmsOf({ orders, visits }: RhythmCounts, users: Int32Array): (Rhythm | null)[] {
  const everyone = sumOf(orders.size > 0 ? orders : visits);
  if (everyone.acts === 0) return Array.from(users, () => null);
  return Array.from(users, (user) => {
    const bought = orders.get(user);
    if (bought && bought.acts >= fewestOrders) return rhythmOf(bought, everyone, 'orders');
    const visited = visits.get(user);
    if (visited && visited.acts >= fewestVisits) return rhythmOf(visited, everyone, 'visits');
    return rhythmOf(everyone, everyone, 'everyone');
  });
}

function rhythmOf(own: ActCounts, everyone: ActCounts, basis: RhythmBasis): Rhythm {
  const names = [...everyone.channels.keys()].sort();
  const channel = mostFrequent(
    names.map((name) => own.channels.get(name) ?? 0),
    names.map((name) => everyone.channels.get(name)!),
  );
  return {
    weekday: 1 + mostFrequent(own.weekdays, everyone.weekdays),
    hour: mostFrequent(aroundHour(own.hours), aroundHour(everyone.hours)),
    channel: own.channels.size === 0 ? null : names[channel],
    basis,
    acts: own.acts,
  };
}

/** One hour more or less is the same habit: each hour with two thirds of its neighbours, times three. */
function aroundHour(hours: Int32Array): Int32Array {
  return hours.map((count, hour) => 3 * count + 2 * (hours[(hour + 23) % 24] + hours[(hour + 1) % 24]));
}

function mostFrequent(own: ArrayLike<number>, everyone: ArrayLike<number>): number {
  let best = 0;
  for (let at = 1; at < own.length; at++) {
    if (own[at] > own[best] || (own[at] === own[best] && everyone[at] > everyone[best])) best = at;
  }
  return best;
}

function sumOf(people: ReadonlyMap<number, ActCounts>): ActCounts {
  const sum = noActs();
  for (const { acts, weekdays, hours, channels } of people.values()) {
    sum.acts += acts;
    weekdays.forEach((count, at) => (sum.weekdays[at] += count));
    hours.forEach((count, at) => (sum.hours[at] += count));
    for (const [name, count] of channels) sum.channels.set(name, (sum.channels.get(name) ?? 0) + count);
  }
  return sum;
}
