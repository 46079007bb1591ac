import { UserError } from '../base/errors';
import type { RawFeature } from './features';
import { frequentValues } from './leakage';

/** Rows ready for a model, row-major float32. */
export interface FeatureMatrix {
  rows: number;
  columns: number;
  values: Float32Array;
  /** Of raw inputs: of each column how many categories it has, its values being their numbers; 0 for numbers. */
  categories?: Uint8Array;
  /** Of each column 1 where predictions may only rise with it, −1 where they may only fall; none is bound where left out. */
  directions?: Int8Array;
}

/**
 * What a learner is given. `standardised`: every number known, of mean 0 and deviation 1, a text as one flag for each
 * frequent value. `raw`: numbers as they are with NaN where they are missing, a text as the number of its value.
 */
export type InputForm = 'standardised' | 'raw';

/**
 * How one column of model inputs is made from a raw feature: a number (its logarithm where `log`), a flag that it is
 * missing, or a flag that it is this value; then standardised. Or, of raw inputs, the number as it is (`raw`) or the place
 * of a text among the values that training knew (`category`), NaN where it is missing or another. Plain data, so that it is saved with the model.
 */
export type InputColumn = {
  /** `orders`, `daysSinceLastOrder missing`, `country = DE`. */
  name: string;
  feature: string;
  /** What is taken away and divided by; 0 and 1 of raw inputs. */
  mean: number;
  deviation: number;
} & (
  | { kind: 'number'; log: boolean }
  | { kind: 'missing' }
  | { kind: 'value'; value: string }
  | { kind: 'raw' }
  | { kind: 'category'; values: string[] }
);

/** A text with more values than this is a name or an id, not a kind of customer. */
const mostValues = 200;
const mostColumnsOfText = 20;

/**
 * Learns, from the training rows: the logarithm `log(1 + x)` of amounts and counts that span more than one order of
 * magnitude, mean and standard deviation of each column (missing values become the mean, and a flag says that they
 * were missing), and one column for each frequent value of short text columns. Constant columns are left out.
 * @param parts raw columns of one or more training tables, the same columns in each
 */
export function fitTransform(parts: readonly (readonly RawFeature[])[], form: InputForm = 'standardised'): InputColumn[] {
  return parts[0].flatMap((feature, f) => {
    const same = parts.map((part) => part[f]);
    if (form === 'raw') return rawColumn(same);
    return feature.kind === 'text' ? textColumns(same) : numberColumns(same);
  });
}

/**
 * The inputs of other rows, by the same yardstick.
 * @throws UserError `prediction_input_missing` where a feature is gone that the columns are made from
 */
export function applyTransform(columns: readonly InputColumn[], features: readonly RawFeature[]): FeatureMatrix {
  const rows = features[0]?.values.length ?? 0;
  const values = new Float32Array(rows * columns.length);
  columns.forEach((column, at) => {
    const feature = features.find(({ id }) => id === column.feature);
    if (!feature) throw inputMissing(column.feature);
    const read = readerOf(column, feature);
    for (let row = 0; row < rows; row++) values[row * columns.length + at] = read(row);
  });
  const categories = Uint8Array.from(columns, (column) => (column.kind === 'category' ? column.values.length : 0));
  const isRaw = columns.some(({ kind }) => kind === 'raw' || kind === 'category');
  return { rows, columns: columns.length, values, ...(isRaw && { categories }) };
}

function readerOf(column: InputColumn, { values }: RawFeature): (row: number) => number {
  const { mean, deviation } = column;
  const flag = (is: boolean) => ((is ? 1 : 0) - mean) / deviation;
  if (column.kind === 'missing') return (row) => flag(Number.isNaN(values[row]));
  if (column.kind === 'value') return (row) => flag(values[row] === column.value);
  if (column.kind === 'category') {
    const places = new Map(column.values.map((value, place) => [value, place]));
    return (row) => places.get(values[row] as string) ?? NaN;
  }
  const numbers = values as Float64Array;
  if (column.kind === 'raw') return (row) => numbers[row];
  // A value below zero that training never saw has no logarithm.
  const shape = column.log ? (value: number) => Math.log1p(Math.max(0, value)) : (value: number) => value;
  return (row) => (Number.isNaN(numbers[row]) ? 0 : (shape(numbers[row]) - mean) / deviation);
}

function numberColumns(same: readonly RawFeature[]): InputColumn[] {
  const { id } = same[0];
  const known = same.flatMap(({ values }) => Array.from(values as Float64Array)).filter((value) => !Number.isNaN(value));
  const total = same.reduce((sum, { values }) => sum + values.length, 0);
  if (known.length === 0) return [];
  const [low, high] = known.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, -Infinity]);
  const log = low >= 0 && high > 10;
  const { mean, deviation } = momentsOf(log ? known.map(Math.log1p) : known);
  return [
    ...(deviation > 0 ? [{ name: id, feature: id, kind: 'number' as const, log, mean, deviation }] : []),
    ...(known.length < total
      ? [{ name: `${id} missing`, feature: id, kind: 'missing' as const, ...momentsOfFlag(1 - known.length / total) }]
      : []),
  ];
}

function textColumns(same: readonly RawFeature[]): InputColumn[] {
  const { id } = same[0];
  const values = same.flatMap((part) => part.values as (string | null)[]);
  if (new Set(values).size > mostValues) return [];
  return frequentValues(values, mostColumnsOfText).flatMap((wanted) => {
    const share = values.filter((value) => value === wanted).length / values.length;
    return share === 1 ? [] : [{ name: `${id} = ${wanted}`, feature: id, kind: 'value' as const, value: wanted, ...momentsOfFlag(share) }];
  });
}

/** A column that never varies tells nobody apart: of numbers only gaps beside it would. */
function rawColumn(same: readonly RawFeature[]): InputColumn[] {
  const { id, kind } = same[0];
  if (kind === 'text') {
    const values = same.flatMap((part) => part.values as (string | null)[]);
    const found = frequentValues(values, mostValues + 1);
    const isConstant = found.length === 0 || (found.length === 1 && !values.includes(null));
    return isConstant || found.length > mostValues
      ? []
      : [{ name: id, feature: id, kind: 'category', values: found, mean: 0, deviation: 1 }];
  }
  const all = same.flatMap(({ values }) => Array.from(values as Float64Array));
  const known = all.filter((value) => !Number.isNaN(value));
  if (known.length === 0) return [];
  const varies = known.some((value) => value !== known[0]) || known.length < all.length;
  return varies ? [{ name: id, feature: id, kind: 'raw', mean: 0, deviation: 1 }] : [];
}

function momentsOfFlag(mean: number): { mean: number; deviation: number } {
  return { mean, deviation: Math.sqrt(mean * (1 - mean)) };
}

function momentsOf(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  // A constant column's variance is rounding.
  return { mean, deviation: variance > 1e-12 * (1 + mean * mean) ? Math.sqrt(variance) : 0 };
}

function inputMissing(feature: string): UserError {
  return new UserError(
    'prediction_input_missing',
    `The model goes by "${feature}", which the customers no longer have.`,
    'Train the model again.',
    { feature },
  );
}
