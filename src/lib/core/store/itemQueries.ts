import type { Table } from 'apache-arrow';
import { indexesOf, numbersOf, textsOf } from './columns';
import type { DataScope } from './dataScope';
import { identifier, sql } from './sql';

/** Where items and what was done with them lie. */
type ItemScope = Pick<DataScope, 'store' | 'tables' | 'asOf'>;

/** An item as a list shows it. */
export interface ItemLine {
  itemId: string;
  title: string;
  category: string | null;
}

/** Something a customer did with an item; `time` is local, ISO without zone. */
export interface HistoryLine extends ItemLine {
  event: string;
  time: string;
  /** The stars that came with it. */
  rating?: number;
}

/** The items of some dense indexes, in the order in which they are given. */
export async function readItemLines({ store, tables }: ItemScope, items: Int32Array, signal?: AbortSignal): Promise<ItemLine[]> {
  if (items.length === 0) return [];
  const rows = await store.query(
    sql`SELECT item_id, coalesce(title, item_id) AS title, category
        FROM unnest([${[...items]}]) WITH ORDINALITY AS wanted(item_index, place) JOIN ${identifier(tables.items)} USING (item_index) ORDER BY place`,
    signal,
  );
  return itemLines(textsOf(rows, 'item_id'), textsOf(rows, 'title'), textsOf(rows, 'category'));
}

/** The last things one customer did with items before asOf, newest first. */
export async function readHistory(
  { store, tables, asOf }: ItemScope,
  user: number,
  limit: number,
  signal?: AbortSignal,
): Promise<HistoryLine[]> {
  const rows = await store.query(
    sql`SELECT ${historyColumns}
        FROM ${identifier(tables.events)} JOIN ${identifier(tables.items)} USING (item_index) WHERE user_index = ${user} AND local_ts < ${asOf}::TIMESTAMP
        ORDER BY local_ts DESC, event, item_index LIMIT ${limit}`,
    signal,
  );
  return historyLines(rows);
}

/** {@link HistoryLine} with what tells events apart: the item's number, and microseconds since 1970, UTC. */
export interface UserEvent extends HistoryLine {
  item: number;
  microseconds: number;
}

/** All that one customer did with items before asOf in some events, newest first. */
export async function readUserEvents(
  { store, tables, asOf }: ItemScope,
  user: number,
  events: readonly string[],
  signal?: AbortSignal,
): Promise<UserEvent[]> {
  const rows = await store.query(
    sql`SELECT ${historyColumns}, item_index, epoch_us(ts)::DOUBLE AS microseconds
        FROM ${identifier(tables.events)} JOIN ${identifier(tables.items)} USING (item_index)
        WHERE user_index = ${user} AND event IN (${[...events]}) AND local_ts < ${asOf}::TIMESTAMP ORDER BY local_ts DESC, event, item_index`,
    signal,
  );
  const [items, microseconds] = [indexesOf(rows, 'item_index'), numbersOf(rows, 'microseconds')];
  return historyLines(rows).map((line, row) => ({ ...line, item: items[row], microseconds: microseconds[row] }));
}

const historyColumns = sql`item_id, coalesce(title, item_id) AS title, category, event, strftime(local_ts, '%Y-%m-%dT%H:%M:%S') AS time, rating::DOUBLE AS rating`;

/** Rows of `historyColumns`. */
function historyLines(rows: Table): HistoryLine[] {
  const [events, times, ratings] = [textsOf(rows, 'event'), textsOf(rows, 'time'), numbersOf(rows, 'rating')];
  return itemLines(textsOf(rows, 'item_id'), textsOf(rows, 'title'), textsOf(rows, 'category')).map((line, row) => ({
    ...line,
    event: events[row]!,
    time: times[row]!,
    ...(Number.isFinite(ratings[row]) && { rating: ratings[row] }),
  }));
}

function itemLines(ids: (string | null)[], titles: (string | null)[], categories: (string | null)[]): ItemLine[] {
  return ids.map((id, row) => ({ itemId: id!, title: titles[row]!, category: categories[row] }));
}
