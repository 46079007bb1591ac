import { sequenceRoles, sequenceRows, type EventSequence } from '../measures/sequence';
import { cellsOf } from '../profiles/page';
import type { ProfileScope } from '../profiles/profileRelation';
import { sql } from '../store/sql';

/** How far somebody came in a sequence, with the local days (`YYYY-MM-DD`) of its steps. */
export type Attempt =
  /** Did it: the latest time. Without a next step, the first one was not followed by what must not follow. */
  | { came: 'through'; first: string; next?: string }
  | { came: 'nowhere' }
  /** Did the first (its last day), and nothing of the next after it. */
  | { came: 'to-first'; first: string }
  /** The next one came, at the nearest so many days later, and that is too late. */
  | { came: 'late'; first: string; next: string; days: number }
  /** Something that must not be between was. */
  | { came: 'between'; first: string; next: string; without: string }
  /** Something that must not follow followed. */
  | { came: 'followed'; first: string; without: string };

interface Row {
  /** Local time, ISO. */
  at: string;
  role: number;
}

/** The attempts of some people, in their order. */
export async function readAttempts(
  scope: ProfileScope,
  sequence: EventSequence,
  users: readonly number[],
  signal?: AbortSignal,
): Promise<Attempt[]> {
  const table = await scope.store.query(
    sql`SELECT user_index, strftime(local_ts, '%Y-%m-%dT%H:%M:%S.%f') AS at, role FROM (${sequenceRows(scope, sequence)})
      WHERE user_index IN (${[...users]}) ORDER BY user_index, local_ts, role`,
    signal,
  );
  const rows = new Map<number, Row[]>();
  for (const [user, at, role] of cellsOf(table) as [number, string, number][]) {
    if (!rows.has(user)) rows.set(user, []);
    rows.get(user)!.push({ at, role });
  }
  return users.map((user) => attemptOf(rows.get(user) ?? [], sequence));
}

/** @param rows in the order of time; of one instant next, without, first, so that the one before is really earlier */
export function attemptOf(rows: readonly Row[], { next, withinDays = Infinity }: EventSequence): Attempt {
  const last = rows.findLast(({ role }) => role === sequenceRoles.first);
  if (!last) return { came: 'nowhere' };
  return next ? toNext(rows, last, withinDays) : alone(rows, last, withinDays);
}

function toNext(rows: readonly Row[], last: Row, withinDays: number): Attempt {
  let through: Attempt | undefined;
  let late: Extract<Attempt, { came: 'late' }> | undefined;
  let between: Attempt | undefined;
  let first: Row | undefined;
  let without: Row | undefined;
  for (const [i, row] of rows.entries()) {
    if (row.role === sequenceRoles.first) [first, without] = [row, undefined];
    else if (row.role === sequenceRoles.without) without ??= row;
    else if (first) {
      const days = daysBetween(first.at, row.at);
      if (without) between = { came: 'between', first: dayOf(first), next: dayOf(row), without: dayOf(without) };
      else if (days <= withinDays && rows[i - 1] === first) through = { came: 'through', first: dayOf(first), next: dayOf(row) };
      else if (days > withinDays && (!late || days < late.days)) late = { came: 'late', first: dayOf(first), next: dayOf(row), days };
    }
  }
  return through ?? late ?? between ?? { came: 'to-first', first: dayOf(last) };
}

function alone(rows: readonly Row[], last: Row, withinDays: number): Attempt {
  let without: Row | undefined;
  let followed: Attempt | undefined;
  for (const row of rows.toReversed()) {
    if (row.role === sequenceRoles.without) without = row;
    else if (!without || daysBetween(row.at, without.at) > withinDays) return { came: 'through', first: dayOf(row) };
    else followed ??= { came: 'followed', first: dayOf(row), without: dayOf(without) };
  }
  return followed ?? { came: 'to-first', first: dayOf(last) };
}

function dayOf({ at }: Row): string {
  return at.slice(0, 10);
}

function daysBetween(earlier: string, later: string): number {
  return (Date.parse(later.slice(0, 10)) - Date.parse(earlier.slice(0, 10))) / 86_400_000;
}
