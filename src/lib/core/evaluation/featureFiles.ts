import { UserError } from '../base/errors';
import { labelFeature, labelsFeature } from '../recommenders/features';
import type { Feature } from '../recommenders/trainingData';
import { headerNames } from '../schema/csv/headerNames';
import type { FileSource } from '../schema/files';
import { readWholeFile } from '../schema/inspect/wholeFile';

/** Numbers of fewer different values are names of kinds. */
const fewNumbers = 12;

/**
 * What a delimited file says of items or users, one row an id of `ids`. The column of ids is the one with the most of
 * them; a first line without an id there names the columns. Cells of `a|b` are several labels, columns of 0 and 1 flags,
 * longer texts words, numbers of many values numbers; addresses are left out.
 * @throws UserError `features_no_ids`, and what reading a delimited file throws
 */
export async function readFeatureFile(file: FileSource, ids: readonly string[]): Promise<Feature[]> {
  const records = await readWholeFile(file);
  const rowOf = new Map(ids.map((id, row) => [id, row]));
  const keyed = idColumn(file, records, rowOf);
  const first = records[0][keyed];
  // Where ids are numbers, a number that train lacks is no name of a column.
  const hasHeader = !rowOf.has(first) && !(isDigits(first) && ids.every(isDigits));
  const names = hasHeader ? headerNames(records[0]) : records[0].map((_, column) => `column${column + 1}`);
  const recordOf = new Array<string[] | undefined>(ids.length);
  for (const record of hasHeader ? records.slice(1) : records) {
    const row = rowOf.get(record[keyed]);
    if (row !== undefined) recordOf[row] = record;
  }
  return names.flatMap((name, column) =>
    column === keyed
      ? []
      : featureOf(
          name,
          Array.from(recordOf, (record) => cellOf(record?.[column])),
        ),
  );
}

function idColumn(file: FileSource, records: string[][], rowOf: Map<string, number>): number {
  const known = (records[0] ?? []).map((_, column) => records.reduce((count, record) => count + (rowOf.has(record[column]) ? 1 : 0), 0));
  const most = Math.max(0, ...known);
  if (most > 0) return known.indexOf(most);
  throw new UserError('features_no_ids', `No column of ${file.name} has ids of the training file.`, 'Give a file with one row an id, and its ids written as in the training file.', { file: file.name }); // prettier-ignore
}

const isDigits = (text: string) => /^\d+$/.test(text);

function cellOf(cell: string | undefined): string | null {
  const text = cell?.trim() ?? '';
  return text === '' ? null : text;
}

function featureOf(name: string, cells: (string | null)[]): Feature[] {
  const known = cells.filter((cell) => cell !== null);
  const kinds = new Set(known);
  if (known.length === 0 || known.every((cell) => /^https?:/.test(cell))) return [];
  if ([...kinds].every((cell) => cell === '0' || cell === '1')) return [labelFeature(name, cells.map((cell) => (cell === '1' ? cell : null)))]; // prettier-ignore
  const isNumber = known.every((cell) => Number.isFinite(Number(cell)));
  if (isNumber && kinds.size > fewNumbers) return [{ name, kind: 'number', values: Float32Array.from(cells, (cell) => (cell === null ? NaN : Number(cell))) }]; // prettier-ignore
  if (known.some((cell) => cell.includes('|'))) return [labelsFeature(name, cells.map((cell) => cell?.split('|') ?? []))]; // prettier-ignore
  const areTexts = kinds.size > known.length / 2 && known.some((cell) => /\s/.test(cell) || /\p{Script=Han}{3}/u.test(cell));
  return [areTexts ? { name, kind: 'text', texts: cells } : labelFeature(name, cells)];
}
