import { indexesOf, numbersOf } from '../../store/columns';
import type { DataScope } from '../../store/dataScope';
import { identifier, sql } from '../../store/sql';
import type { PurchaseDays } from './purchaseDays';

/** The days before the midnight `to` on which people did the event, by person number, or of one person alone. */
export async function readPurchaseDays(
  { store, tables, users }: Pick<DataScope, 'store' | 'tables' | 'users'>,
  event: string,
  to: string,
  signal: AbortSignal,
  user?: number,
): Promise<PurchaseDays> {
  // Value is a decimal: within a day it is added up exactly, in whatever order threads take it.
  const table = await store.query(
    sql`SELECT user_index, date_diff('day', DATE '1970-01-01', local_ts::DATE)::INTEGER AS d, coalesce(sum(value), 0)::DOUBLE AS spent,
        count(value)::INTEGER AS priced
      FROM ${identifier(tables.events)}
      WHERE event = ${event} AND local_ts < ${to}::TIMESTAMP ${user === undefined ? sql`` : sql`AND user_index = ${user}`}
      GROUP BY user_index, d ORDER BY user_index, d`,
    signal,
  );
  const start = new Int32Array(users + 1);
  for (const person of indexesOf(table, 'user_index')) start[person + 1]++;
  for (let person = 0; person < users; person++) start[person + 1] += start[person];
  return { start, day: indexesOf(table, 'd'), value: numbersOf(table, 'spent'), priced: indexesOf(table, 'priced') };
}
