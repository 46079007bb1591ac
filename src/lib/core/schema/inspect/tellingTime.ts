import { swapDayAndMonth } from '../dayMonth';
import { timeParser } from '../parse/times';
import { utcZone } from '../parse/timeZone';
import type { TimeFormat } from '../roles';

/** The cell that shows best how times are read: one whose day and month could be swapped, else the first that is read. */
export function tellingTime(cells: readonly string[], format: TimeFormat): string {
  const read = readerOf(format);
  const readSwapped = format.kind === 'text' ? readerOf({ kind: 'text', pattern: swapDayAndMonth(format.pattern) }) : read;
  const isTelling = (cell: string) => {
    const time = read(cell);
    const swapped = readSwapped(cell);
    return !Number.isNaN(time) && !Number.isNaN(swapped) && time !== swapped;
  };
  return cells.find(isTelling) ?? cells.find((cell) => !Number.isNaN(read(cell))) ?? cells[0];
}

/** A cell as local time of its file, `2025-01-02T08:26:00`; null where it is not one. */
export function readTime(cell: string, format: TimeFormat): string | null {
  const time = readerOf(format)(cell);
  return Number.isNaN(time) || Math.abs(time) > 8.64e18 ? null : new Date(time / 1000).toISOString().slice(0, 19);
}

function readerOf(format: TimeFormat): (cell: string) => number {
  const parse = timeParser(format, utcZone);
  return (cell) => {
    const bytes = encoder.encode(cell);
    return parse(bytes, 0, bytes.length);
  };
}

const encoder = new TextEncoder();
