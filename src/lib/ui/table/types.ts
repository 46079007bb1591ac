import type { TraitKind } from '../../core/profiles/traits';
import type { Cell, Page } from '../../work/operations/profiles';

export type CellKind = TraitKind | 'dateTime' | 'bytes' | 'duration';

export interface TableColumn {
  /** Name of the column in the pages that `load` brings. */
  id: string;
  label: string;
  /** What the number counts; shown when the header is hovered or focused. */
  definition?: string;
  /** How values are written and aligned; text by default. */
  kind?: CellKind;
  /** Pixels. */
  width?: number;
  /** Pixels that a column of text keeps where there is too little room for all. */
  least?: number;
  /** Out of sight until the person picks it. */
  hidden?: boolean;
  /** true by default. */
  sortable?: boolean;
  /** Draws a bar behind the number, relative to the largest value seen. */
  bar?: boolean;
  /** Instead of the writing that `kind` gives. */
  write?: (value: Cell, row: TableRow) => string;
}

export interface TableSort {
  column: string;
  descending: boolean;
}

export interface TableRequest {
  offset: number;
  limit: number;
  sort?: TableSort;
}

/** Answers with the rows asked for; do not give the calls a `replaces` key, several blocks load at once. */
export type LoadRows = (request: TableRequest) => Promise<Page>;

/** One row by column name. */
export type TableRow = Record<string, Cell>;
