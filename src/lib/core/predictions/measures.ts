import { happened, type Labels } from './labels';
import { auc, averagePrecision, brier, logLoss } from './metrics';

export interface BinaryMeasures {
  auc: number;
  prAuc: number;
  logLoss: number;
  brier: number;
}

export interface NumberMeasures {
  rmse: number;
  mae: number;
  /** Share of the variance that is explained; below 0 where the mean of these rows would do better. */
  r2: number;
}

export type Measures = BinaryMeasures | NumberMeasures;

/** How near predictions are to what they were to predict. */
export function measuresOf(predicted: ArrayLike<number>, labels: Labels): Measures {
  if (labels.kind === 'number') return numberMeasures(predicted, labels.values);
  const outcomes = happened(labels);
  return {
    auc: auc(predicted, outcomes),
    prAuc: averagePrecision(predicted, outcomes),
    logLoss: logLoss(predicted, outcomes),
    brier: brier(predicted, outcomes),
  };
}

/** Root mean squared error, mean absolute error and the coefficient of determination. */
export function numberMeasures(predicted: ArrayLike<number>, actual: ArrayLike<number>): NumberMeasures {
  const { length } = actual;
  let [squares, absolutes, sum] = [0, 0, 0];
  for (let row = 0; row < length; row++) {
    const error = predicted[row] - actual[row];
    squares += error * error;
    absolutes += Math.abs(error);
    sum += actual[row];
  }
  let spread = 0;
  for (let row = 0; row < length; row++) spread += (actual[row] - sum / length) ** 2;
  return { rmse: Math.sqrt(squares / length), mae: absolutes / length, r2: 1 - squares / spread };
}
