import type { RunContext } from '../base/run';
import type { FeatureTable, RawFeature } from './features';
import { auc } from './metrics';

/** What may be odd about a column by itself, or seen from an answer that was known at the same time. */
export type ColumnOddity = 'identifier' | 'constant_column' | 'too_many_values' | 'suspiciously_good' | 'repeats_target';

export interface LeakageFinding {
  code: 'date_after_cutoff' | 'attribute_without_history' | ColumnOddity;
  feature: string;
  message: string;
  values?: Record<string, string | number>;
  leaveOut: boolean;
}

/** Above this, one column nearly gives the answer away. */
export const suspiciousAuc = 0.95;

/**
 * Looks for columns that know the future. Traits are computed as of the cut-off and cannot; attributes come from the
 * customer file as it is today, whatever the cut-off: one that separates the outcome almost perfectly, or holds dates
 * after the cut-off, is left out, and the others are named.
 * @param table customers at a training cut-off, with what they did after it
 */
export async function findLeaks(table: FeatureTable, labels: Uint8Array, run: RunContext): Promise<LeakageFinding[]> {
  const findings: LeakageFinding[] = [];
  for (const feature of table.features) {
    await run.breathe();
    const { id, origin } = feature;
    if (isEmpty(feature)) continue;
    if (feature.kind === 'date' && feature.values.some((days) => days < 0)) {
      const message = `"${id}" holds dates after the cut-off, so it was left out.`;
      findings.push({ code: 'date_after_cutoff', feature: id, message, leaveOut: true });
      continue;
    }
    const separation = separationOf(feature, labels);
    if (separation >= suspiciousAuc) {
      const leaveOut = origin === 'attribute';
      const message = `"${id}" alone tells the outcome almost perfectly (AUC ${separation.toFixed(3)})${leaveOut ? ', so it was left out' : ''}.`;
      findings.push({ code: 'suspiciously_good', feature: id, message, leaveOut });
    } else if (origin === 'attribute') {
      const message = `"${id}" is known as it is today, not as it was at the cut-off.`;
      findings.push({ code: 'attribute_without_history', feature: id, message, leaveOut: false });
    }
  }
  return findings;
}

/** How well one column alone ranks the outcome, in whichever direction; of text, its best single value. */
export function separationOf(feature: RawFeature, labels: Uint8Array): number {
  const { values } = feature;
  if (feature.kind === 'text') {
    const common = frequentValues(feature.values, 20);
    return Math.max(0.5, ...common.map((value) => separationOfFlag((row) => values[row] === value, labels)));
  }
  const missing = separationOfFlag((row) => Number.isNaN(values[row]), labels);
  const ranked = auc(
    feature.values.map((value) => (Number.isNaN(value) ? -Infinity : value)),
    labels,
  );
  return Math.max(missing, ranked, 1 - ranked);
}

/** AUC of a yes/no column: halfway between the rates among those who did and who did not. */
function separationOfFlag(is: (row: number) => boolean, labels: Uint8Array): number {
  const [yes, rows] = [
    [0, 0],
    [0, 0],
  ];
  labels.forEach((label, row) => {
    rows[label]++;
    if (is(row)) yes[label]++;
  });
  return 0.5 + Math.abs(yes[1] / rows[1] - yes[0] / rows[0]) / 2;
}

/** The most frequent values, ties in code-unit order; missing ones are not a value. */
export function frequentValues(values: readonly (string | null)[], most: number): string[] {
  const counts = new Map<string, number>();
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, most)
    .map(([value]) => value);
}

function isEmpty(column: RawFeature): boolean {
  return column.kind === 'text' ? column.values.every((value) => value === null) : column.values.every(Number.isNaN);
}
