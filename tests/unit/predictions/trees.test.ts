import { describe, expect, it } from 'vitest';
import { resolveOptions, type OptionValues } from '$lib/core/base/options';
import { quietContext } from '$lib/core/base/run';
import { createReferenceKernels } from '$lib/core/math/referenceKernels';
import { findBins } from '$lib/core/math/trees/bins';
import { joinForests, leafOf, type Forest } from '$lib/core/math/trees/forest';
import { growTree } from '$lib/core/math/trees/growTree';
import { lightgbmRules } from '$lib/core/math/trees/rows';
import { TreeShap } from '$lib/core/math/trees/treeShap';
import { partialDependence } from '$lib/core/predictions/dependence';
import { findLearner } from '$lib/core/predictions/learners/catalogue';
import type { LabeledRows } from '$lib/core/predictions/learners/learner';
import { auc } from '$lib/core/predictions/metrics';
import type { PredictionTools } from '$lib/core/predictions/tools';
import reference from '../../fixtures/trees-lightgbm.json';

const run = quietContext();
const kernels = createReferenceKernels('a test');
const tools: PredictionTools = { kernels: async () => kernels, tensors: () => Promise.reject(new Error('trees need no tensors')) };

const columns = 4;
const categories = Uint8Array.of(0, 0, 3, 12);
const matrixOf = (rows: (number | null)[][]) => ({
  rows: rows.length,
  columns,
  values: Float32Array.from(rows.flat(), (value) => value ?? NaN),
  categories,
});
const train: LabeledRows = { inputs: matrixOf(reference.values), labels: { kind: 'binary', values: Uint8Array.from(reference.labels) } };
const test: LabeledRows = {
  inputs: matrixOf(reference.testValues),
  labels: { kind: 'binary', values: Uint8Array.from(reference.testLabels) },
};
const none: LabeledRows = { inputs: matrixOf([]), labels: { kind: 'binary', values: new Uint8Array(0) } };

interface DumpedNode {
  value?: number;
  cover: number;
  gain?: number;
  column?: number;
  threshold?: number;
  set?: number[];
  missingLeft?: boolean;
  right?: number;
}

/** A tree as LightGBM has dumped it. */
function treeOf(nodes: readonly DumpedNode[]): Forest {
  const sets = nodes.flatMap(({ set }) => (set ? [set] : []));
  const words = new Int32Array(8 * sets.length);
  sets.forEach((set, i) => set.forEach((member) => (words[8 * i + (member >> 5)] |= 1 << (member & 31))));
  return {
    starts: Int32Array.of(0, nodes.length),
    columns: Int32Array.from(nodes, ({ column }) => column ?? -1),
    values: Float32Array.from(nodes, ({ value, threshold, set }) => (set ? 8 * sets.indexOf(set) : (threshold ?? value!))),
    flags: Uint8Array.from(nodes, ({ missingLeft, set }) => (missingLeft ? 1 : 0) | (set ? 2 : 0)),
    rights: Int32Array.from(nodes, ({ right }) => right ?? 0),
    covers: Float32Array.from(nodes, ({ cover }) => cover),
    gains: Float32Array.from(nodes, ({ gain }) => gain ?? 0),
    sets: words,
  };
}

async function boost(rows: LabeledRows, options: OptionValues, validation = none) {
  const learner = findLearner('gradient-boosting');
  return learner.fit({ train: rows, validation }, resolveOptions('gradient-boosting', learner.options, options), 1, tools, run);
}

describe('Shapley values of trees', () => {
  it("are LightGBM's and shap's, of a model with numbers, gaps and categories", () => {
    const shap = new TreeShap(joinForests(reference.trees.map((nodes) => treeOf(nodes))), columns);
    reference.contributions.forEach((expected, row) => {
      const own = new Float64Array(columns);
      shap.addRow(test.inputs.values, row * columns, own);
      own.forEach((effect, column) => expect(Math.abs(effect - expected[column])).toBeLessThan(1e-5));
      expect(Math.abs(shap.base - expected[columns])).toBeLessThan(1e-5);
    });
  });

  it('add up to the prediction, where a column is split again and again on one path too', async () => {
    const { state } = await boost(train, { trees: 5, leaves: 64, minRows: 2, columnShare: 1 });
    const learner = findLearner('gradient-boosting');
    const predicted = await learner.predict(state, test.inputs, tools, run);
    for (const row of [0, 7, 99]) {
      const values = test.inputs.values.subarray(row * columns, (row + 1) * columns);
      const { base, parts } = learner.parts!(state, { ...test.inputs, rows: 1, values });
      const reached = parts.reduce((sum, part) => sum + part, base);
      expect(1 / (1 + Math.exp(-reached))).toBeCloseTo(predicted[row], 6);
    }
  });
});

describe('a tree', () => {
  it('is split as LightGBM splits it: columns, thresholds, categories, sides of what is missing, gains', async () => {
    const labels = Float32Array.from(reference.numbers);
    const bins = findBins(train.inputs, 255);
    const rows = await kernels.trees({ ...train.inputs, bins, labels }, run);
    const rules = { ...lightgbmRules, l2: 1, minRowsOfGroup: 20 };
    const all = Int32Array.of(0, 1, 2, 3);
    rows.begin(0);
    await rows.derive('squared', 1, run);
    const { forest } = await growTree(rows, bins, { leaves: 10, depth: Infinity, learningRate: 1, rules, columns: () => all }, run);
    const expected = treeOf(reference.single);
    expect(forest.columns).toEqual(expected.columns);
    expect(forest.covers).toEqual(expected.covers);
    expect(forest.sets).toEqual(expected.sets);
    forest.gains.forEach((gain, node) => expect(Math.abs(gain - expected.gains[node])).toBeLessThan(1e-4 * expected.gains[node] + 1e-6));
    reference.singlePredictions.forEach((value, row) =>
      expect(Math.abs(forest.values[leafOf(forest, 0, test.inputs.values, row * columns)] - value)).toBeLessThan(1e-5),
    );
  });
});

