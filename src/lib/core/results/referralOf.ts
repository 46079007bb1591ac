import { UserError } from '../base/errors';
import type { RunContext } from '../base/run';
import { keptPlace, readKeptColumns, type KeptProperty } from '../measures/kept';
import { netLines } from '../measures/scan';
import type { DataTable } from '../predictions/table/readTable';
import { orderEvent, refundEvents } from '../schema/events';
import { dayNumber } from '../schema/days';
import { indexesOf, numbersOf, textsOf } from '../store/columns';
import type { DataScope } from '../store/dataScope';
import { identifier, sql } from '../store/sql';
import { paybackMonths, referral, type Invitations, type Referral } from './referral';
import { columnOf, requireInTable, textsOf as cellsOf } from './tableCells';

/** Which events of the data are a referral programme. */
export interface ReferralEvents {
  /** What the inviter does, and what somebody does who comes of it. */
  invitation: string;
  join: string;
  /**
   * A kept property of both that says which invitation it was, such as a code (`code`), or one of the join alone that holds
   * the inviter's id (`inviter`).
   */
  property: KeptProperty;
  holds: 'code' | 'inviter';
}

export interface ReferralColumns {
  inviter: string;
  invited: string;
  joined: string;
}

export interface ReferralMoney {
  /** What a join costs: both sides' rewards together. */
  perJoin: number;
  /** Share of revenue that is left after the cost of goods. */
  margin: number;
}

export interface ReferralFound {
  referral: Referral;
  customers: number;
  /** With money: margin of one who joined, in each 30 days after it, as far as it was seen; and months until it is worth the reward. */
  payback: { marginPerMonth: number[]; months: number | null } | null;
}

/** @throws UserError `table_column_unknown`, `referral_column`, and what {@link referral} throws */
export function referralOfTable(table: DataTable, { inviter, invited, joined }: ReferralColumns, customers: number): ReferralFound {
  requireInTable(table, [inviter, invited, joined]);
  const days = (name: string) => {
    const column = columnOf(table, name);
    if (column.kind !== 'text') return Float64Array.from(column.values);
    // A column without any day at all is read as text.
    if (cellsOf(table, name).every((cell) => cell === null || cell === '')) return new Float64Array(table.rows).fill(NaN);
    throw new UserError('referral_column', `"${name}" of "${table.name}" does not hold days.`, 'Write days as 2026-11-27.', {
      column: name,
      file: table.name,
    });
  };
  const [ids, sent, came] = [cellsOf(table, inviter), days(invited), days(joined)];
  const rows = ids.flatMap((id, row) => (id !== null && id !== '' && !Number.isNaN(sent[row]) ? [row] : []));
  const found = referral(
    {
      inviter: rows.map((row) => ids[row]!),
      invited: Int32Array.from(rows, (row) => Math.floor(sent[row])),
      joined: Int32Array.from(rows, (row) => (Number.isNaN(came[row]) ? -1 : Math.floor(came[row]))),
    },
    customers,
  );
  return { referral: found, customers, payback: null };
}

/**
 * Each join belongs to the earliest invitation before it with the same code, or of the same inviter, that nobody has joined
 * by; customers are all people of the data.
 * @throws UserError `referral_nothing` where nobody invited, `referral_property`, and what {@link referral} throws
 */
export async function referralInData(
  scope: DataScope,
  events: ReferralEvents,
  money: ReferralMoney | undefined,
  run: RunContext,
): Promise<ReferralFound> {
  const { invitations, joiners } = await matched(scope, events, run);
  const table = await scope.store.query(sql`SELECT count(*)::DOUBLE AS people FROM ${identifier(scope.tables.users)}`, run.signal);
  const customers = numbersOf(table, 'people')[0];
  const found = referral(invitations, customers);
  if (!money) return { referral: found, customers, payback: null };
  const marginPerMonth = await marginOf(scope, joiners, money.margin, run);
  return {
    referral: found,
    customers,
    payback: {
      marginPerMonth: [...marginPerMonth],
      months: paybackMonths({ perJoin: money.perJoin, marginPerMonth }),
    },
  };
}

interface Joiner {
  user: number;
  day: number;
}

