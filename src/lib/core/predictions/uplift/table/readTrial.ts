import { UserError } from '../../../base/errors';
import type { RawFeature } from '../../features';
import { rowsWhere } from '../../folds';
import { rowsOfFeatures } from '../../rows';
import { requireColumns, type DataTable } from '../../table/readTable';
import { checkTrial } from '../trialErrors';
import type { OutcomeKind } from '../trial';

/** Which columns of a table are the trial. */
export interface TrialColumns {
  treatment: string;
  /** The value of those who were addressed; where it is absent, the one of two values that is not `control`. */
  treated?: string;
  /** The value of those who were held out; where it is absent, 0, false, no or control. */
  control?: string;
  outcome: string;
  /** The columns that the uplift may depend on; all others where it is absent. */
  features?: readonly string[];
  leaveOut?: readonly string[];
}

/** Rows of a table that were addressed or held out and have an outcome. */
export interface TableTrial {
  features: RawFeature[];
  treated: Uint8Array;
  outcome: Float64Array;
  outcomeKind: OutcomeKind;
  /** As they are written in the table. */
  treatedValue: string;
  controlValue: string;
  /** Of each row its number in the table, from 0. */
  rowNumbers: Int32Array;
  /** Rows that are in neither arm, and rows without an outcome. */
  otherArms: number;
  noOutcome: number;
  findings: { code: string; feature?: string; message: string; values?: Record<string, string | number> }[];
}

/**
 * @throws UserError `table_column_unknown`, `uplift_treatment_values`, `uplift_treatment_unknown`, `uplift_outcome_text`,
 * `uplift_outcome_missing`, `uplift_no_features`, and those of {@link checkTrial}
 */
export function readTrial(table: DataTable, columns: TrialColumns): TableTrial {
  const { treatment, outcome, features: wanted, leaveOut = [] } = columns;
  requireColumns(
    table.name,
    table.columns.map(({ id }) => id),
    [treatment, outcome, ...(wanted ?? []), ...leaveOut],
  );
  const columnOf = (id: string) => table.columns.find((column) => column.id === id)!;
  const { armOf, treatedValue, controlValue } = armsOf(table.name, columnOf(treatment), columns);
  const { valueOf, outcomeKind } = outcomeOf(table.name, columnOf(outcome));
  const inArm = rowsWhere(table.rows, (row) => armOf(row) >= 0);
  const rowNumbers = inArm.filter((row) => !Number.isNaN(valueOf(row)));
  const treated = Uint8Array.from(rowNumbers, armOf);
  const values = Float64Array.from(rowNumbers, valueOf);
  if (rowNumbers.length === 0) throw outcomeMissing(table.name, outcome);
  checkTrial({ treated, outcome: values, outcomeKind }, `${treatment} = ${treatedValue}`, outcome);
  const dropped = new Set([treatment, outcome, ...leaveOut]);
  const candidates = table.columns.filter(({ id }) => !dropped.has(id) && (wanted === undefined || wanted.includes(id)));
  const features = rowsOfFeatures(candidates, rowNumbers);
  const knowing = new Set(features.filter((feature) => wanted === undefined && knowsOutcome(feature, values)).map(({ id }) => id));
  const kept = features.filter(({ id }) => !knowing.has(id));
  if (kept.length === 0) throw noFeatures(table.name);
  return {
    features: kept,
    treated,
    outcome: values,
    outcomeKind,
    treatedValue,
    controlValue,
    rowNumbers,
    otherArms: table.rows - inArm.length,
    noOutcome: inArm.length - rowNumbers.length,
    findings: [...knowing].map((feature) => ({
      code: 'uplift_knows_outcome',
      feature,
      message: `"${feature}" is the same for all without the outcome and differs among the others: it came after it, so it was left out. Name it in the features to use it anyway.`,
      values: { feature },
    })),
  };
}

const noWords = ['0', 'no', 'n', 'false', 'f', 'control', 'holdout', 'held out', 'none', '否', '对照', '对照组', '留出'];

