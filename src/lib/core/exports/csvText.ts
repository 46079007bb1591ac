import { dateText, numberText, timeText, type ExportCell, type ExportColumnType } from './table';

/** How a CSV file is written (RFC 4180; quotes only where they are needed). */
export interface CsvStyle {
  /** UTF-8 byte order mark, without which Excel guesses the encoding. */
  byteOrderMark: boolean;
  lineEnd: '\n' | '\r\n';
  /**
   * Puts an apostrophe before text that a spreadsheet would run as a formula. It changes phone numbers that begin
   * with +, so a file for a machine never has it.
   */
  formulaGuard: boolean;
}

/** For programs and advertising platforms. */
export const machineStyle: CsvStyle = { byteOrderMark: false, lineEnd: '\n', formulaGuard: false };
/** For a person who opens the file in a spreadsheet. */
export const humanStyle: CsvStyle = { byteOrderMark: true, lineEnd: '\r\n', formulaGuard: true };

/** One row. An empty text is `""` and a missing value is nothing, so that they can be told apart. */
export function csvLine(cells: readonly string[], style: CsvStyle): string {
  return cells.join(',') + style.lineEnd;
}

export function csvCell(value: ExportCell, type: ExportColumnType, style: CsvStyle): string {
  if (value === null) return '';
  switch (type) {
    case 'text':
      return quoted(style.formulaGuard ? guarded(String(value)) : String(value));
    case 'boolean':
      return value ? 'true' : 'false';
    case 'date':
      return dateText(value as number);
    case 'time':
      return timeText(value as number);
    default:
      return numberText(value as number);
  }
}

/** Spaces at the ends are quoted, too: some readers trim them. */
export function quoted(text: string): string {
  return text === '' || /[",\r\n]|^\s|\s$|^\uFEFF/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function guarded(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
