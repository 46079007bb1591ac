import { resolveOptions, type OptionSpec, type OptionValues } from '../../base/options';
import { UserError } from '../../base/errors';
import type { RunContext } from '../../base/run';
import type { FileSource } from '../../schema/files';
import { findLearner, learnersOf } from '../learners/catalogue';
import type { Learner } from '../learners/learner';
import type { Measures } from '../measures';
import { calibrate } from '../options';
import { whereItRan, type PredictionTools } from '../tools';
import { crossValidate, type CrossValidation, type CrossValidated, type FoldResult } from './crossValidate';
import { lintTable, type TableFinding } from './lintTable';
import { readTable } from './readTable';
import { labelTable, type LabeledTable, type TableTarget } from './target';

export interface TableQuestion extends CrossValidation {
  file: FileSource;
  target: TableTarget;
  /** Id of a learner of the catalogue. */
  learner: string;
  options: OptionValues;
  /** Columns that are no inputs. */
  leaveOut: readonly string[];
  /** Columns whose numbers are names of kinds. */
  categories: readonly string[];
}

export interface TableReport {
  table: string;
  /** Rows with a target; those without one, and those that could not be read. */
  rows: number;
  unlabeled: number;
  broken: number;
  target: string;
  positive?: string;
  kind: 'binary' | 'number';
  /** Rows that are positive; absent of numbers. */
  positives?: number;
  columns: { id: string; kind: string; missing: number }[];
  learner: string;
  options: OptionValues;
  repeats: number;
  seed: number;
  folds: FoldResult[];
  mean: Measures;
  deviation: Measures;
  findings: TableFinding[];
  backend: string;
  reproducible: boolean;
  seconds: number;
}

/**
 * Reads a table and cross-validates a learner on it.
 * @returns what `--json` prints, the rows with a target, and what each was predicted
 * @throws UserError those of {@link readTable} and {@link labelTable}, `learner_unknown`, `learner_unfit_table`, `folds_too_many`,
 * `table_no_inputs`, and those of `resolveOptions`
 */
export async function predictTable(
  question: TableQuestion,
  tools: PredictionTools,
  run: RunContext,
): Promise<{ report: TableReport; labeled: LabeledTable; found: CrossValidated }> {
  const started = performance.now();
  const learner = findLearner(question.learner);
  // What is wrong with the options is said before a file is read.
  const options = resolveOptions(learner.id, tableOptions(learner), question.options);
  const table = await readTable(question.file, question, run);
  const labeled = labelTable(table, question.target, question.leaveOut);
  const { labels, features } = labeled;
  mustFit(learner, labels.kind, question.target.column);
  if (labels.values.length < question.folds) throw tooManyFolds(table.name, labels.values.length, question.folds);
  if (features.length === 0) throw noInputs(table.name);
  const findings = await lintTable(labeled, run);
  const found = await crossValidate(labeled, learner, options, question, tools, run);
  const positives = labels.kind === 'binary' ? labels.values.reduce((sum, value) => sum + value, 0) : undefined;
  return {
    report: {
      table: table.name,
      rows: labels.values.length,
      unlabeled: labeled.unlabeled,
      broken: table.broken,
      target: question.target.column,
      ...(labeled.positive !== undefined && { positive: labeled.positive }),
      kind: labels.kind,
      ...(positives !== undefined && { positives }),
      columns: features.map(({ id, kind, values }) => ({ id, kind, missing: missingOf(values) })),
      learner: learner.id,
      options,
      repeats: question.repeats,
      seed: question.seed,
      folds: found.folds,
      mean: found.mean,
      deviation: found.deviation,
      findings,
      ...(await whereItRan(learner, tools)),
      seconds: (performance.now() - started) / 1000,
    },
    labeled,
    found,
  };
}

/** On a table probabilities are measured as they were learnt, unless a person asks otherwise. */
function tableOptions({ options, givesProbabilities }: Learner): OptionSpec[] {
  return [...options, ...(givesProbabilities ? [{ ...calibrate, default: 'none' } as OptionSpec] : [])];
}

function missingOf(values: ArrayLike<number | string | null>): number {
  let missing = 0;
  for (let row = 0; row < values.length; row++) if (values[row] === null || Number.isNaN(values[row])) missing++;
  return missing;
}

function mustFit(learner: Learner, kind: 'binary' | 'number', column: string): void {
  if (learner.labels.includes(kind)) return;
  const known = learnersOf(kind).map(({ id }) => id).join(', '); // prettier-ignore
  throw kind === 'number'
    ? new UserError('learner_unfit_numbers', `"${column}" is a number, which the learner "${learner.id}" cannot learn.`, `Name the value that counts as yes, or choose one of: ${known}.`, { column, learner: learner.id, known }) // prettier-ignore
    : new UserError('learner_unfit_classes', `"${column}" is yes or no, which the learner "${learner.id}" cannot learn.`, `Choose one of: ${known}.`, { column, learner: learner.id, known }); // prettier-ignore
}

function tooManyFolds(file: string, rows: number, folds: number): UserError {
  return new UserError('folds_too_many', `"${file}" has ${rows} rows, too few for ${folds} folds.`, `Give at most ${rows} folds.`, { file, rows, folds }); // prettier-ignore
}

function noInputs(file: string): UserError {
  return new UserError('table_no_inputs', `"${file}" has no column beside the target to learn from.`, 'Leave fewer columns out.', { file });
}
