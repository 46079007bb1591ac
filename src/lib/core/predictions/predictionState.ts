import type { Json, ModelState, StateArray } from '../recommenders/modelState';
import type { PlanTrait } from '../profiles/planTraits';
import type { Calibration } from './calibrate';
import { findLearner } from './learners/catalogue';
import type { Learner } from './learners/learner';
import type { DriftReference } from './sections/drift';
import type { PredictionTarget } from './spec';
import { predictionTasks } from './tasks/catalogue';
import type { LearnedTask } from './tasks/task';
import type { InputColumn } from './transform';

/** All that turns raw features into scores. */
export interface TrainedPrediction {
  task?: string;
  withinDays?: number;
  /** As the task uses it. */
  learner: Learner;
  /** The learner's own state. */
  fitted: ModelState;
  inputs: InputColumn[];
  calibration: Calibration;
  /** Definitions of the plan's traits that the inputs are made from. */
  traits: readonly PlanTrait[];
  /** What it learnt from looked like; absent in states of earlier versions. */
  reference?: DriftReference;
}

const format = 'prediction/1';

/** One state for the whole: the learner's arrays under their own names, and two more where calibration is isotonic. */
export function stateOfPrediction({
  task,
  withinDays,
  learner,
  fitted,
  inputs,
  calibration,
  traits,
  reference,
}: TrainedPrediction): ModelState {
  const knots: ModelState['arrays'] =
    calibration.method === 'isotonic'
      ? { calibrationLogits: arrayOf(calibration.logits), calibrationChances: arrayOf(calibration.chances) }
      : {};
  return {
    format,
    arrays: { ...fitted.arrays, ...knots },
    meta: {
      ...(task === undefined ? {} : { task }),
      ...(withinDays === undefined ? {} : { withinDays }),
      ...(reference ? { reference: reference as unknown as Json } : {}),
      learner: learner.id,
      fitted: { format: fitted.format, meta: fitted.meta },
      inputs: inputs as unknown as Json[],
      traits: traits as unknown as Json[],
      calibration: calibration.method === 'platt' ? { ...calibration } : { method: calibration.method },
    },
  };
}

/** The other way round; throws where the state is of another format, which whoever saved it must prevent. */
export function predictionOfState(state: ModelState): TrainedPrediction {
  if (state.format !== format) throw new Error(`a state of the format "${state.format}" is no prediction`);
  const { arrays, meta } = state;
  const fitted = meta.fitted as unknown as Pick<ModelState, 'format' | 'meta'>;
  const saved = meta.calibration as unknown as Calibration;
  const task = predictionTasks.find(({ id }) => id === meta.task);
  const target = { withinDays: Number(meta.withinDays) };
  const learner = findLearner(String(meta.learner));
  return {
    ...(meta.task === undefined ? {} : { task: String(meta.task), ...target }),
    ...(meta.reference === undefined ? {} : { reference: meta.reference as unknown as DriftReference }),
    learner: task && task.labels !== null ? composed(task, learner, target) : learner,
    fitted: { ...fitted, arrays },
    inputs: meta.inputs as unknown as InputColumn[],
    traits: (meta.traits ?? []) as unknown as PlanTrait[],
    calibration:
      saved.method === 'isotonic'
        ? { ...saved, logits: arrays.calibrationLogits.data as Float64Array, chances: arrays.calibrationChances.data as Float64Array }
        : saved,
  };
}

function arrayOf(data: Float64Array): StateArray {
  return { data, shape: [data.length], axes: ['knots'] };
}

/** The learner as a task uses it: where the task asks more than the learner can say, put together from what it says. */
export function composed({ by }: LearnedTask, learner: Learner, target: PredictionTarget = {}): Learner {
  return by ? by.compose(learner, { withinDays: target.withinDays! }) : learner;
}
