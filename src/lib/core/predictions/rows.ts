import type { FeatureTable, RawFeature } from './features';
import type { Labels } from './labels';
import type { FeatureMatrix } from './transform';

/** Some rows of raw features, in the given order. */
export function rowsOfFeatures(features: readonly RawFeature[], rows: Int32Array): RawFeature[] {
  return features.map((feature): RawFeature =>
    feature.kind === 'text'
      ? { ...feature, values: Array.from(rows, (row) => feature.values[row]) }
      : { ...feature, values: Float64Array.from(rows, (row) => feature.values[row]) },
  );
}

/** Some of the customers, in the given order. */
export function rowsOfTable(table: FeatureTable, rows: Int32Array): FeatureTable {
  return { ...table, userIndexes: rows.map((row) => table.userIndexes[row]), features: rowsOfFeatures(table.features, rows) };
}

export function rowsOfMatrix(matrix: FeatureMatrix, rows: Int32Array): FeatureMatrix {
  const { columns, values } = matrix;
  const chosen = new Float32Array(rows.length * columns);
  rows.forEach((row, at) => chosen.set(values.subarray(row * columns, (row + 1) * columns), at * columns));
  return { ...matrix, rows: rows.length, values: chosen };
}

export function rowsOfLabels(labels: Labels, rows: Int32Array): Labels {
  switch (labels.kind) {
    case 'binary':
      return { kind: 'binary', values: Uint8Array.from(rows, (row) => labels.values[row]) };
    case 'number':
      return { kind: 'number', values: Float64Array.from(rows, (row) => labels.values[row]) };
    case 'duration':
      return {
        kind: 'duration',
        days: Float64Array.from(rows, (row) => labels.days[row]),
        happened: Uint8Array.from(rows, (row) => labels.happened[row]),
      };
    case 'treatment':
      return {
        kind: 'treatment',
        treated: Uint8Array.from(rows, (row) => labels.treated[row]),
        outcome: Float64Array.from(rows, (row) => labels.outcome[row]),
      };
  }
}
