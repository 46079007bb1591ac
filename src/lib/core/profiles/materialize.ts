import { sql } from '../store/sql';
import type { RunContext } from '../base/run';
import type { DataScope } from '../store/dataScope';
import { derivedTable } from '../store/remember';
import type { TableStore } from '../store/tableStore';
import { buildProfileSql, traitIdOfColumn, type UserAttribute } from './profileSql';

/** The table of profiles for the scope's data and instant: one row per customer. Made where it is missing. */
export function materializeProfiles(scope: DataScope, run?: RunContext): Promise<string> {
  const { store, tables, asOf } = scope;
  return derivedTable(
    scope,
    'profiles',
    'profiles',
    async (name) => {
      const attributes = await readUserAttributes(store, tables.users);
      return sql`CREATE TABLE ${name} AS ${buildProfileSql({ tables, asOf, attributes })}`;
    },
    run,
  );
}

/** The users table's columns besides its keys, in its order: each becomes a trait. */
export async function readUserAttributes(store: TableStore, users: string): Promise<UserAttribute[]> {
  const columns = await store.query(sql`
    SELECT column_name AS name, data_type AS type FROM information_schema.columns
    WHERE table_name = ${users} AND column_name NOT IN ('user_index', 'user_id') ORDER BY ordinal_position`);
  return columns.toArray().map(({ name, type }) => ({ id: traitIdOfColumn(String(name)), column: String(name), type: String(type) }));
}
