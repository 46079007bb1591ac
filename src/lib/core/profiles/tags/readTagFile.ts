import { toUtf8, detectEncoding } from '../../schema/csv/encoding';
import type { FileSource } from '../../schema/files';
import { readBytes } from '../../schema/formats/bytes';
import { startBytes } from '../../schema/formats/format';
import { xlsx } from '../../schema/formats/xlsx';
import { readRecords } from '../../schema/inspect/dialect';
import { headerFit, isHeaderWord } from '../../schema/inspect/headerWords';
import { Found } from '../../schema/records';
import type { Mapping } from '../../schema/roles';
import { personLine } from './tag';

/** What a file of tagged people says. */
export interface ReadTagFile {
  /** A person a line, as in a tag. */
  people: string;
  /** Different people, those who stood there more than once, and rows without an id. */
  count: number;
  repeated: number;
  empty: number;
  /** Labels by how many people have each, the most frequent first; none where the file has ids alone. */
  labels: { label: string; count: number }[];
  /** People without a label, in a file that has labels: they are left out. */
  unlabelled: number;
  /** Headers of the two columns, where the file has a header. */
  columns: string[];
}

const delimiters = ['\t', ';', ',', '|'];

/**
 * People and their labels out of a workbook or a delimited file: the column whose header is a word for customers, otherwise
 * the first, and beside it the first other column with anything in it. Of who stands there twice the last row counts.
 * @throws UserError where a workbook cannot be read
 */
export async function readTagFile(file: FileSource): Promise<ReadTagFile> {
  const start = await readBytes(file, 0, Math.min(file.size, startBytes));
  if (xlsx.recognises(start, file)) return tagRows(await sheetRows(file));
  return readTagText(await readBytes(file, 0, file.size));
}

/** The same of text that was pasted. */
export function readTagText(bytes: Uint8Array): ReadTagFile {
  const text = toUtf8(bytes, detectEncoding(bytes, false));
  const { records } = readRecords(text, { delimiter: delimiterOf(text), quote: '"' }, Infinity);
  return tagRows(records);
}

function tagRows(records: readonly string[][]): ReadTagFile {
  const rows = records.map((record) => record.map((cell) => cell.replace(/^\uFEFF/, '').trim()));
  const [first = []] = rows;
  const fits = first.map((header) => headerFit(header, 'user'));
  const best = Math.max(...fits, 0) > 0 ? fits.indexOf(Math.max(...fits)) : 0;
  const hasHeader = Math.max(...fits, 0) > 0 || (first.length > 0 && first.every((cell) => isHeaderWord(cell)));
  const body = hasHeader ? rows.slice(1) : rows;
  const beside = first.map((_, column) => column).find((column) => column !== best && body.some((row) => row[column]));
  const found = new Map<string, string>();
  let [empty, repeated, unlabelled] = [0, 0, 0];
  for (const row of body) {
    const id = row[best] ?? '';
    const label = beside === undefined ? '' : (row[beside] ?? '');
    const line = personLine(id, label);
    if (line === undefined) empty++;
    else if (beside !== undefined && !line.includes('\t')) unlabelled++;
    else {
      if (found.has(id)) repeated++;
      found.delete(id);
      found.set(id, line);
    }
  }
  const labels = new Map<string, number>();
  if (beside !== undefined)
    for (const line of found.values()) {
      const label = line.slice(line.indexOf('\t') + 1);
      labels.set(label, (labels.get(label) ?? 0) + 1);
    }
  return {
    people: [...found.values()].join('\n'),
    count: found.size,
    repeated,
    empty,
    labels: [...labels].map(([label, count]) => ({ label, count })).sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1)),
    unlabelled,
    columns: hasHeader ? [first[best], ...(beside === undefined ? [] : [first[beside]])] : [],
  };
}

/** The rows of a workbook's first sheet with a table, its header too. */
async function sheetRows(file: FileSource): Promise<string[][]> {
  const { settings, columns } = await xlsx.sample(file, { header: false });
  const mapping = { ...settings, kind: 'users', columns, roles: {} } as Mapping;
  const rows: string[][] = [];
  const decoder = new TextDecoder();
  for await (const { records } of (await xlsx.open(file, mapping, { fileColumns: columns })).blocks())
    for (let found = records.next(); found !== Found.end; found = records.next())
      if (found === Found.record)
        rows.push(
          Array.from({ length: columns.length }, (_, cell) =>
            decoder.decode(records.bytes.subarray(records.starts[cell], records.ends[cell])),
          ),
        );
  return rows;
}

/** What cuts the first line into most cells. */
function delimiterOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(10);
  const line = new TextDecoder().decode(bytes.subarray(0, end < 0 ? Math.min(bytes.length, 1 << 16) : end));
  return delimiters.reduce((best, each) => (line.split(each).length > line.split(best).length ? each : best));
}
