import { rejectMessages, type RejectedRow } from '../../schema/staging/staged';

/**
 * Rejected rows for a person to read: UTF-8 with a byte order mark, so that spreadsheets show Chinese. Where not all
 * of the `rejected` rows were kept, the last line says so.
 */
export function rejectsCsv(rejects: readonly RejectedRow[], rejected = rejects.length): Uint8Array {
  const lines = rejects.map(({ row, column, code, text }) => [String(row), column, code, rejectMessages[code], text].map(cell).join(','));
  if (rejects.length < rejected) {
    const [kept, all] = [rejects.length, rejected].map((count) => count.toLocaleString('en'));
    lines.push(
      ['', '', '', `These are the first ${kept} of ${all} rejected rows; the others were counted and not kept.`, ''].map(cell).join(','),
    );
  }
  return new TextEncoder().encode(`\ufeff${['row,column,code,reason,text', ...lines].join('\r\n')}\r\n`);
}

/** Quoted where it must be; a cell that a spreadsheet would run as a formula begins with an apostrophe. */
function cell(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
