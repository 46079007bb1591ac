import { sql } from '../store/sql';
import type { TableStore } from '../store/tableStore';
import { buildProfileSql, traitIdOfColumn, type ProfileRequest, type UserAttribute } from './profileSql';

/** Creates (or replaces) the `profiles` table: one row per customer as of a local midnight. */
export async function materializeProfiles(store: TableStore, { asOf }: Pick<ProfileRequest, 'asOf'>): Promise<void> {
  const attributes = await readUserAttributes(store);
  await store.execute(sql`CREATE OR REPLACE TABLE profiles AS ${buildProfileSql({ asOf, attributes })}`);
}

/** The users table's columns besides its keys, in its order: each becomes a trait. */
export async function readUserAttributes(store: TableStore): Promise<UserAttribute[]> {
  const columns = await store.query(sql`
    SELECT column_name AS name, data_type AS type FROM information_schema.columns
    WHERE table_name = 'users' AND column_name NOT IN ('user_index', 'user_id') ORDER BY ordinal_position`);
  return columns.toArray().map(({ name, type }) => ({ id: traitIdOfColumn(String(name)), column: String(name), type: String(type) }));
}
