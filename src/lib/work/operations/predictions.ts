import type { PredictionSpec } from '../../core/plan/schema';
import type { PredictionReport } from '../../core/predictions/report';
import type { PredictionComparison } from '../../core/predictions/comparePredictions';
import { compareTrained, keepPrediction, makePrediction, scoreAgainWith } from '../predictions';
import { reads } from './context';

/**
 * Does what the model's task says: learns on earlier cut-offs, tests on the latest, then scores everyone as of the
 * plan's `asOf`: the outputs become traits. Progress stages: `features`, `train` with
 * `{ epoch, loss, validationLoss }`, `test`, `score`. Report, scores and weights are saved with the workspace; cancelled
 * or failed, the earlier ones stay.
 * @throws UserError `no_workspace`, `no_data` and those of training
 */
export const predictionTrain = reads<{ model: PredictionSpec }, PredictionReport>(async ({ model }, epoch) => {
  const prediction = await makePrediction(epoch, model);
  await keepPrediction(epoch, prediction);
  return prediction.report;
});

/**
 * Scores everyone as of now with the model as it was trained, on earlier data perhaps: seconds instead of a training.
 * Its report stays that of the training.
 * @throws UserError `no_workspace`, `no_data`, `prediction_not_kept`, `prediction_input_missing`
 */
export const predictionScore = reads<{ model: PredictionSpec }, PredictionReport>(async ({ model }, epoch) => {
  const prediction = await scoreAgainWith(epoch, model);
  await keepPrediction(epoch, prediction);
  return prediction.report;
});

/**
 * Trained models of one question, each on the customers of their common test, with paired intervals.
 * @throws UserError `no_workspace`, `no_data`, `prediction_not_kept`, `predictions_compare_few`, `predictions_unlike`
 */
export const predictionsCompare = reads<{ models: readonly string[] }, PredictionComparison>(async ({ models }, epoch) =>
  compareTrained(epoch, models),
);
