import type { OptionValues } from '../../base/options';
import { Random } from '../../base/random';
import { findBins } from '../../math/trees/bins';
import { exactSigmoid } from '../../math/trees/exactExp';
import { firstTrees, gainSharesOf, joinForests, type Forest } from '../../math/trees/forest';
import { growTree, type TreeShape } from '../../math/trees/growTree';
import { lightgbmRules } from '../../math/trees/rows';
import { TreeShap } from '../../math/trees/treeShap';
import { directionOptions } from '../directions';
import { forestOfState, stateOfForest } from './forestState';
import type { EpochLoss, Learner } from './learner';
import { logOddsOf, meanLabel, meanLoss, numbersOf } from './treeLearning';

const format = 'gradient-boosting/1';

/**
 * Gradient-boosted trees (Friedman 2001) over histograms, grown leaf by leaf as LightGBM does (Ke et al. 2017): each tree
 * mends what the trees before it have left. It stops once the validation rows are predicted no better, and keeps the
 * trees up to the best.
 */
export const gradientBoosting: Learner = {
  id: 'gradient-boosting',
  labels: ['binary', 'number'],
  givesProbabilities: true,
  inputs: 'raw',
  computesOn: 'kernels',
  drivers: 'gain',
  options: [
    {
      name: 'trees',
      kind: 'number',
      integer: true,
      default: 1000,
      min: 1,
      max: 20000,
      scale: 'log',
      unit: 'trees',
      what: 'The most trees it may grow; it usually stops earlier by itself.',
    },
    {
      name: 'learningRate',
      kind: 'number',
      default: 0.05,
      min: 0.001,
      max: 1,
      scale: 'log',
      what: 'Raising it lets each tree mend more: fewer trees are needed, and they predict a little less well.',
    },
    {
      name: 'leaves',
      kind: 'number',
      integer: true,
      default: 0,
      min: 0,
      max: 4096,
      what: 'More leaves a tree tell finer kinds of customers apart, and overfit to noise; 0 follows the number of rows.',
    },
    {
      name: 'minRows',
      kind: 'number',
      integer: true,
      default: 20,
      min: 1,
      max: 1e6,
      scale: 'log',
      unit: 'rows',
      what: 'The fewest training rows of a leaf; raising it guards against overfitting.',
    },
    {
      name: 'regularization',
      kind: 'number',
      default: 1,
      min: 0,
      max: 1e4,
      what: 'Raising it draws the values of small leaves towards zero.',
    },
    {
      name: 'minGain',
      kind: 'number',
      default: 0,
      min: 0,
      max: 1e6,
      what: 'Raising it leaves out splits that gain little.',
    },
    {
      name: 'columnShare',
      kind: 'number',
      default: 0.5,
      min: 0.01,
      max: 1,
      what: 'The share of traits, drawn anew, that each tree may look at; lowering it makes trees differ and steadies their sum.',
    },
    {
      name: 'rowShare',
      kind: 'number',
      default: 1,
      min: 0.01,
      max: 1,
      what: 'The share of rows, drawn anew, that each tree learns from; lowering it is faster and makes trees differ.',
    },
    {
      name: 'patience',
      kind: 'number',
      integer: true,
      default: 50,
      min: 1,
      max: 1000,
      unit: 'trees',
      what: 'How many trees without a better validation loss it waits before it stops.',
    },
    ...directionOptions,
  ],

  async fit({ train, validation }, options, seed, tools, run, onEpoch) {
    const labels = numbersOf(train.labels);
    const isBinary = train.labels.kind === 'binary';
    const { inputs, weights } = train;
    const mean = meanLabel(labels, weights);
    const base = isBinary ? logOddsOf(mean, labels.length) : mean;
    const bins = findBins(inputs, 255, inputs.directions);
    const kernels = await tools.kernels();
    const rows = await kernels.trees({ ...inputs, bins, labels, weights }, run);
    const predicted = new Float64Array(validation.inputs.rows).fill(base);
    const forests: Forest[] = [];
    const losses: EpochLoss[] = [];
    const best = { trees: 0, loss: Infinity };
    try {
      rows.begin(base);
      const draw = drawsOf(inputs.columns, labels.length, options, seed);
      const dither = new Random(seed, 3);
      const rounds = Number(options.trees);
      for (let epoch = 1; epoch <= rounds && epoch - best.trees <= Number(options.patience); epoch++) {
        const loss = await rows.derive(isBinary ? 'log-loss' : 'squared', dither.uint32(), run);
        const tree = await growTree(rows, bins, shapeOf(options, labels.length, draw.columns()), run, draw.bag());
        await rows.add(tree.leafValues, run);
        await rows.addOutside(tree.binned, run);
        await kernels.addTrees(tree.forest, 0, validation.inputs.values, predicted, run);
        forests.push(tree.forest);
        const validationLoss = meanLoss(predicted, validation, isBinary ? 'log-odds' : 'value');
        if (validationLoss < best.loss) [best.trees, best.loss] = [epoch, validationLoss];
        losses.push({ epoch, loss: loss / labels.length, validationLoss });
        onEpoch?.(losses[losses.length - 1]);
        await run.breathe();
      }
    } finally {
      rows.dispose();
    }
    // Nobody to validate on: all trees are as good.
    const forest = firstTrees(joinForests(forests), predicted.length > 0 ? best.trees : forests.length);
    const state = stateOfForest(format, forest, base, inputs.columns, { link: isBinary ? 'log-odds' : 'value' });
    return { state, drivers: gainSharesOf(forest, inputs.columns), losses };
  },

  async predict(state, inputs, tools, run) {
    const sums = new Float64Array(inputs.rows).fill(Number(state.meta.base));
    await (await tools.kernels()).addTrees(forestOfState(state), 0, inputs.values, sums, run);
    return state.meta.link === 'log-odds' ? Float32Array.from(sums, exactSigmoid) : Float32Array.from(sums);
  },

  parts(state, { columns, values }) {
    const shap = new TreeShap(forestOfState(state), columns);
    const parts = new Float64Array(columns);
    shap.addRow(values, 0, parts);
    return { base: Number(state.meta.base) + shap.base, parts, ...(state.meta.link === 'value' && { unit: 'value' as const }) };
  },
};

