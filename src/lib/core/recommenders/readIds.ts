import { indexesOf, textsOf } from '../store/columns';
import type { DataScope } from '../store/dataScope';
import type { InteractionScope } from '../store/interactionQueries';
import { identifier, sql } from '../store/sql';
import type { StateIds } from './state/travelling';

/** Ids of customers and items by number; null where a number is nobody's. */
export async function readIds(
  { store, tables, users, items }: Pick<DataScope, 'store'> & InteractionScope,
  signal?: AbortSignal,
): Promise<Required<StateIds>> {
  const people = await store.query(sql`SELECT user_index, user_id FROM ${identifier(tables.users)}`, signal);
  const things = await store.query(sql`SELECT item_index, item_id FROM ${identifier(tables.items)}`, signal);
  const byNumber = (numbers: Int32Array, ids: readonly (string | null)[], size: number) => {
    const placed = new Array<string | null>(size).fill(null);
    numbers.forEach((number, row) => (placed[number] = ids[row]));
    return placed;
  };
  return {
    users: byNumber(indexesOf(people, 'user_index'), textsOf(people, 'user_id'), users),
    items: byNumber(indexesOf(things, 'item_index'), textsOf(things, 'item_id'), items),
  };
}
