import type { ModelState } from '../recommenders/modelState';
import type { RunContext } from '../base/run';
import type { Tensors } from '../math/tensors';
import type { DataScope } from '../store/dataScope';
import { applyCalibration } from './calibrate';
import { readFeatures } from './features';
import { columnOf } from './outputs';
import { predictionOfState } from './predictionState';
import type { PredictionSpec } from './spec';
import { findTask } from './tasks/catalogue';
import { applyTransform } from './transform';

/**
 * Scores everyone as of the scope's instant with a model that was trained before, on this data or an earlier state of
 * it: nothing is learnt.
 * @returns what `putScores` takes: by column, one number for each person number, NaN for those without any event
 * @throws UserError `prediction_input_missing` where the customers lack a feature that the model goes by
 */
export async function scoreEveryone(
  scope: DataScope,
  spec: Pick<PredictionSpec, 'task'>,
  state: ModelState,
  tensors: Tensors,
  run: RunContext,
): Promise<Record<string, Float32Array>> {
  const [main] = findTask(spec.task).outputs;
  return { [columnOf(main.name)]: await predictEveryone(scope, state, tensors, run) };
}

/** By person number. */
export async function predictEveryone(scope: DataScope, state: ModelState, tensors: Tensors, run: RunContext): Promise<Float32Array> {
  const { learner, fitted, inputs, calibration, traits } = predictionOfState(state);
  const today = await readFeatures(scope, scope.asOf, run.signal, { traits });
  const chances = applyCalibration(calibration, await learner.predict(fitted, applyTransform(inputs, today.features), tensors, run));
  const scores = new Float32Array(scope.users).fill(NaN);
  today.userIndexes.forEach((user, row) => (scores[user] = chances[row]));
  return scores;
}
