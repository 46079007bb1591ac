import type { PropensitySpec } from '../../core/plan/schema';
import type { PropensityReport } from '../../core/predictions/types';
import { keepPrediction, makePrediction } from '../predictions';
import { reads } from './context';

/**
 * Trains on earlier cut-offs, tests on the latest, then scores everyone as of the plan's `asOf`: the outputs become
 * traits. Progress stages: `features`, `train` with `{ epoch, loss, validationLoss }`, `test`, `score`. Report and
 * scores are saved with the workspace; cancelled or failed, the earlier ones stay.
 * @throws UserError `no_workspace`, `no_data` and those of training
 */
export const propensityTrain = reads<{ model: PropensitySpec }, PropensityReport>(async ({ model }, epoch) => {
  const prediction = await makePrediction(epoch, model);
  await keepPrediction(epoch, prediction);
  return prediction.report;
});
