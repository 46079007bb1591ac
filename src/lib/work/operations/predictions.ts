import type { PredictionSpec } from '../../core/plan/schema';
import type { PredictionReport } from '../../core/predictions/report';
import type { PredictionComparison } from '../../core/predictions/comparePredictions';
import { safeFileName } from '../../core/exports/fileNames';
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

/**
 * What a trained model was made of, as one zip: the matrix with labels and scores, what its columns mean, and a program that
 * computes the report's figures again.
 * @throws UserError `no_workspace`, `no_data`, `prediction_not_kept`, `matrix_nothing_learnt`, `matrix_other_data`
 */
export const predictionTake = reads<{ model: string }, { fileName: string; bytes: Uint8Array }>(async ({ model }, epoch) => {
  const [{ matrixFiles }, { zipOf }] = await Promise.all([import('../predictionMatrix'), import('../../core/base/zip')]);
  return { fileName: safeFileName(model, 'zip', new Set()), bytes: zipOf(await matrixFiles(epoch, model)) };
});
