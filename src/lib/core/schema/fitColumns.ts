import { UserError } from '../base/errors';
import { plainWord } from './inspect/headerWords';
import { reshapedColumns } from './reshape';
import type { Mapping } from './roles';

/** A mapping as it holds for one file. */
export interface FittedMapping {
  mapping: Mapping;
  /** Columns that the mapping keeps and the file does not have. */
  missing: string[];
}

/**
 * A mapping whose columns are those of this file: next month's file may have them in another order, or others besides.
 * Columns are found by their names, where need be in other writing (`Cancelled at`, `cancelled_at`), and keep the names
 * that the mapping has for them.
 * @param fileColumns the file's own columns
 * @throws UserError `columns_changed` where a column with a role, or one of other ids, is missing
 */
export function fittedTo(fileColumns: readonly string[], mapping: Mapping): FittedMapping {
  const columns = reshapedColumns(mapping, fileColumns);
  const needed = [...new Set([...Object.values(mapping.roles), ...Object.keys(mapping.ids ?? {})])];
  const wanted = [...needed, ...(mapping.keep ?? [])];
  const isThere = (name: string) => columns[mapping.columns.indexOf(name)] === name;
  if (columns.length === mapping.columns.length && wanted.every(isThere)) return { mapping, missing: [] };
  const free = [...columns];
  const isLost = wanted.filter((name) => {
    const at = free.indexOf(name);
    if (at >= 0) return false;
    const plain = plainWord(name);
    const alike = columns.flatMap((column, cell) => (plainWord(column) === plain && !wanted.includes(column) ? [cell] : []));
    if (alike.length !== 1) return true;
    free[alike[0]] = name;
    return false;
  });
  const lost = isLost.find((name) => needed.includes(name));
  if (lost !== undefined) throw columnsChanged(lost, fileColumns);
  return { mapping: { ...mapping, columns: free }, missing: isLost };
}

function columnsChanged(column: string, fileColumns: readonly string[]): UserError {
  const header = fileColumns.slice(0, 8).join(', ');
  return new UserError(
    'columns_changed',
    `The file has no column "${column}", which the mapping needs; its header says ${header}.`,
    'Map the columns of this file anew.',
    { column, header },
  );
}
