import { applyCalibration, chooseCalibration, type Calibration } from '../calibrate';
import { happened } from '../labels';
import type { Fitted, Learner } from './learner';

/**
 * A learner of yes or no whose probabilities are corrected by the validation rows, as part of what it has learnt: where
 * they are put together to something else, nobody corrects them afterwards.
 */
export function calibrated(learner: Learner): Learner {
  return {
    ...learner,
    looksAtValidation: () => true,
    async fit(rows, options, seed, tools, run, onEpoch) {
      const fitted = await learner.fit(rows, options, seed, tools, run, onEpoch);
      const told = await learner.predict(fitted.state, rows.validation.inputs, tools, run);
      const { calibration } = chooseCalibration(told, happened(rows.validation.labels));
      const { arrays, meta } = fitted.state;
      const knots: Fitted['state']['arrays'] =
        calibration.method === 'isotonic' ? { partLogits: knotsOf(calibration.logits), partChances: knotsOf(calibration.chances) } : {};
      const saved = calibration.method === 'platt' ? { ...calibration } : { method: calibration.method };
      return { ...fitted, state: { ...fitted.state, arrays: { ...arrays, ...knots }, meta: { ...meta, part: saved } } };
    },
    async predict(state, inputs, tools, run) {
      const saved = state.meta.part as unknown as Calibration;
      const { partLogits, partChances } = state.arrays;
      const calibration: Calibration =
        saved.method === 'isotonic'
          ? { ...saved, logits: partLogits.data as Float64Array, chances: partChances.data as Float64Array }
          : saved;
      return applyCalibration(calibration, await learner.predict(state, inputs, tools, run));
    },
  };
}

function knotsOf(data: Float64Array) {
  return { data, shape: [data.length], axes: ['knots'] };
}
