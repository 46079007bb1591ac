import type { Json, ModelState, StateArray } from '../recommenders/modelState';
import type { PlanTrait } from '../profiles/planTraits';
import type { Calibration } from './calibrate';
import { findLearner } from './learners/catalogue';
import type { Learner } from './learners/learner';
import type { InputColumn } from './transform';

/** All that turns raw features into scores. */
export interface TrainedPrediction {
  learner: Learner;
  /** The learner's own state. */
  fitted: ModelState;
  inputs: InputColumn[];
  calibration: Calibration;
  /** Definitions of the plan's traits that the inputs are made from. */
  traits: readonly PlanTrait[];
}

const format = 'prediction/1';

/** One state for the whole: the learner's arrays under their own names, and two more where calibration is isotonic. */
export function stateOfPrediction({ learner, fitted, inputs, calibration, traits }: TrainedPrediction): ModelState {
  const knots: ModelState['arrays'] =
    calibration.method === 'isotonic'
      ? { calibrationLogits: arrayOf(calibration.logits), calibrationChances: arrayOf(calibration.chances) }
      : {};
  return {
    format,
    arrays: { ...fitted.arrays, ...knots },
    meta: {
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
  return {
    learner: findLearner(String(meta.learner)),
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
