import type { Diagnostic } from '../../base/errors';
import type { Records } from '../records';
import type { RejectCode, StagedSource } from './staged';

/** Takes the rows of one kind of file in. */
export interface Stager {
  /** The cell that {@link row} was looking at when it rejected. */
  faultyCell: number;
  negativeQuantities: number;
  /** Keeps the record that the reader has just read, or says why not. `rowNumber` is 1-based. */
  row(reader: Records, rowNumber: number): RejectCode | undefined;
  /** What was kept; the caller names the source. Pauses between columns, of which each is copied once. */
  finish(): Generator<void, StagedSource>;
  /** What was wrong with cells of rows that were kept; after {@link finish}. */
  problems(): Diagnostic[];
}
