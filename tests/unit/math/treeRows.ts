import { Random } from '$lib/core/base/random';
import type { Kernels } from '$lib/core/math/kernels';
import { findBins } from '$lib/core/math/trees/bins';
import { joinForests, type Forest } from '$lib/core/math/trees/forest';
import { growTree } from '$lib/core/math/trees/growTree';
import { lightgbmRules, type Loss, type TrainingRows } from '$lib/core/math/trees/rows';
import { quietContext } from '$lib/core/base/run';

/** Two numbers, one of them with gaps, a constant, a few categories, many categories with gaps; labels follow them all. */
export function mixedRows(rows: number, seed: number, directions?: ArrayLike<number>): TrainingRows {
  const random = new Random(seed);
  const columns = 5;
  const categories = Uint8Array.of(0, 0, 0, 3, 40);
  const values = new Float32Array(rows * columns);
  const labels = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const number = random.normal();
    const gappy = random.uniform() < 0.2 ? NaN : Math.round(10 * random.exponential(1)) / 10;
    const few = random.below(3);
    const many = random.uniform() < 0.1 ? NaN : random.below(40);
    values.set([number, gappy, 7, few, many], row * columns);
    const logit = number + (Number.isNaN(gappy) ? 1 : -gappy / 2) + (few === 1 ? 1 : 0) + (many % 3 === 0 ? 1.5 : -0.5);
    labels[row] = 1 / (1 + Math.exp(-logit)) > random.uniform() ? 1 : 0;
  }
  const matrix = { rows, columns, values, categories };
  return { rows, columns, values, labels, bins: findBins(matrix, 255, directions) };
}

export interface Growing {
  trees: number;
  leaves: number;
  loss: Loss;
  rowShare?: number;
  /** Columns drawn anew for each leaf. */
  columnsOfSplit?: number;
  minRows?: number;
}

export async function growForest(
  kernels: Kernels,
  training: TrainingRows,
  wanted: Growing,
): Promise<{ forest: Forest; scores: Float64Array; losses: number[] }> {
  const run = quietContext();
  const rows = await kernels.trees(training, run);
  const random = new Random(5);
  const all = Int32Array.from({ length: training.columns }, (_, column) => column);
  const forests: Forest[] = [];
  const losses: number[] = [];
  rows.begin(0);
  for (let tree = 0; tree < wanted.trees; tree++) {
    losses.push(await rows.derive(wanted.loss, tree, run));
    const shape = {
      leaves: wanted.leaves,
      depth: Infinity,
      learningRate: 0.3,
      rules: { ...lightgbmRules, l2: 1, minRows: wanted.minRows ?? 20 },
      columns: () => (wanted.columnsOfSplit ? random.shuffle(all.slice()).slice(0, wanted.columnsOfSplit).sort() : all),
    };
    const bag = wanted.rowShare
      ? Int32Array.from({ length: training.rows }, (_, row) => row).filter(() => random.uniform() < wanted.rowShare!)
      : undefined;
    const grown = await growTree(rows, training.bins, shape, run, bag);
    await rows.add(grown.leafValues, run);
    await rows.addOutside(grown.binned, run);
    forests.push(grown.forest);
  }
  const scores = rows.scores();
  rows.dispose();
  return { forest: joinForests(forests), scores, losses };
}
