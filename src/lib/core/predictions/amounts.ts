import { midRanks } from './ranks';

/** Root of the mean squared error. */
export function rmse(predicted: ArrayLike<number>, actual: ArrayLike<number>): number {
  return Math.sqrt(meanOver(actual, (i) => (predicted[i] - actual[i]) ** 2));
}

/** Mean absolute error. */
export function mae(predicted: ArrayLike<number>, actual: ArrayLike<number>): number {
  return meanOver(actual, (i) => Math.abs(predicted[i] - actual[i]));
}

/** Rank correlation, equal values sharing the mean of their places; 0 where one side does not vary. */
export function spearman(predicted: ArrayLike<number>, actual: ArrayLike<number>): number {
  const [a, b] = [midRanks(predicted), midRanks(actual)];
  const middle = (actual.length + 1) / 2;
  const together = meanOver(a, (i) => (a[i] - middle) * (b[i] - middle));
  const apart = Math.sqrt(meanOver(a, (i) => (a[i] - middle) ** 2) * meanOver(b, (i) => (b[i] - middle) ** 2));
  return apart === 0 ? 0 : together / apart;
}

/**
 * How much of the actual amounts the order by prediction puts first, as a share of what the perfect order does: 1 is
 * perfect, 0 is by chance (Frees, Meyers & Cummings, JASA 2011). Ties by position.
 */
export function normalisedGini(predicted: ArrayLike<number>, actual: ArrayLike<number>): number {
  const perfect = concentration(actual, actual);
  return perfect === 0 ? 0 : concentration(predicted, actual) / perfect;
}

/** Sums of both by tenth, from the highest prediction down. */
export function amountTenths(
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  parts = 10,
): { customers: number; predicted: number; actual: number }[] {
  const order = descending(predicted);
  const groups = Array.from({ length: Math.min(parts, order.length) }, (_, part, count = Math.min(parts, order.length)) =>
    order.subarray(Math.round((part * order.length) / count), Math.round(((part + 1) * order.length) / count)),
  );
  const sumOf = (group: Int32Array, values: ArrayLike<number>) => group.reduce((sum, i) => sum + values[i], 0);
  return groups.map((group) => ({ customers: group.length, predicted: sumOf(group, predicted), actual: sumOf(group, actual) }));
}

function concentration(by: ArrayLike<number>, actual: ArrayLike<number>): number {
  const order = descending(by);
  const total = order.reduce((sum, i) => sum + actual[i], 0);
  if (total === 0) return 0;
  let [reached, area] = [0, 0];
  for (const i of order) area += reached += actual[i];
  return area / total / order.length - (order.length + 1) / (2 * order.length);
}

function descending(values: ArrayLike<number>): Int32Array {
  const order = Int32Array.from({ length: values.length }, (_, i) => i);
  return order.sort((a, b) => (values[a] > values[b] ? -1 : values[a] < values[b] ? 1 : a - b));
}

function meanOver(of: ArrayLike<number>, value: (i: number) => number): number {
  let total = 0;
  for (let i = 0; i < of.length; i++) total += value(i);
  return total / of.length;
}
