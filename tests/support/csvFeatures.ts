import { readFileSync } from 'node:fs';
import type { RawFeature } from '../../src/lib/core/predictions/features';

export interface CsvData {
  features: RawFeature[];
  labels: Uint8Array;
}

/** Reads a plain CSV without quoted commas: columns of numbers become numbers, blanks are missing, all else is text. */
export function readCsvFeatures(
  path: URL,
  label: { column: string; yes: string },
  textColumns: string[] = [],
  leaveOut: string[] = [],
): CsvData {
  const [header, ...rows] = readFileSync(path, 'utf8')
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  const features = header.flatMap((id, c): RawFeature[] => {
    if (id === label.column || leaveOut.includes(id)) return [];
    const texts = rows.map((row) => row[c].trim());
    const isNumber = !textColumns.includes(id) && texts.every((text) => text === '' || !Number.isNaN(Number(text)));
    return isNumber
      ? [{ id, origin: 'profile', kind: 'number', values: Float64Array.from(texts, (text) => (text === '' ? NaN : Number(text))) }]
      : [{ id, origin: 'profile', kind: 'text', values: texts.map((text) => text || null) }];
  });
  const at = header.indexOf(label.column);
  return { features, labels: Uint8Array.from(rows, (row) => (row[at] === label.yes ? 1 : 0)) };
}

/** Some rows of the data, in the given order. */
export function takeRows({ features, labels }: CsvData, rows: Int32Array): CsvData {
  return {
    features: features.map((feature): RawFeature =>
      feature.kind === 'text'
        ? { ...feature, values: Array.from(rows, (row) => feature.values[row]) }
        : { ...feature, values: Float64Array.from(rows, (row) => feature.values[row]) },
    ),
    labels: Uint8Array.from(rows, (row) => labels[row]),
  };
}
