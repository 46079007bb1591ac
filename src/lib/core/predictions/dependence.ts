import type { RunContext } from '../base/run';
import type { ModelState } from '../recommenders/modelState';
import type { Learner } from './learners/learner';
import type { PredictionTools } from './tools';
import type { FeatureMatrix } from './transform';

export interface Dependence {
  /** Mean prediction at each point. */
  mean: Float64Array;
  /** Of each row what would be predicted at each point. */
  curves: Float64Array[];
}

/**
 * How predictions follow one input while all others stay as they are: the mean over the rows is partial dependence
 * (Friedman 2001, §8.2), each row's own curve its individual conditional expectation (Goldstein et al. 2015).
 * @param at the rows with the input at a point
 */
export async function dependenceOver(
  points: number,
  at: (point: number) => FeatureMatrix,
  predict: (inputs: FeatureMatrix) => Promise<Float32Array>,
): Promise<Dependence> {
  const mean = new Float64Array(points);
  let curves: Float64Array[] = [];
  for (let point = 0; point < points; point++) {
    const predicted = await predict(at(point));
    if (point === 0) curves = Array.from(predicted, () => new Float64Array(points));
    predicted.forEach((value, row) => (curves[row][point] = value));
    mean[point] = predicted.reduce((sum, value) => sum + value, 0) / predicted.length;
  }
  return { mean, curves };
}

/** The same of a column of a matrix, at values of that column. */
export function partialDependence(
  learner: Learner,
  state: ModelState,
  matrix: FeatureMatrix,
  column: number,
  grid: ArrayLike<number>,
  tools: PredictionTools,
  run: RunContext,
): Promise<Dependence> {
  const at = (point: number): FeatureMatrix => {
    const values = matrix.values.slice();
    for (let cell = column; cell < values.length; cell += matrix.columns) values[cell] = grid[point];
    return { ...matrix, values };
  };
  return dependenceOver(grid.length, at, (inputs) => learner.predict(state, inputs, tools, run));
}
