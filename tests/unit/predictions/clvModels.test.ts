import { describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { fitGammaGamma, fitPurchaseModel, spendRows } from '$lib/core/predictions/clv/fitModels';
import { gammaGamma } from '$lib/core/predictions/clv/gammaGamma';
import { distinct, type RepeatHistories } from '$lib/core/predictions/clv/histories';
import type { PurchaseModelId } from '$lib/core/predictions/clv/purchaseModel';
import { purchaseModels } from '$lib/core/predictions/clv/purchaseModels';
import reference from '../../fixtures/clv-models.json';

/** Whole days as rows of their own. */
function rowsOf(histories: readonly (readonly number[])[]): RepeatHistories {
  return {
    x: Int32Array.from(histories, ([x]) => x),
    tx: Float64Array.from(histories, ([, tx]) => tx / 7),
    T: Float64Array.from(histories, ([, , T]) => T / 7),
    weight: new Float64Array(histories.length).fill(1),
  };
}

const columnsOf = (histories: readonly (readonly number[])[]) => ({
  x: Int32Array.from(histories, ([x]) => x),
  tx: Int32Array.from(histories, ([, tx]) => tx),
  T: Int32Array.from(histories, ([, , T]) => T),
});
const rows = rowsOf(reference.histories);
const simulated = {
  ...columnsOf(reference.simulated),
  monetary: Float64Array.from(reference.simulated, ([, , , monetary]) => monetary),
};
const relative = (found: number, wanted: number) => Math.abs(found - wanted) / Math.max(1e-300, Math.abs(wanted));

describe('models of who buys again', () => {
  for (const model of purchaseModels) {
    it(`${model.id}: likelihood, chance of being a customer and expected purchases are those of lifetimes`, () => {
      for (const { parameters, logLikelihoods, alive, expected, ofNew } of reference.values[model.id]) {
        model
          .logLikelihoods(rows, parameters)
          .forEach((value, row) => expect([row, relative(value, logLikelihoods[row])]).toEqual([row, expect.closeTo(0, 9)]));
        model.alive(rows, parameters).forEach((value, row) => expect([row, value]).toEqual([row, expect.closeTo(alive[row], 9)]));
        model
          .expectedPurchases(rows, parameters, reference.weeks)
          .forEach((values, week) =>
            values.forEach((value, row) =>
              expect([week, row, relative(value, expected[week][row])]).toEqual([week, row, expect.closeTo(0, 8)]),
            ),
          );
        model.expectedOfNew(parameters, reference.weeks).forEach((value, week) => expect(relative(value, ofNew[week])).toBeLessThan(1e-8));
      }
    });

    it(`${model.id}: the sum is that of the rows, many or few a count, sorted or not, near and far`, () => {
      const days = Array.from({ length: 600 }, (_, day) => [3, 1 + (day % 500), 700]);
      const far = [...days, ...days, [0, 0, 10], [0, 0, 700], [1, 3, 700], [900, 650, 700], [2, 1, 14_000], [3, 9, 700]];
      for (const { parameters } of reference.values[model.id]) {
        for (const each of [distinct(columnsOf(far)).rows, rowsOf(far), rowsOf(far.toReversed())]) {
          const sum = model.logLikelihoods(each, parameters).reduce((all, value, row) => all + each.weight[row] * value, 0);
          expect(relative(model.logLikelihood(each, parameters), sum)).toBeLessThan(1e-12);
        }
      }
    });

    it(`${model.id}: the gradient is that of the likelihood`, () => {
      const parameters = reference.values[model.id][0].parameters;
      const gradient = new Float64Array(4);
      model.logLikelihood(rows, parameters, gradient);
      for (const i of gradient.keys()) {
        const at = (by: number) =>
          model.logLikelihood(
            rows,
            parameters.map((value, j) => (i === j ? value * (1 + by) : value)),
          );
        const difference = (at(1e-5) - at(-1e-5)) / (2e-5 * parameters[i]);
        expect(relative(gradient[i], difference)).toBeLessThan(1e-6);
      }
    });

    it(`${model.id}: fits what lifetimes fits`, async () => {
      const fit = await fitPurchaseModel(model, distinct(simulated).rows, quietContext());
      const wanted = reference.fits[model.id];
      expect(fit).toMatchObject({ converged: true, agreeing: fit.starts, atEdge: [] });
      // Where lifetimes stops earlier, the likelihood must not be lower.
      expect(fit.logLikelihood).toBeGreaterThan(wanted.logLikelihood - 1e-6);
      expect(fit.logLikelihood).toBeLessThan(wanted.logLikelihood + 0.01);
      fit.parameters.forEach((value, i) => expect(relative(value, wanted.parameters[i])).toBeLessThan(0.02));
    });

    it(`${model.id}: more time without a purchase makes a customer less likely, and more time ahead brings more purchases`, () => {
      const parameters = reference.fits[model.id].parameters;
      const pausing = rowsOf([10, 30, 90, 200, 400].map((pause) => [4, 100, 100 + pause]));
      const alive = model.alive(pausing, parameters);
      for (let i = 1; i < alive.length; i++) expect(alive[i]).toBeLessThan(alive[i - 1]);
      const [soon, later, never] = model.expectedPurchases(pausing, parameters, [4, 52, 0]);
      soon.forEach((value, row) => expect(later[row]).toBeGreaterThan(value));
      never.forEach((value) => expect(value).toBeCloseTo(0, 12));
    });
  }

  it('expects what its likelihood says where the usual formula is 0/0', () => {
    for (const { id, expectedOfNew } of purchaseModels.filter(({ id }) => id !== 'pareto-nbd')) {
      const at = (a: number) => expectedOfNew([0.5, 5, a, 0.5], [20])[0];
      expect([id, at(1) / ((at(1 - 1e-4) + at(1 + 1e-4)) / 2)]).toEqual([id, expect.closeTo(1, 7)]);
    }
    const pareto = purchaseModels.find(({ id }) => id === 'pareto-nbd')!;
    const at = (s: number) => pareto.expectedOfNew([0.5, 5, s, 8], [20])[0];
    expect(at(1) / ((at(1 - 1e-4) + at(1 + 1e-4)) / 2)).toBeCloseTo(1, 7);
  });

  it('keeps its digits where numbers are extreme: thousands of purchases, a last one on the last day, nobody who stops', () => {
    const extreme = rowsOf([
      [2000, 7000, 7000],
      [2000, 3000, 9000],
      [1, 6999, 7000],
      [0, 0, 0],
      [5, 1, 20000],
    ]);
    const points: Record<PurchaseModelId, number[][]> = {
      'bg-nbd': [
        [0.2, 4, 1e-3, 500],
        [5, 0.01, 2, 1e-3],
      ],
      'mbg-nbd': [
        [0.2, 4, 1e-3, 500],
        [5, 0.01, 2, 1e-3],
      ],
      'pareto-nbd': [
        [0.2, 4, 1e-3, 500],
        [5, 0.01, 2, 1e4],
        [0.5, 2000, 3, 0.01],
      ],
    };
    for (const model of purchaseModels) {
      for (const parameters of points[model.id]) {
        const values = [
          ...model.logLikelihoods(extreme, parameters),
          ...model.alive(extreme, parameters),
          ...model.expectedPurchases(extreme, parameters, [52])[0],
        ];
        for (const value of values) expect(Number.isFinite(value)).toBe(true);
        for (const chance of model.alive(extreme, parameters)) expect(chance >= 0 && chance <= 1).toBe(true);
      }
    }
  });
});

describe('gamma-gamma', () => {
  it('expects the spend that lifetimes expects', () => {
    for (const [x, mean, wanted] of reference.spend.rows)
      expect(gammaGamma.expectedSpend(reference.spend.parameters, x, mean)).toBeCloseTo(wanted, 9);
  });

  it('fits what lifetimes fits', async () => {
    const fit = await fitGammaGamma(spendRows(simulated), quietContext());
    const wanted = reference.fits['gamma-gamma'];
    expect(fit).toMatchObject({ converged: true, agreeing: 3 });
    expect(fit.logLikelihood).toBeGreaterThan(wanted.logLikelihood - 1e-6);
    expect(fit.logLikelihood).toBeLessThan(wanted.logLikelihood + 0.01);
    fit.parameters.forEach((value, i) => expect(relative(value, wanted.parameters[i])).toBeLessThan(0.02));
  });
});
