import type { TableName } from '$lib/core/store/quality/check';
import { textOf } from '../catalogue.svelte';
import { attributeName } from '../valueNames';

/** Columns of the tables whose role is not their own name without `_id`. */
const roles: Record<string, string> = { ts: 'time' };
/** Kept columns of events carry it, so that none meets a column of ours. */
const propertyPrefix = 'p_';
const inCamelCase = (column: string) => column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The marketer's word for a column of the tables; kept columns go by their own name. */
export function columnName(table: TableName, column: string): string {
  if (column.startsWith(propertyPrefix)) return column.slice(propertyPrefix.length);
  const role = roles[column] ?? inCamelCase(column.replace(/_id$/, ''));
  const name = textOf(`data_role_${role}`, attributeName(column));
  return table === 'users' ? textOf(`profiles_trait_${role}`, name) : name;
}
