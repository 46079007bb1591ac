import { describe, expect, it } from 'vitest';
import { resolveOptions, type OptionValues } from '$lib/core/base/options';
import { Random } from '$lib/core/base/random';
import { quietContext } from '$lib/core/base/run';
import { fitLinear, linearPredictor } from '$lib/core/math/linear/generalizedLinear';
import type { Labels } from '$lib/core/predictions/labels';
import type { LabeledRows, Learner } from '$lib/core/predictions/learners/learner';
import { linear } from '$lib/core/predictions/learners/linear';
import { logistic } from '$lib/core/predictions/learners/logistic';
import { openNodeTensors } from '$lib/platform/node/tensors';
import reference from '../../fixtures/linear.json';
import { toolsOf } from '../../support/tools';

const tools = toolsOf(openNodeTensors);
const inputs = { rows: reference.rows.length, columns: 6, values: Float32Array.from(reference.rows.flat()) };
const rowWeights = Float32Array.from(reference.rowWeights);

async function weightsOf(learner: Learner, rows: LabeledRows, given: OptionValues): Promise<number[]> {
  const options = resolveOptions(learner.id, learner.options, { epochs: 200, ...given });
  const { state } = await learner.fit({ train: rows, validation: rows }, options, 1, tools, quietContext());
  return Array.from(state.arrays.weights.data as Float64Array);
}

function expectNear(found: number[], weights: number[], intercept: number, within: number) {
  [...weights, intercept].forEach((wanted, i) => expect(Math.abs(found[i] - wanted)).toBeLessThan(within));
  // Lasso leaves the very same inputs out.
  weights.forEach((wanted, i) => wanted === 0 && expect(found[i]).toBe(0));
}

describe('logistic regression comes to scikit-learn’s weights', () => {
  const labels: Labels = { kind: 'binary', values: Uint8Array.from(reference.labels) };
  for (const fit of reference.logistic) {
    const name = `L1 share ${fit.l1Share}, λ ${fit.regularization}${fit.balanced ? ', balanced' : ''}${fit.weighted ? ', rows weighted' : ''}`;
    it(name, async () => {
      const rows = { inputs, labels, ...(fit.weighted && { weights: rowWeights }) };
      const { l1Share, regularization } = fit;
      const found = await weightsOf(logistic, rows, { l1Share, regularization, classWeights: fit.balanced ? 'balanced' : 'none' });
      expectNear(found, fit.weights, fit.intercept, 1e-6);
    });
  }
});

describe('linear regression comes to scikit-learn’s weights', () => {
  const labels: Labels = { kind: 'number', values: Float64Array.from(reference.numbers) };
  for (const fit of reference.linear) {
    it(`L1 share ${fit.l1Share}, λ ${fit.regularization}${fit.weighted ? ', rows weighted' : ''}`, async () => {
      const rows = { inputs, labels, ...(fit.weighted && { weights: rowWeights }) };
      const found = await weightsOf(linear, rows, { l1Share: fit.l1Share, regularization: fit.regularization });
      expectNear(found, fit.weights, fit.intercept, 1e-6);
    });
  }
});

it('comes to the one best answer where columns add up to one another and rows are more than curvature is sampled from', async () => {
  // Every town is in one country, and days since signing up hardly differ from days since the first visit.
  const [rows, towns, columns] = [24_000, 9, 13];
  const random = new Random(4);
  const values = new Float32Array(rows * columns);
  const outcomes = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const town = Math.min(random.below(towns), random.below(towns), random.below(towns));
    const since = random.normal();
    const own = values.subarray(row * columns, (row + 1) * columns);
    own[town] = own[towns + (town % 2)] = 3;
    own[11] = since;
    own[12] = since + 0.002 * random.normal();
    outcomes[row] = random.uniform() < 1 / (1 + Math.exp(2 - 0.2 * town - since)) ? 1 : 0;
  }
  const all: LabeledRows = { inputs: { rows, columns, values }, labels: { kind: 'binary', values: outcomes } };
  const options = resolveOptions('logistic', logistic.options, {});
  const { state, losses } = await logistic.fit({ train: all, validation: all }, options, 1, tools, quietContext());
  const weights = state.arrays.weights.data as Float64Array;
  const chances = await logistic.predict(state, all.inputs, tools, quietContext());
  // The gradient of the penalised loss is nothing at the best answer.
  const gradient = Array.from(weights.subarray(0, columns), (weight, c) => {
    let sum = weight;
    for (let row = 0; row < rows; row++) sum += (chances[row] - outcomes[row]) * values[row * columns + c];
    return Math.abs(sum);
  });
  // Chances are float32, whose roundings add up over the rows.
  expect(Math.max(...gradient)).toBeLessThan(1e-3);
  expect(losses.length).toBeLessThan(12);
});

