import type { RunContext } from '../base/run';
import type { DataScope } from '../store/dataScope';
import { remember } from '../store/remember';
import { sql } from '../store/sql';
import type { TableStore } from '../store/tableStore';
import { profileTraits } from './profileTraits';
import type { TraitKind } from './traits';

/** A column of the users table that is a trait. */
export interface UserAttribute {
  /** Id of the trait: `consentEmail`. */
  id: string;
  /** Name in the users table: `consent_email`. */
  column: string;
  /** SQL type. */
  type: string;
}

/** Before the id of an attribute whose own name is taken. */
export const attributePrefix = 'attribute:';

/** The users table's columns besides its keys, in its order. */
export function readUserColumns(scope: DataScope, run?: RunContext): Promise<{ column: string; type: string }[]> {
  return remember(scope, 'user columns', () => queryUserColumns(scope.store, scope.tables.users), run);
}

export async function queryUserColumns(store: TableStore, users: string): Promise<{ column: string; type: string }[]> {
  const columns = await store.query(sql`
    SELECT column_name AS name, data_type AS type FROM information_schema.columns
    WHERE table_name = ${users} AND column_name NOT IN ('user_index', 'user_id') ORDER BY ordinal_position`);
  return columns.toArray().map(({ name, type }) => ({ column: String(name), type: String(type) }));
}

/**
 * The traits that the columns are. An attribute's id is its column's name in camel case; where a built-in trait, a trait
 * of the plan (`taken`) or an earlier column has it, whatever the letter case, it is `attribute:` and the column's name.
 * So an attribute never takes another's place, and a rule on `country` means the column `country`.
 */
export function namedAttributes(columns: readonly { column: string; type: string }[], taken: readonly string[] = []): UserAttribute[] {
  const used = new Set([...profileTraits.map(({ id }) => id), ...taken, 'user_id', 'user_index'].map((id) => id.toLowerCase()));
  return columns.map(({ column, type }) => {
    const plain = traitIdOfColumn(column);
    const id = used.has(plain.toLowerCase()) ? `${attributePrefix}${column}` : plain;
    used.add(id.toLowerCase());
    return { id, column, type };
  });
}

export function kindOfType(type: string): TraitKind {
  if (type === 'BOOLEAN') return 'boolean';
  if (/^(TIMESTAMP|DATE)/.test(type)) return 'date';
  if (/^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|DECIMAL)/.test(type)) return 'number';
  return 'text';
}

/** `consent_email` → `consentEmail`. */
function traitIdOfColumn(column: string): string {
  return column.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
