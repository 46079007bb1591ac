import { rejectMessages, type RejectedRow } from '../../schema/staging/staged';

/**
 * Rejected rows for a person to read, as UTF-8: row number, column, the cell as it stands in the file, code and reason,
 * and the row. The first part of a file begins with a byte order mark, so that spreadsheets show Chinese, and a header.
 */
export function rejectsCsv(rejects: readonly RejectedRow[], isFirst = true, file = ''): Uint8Array {
  const lines = rejects.map(({ row, column, code, text, value = '' }) =>
    [String(row), column, value, code, rejectMessages[code], text, file].map(cell).join(','),
  );
  const head = isFirst ? '\ufeffrow,column,value,code,reason,text,file\r\n' : '';
  return new TextEncoder().encode(head + lines.map((line) => `${line}\r\n`).join(''));
}

/** Quoted where it must be; a cell that a spreadsheet would run as a formula begins with an apostrophe. */
function cell(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
