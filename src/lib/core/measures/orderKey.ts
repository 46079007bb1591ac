import type { Sql } from '../store/sql';
import type { Dialect } from './dialect';

/** `orderKey` of the store in any dialect. */
export function orderKeyIn({ sql, dayOf }: Dialect): Sql {
  return sql`coalesce(order_id, 'day ' || ${dayOf(sql`local_ts`)})`;
}
