import type { RunContext } from '../base/run';
import type { FeatureTable } from './features';
import type { Labels } from './labels';
import type { LeakageFinding } from './leakage';
import { lintTable, type TableFinding } from './table/lintTable';

/** What gives an answer away that was known at the same time is no reason for it; ids are none either. */
const leftOut: ReadonlySet<TableFinding['code']> = new Set(['repeats_target', 'suspiciously_good', 'identifier']);

/**
 * Looks for columns that are the answer in other words, where features and answers are of the same day. They are left out
 * and named; columns without any value, such as what was bought where there are no events, are not worth a word.
 */
export async function findLeaksOfToday(
  { features }: FeatureTable,
  labels: Labels & { kind: 'binary' | 'number' },
  run: RunContext,
): Promise<LeakageFinding[]> {
  const found = await lintTable({ features: [...features], labels, rowNumbers: new Int32Array(0), unlabeled: 0 }, run);
  return found
    .filter(({ code }) => code !== 'constant_column')
    .map(({ code, feature, message, values }) => ({ code, feature, message, leaveOut: leftOut.has(code), ...(values && { values }) }));
}
