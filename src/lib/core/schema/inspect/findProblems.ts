import type { Diagnostic } from '../../base/errors';
import { headerNames } from '../csv/headerNames';
import { swapDayAndMonth } from '../dayMonth';
import { standardEventOf } from '../parse/eventNames';
import { dayMonthEvidence, guessTime } from '../parse/guessTime';
import { timeParser } from '../parse/times';
import { utcZone } from '../parse/timeZone';
import type { Mapping, TimeFormat } from '../roles';
import { isMissing, type InspectedColumn } from './columnGuess';
import { decimalProblems, numberColumns } from './decimalMark';
import type { AssignedRoles } from './suggestions';

interface Inspected {
  mapping: Mapping;
  columns: readonly InspectedColumn[];
  /** From the file's beginning, then from its end. */
  rows: readonly string[][];
  /** How many of them are from the beginning, and so have a row number. */
  headRows: number;
  headerCells: readonly string[];
  brokenRecords: number;
  /** The first cell with bytes that are not valid in the encoding: its 1-based row, its position in the row. */
  invalidCell?: { row: number; cell: number };
  /** Roles that two columns fit nearly alike. */
  doubts?: AssignedRoles['doubts'];
}

/** Everything that the sample shows to be wrong or doubtful, gravest first. */
export function findProblems(inspected: Inspected): Diagnostic[] {
  return [
    ...missingRoles(inspected),
    ...doubtfulRoles(inspected),
    ...timeProblems(inspected),
    ...numberProblems(inspected),
    ...shapeProblems(inspected),
    ...encodingProblems(inspected),
    ...headerProblems(inspected),
    ...idProblems(inspected),
    ...unknownEvents(inspected),
  ];
}

function missingRoles({ mapping: { kind, roles } }: Inspected): Diagnostic[] {
  const found: Diagnostic[] = [];
  if (kind === 'events' && roles.order !== undefined && roles.user === undefined && roles.time === undefined)
    return [
      {
        code: 'needs_orders',
        severity: 'error',
        message: `The rows are lines of orders, known by "${roles.order}", and say neither who ordered nor when.`,
        hint: 'Add the file of the orders beside it, or choose the columns that hold the user and the time.',
        column: roles.order,
        values: { column: roles.order },
      },
    ];
  if (kind !== 'items' && roles.user === undefined)
    found.push({
      code: 'mapping_no_user',
      severity: 'error',
      message: 'No column is mapped to the user.',
      hint: "Choose the column that holds the user's id.",
    });
  if (kind === 'items' && roles.item === undefined)
    found.push({
      code: 'mapping_no_item',
      severity: 'error',
      message: 'No column is mapped to the item.',
      hint: "Choose the column that holds the item's id.",
    });
  if (kind === 'events' && roles.time === undefined)
    found.push({
      code: 'mapping_no_time',
      severity: 'error',
      message: 'No column is mapped to the time.',
      hint: 'Choose the column that says when each event happened; a file without times cannot be imported as events.',
    });
  return found;
}

function doubtfulRoles({ doubts = [] }: Inspected): Diagnostic[] {
  return doubts.map(({ role, column, other }) => ({
    code: `doubtful_${role}`,
    severity: 'info',
    message: `"${column}" was taken for the ${role}; "${other}" could be it, too.`,
    hint: 'Compare the two, and choose the other one if it is meant.',
    column,
    values: { column, other },
  }));
}