/** Customers of whom two of the inputs say something and the others nothing. */
function customers(rows: number, columns: number, seed: number): LabeledRows {
  const random = new Random(seed);
  const values = Float32Array.from({ length: rows * columns }, () => random.normal());
  const outcomes = Uint8Array.from({ length: rows }, (_, row) =>
    random.uniform() < 1 / (1 + Math.exp(1 - values[row * columns] + 0.7 * values[row * columns + 1])) ? 1 : 0,
  );
  return { inputs: { rows, columns, values }, labels: { kind: 'binary', values: outcomes } };
}

describe('a path of penalties', () => {
  for (const choose of ['validation', 'folds']) {
    it(`chosen by ${choose} leaves out most of what says nothing, and foretells better than no penalty`, async () => {
      const [train, validation, test] = [customers(200, 40, 1), customers(400, 40, 2), customers(2000, 40, 3)];
      const lossBy = async (given: OptionValues) => {
        const options = resolveOptions('logistic', logistic.options, given);
        const { state, drivers } = await logistic.fit({ train, validation }, options, 1, tools, quietContext());
        const chances = await logistic.predict(state, test.inputs, tools, quietContext());
        const { values } = test.labels as Labels & { kind: 'binary' };
        const loss = values.reduce((sum, y, row) => sum - Math.log(y ? chances[row] : 1 - chances[row]), 0) / values.length;
        return { loss, kept: drivers.filter((weight) => weight !== 0).length, drivers };
      };
      const [lasso, plain] = [await lossBy({ choose, l1Share: 1 }), await lossBy({ regularization: 1e-6 })];
      expect(lasso.kept).toBeLessThan(25);
      expect(lasso.drivers[0]).toBeGreaterThan(0.5);
      expect(lasso.drivers[1]).toBeLessThan(-0.15);
      expect(lasso.loss).toBeLessThan(plain.loss - 0.02);
    });
  }
});

describe('of many rows, whatever the part that is looked at first', () => {
  /** 60,000 rows: two figures, one that is 0 for all but 40 rows, and a constant. */
  function many(intercept: number) {
    const random = new Random(11);
    const [rows, columns] = [60_000, 4];
    const values = Float32Array.from({ length: rows * columns }, (_, at) => {
      if (at % columns === 3) return 1;
      return at % columns === 2 ? (Math.floor(at / columns) % 1500 === 7 ? 1 : 0) : random.normal();
    });
    const weights = Float64Array.of(0.8, -0.5, 1.5, 0, intercept);
    const z = linearPredictor({ rows, columns, values }, weights);
    return { rows, columns, values, targets: Float64Array.from(z, (each) => (random.uniform() < 1 / (1 + Math.exp(-each)) ? 1 : 0)) };
  }

  it.each([
    ['as many yes as no', 0, 0],
    ['as many yes as no, by lasso', 0, 1],
    ['one yes in a thousand', -7, 0],
    ['one yes in a thousand, by elastic net', -7, 0.5],
  ])('the gradient ends at zero: %s', async (_, intercept, l1Share) => {
    const data = many(intercept);
    const fit = await fitLinear(data, 'binomial', { lambda: 3, l1Share }, { steps: 100 }, quietContext());
    const misses = linearPredictor(data, fit.weights).map((z, row) => 1 / (1 + Math.exp(-z)) - data.targets[row]);
    const slopes = Array.from(fit.weights, (weight, c) => {
      const own = misses.reduce((sum, miss, row) => sum + miss * (c < 4 ? data.values[4 * row + c] : 1), 0);
      if (c === 4) return own;
      const pulled = own + 3 * (1 - l1Share) * weight;
      // What lasso has left out must not be worth its penalty.
      return weight === 0 ? Math.max(0, Math.abs(pulled) - 3 * l1Share) : pulled + 3 * l1Share * Math.sign(weight);
    });
    for (const slope of slopes) expect(Math.abs(slope)).toBeLessThan(2e-3);
    expect(fit.steps).toBeLessThan(20);
  });
});
