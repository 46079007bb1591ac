import { Random } from '../../base/random';
import { rowsWhere } from '../folds';
import type { Trial } from './trial';

/** Each row's fold, dealt out within arms and outcomes by chance, so that folds are alike. */
export function foldsOf({ treated, outcome }: Pick<Trial, 'treated' | 'outcome'>, folds: number, seed: number): Uint8Array {
  const order = new Random(seed, 43).shuffle(Int32Array.from(treated, (_, row) => row));
  const foldOf = new Uint8Array(treated.length);
  const dealt = new Int32Array(4);
  for (const row of order) foldOf[row] = dealt[2 * treated[row] + (outcome[row] > 0 ? 1 : 0)]++ % folds;
  return foldOf;
}

/**
 * What is predicted of each row by models that never saw it (cross-fitting: Chernozhukov et al., Econometrics Journal 2018).
 * @param predictOf fits the rows of the first and predicts those of the second, as so many arrays
 */
export async function crossFitted(
  foldOf: Uint8Array,
  folds: number,
  predictOf: (learntRows: Int32Array, otherRows: Int32Array) => Promise<Float64Array[]>,
): Promise<Float64Array[]> {
  let all: Float64Array[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const others = rowsWhere(foldOf.length, (row) => foldOf[row] === fold);
    const found = await predictOf(
      rowsWhere(foldOf.length, (row) => foldOf[row] !== fold),
      others,
    );
    if (fold === 0) all = found.map(() => new Float64Array(foldOf.length));
    found.forEach((values, i) => others.forEach((row, at) => (all[i][row] = values[at])));
  }
  return all;
}
