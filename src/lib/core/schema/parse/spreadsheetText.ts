import type { Records } from '../records';

/*
 * Exports keep spreadsheets from turning ids into numbers by writing ="00123" or '13800138000, or a tab or a backtick
 * beside the digits. What is meant is the text without.
 */

const equals = 61;
const doubleQuote = 34;
const apostrophe = 39;
const backtick = 96;
const tab = 9;
const plus = 43;

/** Moves the bounds of the cells of the record at hand inside such guards. */
export function unguardCells(records: Records): void {
  const { bytes, starts, ends, quoted } = records;
  const cells = Math.min(records.cells, starts.length);
  for (let cell = 0; cell < cells; cell++) {
    const start = starts[cell];
    const end = ends[cell];
    if (end - start < 2) continue;
    const first = bytes[start];
    if (first !== equals && first !== apostrophe && first !== backtick && first !== tab && bytes[end - 1] !== tab) continue;
    const inner = insideGuard(bytes, start, end, quoted[cell] === 2 ? 2 : 1);
    starts[cell] = inner.start;
    ends[cell] = inner.end;
  }
}

/** The same for the text of a cell. */
export function withoutGuard(text: string): string {
  if (!/^[='`\t]|\t$/.test(text)) return text;
  const bytes = encoder.encode(text);
  const { start, end } = insideGuard(bytes, 0, bytes.length, 1);
  return decoder.decode(bytes.subarray(start, end));
}

/** @param quotes how many bytes a quote takes: two where the cell doubles its quotes */
function insideGuard(bytes: Uint8Array, start: number, end: number, quotes: number): { start: number; end: number } {
  if (bytes[start] === tab || bytes[end - 1] === tab) {
    let from = start;
    let to = end;
    while (from < to && bytes[from] === tab) from++;
    while (to > from && bytes[to - 1] === tab) to--;
    return to > from && isPlainId(bytes, from, to) ? { start: from, end: to } : { start, end };
  }
  const first = bytes[start];
  if (first === equals) {
    const isText = end - start > 2 * quotes && bytes[start + 1] === doubleQuote && bytes[end - 1] === doubleQuote;
    if (!isText) return { start, end };
    for (let at = start + 1 + quotes; at < end - quotes; at++) if (bytes[at] === doubleQuote) return { start, end };
    return { start: start + 1 + quotes, end: end - quotes };
  }
  return (first === apostrophe || first === backtick) && isNumber(bytes, start + 1, end) ? { start: start + 1, end } : { start, end };
}

/** Digits, ASCII letters and dashes, at least one digit. */
function isPlainId(bytes: Uint8Array, start: number, end: number): boolean {
  let digits = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte >= 48 && byte <= 57) digits++;
    else if (!((byte | 32) >= 97 && (byte | 32) <= 122) && byte !== 45 && byte !== plus) return false;
  }
  return digits > 0;
}

function isNumber(bytes: Uint8Array, start: number, end: number): boolean {
  const from = bytes[start] === plus ? start + 1 : start;
  for (let at = from; at < end; at++) if (bytes[at] < 48 || bytes[at] > 57) return false;
  return end > from;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