describe('gradient boosting', () => {
  const lightgbm = { trees: 40, leaves: 12, learningRate: 0.1, regularization: 1, minRows: 20, columnShare: 1 };

  it('predicts held-out rows as well as LightGBM with the same settings', async () => {
    const { state } = await boost(train, lightgbm);
    const predicted = await findLearner('gradient-boosting').predict(state, test.inputs, tools, run);
    expect(Math.abs(auc(predicted, Uint8Array.from(reference.testLabels)) - reference.auc)).toBeLessThan(0.006);
  });

  it('stops when validation gets no better, and keeps the trees up to the best', async () => {
    const { state, losses } = await boost(train, { ...lightgbm, trees: 500, learningRate: 0.3, patience: 5 }, test);
    const best = Math.min(...losses.map(({ validationLoss }) => validationLoss));
    const at = losses.findIndex(({ validationLoss }) => validationLoss === best) + 1;
    expect(losses).toHaveLength(at + 5);
    expect(state.arrays.starts.data).toHaveLength(at + 1);
  });

  it('never falls with a column whose direction is up', async () => {
    const rows = { ...train, inputs: { ...train.inputs, directions: Int8Array.of(1, 0, 0, 0) } };
    const grid = Float32Array.from({ length: 16 }, (_, i) => -3 + i * 0.4);
    const falls = async (of: LabeledRows) => {
      const { state } = await boost(of, { ...lightgbm, leaves: 31, minRows: 3 });
      const { curves } = await partialDependence(findLearner('gradient-boosting'), state, test.inputs, 0, grid, tools, run);
      return curves.filter((curve) => curve.some((value, i) => i > 0 && value < curve[i - 1] - 1e-9)).length;
    };
    expect(await falls(rows)).toBe(0);
    expect(await falls(train)).toBeGreaterThan(0);
  });

  it('takes a row of weight two as two rows', async () => {
    // Whole numbers, so that both find the same bins.
    const whole = reference.values.map(([number, gappy]) => [Math.round(number!), gappy === null ? null : Math.round(gappy)]);
    const plain = (values: (number | null)[][]) => ({
      rows: values.length,
      columns: 2,
      values: Float32Array.from(values.flat(), (value) => value ?? NaN),
    });
    const rows = (values: (number | null)[][], labels: number[]): LabeledRows => ({
      inputs: plain(values),
      labels: { kind: 'binary', values: Uint8Array.from(labels) },
    });
    const options = { ...lightgbm, trees: 3, minRows: 1, leaves: 6 };
    const weights = new Float32Array(whole.length).fill(1).fill(2, 0, 300);
    const [weighted, repeated] = await Promise.all([
      boost({ ...rows(whole, reference.labels), weights }, options),
      boost(rows([...whole, ...whole.slice(0, 300)], [...reference.labels, ...reference.labels.slice(0, 300)]), options),
    ]);
    const learner = findLearner('gradient-boosting');
    const [a, b] = await Promise.all([weighted, repeated].map(({ state }) => learner.predict(state, plain(whole), tools, run)));
    const distance = a.reduce((sum, value, row) => sum + Math.abs(value - b[row]), 0) / a.length;
    expect(distance).toBeLessThan(1e-5);
  });
});

describe('trees of odd data', () => {
  const oneOf = (rows: number, label: (row: number) => number, value: (row: number) => number): LabeledRows => ({
    inputs: { rows, columns: 2, values: Float32Array.from({ length: 2 * rows }, (_, i) => (i % 2 === 0 ? value(i >> 1) : NaN)) },
    labels: { kind: 'binary', values: Uint8Array.from({ length: rows }, (_, row) => label(row)) },
  });
  const cases: [string, LabeledRows, number, number][] = [
    [
      'one row',
      oneOf(
        1,
        () => 1,
        () => 3,
      ),
      0.5,
      1,
    ],
    [
      'no positives',
      oneOf(
        200,
        () => 0,
        (row) => row,
      ),
      0,
      0.01,
    ],
    [
      'only positives',
      oneOf(
        200,
        () => 1,
        (row) => row,
      ),
      0.99,
      1,
    ],
    [
      'a constant and an empty column',
      oneOf(
        200,
        (row) => (row % 4 === 0 ? 1 : 0),
        () => 7,
      ),
      0.24,
      0.26,
    ],
    [
      'infinite values',
      oneOf(
        200,
        (row) => (row < 50 ? 1 : 0),
        (row) => (row < 50 ? Infinity : -Infinity),
      ),
      0,
      1,
    ],
  ];
  for (const id of ['gradient-boosting', 'random-forest']) {
    for (const [name, rows, low, high] of cases) {
      it(`${id} stays sane: ${name}`, async () => {
        const learner = findLearner(id);
        const { state, drivers } = await learner.fit(
          { train: rows, validation: rows },
          resolveOptions(id, learner.options, { trees: 10 }),
          1,
          tools,
          run,
        );
        const predicted = await learner.predict(state, rows.inputs, tools, run);
        for (const value of predicted) {
          expect(value).toBeGreaterThanOrEqual(low);
          expect(value).toBeLessThanOrEqual(high);
        }
        expect(drivers.every(Number.isFinite)).toBe(true);
      });
    }
  }
});
