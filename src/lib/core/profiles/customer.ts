import { UserError } from '../base/errors';
import { identifier, sql } from '../store/sql';
import { cellsOf, type Cell } from './page';
import { traitColumns, type ProfileScope } from './profileRelation';
import { readRows } from './profilesPage';
import { numberOfUser } from './userIds';

export interface TimelineEvent {
  /** Local time, ISO without zone. */
  time: string;
  event: string;
  itemId: string | null;
  itemTitle: string | null;
  category: string | null;
  quantity: number | null;
  value: number | null;
  orderId: string | null;
  channel: string | null;
}

export interface CustomerView {
  userId: string;
  traits: Record<string, Cell>;
  /** Newest first. */
  timeline: TimelineEvent[];
  timelineTotal: number;
}

/**
 * One customer's traits and what they did before asOf.
 * @throws UserError `user_unknown`, `user_not_yet`
 */
export async function readCustomer(
  scope: ProfileScope,
  userId: string,
  { offset = 0, limit = 100 }: { offset?: number; limit?: number } = {},
  signal?: AbortSignal,
): Promise<CustomerView> {
  const { store, tables, asOf } = scope;
  const user = await numberOfUser(scope, userId, signal);
  const columns = await traitColumns(scope);
  const [row] = await readRows(scope, columns, [user], signal);
  if (!row)
    throw new UserError(
      'user_not_yet',
      `"${userId}" was not yet a customer before ${asOf.slice(0, 10)}.`,
      'Choose a later date in the top bar, or another customer.',
      { user: userId, asOf: asOf.slice(0, 10) },
    );
  const [, ...cells] = row;
  const seen = sql`user_index = ${user} AND local_ts < ${asOf}::TIMESTAMP`;
  const [[timelineTotal]] = cellsOf(await store.query(sql`SELECT count(*) FROM ${identifier(tables.events)} WHERE ${seen}`, signal));
  const rows = cellsOf(
    await store.query(
      sql`SELECT strftime(local_ts, '%Y-%m-%dT%H:%M:%S'), event, item_id, title, category, quantity, e.value::DOUBLE, order_id, channel
        FROM (SELECT * FROM ${identifier(tables.events)} WHERE ${seen}) e LEFT JOIN ${identifier(tables.items)} i USING (item_index)
        ORDER BY local_ts DESC, event, item_id, order_id, quantity, e.value LIMIT ${limit} OFFSET ${offset}`,
      signal,
    ),
  );
  return {
    userId,
    traits: Object.fromEntries(columns.map(({ id }, i) => [id, cells[i]])),
    timeline: rows.map(timelineEvent),
    timelineTotal: Number(timelineTotal),
  };
}

function timelineEvent(row: Cell[]): TimelineEvent {
  const [time, event, itemId, itemTitle, category, quantity, value, orderId, channel] = row;
  return { time, event, itemId, itemTitle, category, quantity, value, orderId, channel } as TimelineEvent;
}
