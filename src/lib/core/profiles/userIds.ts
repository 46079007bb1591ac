import { UserError } from '../base/errors';
import type { RunContext } from '../base/run';
import { indexesOf } from '../store/columns';
import type { DataScope } from '../store/dataScope';
import { remember } from '../store/remember';
import { identifier, sql } from '../store/sql';
import { cellsOf } from './page';

/** The number of the person with an id. @throws UserError `user_unknown` */
export async function numberOfUser({ store, tables }: DataScope, userId: string, signal?: AbortSignal): Promise<number> {
  const [found] = cellsOf(await store.query(sql`SELECT user_index FROM ${identifier(tables.users)} WHERE user_id = ${userId}`, signal));
  if (found) return found[0] as number;
  throw new UserError('user_unknown', `There is no customer "${userId}".`, 'Ids are compared exactly, with every zero and letter case.', {
    user: userId,
  });
}

/** More people than this are not named in a query: all are read. */
const mostNamed = 2000;

/** The ids of some people, in their order. */
export async function readUserIds({ store, tables }: DataScope, users: readonly number[], signal?: AbortSignal): Promise<string[]> {
  if (users.length === 0) return [];
  const all = sql`SELECT user_index, user_id FROM ${identifier(tables.users)}`;
  const table = await store.query(users.length > mostNamed ? all : sql`${all} WHERE user_index IN (${[...users]})`, signal);
  const ids = new Map(cellsOf(table) as [number, string][]);
  return users.map((user) => ids.get(user)!);
}

/** The numbers of some people by their ids; ids that the data does not know are left out. */
export async function numbersOfUsers(
  { store, tables }: DataScope,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const table = await store.query(sql`SELECT user_id, user_index FROM ${identifier(tables.users)} WHERE user_id IN (${[...ids]})`, signal);
  return new Map(cellsOf(table) as [string, number][]);
}

/** Everybody's number in the order of ids, which is that of ties; remembered. */
export function readIdOrder(scope: DataScope, run?: RunContext): Promise<Int32Array> {
  return remember(
    scope,
    'people by id',
    async ({ signal }) => {
      const table = await scope.store.query(sql`SELECT user_index FROM ${identifier(scope.tables.users)} ORDER BY user_id`, signal);
      return indexesOf(table, 'user_index');
    },
    run,
  );
}
