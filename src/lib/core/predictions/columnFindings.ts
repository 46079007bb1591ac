import type { RunContext } from '../base/run';
import type { FeatureTable } from './features';
import type { Labels } from './labels';
import type { LeakageFinding } from './leakage';
import { lintColumns, lintTable, type TableFinding } from './table/lintTable';

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
  const found = await lintTable({ features, labels }, run);
  return found.filter(({ code }) => code !== 'constant_column').map(asLeak);
}

/** Columns of the customers that are no kinds of customer: numbers that are ids are left out, texts of too many values are no inputs anyway. */
export async function findIdentifiers({ features }: FeatureTable, run: RunContext): Promise<LeakageFinding[]> {
  const found = await lintColumns(
    features.filter(({ origin }) => origin === 'attribute'),
    run,
  );
  return found.filter(({ code }) => code !== 'constant_column').map(asLeak);
}

function asLeak({ code, feature, message, values }: TableFinding): LeakageFinding {
  return { code, feature, message, leaveOut: leftOut.has(code), ...(values && { values }) };
}
