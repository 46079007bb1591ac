import { dateText, numberText, timeText, type ExportCell, type ExportColumnType } from '../table';
import { fromSpreadsheetText, toSpreadsheetText } from './spreadsheetText';

export type CsvDelimiter = ',' | ';' | '\t' | '|';

const delimiters: Readonly<Record<string, CsvDelimiter>> = { comma: ',', semicolon: ';', tab: '\t', pipe: '|' };

/** Of an option's choice. */
export function delimiterOf(choice: unknown): CsvDelimiter {
  return delimiters[String(choice)] ?? ',';
}

/** `gb18030` is GBK wherever GBK has the character. */
export type CsvEncoding = 'utf-8' | 'gb18030';

/** How a CSV file is written (RFC 4180; quotes only where they are needed), and read back. */
export interface CsvStyle {
  delimiter: CsvDelimiter;
  lineEnd: '\n' | '\r\n';
  encoding: CsvEncoding;
  /** UTF-8 byte order mark, without which Excel guesses the encoding. */
  byteOrderMark: boolean;
  /** A cell as it stands in the file, quoted where it must be. */
  writeCell(value: ExportCell, type: ExportColumnType): string;
  writeText(text: string): string;
  /** The value of a cell whose quotes are gone already. */
  readCell(text: string, type: ExportColumnType): ExportCell;
  readText(text: string): string;
}

/** For programs and advertising platforms: every value exactly as it is. */
export const machineStyle: CsvStyle = {
  delimiter: ',',
  lineEnd: '\n',
  encoding: 'utf-8',
  byteOrderMark: false,
  writeCell(value, type) {
    if (value === null) return '';
    if (type === 'text') return quoted(String(value));
    if (type === 'date') return dateText(value as number);
    if (type === 'time') return timeText(value as number);
    return type === 'boolean' ? String(value) : numberText(value as number);
  },
  writeText: quoted,
  readCell: (text, type) => readPlain(text, type),
  readText: (text) => text,
};

/** The same with something else between cells. */
export function machineStyleWith(delimiter: CsvDelimiter): CsvStyle {
  if (delimiter === ',') return machineStyle;
  const inQuotes = (text: string) => (text.includes(delimiter) && !text.startsWith('"') ? `"${text}"` : text);
  // A text with a comma or a quote is in quotes already.
  return {
    ...machineStyle,
    delimiter,
    writeCell: (value, type) => inQuotes(machineStyle.writeCell(value, type)),
    writeText: (text) => inQuotes(machineStyle.writeText(text)),
  };
}

/**
 * For a person who opens the file in a spreadsheet: texts that it would take for numbers or formulas stay texts
 * (`spreadsheetText.ts`), instants look like its own. With `;` between cells decimals have a comma, as in the
 * languages whose spreadsheets expect that.
 */
export function spreadsheetStyle(delimiter: CsvDelimiter, encoding: CsvEncoding = 'utf-8'): CsvStyle {
  const decimalComma = delimiter === ';';
  return {
    delimiter,
    lineEnd: '\r\n',
    encoding,
    byteOrderMark: encoding === 'utf-8',
    writeCell(value, type) {
      if (value === null) return '';
      if (type === 'text') return guarded(String(value));
      if (type === 'boolean') return value ? 'TRUE' : 'FALSE';
      if (type === 'time') return timeText(value as number).replace('T', ' ');
      const plain = machineStyle.writeCell(value, type);
      return decimalComma && type !== 'date' ? plain.replace('.', ',') : plain;
    },
    writeText: guarded,
    readCell(text, type) {
      if (type === 'text') return fromSpreadsheetText(text);
      if (type === 'boolean') return readPlain(text.toLowerCase(), type);
      if (type === 'time') return readPlain(text.replace(' ', 'T'), type);
      return readPlain(decimalComma && type !== 'date' ? text.replace(',', '.') : text, type);
    },
    readText: fromSpreadsheetText,
  };
}

/** One row. An empty text is `""` and a missing value is nothing, so that they can be told apart. */
export function csvLine(cells: readonly string[], { delimiter, lineEnd }: CsvStyle): string {
  return cells.join(delimiter) + lineEnd;
}

/** Spaces at the ends are quoted, too: some readers trim them. */
function quoted(text: string): string {
  return text === '' || /[",\r\n]|^\s|\s$|^\uFEFF/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Every separator that some spreadsheet splits at is inside quotes. */
function guarded(text: string): string {
  const safe = toSpreadsheetText(text);
  return safe === '' || /[",;|\t\r\n]|^\s|\s$|^\uFEFF/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function readPlain(text: string, type: ExportColumnType): ExportCell {
  if (type === 'text') return text;
  if (type === 'boolean') {
    if (text !== 'true' && text !== 'false') throw new Error(`"${text}" is neither true nor false`);
    return text === 'true';
  }
  const value = type === 'date' ? Date.parse(`${text}T00:00:00Z`) / 86_400_000 : type === 'time' ? Date.parse(`${text}Z`) : Number(text);
  if (Number.isNaN(value)) throw new Error(`"${text}" is no ${type}`);
  return value;
}