function armsOf(file: string, column: RawFeature, { treated, control }: TrialColumns) {
  const counts = new Map<string, number>();
  const texts = Array.from(column.values as ArrayLike<number | string | null>, (value) =>
    value === null || Number.isNaN(value) ? null : String(value),
  );
  for (const text of texts) if (text !== null) counts.set(text, (counts.get(text) ?? 0) + 1);
  const all = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([value]) => value);
  const find = (wanted: string | undefined) => {
    if (wanted === undefined) return undefined;
    const found = all.find((value) => isSame(value, wanted));
    if (found !== undefined) return found;
    throw new UserError('uplift_treatment_unknown', `"${column.id}" of "${file}" is never "${wanted}".`, `Its values are: ${shown(all)}.`, {
      file,
      column: column.id,
      value: wanted,
      values: shown(all),
    });
  };
  if (all.length === 1) {
    // Said by the arms' own sentence: everybody, or nobody.
    const isControl = find(control) !== undefined || (treated === undefined && noWords.includes(all[0].toLowerCase()));
    const only = isControl ? 0 : 1;
    return {
      armOf: (row: number) => (texts[row] === null ? -1 : only),
      treatedValue: isControl ? '' : all[0],
      controlValue: isControl ? all[0] : '',
    };
  }
  const given = { treated: find(treated), control: find(control) };
  const controlValue =
    given.control ??
    (all.length === 2 && given.treated
      ? all.find((value) => value !== given.treated)
      : all.find((value) => noWords.includes(value.toLowerCase())));
  const treatedValue =
    given.treated ?? (all.length === 2 && controlValue !== undefined ? all.find((value) => value !== controlValue) : undefined);
  if (controlValue === undefined || treatedValue === undefined) {
    throw new UserError(
      'uplift_treatment_values',
      `"${column.id}" of "${file}" has ${all.length} values, and nobody said which of them were addressed and which held out.`,
      `Name one for each: ${shown(all)}.`,
      { file, column: column.id, count: all.length, values: shown(all) },
    );
  }
  return { armOf: (row: number) => (texts[row] === treatedValue ? 1 : texts[row] === controlValue ? 0 : -1), treatedValue, controlValue };
}

const isSame = (value: string, wanted: string) =>
  value.toLowerCase() === wanted.trim().toLowerCase() || (wanted.trim() !== '' && Number(value) === Number(wanted));

const yesWords = ['yes', 'y', 'true', 't', '1', '是'];

/** A column as what came of it: numbers, or yes and no as 1 and 0; NaN where it is empty. @throws UserError `uplift_outcome_text`, `uplift_outcome_missing` */
export function outcomeOf(file: string, column: RawFeature): { valueOf: (row: number) => number; outcomeKind: OutcomeKind } {
  if (column.kind !== 'text') {
    const { values } = column;
    return {
      valueOf: (row) => values[row],
      outcomeKind: values.every((value) => value === 0 || value === 1 || Number.isNaN(value)) ? 'binary' : 'number',
    };
  }
  const { values } = column;
  const known = [...new Set(values.filter((value) => value !== null))];
  if (known.length === 0) throw outcomeMissing(file, column.id);
  const isYesNo = known.length <= 2 && known.every((value) => [...yesWords, ...noWords].includes(value.toLowerCase()));
  if (!isYesNo) {
    throw new UserError(
      'uplift_outcome_text',
      `"${column.id}" of "${file}" is a text and neither a number nor yes or no.`,
      'Choose a column of 0 and 1, yes and no, or amounts.',
      { file, column: column.id, values: shown(known) },
    );
  }
  return { valueOf: (row) => (values[row] === null ? NaN : yesWords.includes(values[row].toLowerCase()) ? 1 : 0), outcomeKind: 'binary' };
}

/** What is one and the same for all without the outcome and not for those with it was written down after it. */
function knowsOutcome({ values }: RawFeature, outcome: Float64Array): boolean {
  const kinds = [new Set<number | string | null>(), new Set<number | string | null>()];
  for (let row = 0; row < outcome.length; row++) {
    const of = kinds[outcome[row] !== 0 ? 1 : 0];
    if (of.size < 2) of.add(values[row]);
  }
  return kinds[0].size === 1 && kinds[1].size === 2;
}

function shown(values: readonly string[]): string {
  return values.length > 10 ? `${values.slice(0, 10).join(', ')} …` : values.join(', ');
}

function outcomeMissing(file: string, column: string): UserError {
  return new UserError(
    'uplift_outcome_missing',
    `"${column}" of "${file}" is empty for everybody in both arms.`,
    'Choose another outcome.',
    {
      file,
      column,
    },
  );
}

function noFeatures(file: string): UserError {
  return new UserError('uplift_no_features', `"${file}" has no column that the uplift could depend on.`, 'Name other features.', { file });
}
