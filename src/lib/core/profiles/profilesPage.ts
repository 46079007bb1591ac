import { Bitset } from '../base/bitset';
import { identifier, join, sql } from '../store/sql';
import { textsOf } from '../store/columns';
import { remember } from '../store/remember';
import { cellsOf, type Page, type PageRequest } from './page';
import type { ProfileColumn } from './profileColumns';
import {
  outward,
  profileRelation,
  requireColumn,
  scoresVersion,
  traitColumns,
  traitSource,
  traitVersion,
  type ProfileScope,
} from './profileRelation';

/**
 * One screen of customers: `user_id`, then every trait. Sorting puts customers without a value last and breaks ties
 * by user id, which is the order without a column too; the search looks for the text, in any case, in the id and in
 * every text trait. The order and the search are remembered, so that scrolling reads a few rows by their number.
 * @param members only these customers, where given
 * @param alsoFound customers whom the search finds by what no column shows: ids that are merged into them
 * @throws UserError `column_unknown`
 */
export async function readProfilesPage(
  scope: ProfileScope,
  { search = '', sort, offset, limit }: PageRequest,
  members?: Bitset,
  signal?: AbortSignal,
  alsoFound?: Int32Array,
): Promise<Page> {
  const columns = await traitColumns(scope);
  const column = sort && sort.column !== 'user_id' ? requireColumn(columns, sort.column).id : null;
  const order = await orderBy(scope, column, sort?.descending ?? false, signal);
  const found = await foundBy(scope, search, order, { members, alsoFound, signal });
  const chosen: number[] = [];
  const total = found ? found.count : order.length;
  for (let i = 0, passed = 0; i < order.length && chosen.length < limit; i++) {
    if (found && !found.has(order[i])) continue;
    if (passed++ >= offset) chosen.push(order[i]);
  }
  return { total, columns: ['user_id', ...columns.map(({ id }) => id)], rows: await readRows(scope, columns, chosen, signal) };
}

/** The ids of those whom the pages of a search hold, by id; see {@link readProfilesPage}. */
export async function readProfileIds(
  scope: ProfileScope,
  search: string,
  members?: Bitset,
  signal?: AbortSignal,
  alsoFound?: Int32Array,
): Promise<string[]> {
  const order = await orderBy(scope, null, false, signal);
  const found = await foundBy(scope, search, order, { members, alsoFound, signal });
  const table = await scope.store.query(sql`SELECT user_index, user_id FROM ${identifier(scope.profiles)} ORDER BY user_id`, signal);
  const ids = textsOf(table, 'user_id') as string[];
  return found ? ids.filter((_, i) => found.has(order[i])) : ids;
}

/** Whom a search finds among the members; undefined where nobody is left out. */
async function foundBy(
  scope: ProfileScope,
  search: string,
  order: Int32Array,
  { members, alsoFound, signal }: { members?: Bitset; alsoFound?: Int32Array; signal?: AbortSignal },
): Promise<Bitset | undefined> {
  if (search.trim() === '') return members;
  const bits = (users: Int32Array) => Bitset.of(scope.users, users);
  const found = await matches(scope, await traitColumns(scope), search.trim(), signal);
  // Whoever is no customer yet is in no order.
  return intersect(members, alsoFound?.length ? found.or(bits(alsoFound).and(bits(order))) : found);
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

/** Everybody's number in the order of a trait, or of ids where it is null. */
function orderBy(scope: ProfileScope, trait: string | null, descending: boolean, signal?: AbortSignal): Promise<Int32Array> {
  const direction = descending ? sql`DESC NULLS LAST` : sql`ASC NULLS LAST`;
  const order = trait === null ? sql`user_id ${direction}` : sql`${identifier(trait)} ${direction}, user_id`;
  return remember(scope, `order ${trait ?? 'by id'} ${descending} ${trait === null ? '' : traitVersion(scope, trait)}`, async () => {
    const relation = trait === null ? identifier(scope.profiles) : traitSource(scope, trait);
    const table = await scope.store.query(sql`SELECT user_index FROM ${relation} ORDER BY ${order}`, signal);
    return table.getChild('user_index')!.toArray() as Int32Array;
  });
}

function matches(scope: ProfileScope, columns: readonly ProfileColumn[], search: string, signal?: AbortSignal): Promise<Bitset> {
  const texts = ['user_id', ...columns.filter(({ kind }) => kind === 'text').map(({ id }) => id)];
  const conditions = texts.map((id) => sql`contains(lower(${identifier(id)}::VARCHAR), lower(${search}))`);
  return remember(scope, `search ${search} ${scoresVersion(scope)}`, async () => {
    const table = await scope.store.query(sql`SELECT user_index FROM ${profileRelation(scope)} WHERE ${join(conditions, ' OR ')}`, signal);
    return Bitset.of(scope.users, table.getChild('user_index')!.toArray() as Int32Array);
  });
}

function intersect(members: Bitset | undefined, found: Bitset): Bitset {
  return members ? members.and(found) : found;
}
