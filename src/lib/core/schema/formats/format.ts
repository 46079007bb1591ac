import type { Diagnostic } from '../../base/errors';
import type { FileSource } from '../files';
import type { Records } from '../records';
import type { FileFormat, Mapping } from '../roles';
import type { RejectCode } from '../staging/staged';

/**
 * A kind of file that tables come in. Whatever it is, the stagers get its rows as {@link Records}, so that row numbers,
 * rejects, reports and hashes do not depend on it. Files are given unpacked (`packing/`).
 */
export interface TableFormat {
  readonly id: FileFormat;
  /** How its rows that make no sense are told. */
  readonly brokenCode: RejectCode;
  /** Whether a file is of this format by its first bytes, which are up to {@link startBytes}. */
  recognises(start: Uint8Array, file: FileSource): boolean;
  /** The file's beginning as a table of text. @throws UserError where it is no table */
  sample(file: FileSource, chosen: ChosenSettings): Promise<TableSample>;
  /** The file's own columns, where it says them; undefined where a mapping is taken at its word. */
  columns(file: FileSource, mapping: Mapping): Promise<string[] | undefined>;
  /** Its rows, in the order of the file. @throws UserError `columns_changed` where columns that the mapping needs are not there */
  open(file: FileSource, mapping: Mapping, options: OpenOptions): Promise<TableRecords>;
  /**
   * Where the file can be cut so that several threads read it, a part each: the beginnings of the parts, and the end of
   * the last one. Undefined where it cannot be cut, or is too small for more than one part.
   */
  cuts?(file: FileSource, mapping: Mapping, most: number, leastBytes: number): Promise<number[] | undefined>;
}

/** Bytes of a file's beginning that tell its format. */
export const startBytes = 1 << 14;
export const sampledRows = 1000;

export interface OpenOptions {
  part?: FilePart;
  /** What {@link TableFormat.columns} gave: the mapping was fitted to it, and the header is not checked again. */
  fileColumns?: readonly string[];
}

/** A part of a file, from one of its format's cuts to the next: bytes, or groups of rows. */
export interface FilePart {
  start: number;
  end: number;
}

/** What the person chose where the guess was wrong, or what the mapping at hand says. */
export type ChosenSettings = Partial<Pick<Mapping, 'delimiter' | 'quote' | 'header' | 'encoding' | 'sheet' | 'rowsAt' | 'decimal'>> & {
  /** Columns of the mapping at hand. */
  columns?: readonly string[];
};

export interface TableRecords {
  blocks(): AsyncGenerator<RecordBlock>;
  /** What was wrong beyond rows that were told as broken; when all blocks have been read. */
  problems?(): Diagnostic[];
}

/** Some thousand rows; those of one block are read before the next one is asked for. */
export interface RecordBlock {
  records: Records;
  /** Bytes of the file (packed ones of a packed file) that have been read with this block. */
  fileOffset: number;
  /** Of the last block of delimited text: bytes behind the last whole record. More than none at the end of a part says that it was cut inside a record. */
  unfinishedBytes?: number;
}

/** A file's beginning, as a person would see it in a table. */
export interface TableSample {
  /** What the mapping has to say so that {@link TableFormat.open} reads the same table. */
  settings: Pick<Mapping, 'format' | 'delimiter' | 'quote' | 'header' | 'encoding' | 'sheet' | 'rowsAt'>;
  columns: string[];
  /** The header as it stands in the file; empty where there is none. */
  headerCells: string[];
  /** The first rows, and for delimited text some of the last ones. */
  rows: string[][];
  /** How many of them are the first ones, and so have a row number. */
  headRows: number;
  estimatedRows: number;
  brokenRecords: number;
  /** The first cell with bytes that are not valid in the encoding: its 1-based row, its position in the row. */
  invalidCell?: { row: number; cell: number };
  /** Of a workbook: names of its sheets. */
  sheets?: string[];
  /** Of nested formats: arrays whose elements can be the rows. */
  arrays?: string[];
  /** Of text: the first characters. */
  text?: string;
}

/** Settings of formats that are no delimited text. */
export const noTextSettings = { delimiter: ',', quote: '', header: true, encoding: 'utf-8' } as const;

/**
 * The columns of a file as they are read, and those of them whose cells somebody wants: columns with a role, kept ones,
 * and those that hold ids; all of them where rows are rearranged first, or where a file of users or items keeps what
 * has no role.
 */
export function columnsToRead(mapping: Mapping, { fileColumns }: OpenOptions): { columns: readonly string[]; needed: ReadonlySet<string> } {
  const { kind, roles, keep, ids, reshape } = mapping;
  const columns = fileColumns ?? mapping.columns;
  if (reshape !== undefined || (kind !== 'events' && keep === undefined)) return { columns, needed: new Set(columns) };
  const wanted = new Set([...Object.values(roles), ...(keep ?? []), ...Object.keys(ids ?? {})]);
  // The mapping may call a column otherwise than this file does.
  return { columns, needed: new Set(columns.filter((_, cell) => wanted.has(mapping.columns[cell]))) };
}
