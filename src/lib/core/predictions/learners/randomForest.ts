import { Random } from '../../base/random';
import { findBins } from '../../math/trees/bins';
import { gainSharesOf, joinForests, type Forest } from '../../math/trees/forest';
import { growTree } from '../../math/trees/growTree';
import { lightgbmRules } from '../../math/trees/rows';
import { TreeShap } from '../../math/trees/treeShap';
import { directionOptions } from '../directions';
import { drawSorted } from './gradientBoosting';
import { forestOfState, stateOfForest } from './forestState';
import type { EpochLoss, Learner } from './learner';
import { meanLabel, meanLoss, numbersOf } from './treeLearning';

const format = 'random-forest/1';

/**
 * A random forest (Breiman 2001): deep trees, each of a bootstrap sample of the rows, each split the best of a few traits
 * drawn for it; the prediction is their mean. The loss it tells beside the validation's is that of the rows that a tree
 * has not seen (out-of-bag), by the trees that have not seen them.
 */
export const randomForest: Learner = {
  id: 'random-forest',
  labels: ['binary', 'number'],
  givesProbabilities: true,
  inputs: 'raw',
  computesOn: 'kernels',
  drivers: 'gain',
  tellsOutOfBag: true,
  options: [
    {
      name: 'trees',
      kind: 'number',
      integer: true,
      default: 200,
      min: 1,
      max: 5000,
      scale: 'log',
      unit: 'trees',
      what: 'More trees steady the mean, and take longer; they never overfit.',
    },
    {
      name: 'columnsOfSplit',
      kind: 'number',
      integer: true,
      default: 0,
      min: 0,
      max: 10000,
      what: 'How many traits, drawn anew, each split may choose from; 0 is the square root of all for yes/no and a third for numbers.',
    },
    {
      name: 'minRows',
      kind: 'number',
      integer: true,
      default: 0,
      min: 0,
      max: 1e6,
      what: 'The fewest rows of a leaf; raising it smooths the chances; 0 follows the number of rows.',
    },
    {
      name: 'leaves',
      kind: 'number',
      integer: true,
      default: 4096,
      min: 2,
      max: 65536,
      scale: 'log',
      what: 'The most leaves of a tree; lowering it makes the saved model smaller.',
    },
    ...directionOptions,
  ],

  async fit({ train, validation }, options, seed, tools, run, onEpoch) {
    const labels = numbersOf(train.labels);
    const isBinary = train.labels.kind === 'binary';
    const { inputs } = train;
    const trees = Number(options.trees);
    // Around their mean numbers are small, and their derivatives precise.
    const base = isBinary ? 0 : meanLabel(labels, train.weights);
    const bins = findBins(inputs, 255, inputs.directions);
    const kernels = await tools.kernels();
    const rows = await kernels.trees({ ...inputs, bins, labels: labels.map((label) => label - base) }, run);
    const ofSplit = Number(options.columnsOfSplit) || Math.max(1, Math.round(isBinary ? Math.sqrt(inputs.columns) : inputs.columns / 3));
    const [ofColumns, ofRows] = [new Random(seed, 1), new Random(seed, 2)];
    const scale = isBinary ? 'chance' : 'value';
    const shape = {
      leaves: Number(options.leaves),
      depth: Infinity,
      learningRate: 1 / trees,
      rules: {
        ...lightgbmRules,
        minRows: Number(options.minRows) || minRowsFor(labels.length),
        minRowsOfGroup: 1,
        categoryL2: 1,
        categorySmoothing: 1,
      },
      columns: () => drawSorted(inputs.columns, ofSplit, ofColumns),
    };
    const predicted = new Float64Array(validation.inputs.rows);
    const timesOutside = new Uint32Array(labels.length);
    const forests: Forest[] = [];
    const losses: EpochLoss[] = [];
    try {
      rows.begin(0);
      for (let epoch = 1; epoch <= trees; epoch++) {
        const { weights, bag } = bootstrap(labels.length, ofRows, train.weights);
        await rows.derive('mean', ofRows.uint32(), run, weights);
        const tree = await growTree(rows, bins, shape, run, bag);
        await rows.addOutside(tree.binned, run);
        weights.forEach((weight, row) => (timesOutside[row] += weight === 0 ? 1 : 0));
        await kernels.addTrees(tree.forest, 0, validation.inputs.values, predicted, run);
        forests.push(tree.forest);
        if (epoch % Math.ceil(trees / 50) === 0 || epoch === trees) {
          const outside = rows.scores().map((sum, row) => (timesOutside[row] > 0 ? base + (sum * trees) / timesOutside[row] : NaN));
          const loss = meanLoss(outside, train, scale);
          const validationLoss = meanLoss(
            predicted.map((sum) => base + (sum * trees) / epoch),
            validation,
            scale,
          );
          losses.push({ epoch, loss, validationLoss });
          onEpoch?.(losses[losses.length - 1]);
        }
        await run.breathe();
      }
    } finally {
      rows.dispose();
    }
    const forest = joinForests(forests);
    const state = stateOfForest(format, forest, base, inputs.columns, { link: scale });
    return { state, drivers: gainSharesOf(forest, inputs.columns), losses };
  },

  async predict(state, inputs, tools, run) {
    const sums = new Float64Array(inputs.rows).fill(Number(state.meta.base));
    await (await tools.kernels()).addTrees(forestOfState(state), 0, inputs.values, sums, run);
    // Leaves are rounded to float32, and their sum can be above 1 by that.
    return Float32Array.from(sums, state.meta.link === 'chance' ? (sum) => Math.min(1, Math.max(0, sum)) : (sum) => sum);
  },

  parts(state, { columns, values }) {
    const shap = new TreeShap(forestOfState(state), columns);
    const parts = new Float64Array(columns);
    shap.addRow(values, 0, parts);
    return { base: Number(state.meta.base) + shap.base, parts, unit: state.meta.link === 'chance' ? 'chance' : 'value' };
  },
};

/** Chances of leaves with one row are 0 or 1: docs/decisions/0077-trees.md. */
function minRowsFor(rows: number): number {
  return Math.round(Math.min(100, Math.max(5, Math.sqrt(rows) / 3)));
}

/** As many rows as there are, drawn with putting back: how often each was drawn, times its own weight, and which were at all. */
function bootstrap(rows: number, random: Random, own?: Float32Array): { weights: Float32Array; bag: Int32Array } {
  const weights = new Float32Array(rows);
  for (let i = 0; i < rows; i++) weights[random.below(rows)]++;
  if (own) for (let row = 0; row < rows; row++) weights[row] *= own[row];
  return { weights, bag: Int32Array.from({ length: rows }, (_, row) => row).filter((row) => weights[row] > 0) };
}
