import { readBoolean } from '../parse/booleans';
import { guessTime, type TimeGuess } from '../parse/guessTime';
import type { ColumnGuess, ColumnType, RoleSuggestion } from '../roles';
import { classifyColumn } from '../privacy/classifyColumn';
import { headerFit } from './headerWords';
import { looksPersonal } from './looksPersonal';

/** A column as inspection knows it: its guess, and what it takes to map it. */
export interface InspectedColumn extends ColumnGuess {
  /** The sampled cells that are not empty. */
  values: string[];
  /** How its cells could be read as times. */
  time?: TimeGuess;
}

const missing = new Set(['', '\\N', 'NULL', 'null', 'NaN', 'nan', 'None', '#N/A', '<NA>']);
/** Columns with more distinct cells are no event names. */
const mostWords = 60;

/** Whether a cell stands for an empty one. */
export function isMissing(cell: string): boolean {
  return missing.has(cell.trim());
}

export function inspectColumn(name: string, cells: readonly string[]): InspectedColumn {
  const values = cells.filter((cell) => !isMissing(cell));
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const distinct = new Set(counts.keys());
  const isHeadedLikeTime = headerFit(name, 'time') > 0 || headerFit(name, 'createdAt') > 0 || /date|time|日期|时间/i.test(name);
  const time = guessTime(values, isHeadedLikeTime);
  const type = typeOf(values, distinct, time);
  const found = classifyColumn({ name, type, values, distinct: distinct.size });
  return {
    name,
    type,
    emptyShare: cells.length === 0 ? 1 : 1 - values.length / cells.length,
    distinct: distinct.size,
    examples: [...distinct].slice(0, 5),
    ...(time && { timeFormat: time.format }),
    ...(counts.size > 0 && counts.size <= mostWords && { words: [...counts].sort((a, b) => b[1] - a[1]).map(([word]) => word) }),
    ...(looksPersonal(found) && { personal: true }),
    ...(found && { class: found.class, classReason: found.reason }),
    values,
    ...(time && { time }),
  };
}

/** The column as the preview carries it: without its sample. */
export function publicGuess(column: InspectedColumn, suggestion?: RoleSuggestion): ColumnGuess {
  const { name, type, emptyShare, distinct, examples, timeFormat, words, personal, class: of, classReason } = column;
  return {
    name,
    type,
    emptyShare,
    distinct,
    examples,
    ...(timeFormat && { timeFormat }),
    ...(words && { words }),
    ...(personal && { personal }),
    ...(of && { class: of, classReason }),
    ...(suggestion && { suggestion }),
  };
}

function typeOf(values: readonly string[], distinct: Set<string>, time: TimeGuess | undefined): ColumnType {
  if (values.length === 0) return 'empty';
  if (time && time.share >= 0.9 && distinct.size > 1) return 'time';
  const share = (test: (value: string) => boolean) => values.filter(test).length / values.length;
  // Ids with leading zeros are not numbers.
  if (share((value) => /^\s*-?(0|[1-9]\d*)\s*$/.test(value)) >= 0.98) return 'integer';
  if (share((value) => /^\s*[-+]?[¥￥$€£]?\s*(\d{1,3}(,\d{3})+|0|[1-9]\d*)?(\.\d+)?(e[-+]?\d+)?\s*$/i.test(value)) >= 0.98)
    return 'decimal';
  if (share((value) => /^\s*[-+]?[¥￥$€£]?\s*(\d{1,3}([. '’]\d{3})+|0|[1-9]\d*)([.,]\d+)?\s*$/.test(value)) >= 0.98) return 'decimal';
  if (distinct.size <= 2 && [...distinct].every((value) => readBoolean(value) >= 0)) return 'boolean';
  return 'text';
}

/** Whether the first record names the columns: none of its cells is a number or time, and below them some are, or they are words that headers use. */
export function looksLikeHeader(
  first: readonly string[],
  below: readonly InspectedColumn[],
  isKnownWord: (cell: string) => boolean,
): boolean {
  const cells = first.filter((cell) => cell.trim() !== '');
  if (cells.length === 0 || cells.some((cell) => /^[-+]?[\d.,:/ -]+$/.test(cell.trim()))) return false;
  const known = cells.filter(isKnownWord).length;
  if (known >= 2 || known / cells.length >= 0.5) return true;
  if (below.some((column) => column.type === 'time' || column.type === 'integer' || column.type === 'decimal')) {
    // A row of data with a number or time in those columns was excluded above.
    return !first.some((cell, i) => below[i]?.values.includes(cell) && below[i].distinct < 20);
  }
  return new Set(cells).size === cells.length && !first.some((cell, i) => below[i]?.values.includes(cell));
}
