import { Bitset } from '../base/bitset';
import type { RunContext } from '../base/run';
import { idListMembers } from '../segments/idListMembers';
import type { SegmentScope } from '../segments/evaluate';
import { indexesOf, numbersOf, textsOf } from '../store/columns';
import { identifier, join, sql } from '../store/sql';

/** Events by which the data says that somebody was contacted. */
const contactEvents = ['campaign_sent', 'campaign_received', 'campaign_delivered'];

/** Whom the files of an earlier export addressed. */
export interface PastExport {
  audience: string;
  /** The local midnight that its data was of. */
  asOf: string;
  /** Customers' ids, one a line; or their numbers, where they are those of the data. */
  people: { ids: string } | Bitset;
  /** SHA-256 of its experiment's salt, where it had one. */
  salt?: string;
}

/** Whom earlier contacts leave out, and where these contacts come from. */
export interface FrequencyResult {
  tooMany: Bitset;
  /** Contacts in the window: of the data's events, and of exports that the data cannot know of yet. */
  events: number;
  exports: number;
}

/**
 * Who was contacted `max` times or more in the `days` before the scope's instant. A contact is a campaign on a day, by the
 * data's events (`campaign_sent`, `_received`, `_delivered`: several of them are one), or an earlier export. Of an export the
 * newest events of the data tell whether they can know of it: one that is older than the newest contact is taken to be
 * among them, so that nobody is counted twice. What the same audience exported on the same day is this export, made again.
 */
export async function contactedTooOften(
  scope: SegmentScope & { past?: readonly PastExport[] },
  audience: string,
  { days, max }: { days: number; max: number },
  run: RunContext,
): Promise<FrequencyResult> {
  const { counts, events, newest } = await eventContacts(scope, days, run);
  const [end, begin] = [Date.parse(`${scope.asOf}Z`), Date.parse(`${scope.asOf}Z`) - days * 86_400_000];
  let exports = 0;
  for (const past of scope.past ?? []) {
    const at = Date.parse(`${past.asOf}Z`);
    if (!(at >= begin && at <= end) || at < newest || (at === end && past.audience === audience)) continue;
    const members = past.people instanceof Bitset ? past.people : (await idListMembers(scope, past.people, run)).members;
    for (const user of members.toIndexes()) counts[user]++;
    exports += members.count;
  }
  const tooMany = new Bitset(scope.users);
  counts.forEach((count, user) => count >= max && tooMany.add(user));
  return { tooMany, events, exports };
}

/** Contacts of each person number by the data, and the newest of all, in milliseconds. */
async function eventContacts({ store, tables, asOf, users }: SegmentScope, days: number, { signal }: RunContext) {
  const counts = new Float64Array(users);
  const named = join(contactEvents.map((event) => sql`${event}`));
  const all = sql`FROM ${identifier(tables.events)} WHERE event IN (${named}) AND local_ts < ${asOf}::TIMESTAMP`;
  const table = await store.query(
    sql`SELECT user_index, count(DISTINCT (coalesce(campaign, ''), local_ts::DATE))::INTEGER AS contacts ${all}
        AND local_ts >= ${asOf}::TIMESTAMP - to_days(${days}::INTEGER) GROUP BY user_index`,
    signal,
  );
  const contacts = numbersOf(table, 'contacts');
  indexesOf(table, 'user_index').forEach((user, row) => (counts[user] = contacts[row]));
  const [last] = textsOf(await store.query(sql`SELECT strftime(max(local_ts), '%Y-%m-%dT%H:%M:%S') AS last ${all}`, signal), 'last');
  return { counts, events: contacts.reduce((sum, n) => sum + n, 0), newest: last === null ? -Infinity : Date.parse(`${last}Z`) };
}
