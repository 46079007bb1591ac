import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { Cancelled } from '$lib/core/base/errors';
import { createRunContext, quietContext } from '$lib/core/base/run';
import type { Tensors } from '$lib/core/math/tensors';
import { propensityAlgorithms } from '$lib/core/predictions/catalogue';
import { logistic } from '$lib/core/predictions/logistic';
import { auc } from '$lib/core/predictions/metrics';
import { openNodeTensors } from '$lib/platform/node/tensors';
import reference from '../../fixtures/propensity-logistic.json';
import { eitherOr, scoreSmall } from './smallPropensity';

let tensors: Tensors;
beforeAll(async () => void (tensors = await openNodeTensors()));

const outcomes = eitherOr(50, 13).labels;

describe('logistic regression', () => {
  for (const fit of reference.fits) {
    it(`comes to scikit-learn's weights with regularization ${fit.regularization}`, async () => {
      const rows = {
        inputs: { rows: reference.rows.length, columns: 5, values: Float32Array.from(reference.rows.flat()) },
        labels: Uint8Array.from(reference.labels),
      };
      const options = { regularization: fit.regularization, epochs: 50 };
      const model = await logistic.train({ train: rows, validation: rows }, options, 1, tensors, quietContext());
      model.weights.forEach((weight, i) => expect(Math.abs(weight - fit.weights[i])).toBeLessThan(1e-4));
      const chances = await model.predict(rows.inputs, quietContext());
      chances.forEach((chance, i) => expect(Math.abs(chance - fit.probabilities[i])).toBeLessThan(2e-5));
      expect(model.losses.length).toBeLessThan(15);
    });
  }

  it('stays finite where a column separates the classes completely', async () => {
    const rows = {
      inputs: { rows: 40, columns: 1, values: new Float32Array(40).map((_, i) => i - 19.5) },
      labels: new Uint8Array(40).fill(1, 20),
    };
    const model = await logistic.train(
      { train: rows, validation: rows },
      { regularization: 1e-4, epochs: 100 },
      1,
      tensors,
      quietContext(),
    );
    expect(model.weights[0]).toBeGreaterThan(0);
    expect(auc(await model.predict(rows.inputs, quietContext()), rows.labels)).toBe(1);
  });
});

describe('the network', () => {
  it('learns what a straight line cannot', async () => {
    const [straight, curved] = [await scoreSmall(tensors, 'logistic'), await scoreSmall(tensors, 'network')];
    expect(auc(straight.scores, outcomes)).toBeLessThan(0.7);
    expect(auc(curved.scores, outcomes)).toBeGreaterThan(0.8);
    expect(curved.weights[0]).toBeGreaterThan(0.1);
    expect(Math.abs(curved.weights[2])).toBeLessThan(0.05);
  });

  it('stops when validation gets no better, and keeps the best epoch', async () => {
    const options = { epochs: 500, patience: 3, learningRate: 0.03, dropout: 0, units: 64 };
    const { losses } = await scoreSmall(tensors, 'network', options);
    const best = Math.min(...losses.map(({ validationLoss }) => validationLoss));
    expect(losses.length).toBe(losses.findIndex(({ validationLoss }) => validationLoss === best) + 1 + 3);
  });
});

describe('every propensity model', () => {
  for (const { id } of propensityAlgorithms) {
    it(`${id} gives the same scores for the same seed, and leaves no tensor behind`, async () => {
      const before = tensors.tf.memory().numTensors;
      const options = { epochs: 5 };
      const first = await scoreSmall(tensors, id, options, 3);
      expect((await scoreSmall(tensors, id, options, 3)).scores).toEqual(first.scores);
      expect(tensors.tf.memory().numTensors).toBe(before);
    });

    it(`${id} leaves no tensor behind when it is cancelled`, async () => {
      const before = tensors.tf.memory().numTensors;
      const controller = new AbortController();
      const run = createRunContext(controller.signal);
      let asked = 0;
      const cancelling = { ...run, breathe: () => (++asked === 3 && controller.abort(), run.breathe()) };
      await expect(scoreSmall(tensors, id, {}, 1, cancelling)).rejects.toBeInstanceOf(Cancelled);
      expect(tensors.tf.memory().numTensors).toBe(before);
    });

    // The same numbers are asked of the browser (tests/browser/tensors). To accept new ones after a change of the
    // models: ACCEPT_SCORES=1 npx vitest run --project node tests/unit/predictions/algorithms.test.ts
    it(`${id} gives the scores that browser and command line agreed on`, async () => {
      const file = new URL('../../fixtures/propensity-scores.json', import.meta.url);
      const agreed = JSON.parse(readFileSync(file, 'utf8')) as Record<string, number[]>;
      const { scores } = await scoreSmall(tensors, id);
      if (process.env.ACCEPT_SCORES) writeFileSync(file, `${JSON.stringify({ ...agreed, [id]: scores })}\n`);
      else scores.forEach((score, i) => expect(Math.abs(score - agreed[id][i])).toBeLessThan(1e-5));
    });
  }
});
