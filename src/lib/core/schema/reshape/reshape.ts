import type { Records } from '../records';
import type { Mapping } from '../roles';

/** What a reshaping starts from. */
export interface ReshapeInput {
  /** Names of the columns of the file. */
  fileColumns: readonly string[];
  mapping: Pick<Mapping, 'roles' | 'quote' | 'decimal' | 'columns' | 'ids' | 'eventNames'>;
}

/**
 * A rearrangement of a file's rows before their cells are read, for files whose rows are not yet one fact each. It takes
 * rows one after the other and gives rows one after the other, so that row numbers stay those of the file; what it has
 * to remember is bounded by the number of orders, users or items, not of rows.
 *
 * To add one: one file here, one line in the catalogue (`index.ts`), one test.
 */
export interface Reshape {
  /** As in mappings. */
  id: string;
  /** The columns of the reshaped rows. `chosen` are those of a mapping that exists already, where it may choose. */
  columns(fileColumns: readonly string[], chosen?: readonly string[]): string[];
  /** Columns that say nothing besides those that were made of them. */
  used?: readonly string[];
  /** The rows, reshaped; each has the columns that {@link columns} names. */
  records(inner: Records, input: ReshapeInput): Records;
}
