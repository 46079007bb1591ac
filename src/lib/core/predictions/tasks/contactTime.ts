import { passiveEvents } from '../../schema/events';
import { indexesOf, numbersOf, textsOf } from '../../store/columns';
import { identifier, sql, type Sql } from '../../store/sql';
import { UserError } from '../../base/errors';
import type { RunContext } from '../../base/run';
import type { EventScope } from '../features';
import type { ComputedTask } from './task';

/**
 * Where and when somebody is best reached, from what they did themselves (opened, clicked, visited, bought): the channel,
 * the hour and the weekday that they use most. Everybody's own counts are added to a few imagined ones of all customers
 * (`strength`), so that little history says what is usual and much says what is one's own.
 */
export const contactTime: ComputedTask = {
  id: 'contact-time',
  asks: [],
  options: [
    {
      name: 'strength',
      kind: 'number',
      default: 10,
      min: 0,
      max: 1000,
      unit: 'events',
      what: 'Raising it draws people with little history more towards what is usual.',
    },
    {
      name: 'withinDays',
      kind: 'number',
      integer: true,
      default: 180,
      min: 7,
      max: 3650,
      unit: 'days',
      what: 'Raising it looks further back, at habits that may have changed since.',
    },
  ],
  outputs: [
    { name: '', kind: 'text' },
    { name: 'channelShare', kind: 'share' },
    { name: 'hour', kind: 'count' },
    { name: 'hourShare', kind: 'share' },
    { name: 'weekday', kind: 'count' },
  ],
  labels: null,

  async compute(scope, { options: { strength, withinDays }, observed: { to } }, _tools, run) {
    const read = (place: Sql) => readCounts(scope, place, to, Number(withinDays), run);
    const [channels, hours, weekdays] = [
      await read(sql`lower(trim(channel))`),
      await read(sql`hour(local_ts)::VARCHAR`),
      await read(sql`isodow(local_ts)::VARCHAR`),
    ];
    if (hours.places.length === 0)
      throw new UserError(
        'contact_nothing',
        `Nobody did anything in the ${String(withinDays)} days before the plan's date.`,
        'Look further back, or add newer events.',
        { days: Number(withinDays) },
      );
    const k = Number(strength);
    const channel = favourites(channels, scope.users, k);
    const hour = favourites(clockOf(hours), scope.users, k);
    const weekday = favourites(weekdays, scope.users, k);
    const numbers = ({ places }: Counts, { best }: Favourites) => best.map((place) => (Number.isNaN(place) ? NaN : Number(places[place])));
    const finding = { code: 'no_channel', message: 'No event names a channel, so only hour and weekday are told.' };
    return {
      outputs: {
        '': channel.best,
        channelShare: channel.share,
        hour: numbers(clockOf(hours), hour),
        hourShare: hour.share,
        weekday: numbers(weekdays, weekday),
      },
      words: { '': channels.places },
      sections: channels.places.length > 0 ? [] : [{ kind: 'diagnostics', findings: [finding] }],
    };
  },
};

/** How often each person did something in each place. */
interface Counts {
  /** In the order of text. */
  places: string[];
  /** Persons' numbers; their counts stand place by place. */
  people: Int32Array;
  counts: Float64Array;
}

interface Favourites {
  /** Of each person number the place, and its share; NaN of people who did nothing. */
  best: Float64Array;
  share: Float64Array;
}

async function readCounts({ store, tables }: EventScope, place: Sql, to: string, days: number, { signal }: RunContext): Promise<Counts> {
  const table = await store.query(
    sql`SELECT user_index, place, count(*)::INTEGER AS times FROM (
        SELECT user_index, ${place} AS place FROM ${identifier(tables.events)}
        WHERE event NOT IN (${passiveEvents}) AND local_ts < ${to}::TIMESTAMP AND local_ts >= ${to}::TIMESTAMP - to_days(${days}::INTEGER)
      ) WHERE place IS NOT NULL AND place <> '' GROUP BY user_index, place ORDER BY user_index, place`,
    signal,
  );
  const [users, texts, times] = [indexesOf(table, 'user_index'), textsOf(table, 'place') as string[], numbersOf(table, 'times')];
  const places = [...new Set(texts)].sort();
  const people = Int32Array.from(new Set(users));
  const [rowOf, placeOf] = [new Map(Array.from(people, (user, row) => [user, row])), new Map(places.map((text, i) => [text, i]))];
  const counts = new Float64Array(people.length * places.length);
  users.forEach((user, i) => (counts[rowOf.get(user)! * places.length + placeOf.get(texts[i])!] += times[i]));
  return { places, people, counts };
}

/** All 24 hours, each with half of its own count and a quarter of each neighbour's: half past eight is nearly nine. */
function clockOf({ places, people, counts }: Counts): Counts {
  const hours = Array.from({ length: 24 }, (_, hour) => String(hour));
  const all = new Float64Array(people.length * 24);
  people.forEach((_, row) =>
    places.forEach((place, p) => {
      const times = counts[row * places.length + p];
      const hour = Number(place);
      all[row * 24 + hour] += times / 2;
      all[row * 24 + ((hour + 1) % 24)] += times / 4;
      all[row * 24 + ((hour + 23) % 24)] += times / 4;
    }),
  );
  return { places: hours, people, counts: all };
}

/** @param strength how many events of the average customer are imagined beside everybody's own */
export function favourites({ places, people, counts }: Counts, users: number, strength: number): Favourites {
  const usual = new Float64Array(places.length);
  counts.forEach((times, i) => (usual[i % places.length] += times));
  const total = usual.reduce((sum, times) => sum + times, 0);
  const [best, share] = [new Float64Array(users).fill(NaN), new Float64Array(users).fill(NaN)];
  people.forEach((user, row) => {
    const own = counts.subarray(row * places.length, (row + 1) * places.length);
    const all = own.reduce((sum, times) => sum + times, 0) + strength;
    const shares = own.map((times, place) => (times + (strength * usual[place]) / total) / all);
    // Of equals the first in the order of text.
    const place = shares.indexOf(Math.max(...shares));
    [best[user], share[user]] = [place, shares[place]];
  });
  return { best, share };
}
