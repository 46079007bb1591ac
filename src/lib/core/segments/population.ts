import { Bitset } from '../base/bitset';
import type { RunContext } from '../base/run';
import type { DataScope } from '../store/dataScope';
import { remember } from '../store/remember';
import { identifier, sql } from '../store/sql';

/** People known as of the scope's instant: from their first event or sign-up on; who has no date at all is always known. */
export function populationOf(scope: DataScope, run?: RunContext): Promise<Bitset> {
  const { store, tables, asOf, users } = scope;
  const compute = async ({ signal }: RunContext) => {
    const query = sql`SELECT u.user_index FROM ${identifier(tables.users)} u
      LEFT JOIN (SELECT user_index, min(local_ts) AS first FROM ${identifier(tables.events)} GROUP BY user_index) e USING (user_index)
      WHERE coalesce(least(e.first, u.created_at), TIMESTAMP '0001-01-01') < ${asOf}::TIMESTAMP`;
    const table = await store.query(query, signal);
    return Bitset.of(users, table.getChild('user_index')!.toArray() as Int32Array);
  };
  return remember(scope, 'population', compute, run);
}
