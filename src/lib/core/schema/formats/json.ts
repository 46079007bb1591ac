import type { Diagnostic } from '../../base/errors';
import { utf8Blocks } from '../csv/encoding';
import { isValidUtf8 } from '../csv/transcode';
import type { FileSource } from '../files';
import { columnLimit, tooManyColumns } from '../inspect/dialect';
import { readSample, textPreview } from '../inspect/sample';
import { Found } from '../records';
import { reshapedColumns } from '../reshape';
import type { Mapping } from '../roles';
import { ahead } from './ahead';
import { fileChanged } from './formatErrors';
import {
  columnsToRead,
  noTextSettings,
  sampledRows,
  type ChosenSettings,
  type OpenOptions,
  type RecordBlock,
  type TableFormat,
  type TableRecords,
  type TableSample,
} from './format';
import { JsonRecords, type JsonShape } from './jsonRecords';
import { cutAtLines, partOf } from './parts';
import { PathCollector, pathTree } from './paths';

/** JSON Lines, arrays of objects, and objects that hold one such array. Nested objects are columns by their paths. */
export const json: TableFormat = {
  id: 'json',
  brokenCode: 'broken_json',
  recognises,
  sample: sampleJson,
  columns: jsonColumns,
  open: openJson,
  async cuts(file, mapping, most, leastBytes) {
    if (mapping.encoding !== 'utf-8' || file.packed) return undefined;
    const { shape } = await shapeOf(file, mapping.encoding);
    return shape === 'lines' ? cutAtLines(file, most, leastBytes) : undefined;
  },
};

