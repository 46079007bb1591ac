import type { OptionValues } from '../../base/options';
import { Random } from '../../base/random';
import type { ModelState } from '../../recommenders/modelState';
import type { FeatureMatrix } from '../transform';
import { splitGain, type NodeCounts, type SplitCriterion } from './splitGain';
import type { OutcomeKind, Trial } from './trial';
import type { UpliftLearner } from './upliftLearner';

/**
 * Trees that split where the message does most, each of a part of the people and trying some of the inputs at each split
 * (Rzepakowski & Jaroszewicz 2012; Sołtys, Jaroszewicz & Rzepakowski, DMKD 2015); one tree with all of both is an uplift
 * tree. Honest trees learn where to split from one half of their people and what happens there from the other, so that
 * a split by luck promises nothing (Athey & Imbens, PNAS 2016).
 */
export const upliftForest: UpliftLearner = {
  id: 'uplift-forest',
  outcomes: ['binary', 'number'],
  takesBase: false,
  options: [
    {
      name: 'trees',
      kind: 'number',
      integer: true,
      default: 100,
      min: 1,
      max: 2000,
      scale: 'log',
      what: 'More trees are steadier and take longer; one gives an uplift tree.',
    },
    {
      name: 'criterion',
      kind: 'choice',
      default: 'euclidean',
      choices: ['kl', 'euclidean', 'difference'],
      what: "What a good split is: both arms further apart by Kullback and Leibler, by squared distance, or the parts' effects further apart.",
    },
    {
      name: 'depth',
      kind: 'number',
      integer: true,
      default: 6,
      min: 1,
      max: 20,
      what: 'Raising it tells finer kinds of people apart, and overfits sooner.',
    },
    {
      name: 'leastInLeaf',
      kind: 'number',
      integer: true,
      default: 100,
      min: 2,
      max: 1_000_000,
      scale: 'log',
      unit: 'people',
      what: 'Of each arm so many people at least are in every leaf; raising it makes leaves surer and fewer.',
    },
    {
      name: 'honest',
      kind: 'boolean',
      default: true,
      what: 'Whether leaves are measured with other people than those that chose the splits.',
    },
  ],

  async fit(trial, options, { seed, run }) {
    const bins = binsOf(trial.inputs);
    const trees: Tree[] = [];
    for (let tree = 0; tree < Number(options.trees); tree++) {
      await run.breathe();
      trees.push(growTree(trial, bins, options, new Random(seed, 1000 + tree)));
      run.report({ stage: 'train', done: tree + 1, total: Number(options.trees), unit: 'trees' });
    }
    return stateOf(trees);
  },

  async predict(state, inputs, _outcome, { run }) {
    const { feature, threshold, left, right, treated, control, root } = arraysOf(state);
    const sums = { treated: new Float64Array(inputs.rows), control: new Float64Array(inputs.rows) };
    for (let tree = 0; tree < root.length; tree++) {
      await run.breathe();
      for (let row = 0; row < inputs.rows; row++) {
        let node = root[tree];
        while (feature[node] >= 0) node = inputs.values[row * inputs.columns + feature[node]] <= threshold[node] ? left[node] : right[node];
        sums.treated[row] += treated[node];
        sums.control[row] += control[node];
      }
    }
    const mean = (values: Float64Array) => values.map((sum) => sum / root.length);
    const [ifTreated, ifControl] = [mean(sums.treated), mean(sums.control)];
    return { uplift: ifTreated.map((value, row) => value - ifControl[row]), treated: ifTreated, control: ifControl };
  },
};

interface Tree {
  /** Of inner nodes the column, of leaves −1. */
  feature: number[];
  threshold: number[];
  left: number[];
  right: number[];
  /** Expected outcome with and without the message. */
  treated: number[];
  control: number[];
}

const mostBins = 32;
/** The smaller a leaf, the more of its parent's rates it keeps: as if it had so many more people. */
const priorPeople = 20;

interface Bins {
  /** Upper ends of each column's bins but the last, ascending. */
  edges: Float32Array[];
  /** Row-major. */
  binOf: Uint8Array;
}

/** Bins of about equally many rows. */
function binsOf({ rows, columns, values }: FeatureMatrix): Bins {
  const binOf = new Uint8Array(rows * columns);
  const edges = Array.from({ length: columns }, (_, c) => {
    const sorted = Float32Array.from({ length: rows }, (_, row) => values[row * columns + c]).sort();
    const found: number[] = [];
    for (let bin = 1; bin < mostBins; bin++) {
      const edge = sorted[Math.floor((bin * (rows - 1)) / mostBins)];
      if (edge < sorted[rows - 1] && edge !== found[found.length - 1]) found.push(edge);
    }
    return Float32Array.from(found);
  });
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < columns; c++) {
      const value = values[row * columns + c];
      let bin = 0;
      while (bin < edges[c].length && value > edges[c][bin]) bin++;
      binOf[row * columns + c] = bin;
    }
  }
  return { edges, binOf };
}

