import { sql } from '../store/sql';
import type { TableStore } from '../store/tableStore';
import { favoriteTraits, profileTraits } from './profileTraits';
import type { TraitInfo, TraitKind } from './traits';

/** A trait column of the profiles table as it lies in the store. */
export interface ProfileColumn {
  id: string;
  kind: TraitKind;
  origin: TraitInfo['origin'];
}

/** Prefix of the traits that are a model's scores. */
export const scorePrefix = 'score:';

/** The trait columns of a table of profiles, in its order. */
export async function readProfileColumns(store: TableStore, profiles: string): Promise<ProfileColumn[]> {
  const columns = await store.query(sql`
    SELECT column_name AS name, data_type AS type FROM information_schema.columns
    WHERE table_name = ${profiles} AND column_name NOT IN ('user_index', 'user_id') ORDER BY ordinal_position`);
  return columns.toArray().map(({ name, type }) => {
    const computed = [...profileTraits, ...favoriteTraits].find(({ id }) => id === name);
    return { id: String(name), kind: computed?.kind ?? kindOfType(String(type)), origin: computed ? 'profile' : 'attribute' };
  });
}

/** Whether a trait's values are compared as numbers. */
export function isNumeric(kind: TraitKind): boolean {
  return kind !== 'text' && kind !== 'date' && kind !== 'boolean';
}

function kindOfType(type: string): TraitKind {
  if (type === 'BOOLEAN') return 'boolean';
  if (/^(TIMESTAMP|DATE)/.test(type)) return 'date';
  if (/^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|DECIMAL)/.test(type)) return 'number';
  return 'text';
}
