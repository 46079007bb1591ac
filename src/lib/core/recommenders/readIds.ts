import { indexesOf, textsOf } from '../store/columns';
import type { DataScope } from '../store/dataScope';
import type { InteractionScope } from '../store/interactionQueries';
import { identifier, sql } from '../store/sql';
import type { StateIds } from './state/travelling';

type IdScope = Pick<DataScope, 'store'> & InteractionScope;

/** Ids of customers and items by number; null where a number is nobody's. */
export async function readIds(scope: IdScope, signal?: AbortSignal): Promise<Required<StateIds>> {
  return { users: await readIdsOf('users', scope, signal), items: await readIdsOf('items', scope, signal) };
}

/** Those of one kind. */
export async function readIdsOf(
  kind: 'users' | 'items',
  { store, tables, ...sizes }: IdScope,
  signal?: AbortSignal,
): Promise<(string | null)[]> {
  const [number, id] = kind === 'users' ? ['user_index', 'user_id'] : ['item_index', 'item_id'];
  const rows = await store.query(sql`SELECT ${identifier(number)}, ${identifier(id)} FROM ${identifier(tables[kind])}`, signal);
  const placed = new Array<string | null>(sizes[kind]).fill(null);
  const ids = textsOf(rows, id);
  indexesOf(rows, number).forEach((at, row) => (placed[at] = ids[row]));
  return placed;
}