function growTree(trial: Trial, bins: Bins, options: OptionValues, random: Random): Tree {
  const { treated, outcomeKind } = trial;
  const isForest = Number(options.trees) > 1;
  const all = random.shuffle(Int32Array.from(treated, (_, row) => row));
  const taken = isForest ? all.subarray(0, Math.ceil(all.length * 0.632)) : all;
  const isHonest = options.honest === true;
  const half = isHonest ? Math.ceil(taken.length / 2) : taken.length;
  const structure = taken.slice(0, half);
  const estimation = isHonest ? taken.slice(half) : structure;
  const columns = trial.inputs.columns;
  const tried = isForest ? Math.max(1, Math.min(columns, Math.ceil(Math.sqrt(columns) * 1.5))) : columns;
  const criterion = String(options.criterion) as SplitCriterion;
  const leastInLeaf = Number(options.leastInLeaf) / (isHonest ? 2 : 1);
  const tree: Tree = { feature: [], threshold: [], left: [], right: [], treated: [], control: [] };

  const grow = (rows: Int32Array, measured: Int32Array, depth: number, before: { treated: number; control: number }): number => {
    const counts = countsOf(trial, measured);
    const rates = {
      treated: (counts.treatedOutcome + priorPeople * before.treated) / (counts.treated + priorPeople),
      control: (counts.controlOutcome + priorPeople * before.control) / (counts.control + priorPeople),
    };
    const node = tree.feature.length;
    tree.feature.push(-1);
    tree.threshold.push(0);
    tree.left.push(-1);
    tree.right.push(-1);
    tree.treated.push(rates.treated);
    tree.control.push(rates.control);
    if (depth >= Number(options.depth)) return node;
    const split = bestSplit(trial, bins, rows, columnsTried(columns, tried, random), criterion, outcomeKind, leastInLeaf);
    if (!split) return node;
    const { column, bin } = split;
    const isLeft = (row: number) => bins.binOf[row * columns + column] <= bin;
    tree.feature[node] = column;
    tree.threshold[node] = bins.edges[column][bin];
    tree.left[node] = grow(rows.filter(isLeft), measured.filter(isLeft), depth + 1, rates);
    tree.right[node] = grow(
      rows.filter((row) => !isLeft(row)),
      measured.filter((row) => !isLeft(row)),
      depth + 1,
      rates,
    );
    return node;
  };
  const whole = countsOf(trial, estimation);
  grow(structure, estimation, 0, { treated: whole.treatedOutcome / whole.treated, control: whole.controlOutcome / whole.control });
  return tree;
}

function columnsTried(columns: number, tried: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: columns }, (_, c) => c);
  return tried === columns ? order : random.shuffle(order).subarray(0, tried);
}

function countsOf({ treated, outcome }: Trial, rows: Int32Array): NodeCounts {
  const counts = { treated: 0, control: 0, treatedOutcome: 0, controlOutcome: 0 };
  for (const row of rows) {
    if (treated[row] === 1) {
      counts.treated++;
      counts.treatedOutcome += outcome[row];
    } else {
      counts.control++;
      counts.controlOutcome += outcome[row];
    }
  }
  return counts;
}

function bestSplit(
  { inputs: { columns }, treated, outcome }: Trial,
  { edges, binOf }: Bins,
  rows: Int32Array,
  tried: Int32Array,
  criterion: SplitCriterion,
  outcomeKind: OutcomeKind,
  leastInLeaf: number,
): { column: number; bin: number } | null {
  let best: { column: number; bin: number; gain: number } | null = null;
  // Of each bin: people and outcomes of the held out, then of the addressed.
  const sums = new Float64Array(mostBins * 4);
  for (const column of tried) {
    const count = edges[column].length + 1;
    if (count === 1) continue;
    sums.fill(0, 0, count * 4);
    for (const row of rows) {
      const at = binOf[row * columns + column] * 4 + 2 * treated[row];
      sums[at]++;
      sums[at + 1] += outcome[row];
    }
    const right: NodeCounts = { treated: 0, control: 0, treatedOutcome: 0, controlOutcome: 0 };
    const left: NodeCounts = { ...right };
    const move = (to: NodeCounts, bin: number, sign: number) => {
      to.control += sign * sums[bin * 4];
      to.controlOutcome += sign * sums[bin * 4 + 1];
      to.treated += sign * sums[bin * 4 + 2];
      to.treatedOutcome += sign * sums[bin * 4 + 3];
    };
    for (let bin = 0; bin < count; bin++) move(right, bin, 1);
    for (let bin = 0; bin < count - 1; bin++) {
      move(left, bin, 1);
      move(right, bin, -1);
      if (Math.min(left.treated, left.control, right.treated, right.control) < leastInLeaf) continue;
      const gain = splitGain(criterion, left, right, outcomeKind);
      if (gain > 0 && (best === null || gain > best.gain)) best = { column, bin, gain };
    }
  }
  return best;
}

function stateOf(trees: readonly Tree[]): ModelState {
  const root = new Int32Array(trees.length);
  let nodes = 0;
  trees.forEach((tree, t) => {
    root[t] = nodes;
    nodes += tree.feature.length;
  });
  const all = (name: keyof Tree) =>
    trees.flatMap((tree, t) => (name === 'left' || name === 'right' ? tree[name].map((node) => node + root[t]) : tree[name]));
  const array = (data: Int32Array | Float32Array | Float64Array, axis = 'nodes') => ({ data, shape: [data.length], axes: [axis] });
  return {
    format: 'uplift-forest/1',
    arrays: {
      root: array(root, 'trees'),
      feature: array(Int32Array.from(all('feature'))),
      // Inputs are float32: a threshold of more digits would send its own rows to the other side.
      threshold: array(Float32Array.from(all('threshold'))),
      left: array(Int32Array.from(all('left'))),
      right: array(Int32Array.from(all('right'))),
      treated: array(Float64Array.from(all('treated'))),
      control: array(Float64Array.from(all('control'))),
    },
    meta: {},
  };
}

function arraysOf({ arrays }: ModelState) {
  return {
    root: arrays.root.data as Int32Array,
    feature: arrays.feature.data as Int32Array,
    threshold: arrays.threshold.data as Float32Array,
    left: arrays.left.data as Int32Array,
    right: arrays.right.data as Int32Array,
    treated: arrays.treated.data as Float64Array,
    control: arrays.control.data as Float64Array,
  };
}
