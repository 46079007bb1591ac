import type { ModelState } from '../recommenders/modelState';
import type { OptionValues } from '../base/options';
import type { RunContext } from '../base/run';
import type { DataScope } from '../store/dataScope';
import { applyCalibration } from './calibrate';
import { depthPoints } from './depth';
import type { EventScope, FeatureTable } from './features';
import { rowsOfTable } from './rows';
import { columnOf } from './outputs';
import { readObserved } from './observed';
import { resolveSpec } from './options';
import type { PredictionReport, ReportSection } from './report';
import { driftSection, type DriftReference } from './sections/drift';
import { outputsSection } from './sections/outputs';
import { predictionOfState } from './predictionState';
import type { EventTarget, PredictionSpec } from './spec';
import { peopleOf } from './tasks/catalogue';
import type { LearnedTask } from './tasks/task';
import type { PredictionTools } from './tools';
import { todaysFeatures } from './todaysFeatures';
import { applyTransform } from './transform';

/**
 * Scores everyone as of the scope's instant with a model that was trained before, on this data or an earlier state of
 * it: nothing is learnt.
 * @returns what `putScores` takes: by column, one number for each person number, NaN for those without any event
 * @throws UserError `prediction_input_missing` where the customers lack a feature that the model goes by
 */
export async function scoreEveryone(
  scope: DataScope & EventScope,
  spec: PredictionSpec,
  state: ModelState,
  seed: number,
  tools: PredictionTools,
  run: RunContext,
): Promise<Record<string, Float32Array | Float64Array>> {
  const { task, options } = resolveSpec(spec);
  const target = spec.target ?? {};
  if (task.labels !== null) {
    const { outputs } = await predictToday(scope, { task, target: target as EventTarget, options }, state, tools, run);
    return byColumn(outputs);
  }
  const observed = await readObserved(scope, target.event ?? '', run);
  const { outputs } = await task.again!(scope, { target, options, observed, seed }, state, tools, run);
  return byColumn(outputs);
}

function byColumn(outputs: Readonly<Record<string, Float32Array | Float64Array>>): Record<string, Float32Array | Float64Array> {
  return Object.fromEntries(Object.entries(outputs).map(([name, values]) => [columnOf(name), values]));
}

/**
 * The same, with the report of the training brought forward: what everyone has now is new, all else is of the training.
 * The outputs are still those of an older training, which `predictionStaleReasons` goes on to say.
 */
export async function scoreAgain(
  scope: DataScope & EventScope,
  spec: PredictionSpec,
  { report, state }: { report: PredictionReport; state: ModelState },
  tools: PredictionTools,
  run: RunContext,
): Promise<{ report: PredictionReport; outputs: Record<string, Float32Array | Float64Array>; state: ModelState }> {
  run.report({ stage: 'score', done: 0, total: 1, unit: 'steps' });
  const { task, options } = resolveSpec(spec);
  const target = (spec.target ?? {}) as EventTarget;
  const today = task.labels === null ? null : await predictToday(scope, { task, target, options }, state, tools, run);
  const outputs = today ? byColumn(today.outputs) : await scoreEveryone(scope, spec, state, report.protocol.seed, tools, run);
  run.report({ stage: 'score', done: 1, total: 1, unit: 'steps' });
  const byName = Object.fromEntries(task.outputs.map(({ name }) => [name, outputs[columnOf(name)]]));
  const protocol = { ...report.protocol, scored: { asOf: scope.asOf, dataHash: scope.dataHash } };
  const sections = report.sections.map((section) => (section.kind === 'outputs' ? outputsSection(task.outputs, byName) : section));
  const { reference } = today ? predictionOfState(state) : {};
  return {
    report: {
      ...report,
      protocol,
      sections: today && task.labels !== null ? await ofToday(sections, task, today, run, reference) : sections,
    },
    outputs,
    state,
  };
}

/** What everybody is predicted as of the scope's instant, and what is known of them. */
export interface Today {
  /** By output name, one number for each person number. */
  outputs: Record<string, Float32Array>;
  /** Those whom the learner was asked about, and what it says of each, as used. */
  table: FeatureTable;
  predicted: Float32Array;
}

/** Everybody as of the scope's instant, by what a learnt task has learnt. */
export async function predictToday(
  scope: DataScope & EventScope,
  { task, target, options }: { task: LearnedTask; target: EventTarget; options: OptionValues },
  state: ModelState,
  tools: PredictionTools,
  run: RunContext,
): Promise<Today> {
  const { learner, fitted, inputs, calibration, traits, withinDays } = predictionOfState(state);
  const everybody = await todaysFeatures(scope, traits, run, { people: peopleOf(task) });
  const asked = { ...target, withinDays: target.withinDays ?? withinDays };
  const among = task.cutoffs && task.among && (await task.among(scope, everybody, asked, options, run));
  const table = among ? rowsOfTable(everybody, among.rows) : everybody;
  const matrix = applyTransform(inputs, table.features);
  const predicted = applyCalibration(calibration, await learner.predict(fitted, matrix, tools, run));
  const all = learner.predictAll ? await learner.predictAll(fitted, matrix, tools, run) : { [task.outputs[0].name]: predicted };
  const outputs = Object.fromEntries(
    task.outputs.map(({ name }) => {
      const values = new Float32Array(scope.users).fill(NaN);
      const known = among?.known?.[name];
      if (known) everybody.userIndexes.forEach((user, row) => (values[user] = known[row]));
      if (all[name]) table.userIndexes.forEach((user, row) => (values[user] = all[name][row]));
      return [name, values];
    }),
  );
  return { outputs, table, predicted };
}

/** The sections of a report that speak of today, said anew; of drift only with what today is compared with. */
export async function ofToday(
  sections: readonly ReportSection[],
  task: LearnedTask,
  today: Today,
  run: RunContext,
  reference?: DriftReference,
): Promise<ReportSection[]> {
  const drift = reference && (await driftSection(reference, today.table, today.predicted, run));
  return sections.map((section) => {
    if (section.kind === 'depth') return { ...section, today: depthPoints(today.outputs[task.outputs[0].name]) };
    return section.kind === 'drift' && drift ? drift : section;
  });
}
