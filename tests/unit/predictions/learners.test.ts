import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { happened } from '$lib/core/predictions/labels';
import { learners } from '$lib/core/predictions/learners/catalogue';
import type { LabeledRows } from '$lib/core/predictions/learners/learner';
import { logistic } from '$lib/core/predictions/learners/logistic';
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
