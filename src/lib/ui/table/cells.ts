import { m } from '$lib/paraglide/messages';
import type { Cell } from '../../work/operations/profiles';
import { noValue, type Format } from '$lib/state/figures';
import type { CellKind } from './types';

/** A cell's words in the language, zone and currency of `format`; `decimals` is what the column's figures need at most. */
export function writeCell(value: Cell | undefined, kind: CellKind | undefined, format: Format, decimals = 0): string {
  if (value === null || value === undefined || value === '') return noValue;
  if (typeof value === 'boolean') return value ? m.shell_yes() : m.shell_no();
  if (kind === 'date') return format.date(String(value));
  if (kind === 'dateTime') return format.dateTime(String(value));
  if (typeof value !== 'number') return value;
  switch (kind) {
    case 'money':
      return format.money(value);
    case 'count':
      return format.count(value);
    case 'share':
    case 'score':
      return format.percent(value, 1, true);
    case 'days':
      return format.fixed(value, Math.min(1, decimals));
    case 'bytes':
      return format.bytes(value);
    case 'duration':
      return format.duration(value);
    default:
      return format.fixed(value, decimals);
  }
}

/** Rows as tab-separated text that spreadsheets take: raw values, and no cell that they would run as a formula. */
export function toTsv(header: string[], rows: Cell[][]): string {
  return [header, ...rows].map((row) => row.map(tsvCell).join('\t')).join('\n');
}

function tsvCell(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = String(value).replace(/[\t\r\n]+/g, ' ');
  return /^[=+\-@]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
}

/** Decimals, two at most, that this figure needs. */
export function decimalsOf(value: Cell): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) return 0;
  const hundredths = Math.round(value * 100);
  return hundredths % 100 === 0 ? 0 : hundredths % 10 === 0 ? 1 : 2;
}
