import type { PredictionReport } from '../../core/predictions/report';
import type { PredictionSpec } from '../../core/predictions/spec';
import { keepPrediction, makePrediction } from '../predictions';
import { reads } from './context';

/**
 * Makes a prediction of everyone as of the plan's `asOf`: trained on earlier cut-offs and tested on the latest where it
 * is learnt. Its outputs become traits. Progress stages: `features`, `train` with `{ epoch, loss, validationLoss }`, `test`, `score`. Report and
 * scores are saved with the workspace; cancelled or failed, the earlier ones stay.
 * @throws UserError `no_workspace`, `no_data` and those of training
 */
export const propensityTrain = reads<{ model: PredictionSpec }, PredictionReport>(async ({ model }, epoch) => {
  const prediction = await makePrediction(epoch, model);
  await keepPrediction(epoch, prediction);
  return prediction.report;
});
