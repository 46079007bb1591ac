import { Random } from '../base/random';
import { binaryOf, type LabeledRows } from './learners/learner';
import { auc } from './metrics';
import type { FeatureMatrix } from './transform';

/** Permutation importance (Breiman 2001): how much AUC the rows lose when one column is shuffled among them. */
export async function permutationImportance(
  { inputs, labels }: LabeledRows,
  seed: number,
  predict: (inputs: FeatureMatrix) => Promise<Float32Array>,
): Promise<Float64Array> {
  const random = new Random(seed, 1);
  const outcomes = binaryOf(labels);
  const whole = auc(await predict(inputs), outcomes);
  const { rows, columns } = inputs;
  const losses = new Float64Array(columns);
  for (let column = 0; column < columns; column++) {
    const values = inputs.values.slice();
    const order = random.shuffle(Int32Array.from({ length: rows }, (_, row) => row));
    for (let row = 0; row < rows; row++) values[row * columns + column] = inputs.values[order[row] * columns + column];
    losses[column] = whole - auc(await predict({ ...inputs, values }), outcomes);
  }
  return losses;
}
