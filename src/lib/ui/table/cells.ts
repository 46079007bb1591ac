import { m } from '$lib/paraglide/messages';
import type { Cell } from '../../work/operations/profiles';
import { noValue, type Format } from '$lib/state/figures';
import type { CellKind } from './types';

/** A cell's words in the language, zone and currency of `format`. */
export function writeCell(value: Cell | undefined, kind: CellKind | undefined, format: Format): string {
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
      return format.percent(value);
    case 'days':
      return format.number(value, 1);
    case 'bytes':
      return format.bytes(value);
    case 'duration':
      return format.duration(value);
    default:
      return format.number(value);
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
