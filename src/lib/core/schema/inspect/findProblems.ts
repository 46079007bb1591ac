import type { Diagnostic } from '../../base/errors';
import { guessTime, swapDayAndMonth } from '../parse/guessTime';
import { timeParser } from '../parse/times';
import { TimeZone } from '../parse/timeZone';
import type { Mapping } from '../roles';
import type { InspectedColumn } from './columnGuess';

interface Inspected {
  mapping: Mapping;
  columns: readonly InspectedColumn[];
  rows: readonly string[][];
  headerCells: readonly string[];
  brokenRecords: number;
}

/** Everything that the sample shows to be wrong or doubtful, gravest first. */
export function findProblems(inspected: Inspected): Diagnostic[] {
  return [
    ...missingRoles(inspected),
    ...timeProblems(inspected),
    ...shapeProblems(inspected),
    ...encodingProblems(inspected),
    ...headerProblems(inspected),
    ...idProblems(inspected),
  ];
}

function missingRoles({ mapping: { kind, roles } }: Inspected): Diagnostic[] {
  const found: Diagnostic[] = [];
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

function timeProblems({ mapping, columns, rows }: Inspected): Diagnostic[] {
  const cell = columns.findIndex(({ name }) => name === mapping.roles.time);
  const guess = columns[cell]?.time;
  if (mapping.kind !== 'events' || !guess || !mapping.timeFormat) return [];
  const { name } = columns[cell];
  const found: Diagnostic[] = [];
  if (guess.alternative && mapping.timeFormat.kind === 'text') {
    const values = { column: name, chosen: mapping.timeFormat.pattern, other: swapDayAndMonth(mapping.timeFormat.pattern) };
    found.push({
      code: 'ambiguous_dates',
      severity: 'warning',
      message: `The dates in "${name}" fit ${values.chosen} and ${values.other} alike; the first was chosen.`,
      hint: 'Check the order of day and month against a date that you know.',
      column: name,
      values,
    });
  }
  const parse = timeParser(mapping.timeFormat, new TimeZone('UTC'));
  const isOther = (text: string) => {
    const bytes = encoder.encode(text);
    return text.trim() !== '' && Number.isNaN(parse(bytes, 0, bytes.length));
  };
  const others = rows.filter((row) => isOther(row[cell] ?? ''));
  if (others.length > 0) {
    const row = rows.indexOf(others[0]) + 1;
    const other = guessTime([others[0][cell]]);
    const share = Math.max(1, Math.round((100 * others.length) / rows.length));
    found.push({
      code: 'mixed_times',
      severity: 'warning',
      message: `${share} % of the sampled times in "${name}" have another format, such as "${others[0][cell]}"; those rows will be rejected.`,
      hint: other
        ? 'Write all dates in one format before the import, or import the parts one by one.'
        : 'Look at the rejected rows after the import.',
      row,
      column: name,
      values: { share, column: name, example: others[0][cell] },
    });
  }
  return found;
}

function shapeProblems({ columns, rows, brokenRecords }: Inspected): Diagnostic[] {
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
  if (brokenRecords > 0)
    found.push({
      code: 'broken_quotes',
      severity: 'warning',
      message: `${brokenRecords} of the sampled rows have a quote that does not close where it should; those rows will be rejected.`,
      hint: 'If the file does not quote, choose no quote character.',
      values: { count: brokenRecords },
    });
  return found;
}

function encodingProblems({ columns, rows }: Inspected): Diagnostic[] {
  const cell = columns.findIndex((_, c) => rows.some((row) => row[c]?.includes('\ufffd')));
  if (cell < 0) return [];
  const { name } = columns[cell];
  const row = rows.findIndex((cells) => cells[cell]?.includes('\ufffd')) + 1;
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
  const trimmed = headerCells.map((cell) => cell.trim());
  const repeated = trimmed.find((cell, i) => cell !== '' && trimmed.indexOf(cell) !== i);
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

const encoder = new TextEncoder();
