import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { resolveOptions } from '$lib/core/base/options';
import { happened, type Labels } from '$lib/core/predictions/labels';
import { numberMeasures } from '$lib/core/predictions/measures';
import { findLearner, learners } from '$lib/core/predictions/learners/catalogue';
import type { LabeledRows } from '$lib/core/predictions/learners/learner';
import { linear } from '$lib/core/predictions/learners/linear';
import { logistic } from '$lib/core/predictions/learners/logistic';
import { network } from '$lib/core/predictions/learners/network';
import { stackOf } from '$lib/core/predictions/learners/stack';
import { auc } from '$lib/core/predictions/metrics';
import { openNodeTensors } from '$lib/platform/node/tensors';
import reference from '../../fixtures/propensity-logistic.json';
import { everyLearnerMust } from './everyLearner';
import { toolsOf } from '../../support/tools';
import { eitherOr, scoreSmall } from './smallPropensity';

const tensors = openNodeTensors();
const tools = toolsOf(() => tensors);

const outcomes = happened(eitherOr(50, 13).labels);

describe('logistic regression', () => {
  for (const fit of reference.fits) {
    it(`comes to scikit-learn's weights with regularization ${fit.regularization}`, async () => {
      const rows: LabeledRows = {
        inputs: { rows: reference.rows.length, columns: 5, values: Float32Array.from(reference.rows.flat()) },
        labels: { kind: 'binary', values: Uint8Array.from(reference.labels) },
      };
      const options = { regularization: fit.regularization, epochs: 50 };
      const { state, drivers, losses } = await logistic.fit({ train: rows, validation: rows }, options, 1, tools, quietContext());
      drivers.forEach((weight, i) => expect(Math.abs(weight - fit.weights[i])).toBeLessThan(1e-4));
      const chances = await logistic.predict(state, rows.inputs, tools, quietContext());
      chances.forEach((chance, i) => expect(Math.abs(chance - fit.probabilities[i])).toBeLessThan(2e-5));
      expect(losses.length).toBeLessThan(15);
    });
  }

  it('stays finite where a column separates the classes completely', async () => {
    const rows: LabeledRows = {
      inputs: { rows: 40, columns: 1, values: new Float32Array(40).map((_, i) => i - 19.5) },
      labels: { kind: 'binary', values: new Uint8Array(40).fill(1, 20) },
    };
    const options = { regularization: 1e-4, epochs: 100 };
    const { state, drivers } = await logistic.fit({ train: rows, validation: rows }, options, 1, tools, quietContext());
    expect(drivers[0]).toBeGreaterThan(0);
    expect(auc(await logistic.predict(state, rows.inputs, tools, quietContext()), happened(rows.labels))).toBe(1);
  });
});

describe('the network', () => {
  it('learns what a straight line cannot', async () => {
    const [straight, curved] = [await scoreSmall(tools, 'logistic'), await scoreSmall(tools, 'network')];
    expect(auc(straight.scores, outcomes)).toBeLessThan(0.7);
    expect(auc(curved.scores, outcomes)).toBeGreaterThan(0.8);
    expect(curved.drivers[0]).toBeGreaterThan(0.1);
    expect(Math.abs(curved.drivers[2])).toBeLessThan(0.05);
  });

  it('stops when validation gets no better, and keeps the best epoch', async () => {
    const options = { epochs: 500, patience: 3, learningRate: 0.03, dropout: 0, units: 64 };
    const { losses } = await scoreSmall(tools, 'network', options);
    const best = Math.min(...losses.map(({ validationLoss }) => validationLoss));
    expect(losses.length).toBe(losses.findIndex(({ validationLoss }) => validationLoss === best) + 1 + 3);
  });
});

for (const learner of learners) {
  everyLearnerMust(learner, tools);

  // The same numbers are asked of the browser (tests/browser/tensors). To accept new ones after a change of the
  // learners: ACCEPT_SCORES=1 npx vitest run --project node tests/unit/predictions/learners.test.ts
  it(`${learner.id} gives the scores that browser and command line agreed on`, async () => {
    const file = new URL('../../fixtures/propensity-scores.json', import.meta.url);
    const agreed = JSON.parse(readFileSync(file, 'utf8')) as Record<string, number[]>;
    const { scores } = await scoreSmall(tools, learner.id);
    if (process.env.ACCEPT_SCORES) writeFileSync(file, `${JSON.stringify({ ...agreed, [learner.id]: scores })}\n`);
    else scores.forEach((score, i) => expect(Math.abs(score - agreed[learner.id][i])).toBeLessThan(1e-5));
  });
}

describe('numbers', () => {
  /** What people spend follows from two figures acting together. */
  const spend = (rows: number, seed: number): LabeledRows => {
    const { inputs } = eitherOr(rows, seed);
    const values = Float64Array.from(
      { length: rows },
      (_, row) => 500 + 100 * Math.abs(inputs.values[row * 3] - inputs.values[row * 3 + 1]),
    );
    return { inputs, labels: { kind: 'number', values } };
  };
  const r2Of = async (id: string) => {
    const learner = findLearner(id);
    const [train, validation, test] = [spend(600, 21), spend(200, 22), spend(400, 23)];
    const { state, measure } = await learner.fit({ train, validation }, resolveOptions(id, learner.options), 1, tools, quietContext());
    const predicted = await learner.predict(state, test.inputs, tools, quietContext());
    return { r2: numberMeasures(predicted, (test.labels as Labels & { kind: 'number' }).values).r2, measure };
  };

  it('are learnt by the network in their own unit, also what a straight line cannot', async () => {
    expect((await r2Of('linear')).r2).toBeLessThan(0.1);
    expect(await r2Of('network')).toMatchObject({ r2: expect.toSatisfy((r2: number) => r2 > 0.8), measure: 'r2-lost' });
  });

  it('are blended by what each learner is worth', async () => {
    const blend = stackOf({ binary: [], number: [linear, network] });
    const [train, validation, test] = [spend(400, 21), spend(200, 22), spend(400, 23)];
    const { state } = await blend.fit({ train, validation }, { blendFolds: 2 }, 1, tools, quietContext());
    const [, ofNetwork] = state.arrays.blend.data as Float64Array;
    expect(ofNetwork).toBeGreaterThan(1);
    const predicted = await blend.predict(state, test.inputs, tools, quietContext());
    expect(numberMeasures(predicted, (test.labels as Labels & { kind: 'number' }).values).r2).toBeGreaterThan(0.6);
  });
});

it('balanced classes let the network find the rarer outcome likelier', async () => {
  const meanOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const rare = (rows: number, seed: number): LabeledRows => {
    const { inputs } = eitherOr(rows, seed);
    return {
      inputs,
      labels: { kind: 'binary', values: Uint8Array.from({ length: rows }, (_, row) => (inputs.values[row * 3] > 1.3 ? 1 : 0)) },
    };
  };
  const chances = async (classWeights: string) => {
    const learner = findLearner('network');
    const options = resolveOptions('network', learner.options, { classWeights, epochs: 10 });
    const { state } = await learner.fit({ train: rare(600, 31), validation: rare(300, 32) }, options, 1, tools, quietContext());
    return meanOf(Array.from(await learner.predict(state, rare(300, 33).inputs, tools, quietContext())));
  };
  expect(await chances('balanced')).toBeGreaterThan(1.4 * (await chances('none')));
});