function recognises(start: Uint8Array): boolean {
  // Without the zeros of UTF-16, and without a byte order mark.
  const text = new TextDecoder('latin1')
    .decode(start.subarray(0, 4000))
    .replace(/^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, '')
    .replaceAll('\0', '');
  return /^\s*(\{\s*["}]|\[\s*[\]{])/.test(text);
}

async function sampleJson(file: FileSource, chosen: ChosenSettings): Promise<TableSample> {
  const sample = await readSample(file, chosen.encoding);
  const { shape, start } = findShape(sample.head, sample.whole);
  const body = sample.head.subarray(start);
  const collector = new PathCollector(chosen.rowsAt);
  collect(body, sample.whole, shape, collector);
  const columns = [...(chosen.columns ?? collector.columns)];
  if (columns.length > columnLimit) throw tooManyColumns(file);
  const { rows, broken, invalidCell, consumed } = readRows(body, sample.whole, shape, columns, chosen.rowsAt);
  const bytesPerRow = consumed / Math.max(1, rows.length + broken);
  const share = sample.headFileBytes / Math.max(1, sample.head.length);
  const { arrays } = collector;
  return {
    settings: {
      ...noTextSettings,
      format: 'json',
      encoding: sample.encoding,
      ...(chosen.rowsAt !== undefined && { rowsAt: chosen.rowsAt }),
    },
    columns,
    headerCells: [],
    rows,
    headRows: rows.length,
    estimatedRows:
      sample.whole && rows.length + broken < sampledRows ? rows.length : Math.round(file.size / Math.max(1, bytesPerRow * share)),
    brokenRecords: broken,
    ...(invalidCell && { invalidCell }),
    ...(arrays.length > 0 && { arrays }),
    text: textPreview(sample.head),
  };
}

function collect(body: Uint8Array, whole: boolean, shape: JsonShape, collector: PathCollector): void {
  const records = new JsonRecords(pathTree([], new Set()), 0, shape);
  records.load(body, whole);
  for (let count = 0; count < sampledRows; count++) {
    const found = records.next();
    if (found === Found.end) return;
    if (found === Found.broken) continue;
    try {
      collector.add(JSON.parse(decoder.decode(records.bytes.subarray(records.recordStart, records.recordEnd))));
    } catch {
      // What only looked like a record has no columns.
    }
  }
}

function readRows(body: Uint8Array, whole: boolean, shape: JsonShape, columns: readonly string[], rowsAt: string | undefined) {
  const records = new JsonRecords(pathTree(columns, new Set(columns), rowsAt), columns.length, shape);
  records.load(body, whole);
  const rows: string[][] = [];
  let broken = 0;
  let invalidCell: TableSample['invalidCell'];
  for (let found = records.next(); found !== Found.end && rows.length + broken < sampledRows; found = records.next()) {
    if (found === Found.broken) {
      broken++;
      continue;
    }
    const { bytes, starts, ends } = records;
    rows.push(columns.map((_, cell) => decoder.decode(bytes.subarray(starts[cell], ends[cell]))));
    if (invalidCell) continue;
    const cell = columns.findIndex((_, at) => !isValidUtf8(bytes, starts[at], ends[at]));
    if (cell >= 0) invalidCell = { row: rows.length + broken, cell };
  }
  return { rows, broken, invalidCell, consumed: records.consumed };
}

/** Records need not have every key, so that what the mapping knows counts as there, too; but for what reshaping makes. */
async function jsonColumns(file: FileSource, mapping: Mapping): Promise<string[]> {
  const { rowsAt, encoding } = mapping;
  const { columns } = await sampleJson(file, { rowsAt, encoding });
  const made = mapping.reshape === undefined ? [] : reshapedColumns({ reshape: mapping.reshape }, []);
  return [...new Set([...mapping.columns.filter((name) => !made.includes(name)), ...columns])];
}

async function openJson(file: FileSource, mapping: Mapping, options: OpenOptions): Promise<TableRecords> {
  const { rowsAt } = mapping;
  const { part } = options;
  const { columns, needed } = columnsToRead(mapping, options);
  // Parts are of files whose lines are records.
  const { shape, start } = part ? { shape: 'lines' as const, start: 0 } : await shapeOf(file, mapping.encoding);
  const records = new JsonRecords(pathTree(columns, needed, rowsAt), columns.length, shape);
  return {
    blocks: () => jsonBlocks(partOf(file, part), mapping, records, start),
    problems: () => unknownKeys(records),
  };
}

async function* jsonBlocks(file: FileSource, mapping: Mapping, records: JsonRecords, start: number): AsyncGenerator<RecordBlock> {
  let skip = start;
  let bytesRead = 0;
  for await (const { bytes, fileOffset } of ahead(utf8Blocks(file, mapping.encoding))) {
    bytesRead = fileOffset;
    records.load(bytes.subarray(skip), false);
    skip = Math.max(0, skip - bytes.length);
    yield { records, fileOffset };
    if (records.isOver) return;
  }
  if (!file.packed && bytesRead !== file.size) throw fileChanged(file);
  records.load(new Uint8Array(0), true);
  yield { records, fileOffset: file.size };
}

async function shapeOf(file: FileSource, encoding: Mapping['encoding']): Promise<{ shape: JsonShape; start: number }> {
  const { head, whole } = await readSample(file, encoding);
  return findShape(head, whole);
}

/** How the records of a file follow each other, and where the first one begins; `whole` says that these bytes are all. */
export function findShape(head: Uint8Array, whole: boolean): { shape: JsonShape; start: number } {
  let at = 0;
  while (at < head.length && head[at] <= 32) at++;
  if (head[at] === openBracket) return { shape: 'array', start: at + 1 };
  const records = new JsonRecords(pathTree([], new Set()), 0, 'stream');
  records.load(head.subarray(at), whole);
  const first = records.next();
  const { recordEnd } = records;
  const isAlone = first === Found.record && records.next() === Found.end && whole;
  // An object that is all of the file, or more than the beginning of it, is wrapped around the records.
  const wrapped = isAlone ? arrayOfObjects(head, at, 1) : first === Found.end ? arrayOfObjects(head, at, 3) : -1;
  if (wrapped >= 0) return { shape: 'array', start: wrapped };
  const isLong = first === Found.record && head.subarray(at, at + recordEnd).includes(newline);
  return { shape: isLong ? 'stream' : 'lines', start: 0 };
}

/** Behind the bracket of the first array of objects that lies at most so deep. */
function arrayOfObjects(bytes: Uint8Array, from: number, deepest: number): number {
  let depth = 0;
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) {
      for (at++; at < bytes.length && bytes[at] !== quote; at++) if (bytes[at] === backslash) at++;
    } else if (byte === closeBrace || byte === closeBracket) depth--;
    else if (byte === openBrace) depth++;
    else if (byte === openBracket) {
      let next = at + 1;
      while (next < bytes.length && bytes[next] <= 32) next++;
      if (depth <= deepest && bytes[next] === openBrace) return at + 1;
      depth++;
    }
  }
  return -1;
}

/** Keys that the beginning of the file did not have: what they hold was left out. */
function unknownKeys({ unknown }: JsonRecords): Diagnostic[] {
  const mostFrequent = [...unknown].sort((a, b) => b[1].count - a[1].count || a[1].row - b[1].row).slice(0, toldKeys);
  return mostFrequent.map(([column, { count, row }]) => ({
    code: 'unmapped_key',
    severity: 'info',
    message: `${count} records have "${column}", which the mapping does not know; the first is row ${row}. What it holds was left out.`,
    hint: 'If it matters, put a record that has it to the beginning of the file and map it anew.',
    row,
    column,
    values: { column, count, row },
  }));
}

const toldKeys = 10;
const newline = 10;
const quote = 34;
const openBracket = 91;
const backslash = 92;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
