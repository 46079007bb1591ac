import { readFileSync } from 'node:fs';
import type { Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { matrixFromPairs } from '$lib/core/math/sparseRows';
import type { Tensors } from '$lib/core/math/tensors';
import { itemSide, machineSums, takeMachineStep, userSide, type MachineFit } from '$lib/core/recommenders/factorisationMachine';
import { towerInputs, towerLoss, type Towers } from '$lib/core/recommenders/towers';
import { expectedInBatch, type TowerBatch } from '$lib/core/recommenders/twoTowerBatches';
import { openNodeTensors } from '$lib/platform/node/tensors';

/** Made by scripts/reference/feature_models.py: scores by the double sum, the loss of a batch in NumPy. */
const fixture = JSON.parse(readFileSync(new URL('../../fixtures/feature-models.json', import.meta.url), 'utf8'));

describe('the factorisation machine', () => {
  const given = fixture.machine;
  const bag = (rows: [number, number][][], terms: number) =>
    matrixFromPairs(
      rows.length,
      terms,
      rows.flatMap((row, at) => row.map(() => at)),
      rows.flatMap((row) => row.map(([term]) => term)),
      rows.flatMap((row) => row.map(([, x]) => x)),
    );
  const names = ['users', 'items', 'ofUserTerms', 'ofItemTerms', 'ofContexts', 'itemWeights', 'itemTermWeights'] as const;
  const fresh = (): MachineFit => {
    const vectors = Object.fromEntries(names.map((name) => [name, Float64Array.from(given[name])]));
    const squares = Object.fromEntries(names.map((name) => [name, new Float64Array(given[name].length).fill(1e12)]));
    return { factors: given.factors, userTerms: bag(given.userTerms, 2), itemTerms: bag(given.itemTerms, 3), ...vectors, squares } as unknown as MachineFit; // prettier-ignore
  };
  const score = (fit: MachineFit, user: number, item: number) => {
    const [ofUser, ofItem] = [new Float64Array(fit.factors), new Float64Array(fit.factors)];
    userSide(fit, user, given.contexts[user], ofUser);
    const bias = itemSide(fit, item, ofItem);
    return ofUser.reduce((sum, value, f) => sum + value * ofItem[f], bias);
  };

  it('scores as the sum over all pairs of inputs does', () => {
    given.scores.forEach((row: number[], user: number) =>
      row.forEach((theirs, item) => expect(Math.abs(score(fresh(), user, item) - theirs)).toBeLessThan(1e-6)),
    );
  });

  it('steps along the gradient that finite differences have', () => {
    const asked = { user: 1, contexts: given.contexts[1], chosen: 0, other: 2 };
    // Steps of a tenth over the root of 1e12, which one more square does not change.
    const step = { learningRate: 0.1, regularization: 0 };
    const loss = (fit: MachineFit) => Math.log1p(Math.exp(score(fit, 1, 2) - score(fit, 1, 0)));
    const moved = fresh();
    expect(takeMachineStep(moved, asked, step, machineSums(given.factors))).toBeCloseTo(loss(fresh()), 9);
    for (const name of names) {
      moved[name].forEach((value, at) => {
        const [up, down] = [1e-5, -1e-5].map((by) => {
          const fit = fresh();
          fit[name][at] += by;
          return loss(fit);
        });
        expect(Math.abs((given[name][at] - value) / 1e-7 - (up - down) / 2e-5)).toBeLessThan(1e-4);
      });
    }
  });
});

describe('two towers', () => {
  const given = fixture.towers;
  const names = ['history', 'userTerms', 'userBias', 'item', 'itemTerms', 'itemBias', 'itemTermBias'] as const;
  const numbers = (values: number[]) => Float32Array.from(values);
  const batch: TowerBatch = {
    histories: { rows: 2, width: 4, values: numbers(given.histories) },
    customers: { rows: 2, width: 2, values: numbers(given.customers) },
    items: Int32Array.from(given.found),
    itemTerms: { rows: 2, width: 3, values: numbers(given.itemTermsOfFound) },
    ownVector: numbers(given.ownVector),
    correction: numbers(given.correction),
    targets: numbers(given.targets),
    weights: numbers(given.weights),
  };
  let tensors: Tensors;
  beforeAll(async () => void (tensors = await openNodeTensors()));

  it('have the loss that NumPy has, and the gradient that finite differences have', async () => {
    const { tf } = tensors;
    const tables = Object.fromEntries(names.map((name) => [name, tf.variable(tf.tensor2d(given[name]))])) as unknown as Towers;
    const inputs = towerInputs(tf, batch);
    const loss = () => towerLoss(tf, tables, inputs, given.penalty);
    expect(Math.abs((await loss().data())[0] - given.loss)).toBeLessThan(1e-5);

    const { grads } = tf.variableGrads(loss, names.map((name) => tables[name] as unknown as Variable)); // prettier-ignore
    for (const name of names) {
      const variable = tables[name] as unknown as Variable;
      const start = (await variable.data()).slice() as Float32Array;
      const slopes = await grads[variable.name].data();
      for (let at = 0; at < start.length; at++) {
        const [up, down] = await Promise.all(
          [0.01, -0.01].map(async (by) => {
            const moved = start.slice();
            moved[at] += by;
            variable.assign(tf.tensor2d(moved, variable.shape as [number, number]) as Tensor2D);
            return (await loss().data())[0];
          }),
        );
        variable.assign(tf.tensor2d(start, variable.shape as [number, number]) as Tensor2D);
        expect(Math.abs((up - down) / 0.02 - slopes[at])).toBeLessThan(1e-3);
      }
    }
  });

  it('expect each item in a batch as often as it is drawn', () => {
    // Two customers in batches of one: items of a half each time, the only item of the other always.
    const pairs = matrixFromPairs(2, 3, [0, 0, 1], [0, 1, 2]);
    expect([...expectedInBatch(pairs, 1)]).toEqual([0.25, 0.25, 0.5]);
  });
});
