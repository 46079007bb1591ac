import type { ModelState } from '../recommenders/modelState';
import type { RunContext } from '../base/run';
import type { PlanTrait } from '../profiles/planTraits';
import type { DataScope } from '../store/dataScope';
import { applyCalibration } from './calibrate';
import { readFeatures, type EventScope, type FeatureTable } from './features';
import { columnOf } from './outputs';
import { readObserved } from './observed';
import { resolveSpec } from './options';
import type { PredictionReport } from './report';
import { outputsSection } from './sections/outputs';
import { predictionOfState } from './predictionState';
import type { PredictionSpec } from './spec';
import { findTask } from './tasks/catalogue';
import type { PredictionTools } from './tools';
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
  if (task.labels !== null) return { [columnOf(task.outputs[0].name)]: await predictEveryone(scope, state, tools, run) };
  const target = spec.target ?? {};
  const observed = await readObserved(scope, target.event ?? '', run);
  const { outputs } = await task.again!(scope, { target, options, observed, seed }, state, tools, run);
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
  const outputs = await scoreEveryone(scope, spec, state, report.protocol.seed, tools, run);
  run.report({ stage: 'score', done: 1, total: 1, unit: 'steps' });
  const task = findTask(spec.task);
  const byName = Object.fromEntries(task.outputs.map(({ name }) => [name, outputs[columnOf(name)]]));
  const protocol = { ...report.protocol, scored: { asOf: scope.asOf, dataHash: scope.dataHash } };
  const sections = report.sections.map((section) => (section.kind === 'outputs' ? outputsSection(task.outputs, byName) : section));
  return { report: { ...report, protocol, sections }, outputs, state };
}

/** By person number. */
export async function predictEveryone(
  scope: DataScope & EventScope,
  state: ModelState,
  tools: PredictionTools,
  run: RunContext,
): Promise<Float32Array> {
  const { learner, fitted, inputs, calibration, traits } = predictionOfState(state);
  const today = await todaysFeatures(scope, traits, run);
  const chances = applyCalibration(calibration, await learner.predict(fitted, applyTransform(inputs, today.features), tools, run));
  const scores = new Float32Array(scope.users).fill(NaN);
  today.userIndexes.forEach((user, row) => (scores[user] = chances[row]));
  return scores;
}

/**
 * What a trained model goes by as of the scope's instant, of everybody or of one person.
 * @param traits as they were defined when the model learnt them, whatever the plan says now
 */
export function todaysFeatures(
  scope: DataScope & EventScope,
  traits: readonly PlanTrait[],
  { signal }: Pick<RunContext, 'signal'>,
  user?: number,
): Promise<FeatureTable> {
  return readFeatures({ ...scope, planTraits: traits }, scope.asOf, signal, [], user);
}
