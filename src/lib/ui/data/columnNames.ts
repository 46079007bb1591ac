import { textOf } from '../catalogue.svelte';
import { attributeName } from '../valueNames';

/** Columns of the tables whose role is not their own name without `_id`. */
const roles: Record<string, string> = { ts: 'time' };
/** Kept columns of events carry it, so that none meets a column of ours. */
const propertyPrefix = 'p_';

/** The marketer's word for a column of the tables, as the import calls it; kept columns go by their own name. */
export function columnName(column: string): string {
  if (column.startsWith(propertyPrefix)) return column.slice(propertyPrefix.length);
  const role = roles[column] ?? column.replace(/_id$/, '').replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return textOf(`data_role_${role}`, attributeName(column));
}
