import type { Table } from 'apache-arrow';

/** A cell as the page shows it: dates are ISO text, money and counts are numbers. */
export type Cell = string | number | boolean | null;

export interface PageRequest {
  search?: string;
  sort?: { column: string; descending: boolean };
  offset: number;
  limit: number;
}

export interface Page {
  /** Rows that match, of which these are some. */
  total: number;
  columns: string[];
  rows: Cell[][];
}

/** A query's rows as cells. */
export function cellsOf(table: Table): Cell[][] {
  const columns = table.schema.fields.map((_, c) => table.getChildAt(c)!);
  return Array.from({ length: table.numRows }, (_, row) => columns.map((column) => cellOf(column.get(row))));
}

function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return Number(value);
  return value as Cell;
}
