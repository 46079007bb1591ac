import { Random } from '../base/random';
import { numberMeasures } from './measures';
import { auc } from './metrics';
import type { FeatureMatrix } from './transform';
import { binaryOf, type LabeledRows } from './learners/learner';

/** Permutation importance (Breiman 2001): how much AUC (of numbers R²) the rows lose when one column is shuffled among them. */
export async function permutationImportance(
  { inputs, labels }: LabeledRows,
  seed: number,
  predictRows: (inputs: FeatureMatrix) => Promise<Float32Array>,
): Promise<Float64Array> {
  const random = new Random(seed, 1);
  const qualityOf = (predicted: Float32Array) =>
    labels.kind === 'number' ? numberMeasures(predicted, labels.values).r2 : auc(predicted, binaryOf(labels));
  const whole = qualityOf(await predictRows(inputs));
  const { rows, columns } = inputs;
  const losses = new Float64Array(columns);
  for (let column = 0; column < columns; column++) {
    const values = inputs.values.slice();
    const order = random.shuffle(Int32Array.from({ length: rows }, (_, row) => row));
    for (let row = 0; row < rows; row++) values[row * columns + column] = inputs.values[order[row] * columns + column];
    losses[column] = whole - qualityOf(await predictRows({ ...inputs, values }));
  }
  return losses;
}
