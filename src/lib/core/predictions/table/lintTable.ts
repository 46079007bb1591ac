import type { RunContext } from '../../base/run';
import type { RawFeature } from '../features';
import { separationOf, suspiciousAuc, type ColumnOddity } from '../leakage';
import { mostValues } from '../transform';
import type { LabeledTable } from './target';

export interface TableFinding {
  code: ColumnOddity;
  feature: string;
  message: string;
  values?: Record<string, string | number>;
}

/** Above this a number of its own nearly is the target. */
const suspiciousCorrelation = 0.99;

/**
 * What is odd about the columns of a table, seen from its target: ids, columns that say nothing, texts that are no kinds,
 * and columns that alone give the target away, which were often written after it. Nothing is left out: the person decides.
 */
export async function lintTable(
  { features, labels }: { features: readonly RawFeature[]; labels: LabeledTable['labels'] },
  run: RunContext,
): Promise<TableFinding[]> {
  const findings: TableFinding[] = [];
  for (const feature of features) {
    await run.breathe();
    const odd = oddityOf(feature);
    if (odd) findings.push(odd);
    const given = saysNothing(feature, odd) ? null : giveaway(feature, labels);
    if (given) findings.push(given);
  }
  return findings;
}

/** The same without a target: what is odd about columns by themselves. */
export async function lintColumns(features: readonly RawFeature[], run: RunContext): Promise<TableFinding[]> {
  const findings: TableFinding[] = [];
  for (const feature of features) {
    await run.breathe();
    const odd = oddityOf(feature);
    if (odd) findings.push(odd);
  }
  return findings;
}

function oddityOf(feature: RawFeature): TableFinding | null {
  const { id } = feature;
  const { known, distinct } = countValues(feature);
  if (distinct === 0 || (distinct === 1 && known === feature.values.length))
    return { code: 'constant_column', feature: id, message: `"${id}" is the same in every row, so it says nothing.` };
  if (distinct === known && known > 100 && isIdentifier(feature)) {
    const what = feature.kind === 'text' ? 'it is no input' : 'leave it out, or a model may learn the order of the rows';
    return { code: 'identifier', feature: id, message: `"${id}" is different in every row, like an id: ${what}.`, values: { rows: known } };
  }
  if (feature.kind === 'text' && distinct > mostValues) {
    const message = `"${id}" has ${distinct} different texts, more than the ${mostValues} that are told apart, so it is no input.`;
    return { code: 'too_many_values', feature: id, message, values: { distinct, most: mostValues } };
  }
  return null;
}

/** Of a column that is no input anyway nobody asks whether it gives the target away. */
function saysNothing({ kind }: RawFeature, odd: TableFinding | null): boolean {
  return odd !== null && (kind === 'text' || odd.code === 'constant_column');
}

function giveaway(feature: RawFeature, labels: LabeledTable['labels']): TableFinding | null {
  const { id } = feature;
  if (labels.kind === 'binary') {
    const auc = separationOf(feature, labels.values);
    if (auc < suspiciousAuc) return null;
    if (auc > 0.999999) {
      const message = `"${id}" alone gives the target away without an error: it may be the target in other words, or written after it.`;
      return { code: 'repeats_target', feature: id, message, values: { auc } };
    }
    const message = `"${id}" alone tells the target almost perfectly (AUC ${auc.toFixed(3)}): was it known at the time?`;
    return { code: 'suspiciously_good', feature: id, message, values: { auc } };
  }
  if (feature.kind === 'text') return null;
  const correlation = Math.abs(correlationOf(feature.values, labels.values));
  if (!(correlation >= suspiciousCorrelation)) return null;
  const message = `"${id}" alone nearly is the target (correlation ${correlation.toFixed(4)}): was it known at the time?`;
  return { code: 'suspiciously_good', feature: id, message, values: { correlation } };
}

function countValues({ values }: RawFeature): { known: number; distinct: number } {
  const found = new Set<number | string>();
  let known = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (value === null || Number.isNaN(value)) continue;
    known++;
    found.add(value);
  }
  return { known, distinct: found.size };
}

/** Texts, or whole numbers that are dense (1, 2, 3 …) or long: measures repeat, or have fractions. */
function isIdentifier(feature: RawFeature): boolean {
  if (feature.kind === 'text') return true;
  const values = feature.values.filter((value) => !Number.isNaN(value));
  if (!values.every(Number.isInteger)) return false;
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return high - low < 2 * values.length || low >= 1e5;
}

function correlationOf(values: Float64Array, targets: ArrayLike<number>): number {
  let [n, x, y, xx, yy, xy] = [0, 0, 0, 0, 0, 0];
  for (let row = 0; row < values.length; row++) {
    if (Number.isNaN(values[row])) continue;
    n++;
    x += values[row];
    y += targets[row];
  }
  const [meanX, meanY] = [x / n, y / n];
  for (let row = 0; row < values.length; row++) {
    if (Number.isNaN(values[row])) continue;
    const [dx, dy] = [values[row] - meanX, targets[row] - meanY];
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return xy / Math.sqrt(xx * yy);
}
