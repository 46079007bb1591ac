import type { RunContext } from '../../base/run';
import { fitParameters, type Fit } from './fit';
import { gammaGamma, type SpendRows } from './gammaGamma';
import type { RepeatHistories } from './histories';
import type { Histories } from './purchaseDays';
import type { PurchaseModel } from './purchaseModel';

/** A purchase model's parameters; times in weeks. */
export function fitPurchaseModel(model: PurchaseModel, rows: RepeatHistories, run: RunContext): Promise<Fit> {
  let [customers, repeats, time] = [0, 0, 0];
  rows.weight.forEach((weight, row) => {
    customers += weight;
    repeats += weight * rows.x[row];
    time += weight * rows.T[row];
  });
  const meanTime = time / customers;
  const scales = model.parameters.map((_, i) => (model.timeParameters.includes(i) ? meanTime : 1));
  return fitParameters(
    (at, gradient) => model.logLikelihood(rows, at, gradient),
    customers,
    model.starts(repeats / time, meanTime),
    scales,
    run,
  );
}

/** Customers whose spend the money model can learn from: who came back and spent anything. */
export function spendRows({ x, monetary }: Pick<Histories, 'x' | 'monetary'>): SpendRows {
  const rows = Array.from(x.keys())
    .filter((row) => x[row] > 0 && monetary[row] > 0)
    .sort((a, b) => x[a] - x[b] || monetary[a] - monetary[b]);
  return { x: Int32Array.from(rows, (row) => x[row]), mean: Float64Array.from(rows, (row) => monetary[row]) };
}

export function fitGammaGamma(rows: SpendRows, run: RunContext): Promise<Fit> {
  const mean = rows.mean.reduce((sum, value) => sum + value, 0) / rows.mean.length;
  return fitParameters(
    (at, gradient) => gammaGamma.logLikelihood(rows, at, gradient),
    rows.x.length,
    gammaGamma.starts(mean),
    [1, 1, mean],
    run,
  );
}
