import type { OptionValues } from '../base/options';
import type { RunContext } from '../base/run';
import type { DataScope } from '../store/dataScope';
import { readFeatures, type EventScope, type FeatureTable } from './features';
import type { Labels } from './labels';
import type { Cutoffs } from './report';
import { rowsOfTable } from './rows';
import type { EventTarget } from './spec';
import type { LearnedTask, Tested } from './tasks/task';

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
}

/** The rows that a model learns from, is chosen on and is tested on: oldest first, the test last. */
export async function readWindows(
  scope: DataScope & EventScope,
  { task, target, options }: AskedTask,
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
    const everybody = await readFeatures(scope, at, run.signal);
    const among = task.among && (await task.among(scope, everybody, target, options, run));
    const table = among ? rowsOfTable(everybody, among.rows) : everybody;
    windows.push({ at, part, table, labels: await task.label(scope, table, target, run, options) });
  }
  return windows;
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
