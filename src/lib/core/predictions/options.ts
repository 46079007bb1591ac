import { UserError } from '../base/errors';
import { resolveOptions, type OptionSpec, type OptionValues } from '../base/options';
import { findLearner, learnersFor } from './learners/catalogue';
import type { Learner } from './learners/learner';
import type { PredictionSpec, PredictionTarget } from './spec';
import { findTask } from './tasks/catalogue';
import type { PredictionTask } from './tasks/task';

export const calibrate: OptionSpec = {
  name: 'calibrate',
  kind: 'choice',
  default: 'auto',
  choices: ['auto', 'none'],
  what: 'Automatic corrects the probabilities by what happened in the validation window, where that predicts held-out customers better; none leaves them as they were learnt.',
};

/** What a model can be set to: its task's options, its learner's, and calibration where it gives probabilities. */
export function optionsOf(task: PredictionTask, learner: Learner | null): OptionSpec[] {
  const canCalibrate = task.labels === 'binary' && learner?.givesProbabilities;
  return [...task.options, ...(learner?.options ?? []), ...(canCalibrate ? [calibrate] : [])];
}

export interface ResolvedSpec {
  task: PredictionTask;
  /** null where the task learns nothing. */
  learner: Learner | null;
  options: OptionValues;
}

/**
 * Task, learner and options of a model, checked.
 * @throws UserError `task_unknown`, `learner_unknown`, `learner_needed`, `learner_not_needed`, `learner_unfit`,
 * `prediction_target_missing`, and those of {@link resolveOptions}
 */
export function resolveSpec(spec: Pick<PredictionSpec, 'id' | 'task' | 'learner' | 'target' | 'options'>): ResolvedSpec {
  const task = findTask(spec.task);
  const learner = learnerFor(task, spec.learner);
  checkTarget(task, spec.target);
  return { task, learner, options: resolveOptions(spec.learner ?? spec.task, optionsOf(task, learner), spec.options) };
}

function learnerFor(task: PredictionTask, id: string | undefined): Learner | null {
  const values = { task: task.id, learner: id ?? '' };
  if (task.labels === null) {
    if (id === undefined) return null;
    throw new UserError('learner_not_needed', `The task "${task.id}" is computed and takes no learner.`, 'Take the learner out.', values);
  }
  if (id === undefined) {
    throw new UserError('learner_needed', `The task "${task.id}" needs a learner.`, 'Name one, such as logistic.', values);
  }
  const learner = findLearner(id);
  if (learnersFor(task).includes(learner)) return learner;
  throw new UserError(
    'learner_unfit',
    `The learner "${id}" cannot learn what the task "${task.id}" asks.`,
    'Choose another learner.',
    values,
  );
}

function checkTarget(task: PredictionTask, target: PredictionTarget | undefined): void {
  const missing = task.asks.filter((part) => target?.[part] === undefined);
  if (missing.length === 0) return;
  const parts = missing.map((part) => `target.${part}`).join(', ');
  throw new UserError('prediction_target_missing', `The task "${task.id}" needs ${parts}.`, 'Add it to the model.', {
    task: task.id,
    parts,
  });
}
