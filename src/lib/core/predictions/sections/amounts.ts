import { amountTenths, mae, normalisedGini, rmse, spearman } from '../amounts';
import type { AmountsSection } from '../report';
import type { Tested } from '../tasks/task';

/** What a test of amounts says. */
export function amountsSection({ predicted, labels, baseline }: Tested): AmountsSection {
  const actual = labels.kind === 'number' ? labels.values : new Float64Array(0);
  const orderOf = (scores: ArrayLike<number>) => ({ spearman: spearman(scores, actual), gini: normalisedGini(scores, actual) });
  const sumOf = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0);
  return {
    kind: 'amounts',
    rows: actual.length,
    rmse: rmse(predicted, actual),
    mae: mae(predicted, actual),
    ...orderOf(predicted),
    baseline: { id: baseline.id, ...orderOf(baseline.scores) },
    predicted: sumOf(predicted),
    actual: sumOf(actual),
    tenths: amountTenths(predicted, actual),
  };
}
