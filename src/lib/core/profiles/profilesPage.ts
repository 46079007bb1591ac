import { Bitset } from '../base/bitset';
import { identifier, join, sql } from '../store/sql';
import { remember } from '../store/remember';
import { cellsOf, type Page, type PageRequest } from './page';
import type { ProfileColumn } from './profileColumns';
import { outward, profileRelation, requireColumn, scoresVersion, traitColumns, type ProfileScope } from './profileRelation';

/**
 * One screen of customers: `user_id`, then every trait. Sorting puts customers without a value last and breaks ties
 * by user index; the search looks for the text, in any case, in the id and in every text trait. The order and the
 * search are remembered, so that scrolling reads a few rows by their index.
 * @param members only these customers, where given
 * @throws UserError `column_unknown`
 */
export async function readProfilesPage(
  scope: ProfileScope,
  { search = '', sort, offset, limit }: PageRequest,
  members?: Bitset,
  signal?: AbortSignal,
): Promise<Page> {
  const columns = await traitColumns(scope);
  const order =
    sort && sort.column !== 'user_id' ? await orderBy(scope, requireColumn(columns, sort.column), sort.descending, signal) : null;
  const found = search.trim() === '' ? members : intersect(members, await matches(scope, columns, search.trim(), signal));
  // Without a column, the order is that of user ids, which is that of their index.
  const descending = sort?.column === 'user_id' && sort.descending;
  const place = (i: number) => (order ? order[i] : descending ? scope.users - 1 - i : i);
  const chosen: number[] = [];
  const total = found ? found.count : scope.users;
  for (let i = 0, passed = 0; i < scope.users && chosen.length < limit; i++) {
    const user = place(i);
    if (found && !found.has(user)) continue;
    if (passed++ >= offset) chosen.push(user);
  }
  return { total, columns: ['user_id', ...columns.map(({ id }) => id)], rows: await readRows(scope, columns, chosen, signal) };
}

/** The customers' cells in the order of the given indexes. */
export async function readRows(scope: ProfileScope, columns: readonly ProfileColumn[], users: readonly number[], signal?: AbortSignal) {
  if (users.length === 0) return [];
  const relation = profileRelation(scope);
  const table = await scope.store.query(
    sql`SELECT user_index, user_id, ${join(columns.map(outward))} FROM ${relation} WHERE user_index IN (${users})`,
    signal,
  );
  const byUser = new Map(cellsOf(table).map(([user, ...cells]) => [user as number, cells]));
  return users.map((user) => byUser.get(user)!);
}

function orderBy(scope: ProfileScope, { id }: ProfileColumn, descending: boolean, signal?: AbortSignal): Promise<Int32Array> {
  const relation = profileRelation(scope);
  const direction = descending ? sql`DESC NULLS LAST` : sql`ASC NULLS LAST`;
  return remember(scope, `order ${id} ${descending} ${scoresVersion(scope)}`, async () => {
    const table = await scope.store.query(
      sql`SELECT user_index FROM ${relation} ORDER BY ${identifier(id)} ${direction}, user_index`,
      signal,
    );
    return table.getChild('user_index')!.toArray() as Int32Array;
  });
}

function matches(scope: ProfileScope, columns: readonly ProfileColumn[], search: string, signal?: AbortSignal): Promise<Bitset> {
  const texts = ['user_id', ...columns.filter(({ kind }) => kind === 'text').map(({ id }) => id)];
  const conditions = texts.map((id) => sql`contains(lower(${identifier(id)}::VARCHAR), lower(${search}))`);
  return remember(scope, `search ${search}`, async () => {
    const table = await scope.store.query(
      sql`SELECT user_index FROM ${identifier(scope.profiles)} WHERE ${join(conditions, ' OR ')}`,
      signal,
    );
    return Bitset.of(scope.users, table.getChild('user_index')!.toArray() as Int32Array);
  });
}

function intersect(members: Bitset | undefined, found: Bitset): Bitset {
  return members ? members.and(found) : found;
}
