import type { RunContext } from '../../base/run';
import { fitParameters, type Fit, type Sample } from './fit';
import { gammaGamma, type SpendRows } from './gammaGamma';
import type { RepeatHistories } from './histories';
import type { Histories } from './purchaseDays';
import type { PurchaseModel } from './purchaseModel';

/** Of more rows, starts are tried on so many, spread over all. */
const enough = 4000;

function everyNth({ x, tx, T, weight }: RepeatHistories): RepeatHistories {
  const every = Math.ceil(x.length / enough);
  const isTaken = (_: number, row: number) => row % every === 0;
  return { x: x.filter(isTaken), tx: tx.filter(isTaken), T: T.filter(isTaken), weight: weight.filter(isTaken) };
}

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
  const sampleOf = (of: RepeatHistories, count: number): Sample => ({
    logLikelihood: (at, gradient) => model.logLikelihood(of, at, gradient),
    customers: count,
  });
  const part = rows.x.length > enough ? everyNth(rows) : undefined;
  return fitParameters(
    sampleOf(rows, customers),
    model.starts(repeats / time, meanTime),
    scales,
    run,
    part &&
      sampleOf(
        part,
        part.weight.reduce((sum, weight) => sum + weight, 0),
      ),
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
  const sampleOf = (of: SpendRows): Sample => ({
    logLikelihood: (at, gradient) => gammaGamma.logLikelihood(of, at, gradient),
    customers: of.x.length,
  });
  const every = Math.ceil(rows.x.length / enough);
  const isTaken = (_: number, row: number) => row % every === 0;
  const part = every > 1 ? sampleOf({ x: rows.x.filter(isTaken), mean: rows.mean.filter(isTaken) }) : undefined;
  return fitParameters(sampleOf(rows), gammaGamma.starts(mean), [1, 1, mean], run, part);
}
