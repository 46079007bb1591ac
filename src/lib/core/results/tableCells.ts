import { UserError } from '../base/errors';
import type { RawFeature } from '../predictions/features';
import { requireColumns, type DataTable } from '../predictions/table/readTable';

/** @throws UserError `table_column_unknown` */
export function requireInTable(table: DataTable, names: readonly string[]): void {
  requireColumns(
    table.name,
    table.columns.map(({ id }) => id),
    names,
  );
}

export function columnOf(table: DataTable, name: string): RawFeature {
  return table.columns.find(({ id }) => id === name)!;
}

/** Cells as they are written; null where one is empty. */
export function textsOf(table: DataTable, name: string): (string | null)[] {
  return Array.from(columnOf(table, name).values as ArrayLike<number | string | null>, (cell) =>
    cell === null || Number.isNaN(cell) ? null : String(cell),
  );
}

/** A value that was asked for and that a column never has. */
export function valueUnknown(table: DataTable, column: string, value: string, known: readonly string[]): UserError {
  const values = known.length > 20 ? `${known.slice(0, 20).join(', ')} …` : known.join(', ');
  return new UserError('table_value_unknown', `"${column}" of "${table.name}" is never "${value}".`, `Its values are: ${values}.`, {
    file: table.name,
    column,
    value,
    values,
  });
}
