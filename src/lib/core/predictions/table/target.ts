import { UserError } from '../../base/errors';
import type { RawFeature } from '../features';
import type { Labels } from '../labels';
import { rowsOfFeatures } from '../rows';
import { requireColumns, type DataTable } from './readTable';

/** What is to be predicted of each row of a table. */
export interface TableTarget {
  column: string;
  /** The value that counts as yes; a number is predicted where it is absent. */
  positive?: string;
}

/** Rows of a table whose target is known: what is known of each, and what is to be predicted. */
export interface LabeledTable {
  features: RawFeature[];
  labels: Labels & { kind: 'binary' | 'number' };
  /** The value that counts as yes. */
  positive?: string;
  /** Of each row its number in the table, from 0. */
  rowNumbers: Int32Array;
  /** Rows without a target, which are left out. */
  unlabeled: number;
}

/** With fewer rows of a class there is nothing to learn from or to measure with. */
const fewest = 20;

/**
 * The target column as labels, all others as features. A target of two values needs no `positive` where one of them is
 * plainly yes (`yes`, `true`, `1`, `是`); a target of numbers without `positive` is predicted as a number.
 * @throws UserError `table_column_unknown`, `target_empty`, `target_positive_unknown`, `target_positive_needed`,
 * `target_one_class`, `target_too_few`, `target_constant`
 */
export function labelTable(table: DataTable, target: TableTarget, leaveOut: readonly string[] = []): LabeledTable {
  const names = table.columns.map(({ id }) => id);
  requireColumns(table.name, names, [target.column, ...leaveOut]);
  const column = table.columns.find(({ id }) => id === target.column)!;
  const known = Int32Array.from({ length: table.rows }, (_, row) => row).filter((row) => isKnown(column, row));
  const values = { file: table.name, column: target.column };
  if (known.length === 0) {
    throw new UserError('target_empty', `"${target.column}" of "${table.name}" is empty in every row.`, 'Choose another target.', values);
  }
  const dropped = new Set([target.column, ...leaveOut]);
  const features = table.columns.filter(({ id }) => !dropped.has(id));
  return {
    features: known.length === table.rows ? features : rowsOfFeatures(features, known),
    ...labelsOf(column, known, target, table.name),
    rowNumbers: known,
    unlabeled: table.rows - known.length,
  };
}

function labelsOf(
  column: RawFeature,
  rows: Int32Array,
  { positive }: TableTarget,
  file: string,
): Pick<LabeledTable, 'labels' | 'positive'> {
  const counts = countsOf(column, rows);
  const wanted = positive ?? plainYes(counts);
  if (wanted === undefined) {
    if (column.kind === 'text') throw positiveNeeded(file, column.id, counts);
    const values = Float64Array.from(rows, (row) => column.values[row]);
    if (counts.size < 2) throw constant(file, column.id, [...counts.keys()][0]);
    if (values.length < fewest) throw tooFew(file, column.id, values.length);
    return { labels: { kind: 'number', values } };
  }
  const yes = counts.has(wanted) ? wanted : [...counts.keys()].find((value) => isSame(value, wanted));
  if (yes === undefined) throw positiveUnknown(file, column.id, wanted, counts);
  const labels = Uint8Array.from(rows, (row) => (textOf(column, row) === yes ? 1 : 0));
  const positives = counts.get(yes)!;
  if (positives === labels.length) throw oneClass(file, column.id, yes);
  const least = Math.min(positives, labels.length - positives);
  if (least < fewest) throw tooFewOfClass(file, column.id, yes, positives, labels.length - positives);
  return { labels: { kind: 'binary', values: labels }, positive: yes };
}

function isKnown({ kind, values }: RawFeature, row: number): boolean {
  return kind === 'text' ? values[row] !== null : !Number.isNaN(values[row]);
}

function textOf({ values }: RawFeature, row: number): string {
  return String(values[row]);
}

function countsOf(column: RawFeature, rows: Int32Array): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const text = textOf(column, row);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return counts;
}

const yesWords = ['yes', 'y', 'true', 't', '1', '是'];
const noWords = ['no', 'n', 'false', 'f', '0', '否'];

/** Of two values that say yes and no, the one that says yes. */
function plainYes(counts: ReadonlyMap<string, number>): string | undefined {
  if (counts.size !== 2) return undefined;
  const values = [...counts.keys()];
  const yes = values.find((value) => yesWords.includes(value.toLowerCase()));
  return yes !== undefined && values.some((value) => noWords.includes(value.toLowerCase())) ? yes : undefined;
}

/** `1` on the command line is the number 1 of the column, and `true` may be written `TRUE`. */
function isSame(value: string, wanted: string): boolean {
  const text = wanted.trim();
  return value.toLowerCase() === text.toLowerCase() || (text !== '' && Number(value) === Number(text));
}

function shown(counts: ReadonlyMap<string, number>): string {
  const values = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([value]) => value);
  return values.length > 10 ? `${values.slice(0, 10).join(', ')} …` : values.join(', ');
}

function positiveNeeded(file: string, column: string, counts: ReadonlyMap<string, number>): UserError {
  return new UserError(
    'target_positive_needed',
    `"${column}" of "${file}" is a text, and nobody said which of its values counts as yes.`,
    `Name one of: ${shown(counts)}.`,
    { file, column, values: shown(counts) },
  );
}

function positiveUnknown(file: string, column: string, positive: string, counts: ReadonlyMap<string, number>): UserError {
  return new UserError('target_positive_unknown', `"${column}" of "${file}" is never "${positive}".`, `Its values are: ${shown(counts)}.`, {
    file,
    column,
    positive,
    values: shown(counts),
  });
}

function oneClass(file: string, column: string, value: string): UserError {
  return new UserError(
    'target_one_class',
    `"${column}" of "${file}" is "${value}" in every row, so there is nothing to tell apart.`,
    'Choose another target, or a table that has rows of both kinds.',
    { file, column, value },
  );
}

function constant(file: string, column: string, value: string): UserError {
  return new UserError(
    'target_constant',
    `"${column}" of "${file}" is ${value} in every row, so there is nothing to learn.`,
    'Choose another target.',
    { file, column, value },
  );
}

function tooFew(file: string, column: string, rows: number): UserError {
  return new UserError(
    'target_too_few_rows',
    `Only ${rows} rows of "${file}" have a number in "${column}"; at least ${fewest} are needed.`,
    'Add more rows, or choose another target.',
    { file, column, rows, fewest },
  );
}

function tooFewOfClass(file: string, column: string, positive: string, did: number, not: number): UserError {
  return new UserError(
    'target_too_few',
    `"${column}" of "${file}" is "${positive}" in ${did} rows and something else in ${not}; at least ${fewest} of each are needed.`,
    'Add more rows, or choose another target.',
    { file, column, positive, did, not, fewest },
  );
}