/** Words of events that no standard event is known by: they stay as they are, and only the person knows what they mean. */
function unknownEvents({ mapping, columns }: Inspected): Diagnostic[] {
  const column = mapping.kind === 'events' ? columns.find(({ name }) => name === mapping.roles.event) : undefined;
  if (!column) return [];
  const counts = new Map<string, number>();
  for (const value of column.values) {
    const word = value.trim();
    if (mapping.eventNames?.[word] === undefined && standardEventOf(word) === undefined) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  if (counts.size === 0) return [];
  const sorted = [...counts].sort((a, b) => b[1] - a[1]);
  const list = sorted.slice(0, shownWords).map(([word, count]) => `${word.slice(0, 40)} (${count})`);
  const words = list.join(', ') + (sorted.length > shownWords ? ' …' : '');
  return [
    {
      code: 'unknown_events',
      severity: 'info',
      message: `${counts.size} ${counts.size === 1 ? 'event name' : 'event names'} in "${column.name}" ${counts.size === 1 ? 'is none' : 'are none'} that Muster knows: ${words}; kept as written.`,
      hint: 'Where one of them is a purchase, a view or another standard event, say so.',
      column: column.name,
      values: { column: column.name, count: counts.size, words },
    },
  ];
}

function timeProblems({ mapping, columns, rows, headRows }: Inspected): Diagnostic[] {
  const cell = columns.findIndex(({ name }) => name === mapping.roles.time);
  if (mapping.kind !== 'events' || cell < 0) return [];
  const { name, values: texts } = columns[cell];
  if (!mapping.timeFormat)
    return [
      {
        code: 'time_not_recognised',
        severity: 'error',
        message: `The cells of "${name}" cannot be read as times, such as "${texts[0] ?? ''}".`,
        hint: 'Choose another column for the time, or write its dates as 2026-05-01 12:00:00.',
        column: name,
        values: { column: name, example: texts[0] ?? '' },
      },
    ];
  const format = mapping.timeFormat;
  const evidence = format.kind === 'text' ? dayMonthEvidence(texts, format.pattern) : undefined;
  const found: Diagnostic[] = [];
  const rowOf = (at: number) => (at >= 0 && at < headRows ? { row: at + 1 } : {});
  if (format.kind === 'text' && evidence && evidence.fits + evidence.fitsOther === 0 && texts.some((text) => reads(text, format))) {
    const values = { column: name, chosen: format.pattern, other: swapDayAndMonth(format.pattern) };
    found.push({
      code: 'ambiguous_dates',
      severity: 'warning',
      message: `The dates in "${name}" fit ${values.chosen} and ${values.other} alike; the first was chosen.`,
      hint: 'Check the order of day and month against a date that you know.',
      column: name,
      values,
    });
  }
  const isMixed = evidence !== undefined && evidence.fits > 0 && evidence.fitsOther > 0;
  if (isMixed) {
    const example = texts[evidence.firstOther];
    found.push({
      code: 'mixed_day_month',
      severity: 'warning',
      message: `${evidence.fits} of the sampled dates in "${name}" have the day and the month in the chosen order, and ${evidence.fitsOther} can only be read the other way round, such as "${example}".`,
      hint: 'Those rows will be rejected, and dates up to the 12th may be read wrongly: find out how the file came to have both.',
      ...rowOf(rows.findIndex((row) => row[cell] === example)),
      column: name,
      values: { column: name, fits: evidence.fits, fitsOther: evidence.fitsOther, example },
    });
  }
  const swapped: TimeFormat | undefined =
    isMixed && format.kind === 'text' ? { kind: 'text', pattern: swapDayAndMonth(format.pattern) } : undefined;
  const isOther = (text: string) => !isMissing(text) && !reads(text, format) && !(swapped && reads(text, swapped));
  const others = rows.filter((row) => isOther(row[cell] ?? ''));
  if (others.length > 0) {
    const other = guessTime([others[0][cell]]);
    const share = Math.max(1, Math.round((100 * others.length) / rows.length));
    found.push({
      code: 'mixed_times',
      severity: 'warning',
      message: `${share} % of the sampled times in "${name}" have another format, such as "${others[0][cell]}"; those rows will be rejected.`,
      hint: other
        ? 'Write all dates in one format before the import, or import the parts one by one.'
        : 'Look at the rejected rows after the import.',
      ...rowOf(rows.indexOf(others[0])),
      column: name,
      values: { share, column: name, example: others[0][cell] },
    });
  }
  return found;
}

function reads(text: string, format: TimeFormat): boolean {
  const bytes = encoder.encode(text);
  return !Number.isNaN(timeParser(format, utcZone)(bytes, 0, bytes.length));
}

function numberProblems({ mapping, columns, rows, headRows }: Inspected): Diagnostic[] {
  const numeric = numberColumns(mapping, columns);
  return decimalProblems(numeric, mapping.decimal ?? 'point', mapping.delimiter, (column, cell) => {
    const at = rows.findIndex((row) => row[columns.indexOf(column)] === cell);
    return at >= 0 && at < headRows ? at + 1 : undefined;
  });
}

function shapeProblems({ mapping, columns, rows, brokenRecords }: Inspected): Diagnostic[] {
  const found: Diagnostic[] = [];
  const ragged = rows.filter((row) => row.length !== columns.length && !(row.length === columns.length + 1 && row.at(-1) === ''));
  if (ragged.length > 0) {
    const row = rows.indexOf(ragged[0]) + 1;
    found.push({
      code: 'ragged_rows',
      severity: 'warning',
      message: `${ragged.length} of the ${rows.length} sampled rows do not have ${columns.length} columns; the first is row ${row} with ${ragged[0].length}.`,
      hint: 'Perhaps a text contains the separator without quotes.',
      row,
      values: { count: ragged.length, sampled: rows.length, columns: columns.length, row, cells: ragged[0].length },
    });
  }
  if (brokenRecords > 0 && mapping.format === 'json')
    found.push({
      code: 'broken_json',
      severity: 'warning',
      message: `${brokenRecords} of the sampled records are not valid JSON; those rows will be rejected.`,
      hint: 'Look at the rejected rows after the import.',
      values: { count: brokenRecords },
    });
  else if (brokenRecords > 0)
    found.push({
      code: 'broken_quotes',
      severity: 'warning',
      message: `${brokenRecords} of the sampled rows have a quote that does not close where it should; those rows will be rejected.`,
      hint: 'If the file does not quote, choose no quote character.',
      values: { count: brokenRecords },
    });
  return found;
}

function encodingProblems({ columns, invalidCell }: Inspected): Diagnostic[] {
  if (!invalidCell) return [];
  const { row, cell } = invalidCell;
  const name = columns[cell]?.name ?? '';
  return [
    {
      code: 'invalid_characters',
      severity: 'warning',
      message: `Row ${row} has characters in "${name}" that the encoding does not know.`,
      hint: 'Choose another encoding, or look at the rejected rows after the import.',
      row,
      column: name,
      values: { row, column: name },
    },
  ];
}

function headerProblems({ headerCells }: Inspected): Diagnostic[] {
  const names = headerNames(headerCells);
  const repeated = headerCells.map((cell) => cell.trim()).find((cell, i) => cell !== '' && names[i] !== cell);
  if (repeated === undefined) return [];
  return [
    {
      code: 'repeated_header',
      severity: 'info',
      message: `The header has "${repeated}" more than once; the later ones got a number.`,
      column: repeated,
      values: { column: repeated },
    },
  ];
}

function idProblems({ mapping, columns }: Inspected): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const role of ['user', 'item'] as const) {
    const column = columns.find(({ name }) => name === mapping.roles[role]);
    if (!column) continue;
    if (role === 'user' && mapping.trimFloatIds && column.values.some((value) => /^\d+\.0$/.test(value)))
      found.push({
        code: 'float_ids',
        severity: 'info',
        message: `The ids in "${column.name}" end with ".0", which a spreadsheet left there; it is dropped.`,
        column: column.name,
        values: { column: column.name },
      });
    if (column.values.some((value) => /^\d(\.\d+)?e\+\d+$/i.test(value)))
      found.push({
        code: 'rounded_ids',
        severity: 'warning',
        message: `Some ids in "${column.name}" look like "${column.values.find((value) => /e\+/i.test(value))}": a spreadsheet has rounded them, and different ids may have become one.`,
        hint: 'Export the file again without opening it in a spreadsheet.',
        column: column.name,
        values: { column: column.name, example: column.values.find((value) => /e\+/i.test(value)) ?? '' },
      });
  }
  return found;
}

const shownWords = 12;
const encoder = new TextEncoder();
