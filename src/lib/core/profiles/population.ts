import { Bitset } from '../base/bitset';
import type { RunContext } from '../base/run';
import { duckdb } from '../measures/duckdb';
import type { Dialect } from '../measures/dialect';
import type { DataScope, DataTables } from '../store/dataScope';
import { remember } from '../store/remember';
import { indexesOf } from '../store/columns';
import { identifier, sql, type Sql } from '../store/sql';
import { readUserColumns } from './attributes';

/**
 * Who is known as of the scope's instant: people exist from their first event (done by or to them) or their sign-up,
 * whichever is first, and who has neither a date nor any event (a users file alone) has always been there. Shares, top
 * N percent, "not" and every total are of these.
 */
export function populationOf(scope: DataScope, run?: RunContext): Promise<Bitset> {
  return remember(
    scope,
    'population',
    async ({ signal }) => {
      const signUp = hasSignUp(await readUserColumns(scope));
      // As of the end of the data everybody is known: to see that takes a look, to find who is takes a second.
      const [{ late }] = (await scope.store.query(lateQuery(scope, signUp), signal)).toArray() as { late: boolean }[];
      const people = late ? populationQuery(scope, signUp) : sql`SELECT user_index FROM ${identifier(scope.tables.users)}`;
      return Bitset.of(scope.users, indexesOf(await scope.store.query(people, signal), 'user_index'));
    },
    run,
  );
}

/** Whether anything of which the data knows is later than asOf. */
function lateQuery({ tables, asOf }: DataScope, signUp: boolean): Sql {
  const cut = sql`${asOf}::TIMESTAMP`;
  const signedUp = signUp ? sql` OR EXISTS (SELECT 1 FROM ${identifier(tables.users)} WHERE created_at >= ${cut})` : sql``;
  return sql`SELECT EXISTS (SELECT 1 FROM ${identifier(tables.events)} WHERE local_ts >= ${cut})${signedUp} AS late`;
}

export function hasSignUp(columns: readonly { column: string }[]): boolean {
  return columns.some(({ column }) => column === 'created_at');
}

/** `user_index` of the population. */
export function populationQuery(
  { tables, asOf }: { tables: DataTables; asOf: string },
  signUp: boolean,
  { sql, identifier, timestamp }: Dialect = duckdb,
): Sql {
  const cut = timestamp(asOf);
  const never = sql`e.first_event IS NULL${signUp ? sql` AND u.created_at IS NULL` : sql``}`;
  return sql`SELECT u.user_index FROM ${identifier(tables.users)} u
    LEFT JOIN (SELECT user_index, min(local_ts) AS first_event FROM ${identifier(tables.events)} GROUP BY user_index) e ON e.user_index = u.user_index
    WHERE e.first_event < ${cut}${signUp ? sql` OR u.created_at < ${cut}` : sql``} OR (${never})`;
}

/** `user_index` of everybody with an event before asOf. */
export function activeQuery({ tables, asOf }: { tables: DataTables; asOf: string }, { sql, identifier, timestamp }: Dialect = duckdb): Sql {
  return sql`SELECT DISTINCT user_index FROM ${identifier(tables.events)} WHERE local_ts < ${timestamp(asOf)}`;
}
