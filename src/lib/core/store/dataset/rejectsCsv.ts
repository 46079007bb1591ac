import { rejectMessages, type RejectedRow } from '../../schema/staging/staged';

/** Rejected rows for a person to read: UTF-8 with a byte order mark, so that spreadsheets show Chinese. */
export function rejectsCsv(rejects: readonly RejectedRow[]): Uint8Array {
  const lines = rejects.map(({ row, column, code, text }) => [String(row), column, code, rejectMessages[code], text].map(cell).join(','));
  return new TextEncoder().encode(`\ufeff${['row,column,code,reason,text', ...lines].join('\r\n')}\r\n`);
}

/** Quoted where it must be; a cell that a spreadsheet would run as a formula begins with an apostrophe. */
function cell(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