async function matched(
  scope: DataScope,
  { invitation, join, property, holds }: ReferralEvents,
  run: RunContext,
): Promise<{ invitations: Invitations; joiners: Joiner[] }> {
  const known = await readKeptColumns(scope);
  if (!known.some((column) => column.property === property && property.startsWith('event.'))) {
    const names = known.map((column) => column.property).join(', ') || '–';
    throw new UserError('referral_property', `Events have no property "${property}".`, `They have: ${names}.`, { property, known: names });
  }
  const { column } = keptPlace(property);
  const { events, users } = scope.tables;
  const rowsOf = async (event: string, ownId: boolean) => {
    const key = ownId ? sql`u.user_id` : sql`e.${identifier(column)}::VARCHAR`;
    const table = await scope.store.query(
      sql`SELECT e.user_index, u.user_id, date_diff('day', '1970-01-01'::DATE, e.local_ts::DATE)::INTEGER AS day, ${key} AS key
        FROM ${identifier(events)} e JOIN ${identifier(users)} u ON u.user_index = e.user_index
        WHERE e.event = ${event} AND e.local_ts < ${scope.asOf}::TIMESTAMP AND ${key} IS NOT NULL ORDER BY e.local_ts, u.user_id, key`,
      run.signal,
    );
    return {
      user: indexesOf(table, 'user_index'),
      id: textsOf(table, 'user_id'),
      day: indexesOf(table, 'day'),
      key: textsOf(table, 'key'),
    };
  };
  const sent = await rowsOf(invitation, holds === 'inviter');
  const came = await rowsOf(join, false);
  if (sent.day.length === 0) {
    throw new UserError(
      'referral_nothing',
      `No "${invitation}" says by "${property}" which invitation it is.`,
      'Choose the event by which customers invite, and the property that tells invitations apart.',
      { event: invitation, property },
    );
  }
  const waiting = new Map<string, number[]>();
  sent.key.forEach((key, row) => waiting.set(key!, [...(waiting.get(key!) ?? []), row]));
  const joined = new Int32Array(sent.day.length).fill(-1);
  const joiners: Joiner[] = [];
  const seen = new Set<number>();
  came.key.forEach((key, row) => {
    const user = came.user[row];
    // Somebody joins once, and not by their own invitation.
    if (seen.has(user)) return;
    const free = waiting.get(key!)?.find((at) => joined[at] < 0 && sent.day[at] <= came.day[row] && sent.user[at] !== user);
    if (free === undefined) return;
    seen.add(user);
    joined[free] = came.day[row];
    joiners.push({ user, day: came.day[row] });
  });
  return { invitations: { inviter: sent.id.map((id) => id!), invited: sent.day, joined }, joiners };
}

const days = 30;
const mostMonths = 24;

/** Mean over those whose whole month has been seen; it ends where it has been of nobody. */
async function marginOf(scope: DataScope, joiners: readonly Joiner[], margin: number, run: RunContext): Promise<Float64Array> {
  const end = dayNumber(scope.asOf);
  const joinedOn = new Map(joiners.map(({ user, day }) => [user, day]));
  const seenIn = Array.from({ length: mostMonths }, (_, month) => joiners.filter(({ day }) => day + days * (month + 1) <= end).length);
  const months = seenIn.findIndex((count) => count === 0);
  const sums = new Float64Array(months < 0 ? mostMonths : months);
  const table = await scope.store.query(
    sql`SELECT user_index, date_diff('day', '1970-01-01'::DATE, day)::INTEGER AS day, sum(value)::DOUBLE AS value FROM ${netLines(scope)} l
      WHERE event IN (${[orderEvent, ...refundEvents]}) AND value IS NOT NULL GROUP BY user_index, day ORDER BY user_index, day`,
    run.signal,
  );
  const [day, value] = [indexesOf(table, 'day'), numbersOf(table, 'value')];
  indexesOf(table, 'user_index').forEach((user, row) => {
    const start = joinedOn.get(user);
    if (start === undefined || day[row] < start) return;
    const month = Math.floor((day[row] - start) / days);
    if (month < sums.length && start + days * (month + 1) <= end) sums[month] += value[row];
  });
  return sums.map((sum, month) => (margin * sum) / seenIn[month]);
}
