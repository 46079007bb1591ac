import type { Diagnostic } from '../base/errors';
import type { ColumnGuess, FileFormat, Mapping } from './roles';

/** What inspection of a file's beginning found: the import screen's first sight of it. */
export interface SourcePreview {
  fileName: string;
  bytes: number;
  format: FileFormat;
  /** Of a workbook: names of its sheets. */
  sheets?: string[];
  /** Of nested formats: paths of arrays whose elements can be the rows (`rowsAt`). */
  arrays?: string[];
  /** Of a text file: its first characters in the encoding that the mapping says. */
  text?: string;
  columns: ColumnGuess[];
  /** The first rows, as text. */
  rows: string[][];
  /** Preset that was recognised, if one was. */
  preset: string | null;
  presetName?: string;
  /** The id of a source whose mapping fits this file; `mapping` is then that one. */
  like?: string;
  /** Ready to import, or to be corrected. */
  mapping: Mapping;
  diagnostics: Diagnostic[];
  /** What the mapping makes of one telling cell, to be seen before the import. */
  readings: Readings;
  /** What the preset knows of its data set besides the mapping. */
  suggests?: { name?: string; currency?: string; timeZone?: string };
  /** Rough number of rows, from the size of the sampled ones. */
  estimatedRows: number;
}

/** One cell each, and what it is read as. */
export interface Readings {
  /** `reads` is `2025-01-02T08:26:00`, local time of the file where the cell has no offset; null where it cannot be read. */
  time?: { column: string; text: string; reads: string | null };
  number?: { column: string; text: string; reads: number | null };
}

/** The quality card of one imported source. */
export interface ImportReport {
  sourceId: string;
  fileName: string;
  kind: Mapping['kind'];
  rowsRead: number;
  rowsKept: number;
  rowsRejected: number;
  /** Rejected rows that can be downloaded; absent in reports from before, which kept the first 10,000. */
  rejectsKept?: number;
  /** Rejected rows by reason, most frequent first. */
  rejectReasons: { code: string; message: string; count: number }[];
  firstTime: string | null;
  lastTime: string | null;
  users: number;
  items: number;
  /** Rows equal in every mapped column to an earlier one (kept). */
  duplicates: number;
  /** Rows without a user (rejected). */
  missingUsers: number;
  negativeQuantities: number;
  seconds: number;
  rowsPerSecond: number;
  diagnostics: Diagnostic[];
}

/** What an import would change, counted from the staged rows and the data of then, before anything happens. */
export interface ImportChange {
  /** Rows that would come in. */
  rows: number;
  /**
   * People and items of the new rows that no source has yet, and people whom one has. Whom the plan's `identity` makes
   * one with somebody, by an id that the new rows declare, is counted as that person.
   */
  newPeople: number;
  knownPeople: number;
  newItems: number;
  /** ISO instants of the new events; null where there are none. */
  firstTime: string | null;
  lastTime: string | null;
  /** Days of the plan's zone on which both the new rows and what stays have events. */
  overlappingDays: number;
  /** New events that equal an event of what stays in every column: `add` would count them twice. */
  exactDuplicates: number;
  /** New events that equal one of another new file in every column; both come in. */
  equalBetween: number;
  /** Rows of what is there that `upsert` would put new ones in the place of. */
  updatedRows: number;
  /** Rows that `replace` would take away, and the sources they are of. */
  removedRows: number;
  removedSources: string[];
}
