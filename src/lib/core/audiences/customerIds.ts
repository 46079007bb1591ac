import type { RunContext } from '../base/run';
import type { ProfileScope } from '../profiles/profileRelation';
import { indexesOf, textsOf } from '../store/columns';
import { remember } from '../store/remember';
import { identifier, sql } from '../store/sql';

/** Everybody who is known as of the scope's instant, in the byte order of ids. */
export interface CustomerIds {
  users: Int32Array;
  ids: string[];
}

export function customerIds(scope: ProfileScope, run: RunContext): Promise<CustomerIds> {
  return remember(
    scope,
    'ids of customers',
    async ({ signal }) => {
      const table = await scope.store.query(sql`SELECT user_index, user_id FROM ${identifier(scope.profiles)} ORDER BY user_id`, signal);
      return { users: indexesOf(table, 'user_index'), ids: textsOf(table, 'user_id') as string[] };
    },
    run,
  );
}

/** The ids of some of them, in their byte order, with their numbers. */
export async function idsOf(scope: ProfileScope, members: { has(user: number): boolean }, run: RunContext): Promise<CustomerIds> {
  const { users, ids } = await customerIds(scope, run);
  const places = [...users.keys()].filter((place) => members.has(users[place]));
  return { users: Int32Array.from(places, (place) => users[place]), ids: places.map((place) => ids[place]) };
}
