import type { OptionValues } from '../base/options';
import type { RunContext } from '../base/run';
import { saltedShare } from '../base/saltedShare';
import { readIdsOf } from '../recommenders/readIds';
import type { DataScope } from '../store/dataScope';
import { readFeatures, type EventScope, type FeatureTable } from './features';
import { rowsWhere } from './folds';
import type { Labels } from './labels';
import type { Cutoffs } from './report';
import { rowsOfLabels, rowsOfTable } from './rows';
import type { EventTarget } from './spec';
import type { LearnedTask, TaskOfLater, TaskOfToday, Tested } from './tasks/task';

/** The customers whom a model is asked about at one moment, what came of them, and what their rows are for. */
export interface Window {
  /** Local midnight. */
  at: string;
  part: 'train' | 'validation' | 'test';
  table: FeatureTable;
  labels: Labels;
}

/** A task as a model asks it. */
export interface AskedTask {
  task: LearnedTask;
  target: EventTarget;
  options: OptionValues;
  /** Of random choices. */
  seed: number;
}

/**
 * The rows that a model learns from, is chosen on and is tested on: oldest first, the test last.
 * @param cutoffs null of tasks that have none
 */
export function readWindows(scope: DataScope & EventScope, asked: AskedTask, cutoffs: Cutoffs | null, run: RunContext): Promise<Window[]> {
  const { task } = asked;
  return task.cutoffs === null ? dealtWindows(scope, { ...asked, task }, run) : windowsAt(scope, { ...asked, task }, cutoffs!, run);
}

/** The rows of the test alone, at its cut-off. */
export async function readTest(scope: DataScope & EventScope, asked: AskedTask, at: string, run: RunContext): Promise<Window> {
  const { task } = asked;
  if (task.cutoffs === null) return (await dealtWindows(scope, { ...asked, task }, run)).at(-1)!;
  return windowAt(scope, { ...asked, task }, at, 'test', run);
}

async function windowsAt(
  scope: DataScope & EventScope,
  asked: AskedTask & { task: TaskOfLater },
  { train, validation, test }: Cutoffs,
  run: RunContext,
): Promise<Window[]> {
  const moments = [
    ...train.map((at) => ({ at, part: 'train' as const })),
    { at: validation, part: 'validation' as const },
    { at: test, part: 'test' as const },
  ];
  const windows: Window[] = [];
  for (const { at, part } of moments) {
    run.report({ stage: 'features', done: windows.length, total: moments.length + 1, unit: 'steps' });
    await run.breathe();
    windows.push(await windowAt(scope, asked, at, part, run));
  }
  return windows;
}

async function windowAt(
  scope: DataScope & EventScope,
  { task, target, options }: AskedTask & { task: TaskOfLater },
  at: string,
  part: Window['part'],
  run: RunContext,
): Promise<Window> {
  const everybody = await readFeatures(scope, at, run.signal);
  const among = task.among && (await task.among(scope, everybody, target, options, run));
  const table = among ? rowsOfTable(everybody, among.rows) : everybody;
  return { at, part, table, labels: await task.label(scope, table, target, run, options) };
}

/** Of those whose answer is known, three fifths teach, a fifth is for choosing and a fifth for the test. */
const dealtUntil = { train: 0.6, validation: 0.8, test: 1 };

/** People of today whose answer is known, dealt to the parts by their id, so that nobody changes sides when others come. */
async function dealtWindows(
  scope: DataScope & EventScope,
  { task, target, seed }: AskedTask & { task: TaskOfToday },
  run: RunContext,
): Promise<Window[]> {
  run.report({ stage: 'features', done: 0, total: 2, unit: 'steps' });
  const everybody = await readFeatures(scope, scope.asOf, run.signal, { people: 'known' });
  const { rows, labels, same } = await task.answers(scope, everybody, target, run);
  const ids = await readIdsOf('users', { ...scope, items: 0 }, run.signal);
  const shares = Float64Array.from(rows, (row) => saltedShare(seed, ids[everybody.userIndexes[row]]!));
  const table = { ...everybody, features: everybody.features.filter(({ id }) => !same.includes(id)) };
  let from = 0;
  return (['train', 'validation', 'test'] as const).map((part) => {
    const until = dealtUntil[part];
    const dealt = rowsWhere(rows.length, (at) => shares[at] >= from && shares[at] < until);
    from = until;
    return {
      at: scope.asOf,
      part,
      table: rowsOfTable(
        table,
        dealt.map((at) => rows[at]),
      ),
      labels: rowsOfLabels(labels, dealt),
    };
  });
}

/** The plan's segments as of the table's date, as rows of it. */
export async function segmentRows(
  { segmentsAt }: EventScope,
  { cutoff, userIndexes }: FeatureTable,
  run: RunContext,
): Promise<Tested['segments']> {
  const places = Int32Array.from(userIndexes, (_, row) => row);
  const found = (await segmentsAt?.(cutoff, run)) ?? [];
  return found.map(({ segment, members }) => ({ segment, rows: places.filter((row) => members.has(userIndexes[row])) }));
}
