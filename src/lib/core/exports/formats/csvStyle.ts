import { dateText, numberText, timeText, type ExportCell, type ExportColumnType } from '../table';
import { fromSpreadsheetText, toSpreadsheetText } from './spreadsheetText';

/** How a CSV file is written (RFC 4180; quotes only where they are needed), and read back. */
export interface CsvStyle {
  delimiter: ',' | ';' | '\t';
  lineEnd: '\n' | '\r\n';
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

/**
 * For a person who opens the file in a spreadsheet: texts that it would take for numbers or formulas stay texts
 * (`spreadsheetText.ts`), instants look like its own. With `;` between cells decimals have a comma, as in the
 * languages whose spreadsheets expect that.
 */
export function spreadsheetStyle(delimiter: ',' | ';'): CsvStyle {
  const decimalComma = delimiter === ';';
  return {
    delimiter,
    lineEnd: '\r\n',
    byteOrderMark: true,
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
  return safe === '' || /[",;\t\r\n]|^\s|\s$|^\uFEFF/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
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
