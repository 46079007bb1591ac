/** What a column of a file holds; each format writes it in its own way. */
export type ExportColumnType =
  /** Ids and words, exactly as given. */
  | 'text'
  | 'integer'
  /** Money and other exact decimals with four places, as a number. */
  | 'decimal'
  | 'number'
  | 'boolean'
  /** Days since 1970-01-01. */
  | 'date'
  /** Milliseconds since 1970-01-01, of the local calendar where the source is local. */
  | 'time';

export interface ExportColumn {
  name: string;
  type: ExportColumnType;
  /** An id: never empty. */
  required?: boolean;
}

export type ExportCell = string | number | boolean | null;

/** Some rows, column by column; all columns have `rows` cells. */
export interface ExportBlock {
  rows: number;
  cells: ExportCell[][];
}

/** Rows in blocks, so that a file of a million rows never lies in memory as objects. */
export interface ExportTable {
  columns: readonly ExportColumn[];
  blocks(): AsyncIterable<ExportBlock> | Iterable<ExportBlock>;
}

/** Rows of a block that writers turn into bytes at a time: well under the 40 ms between two pauses. */
export const blockRows = 20_000;

/** `2011-12-09` of a day number. */
export function dateText(days: number): string {
  return new Date(days * 86_400_000).toISOString().slice(0, 10);
}

/** `2011-12-09T12:50:00` of milliseconds; a fraction only where there is one. */
export function timeText(milliseconds: number): string {
  return new Date(milliseconds)
    .toISOString()
    .replace(/(\.000)?Z$/, '')
    .replace(/(\.\d*?)0+$/, '$1');
}

/** A number as text without an exponent below 1e21; the shortest text that reads back as the same number. */
export function numberText(value: number): string {
  const text = String(value);
  if (!text.includes('e-')) return text;
  const [mantissa, exponent] = text.split('e-');
  const digits = mantissa.replace('-', '').replace('.', '');
  return `${value < 0 ? '-' : ''}0.${'0'.repeat(Number(exponent) - 1)}${digits}`;
}
