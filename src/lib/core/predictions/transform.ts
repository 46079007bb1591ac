import type { RawFeature } from './features';
import { frequentValues } from './leakage';

/** Rows ready for a model, row-major float32. */
export interface FeatureMatrix {
  rows: number;
  columns: number;
  values: Float32Array;
}

/** How raw columns become model inputs; made from training rows only. */
export interface FeatureTransform {
  /** Names of the columns: `orders`, `daysSinceLastOrder missing`, `country = DE`. */
  names: string[];
  apply(features: readonly RawFeature[]): FeatureMatrix;
}

/** A text with more values than this is a name or an id, not a kind of customer. */
const mostValues = 200;
const mostColumnsOfText = 20;

type Column = { name: string; write: (feature: RawFeature, out: Float32Array, at: number, columns: number) => void; feature: number };

/**
 * Learns, from the training rows: the logarithm `log(1 + x)` of amounts and counts that span more than one order of
 * magnitude, mean and standard deviation of each column (missing values become the mean, and a flag says that they
 * were missing), and one column for each frequent value of short text columns. Constant columns are left out.
 * @param parts raw columns of one or more training tables, the same columns in each
 */
export function fitTransform(parts: readonly (readonly RawFeature[])[]): FeatureTransform {
  const columns = parts[0].flatMap((feature, f) => {
    const same = parts.map((part) => part[f]);
    return feature.kind === 'text' ? textColumns(same, f) : numberColumns(same, f);
  });
  return {
    names: columns.map(({ name }) => name),
    apply(features) {
      const rows = features[0]?.values.length ?? 0;
      const values = new Float32Array(rows * columns.length);
      columns.forEach(({ feature, write }, c) => write(features[feature], values, c, columns.length));
      return { rows, columns: columns.length, values };
    },
  };
}

function numberColumns(same: readonly RawFeature[], feature: number): Column[] {
  const { id } = same[0];
  const known = same.flatMap(({ values }) => Array.from(values as Float64Array)).filter((value) => !Number.isNaN(value));
  const total = same.reduce((sum, { values }) => sum + values.length, 0);
  if (known.length === 0) return [];
  const [low, high] = known.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, -Infinity]);
  const shape = low >= 0 && high > 10 ? Math.log1p : (value: number) => value;
  const { mean, deviation } = momentsOf(known.map(shape));
  const columns: Column[] = [];
  if (deviation > 0) {
    columns.push({
      name: id,
      feature,
      write: ({ values }, out, at, stride) =>
        (values as Float64Array).forEach((value, row) => {
          // A value below zero that training never saw has no logarithm.
          const shaped = shape === Math.log1p ? Math.log1p(Math.max(0, value)) : value;
          out[row * stride + at] = Number.isNaN(value) ? 0 : (shaped - mean) / deviation;
        }),
    });
  }
  if (known.length < total) {
    columns.push(flagColumn(`${id} missing`, feature, known.length / total, (value) => Number.isNaN(value as number)));
  }
  return columns;
}

function textColumns(same: readonly RawFeature[], feature: number): Column[] {
  const values = same.flatMap((part) => part.values as (string | null)[]);
  if (new Set(values).size > mostValues) return [];
  return frequentValues(values, mostColumnsOfText).flatMap((wanted) => {
    const share = values.filter((value) => value === wanted).length / values.length;
    return share === 1 ? [] : [flagColumn(`${same[0].id} = ${wanted}`, feature, 1 - share, (value) => value === wanted)];
  });
}

/** 1 where the test holds, standardised. */
function flagColumn(name: string, feature: number, shareOfNo: number, test: (value: number | string | null) => boolean): Column {
  const yes = 1 - shareOfNo;
  const deviation = Math.sqrt(yes * shareOfNo);
  return {
    name,
    feature,
    write: ({ values }, out, at, stride) => {
      for (let row = 0; row < values.length; row++) out[row * stride + at] = ((test(values[row]) ? 1 : 0) - yes) / deviation;
    },
  };
}

function momentsOf(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  // A constant column's variance is rounding.
  return { mean, deviation: variance > 1e-12 * (1 + mean * mean) ? Math.sqrt(variance) : 0 };
}