function shapeOf(options: OptionValues, rows: number, columns: Int32Array): TreeShape {
  return {
    leaves: Number(options.leaves) || leavesFor(rows),
    depth: Infinity,
    learningRate: Number(options.learningRate),
    rules: {
      ...lightgbmRules,
      l2: Number(options.regularization),
      minRows: Number(options.minRows),
      minGain: Number(options.minGain),
    },
    columns: () => columns,
  };
}

/** Few rows bear few leaves: docs/decisions/0077-trees.md. */
function leavesFor(rows: number): number {
  return Math.round(Math.min(63, Math.max(4, Math.sqrt(rows) / 10)));
}

/** What each tree is given, each from a stream of its own, so that one share does not shift the other's draws. */
function drawsOf(columns: number, rows: number, options: OptionValues, seed: number) {
  const [ofColumns, ofRows] = [new Random(seed, 1), new Random(seed, 2)];
  return {
    columns: () => drawSorted(columns, Math.max(1, Math.round(columns * Number(options.columnShare))), ofColumns),
    bag: () =>
      Number(options.rowShare) < 1 ? drawSorted(rows, Math.max(1, Math.round(rows * Number(options.rowShare))), ofRows) : undefined,
  };
}

/** Some of the numbers 0 … all − 1, ascending (Knuth, algorithm S). */
export function drawSorted(all: number, wanted: number, random: Random): Int32Array {
  const drawn = new Int32Array(Math.min(all, wanted));
  let at = 0;
  for (let number = 0; at < drawn.length; number++) {
    if (drawn.length === all || random.uniform() * (all - number) < drawn.length - at) drawn[at++] = number;
  }
  return drawn;
}
