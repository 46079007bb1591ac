import { utf8Blocks } from '../csv/encoding';
import { headerNames } from '../csv/headerNames';
import { cellText, RecordReader } from '../csv/recordReader';
import type { FileSource } from '../files';
import { inspectColumn, looksLikeHeader } from '../inspect/columnGuess';
import { columnLimit, detectDialect, readRecords } from '../inspect/dialect';
import { isHeaderWord, plainWord } from '../inspect/headerWords';
import { withoutGuard } from '../parse/spreadsheetText';
import { readSample, textPreview } from '../inspect/sample';
import { Found, type Records } from '../records';
import type { Mapping } from '../roles';
import { ahead } from './ahead';
import { changedColumns, fileChanged } from './formatErrors';
import { joinedBytes } from '../../base/bytes';
import { sampledRows, type ChosenSettings, type OpenOptions, type RecordBlock, type TableFormat, type TableSample } from './format';
import { cutAtLines, partOf } from './parts';

/** CSV, TSV and their relatives; what any text is taken for that is nothing else. */
export const delimited: TableFormat = {
  id: 'delimited',
  brokenCode: 'broken_quotes',
  recognises: () => true,
  sample: sampleDelimited,
  columns: async (file, mapping) => (mapping.header ? headerOf(file, mapping) : undefined),
  open: async (file, mapping, options) => ({ blocks: () => delimitedBlocks(partOf(file, options.part), mapping, options) }),
  cuts: async (file, mapping, most, leastBytes) =>
    mapping.encoding === 'utf-8' && !file.packed ? cutAtLines(file, most, leastBytes) : undefined,
};

async function sampleDelimited(file: FileSource, chosen: ChosenSettings): Promise<TableSample> {
  const sample = await readSample(file, chosen.encoding);
  const dialect = detectDialect(file, sample.head, chosen);
  const { records, broken, invalid } = readRecords(sample.head, dialect, sampledRows);
  const { records: lastRecords } = readRecords(sample.tail, dialect, sampledRows);
  const width = chosen.columns?.length ?? commonLength(records);
  const header = chosen.header ?? guessHeader(records, width);
  const headRows = header ? records.slice(1) : records;
  const rows = [...headRows, ...lastRecords];
  const bytesPerRecord = sample.headFileBytes / Math.max(1, countLines(sample.head));
  const estimatedRows = Math.max(rows.length, Math.round(file.size / bytesPerRecord) - (header ? 1 : 0));
  return {
    settings: { ...dialect, header, encoding: sample.encoding },
    columns: header ? headerNames(records[0]) : numberedColumns(width),
    headerCells: header ? records[0] : [],
    rows,
    headRows: headRows.length,
    estimatedRows,
    brokenRecords: broken,
    ...(invalid && { invalidCell: { row: invalid.record + (header ? 0 : 1), cell: invalid.cell } }),
    text: textPreview(sample.head),
  };
}

async function* delimitedBlocks(file: FileSource, mapping: Mapping, { part, fileColumns }: OpenOptions): AsyncGenerator<RecordBlock> {
  // One more than the columns: a line that ends with a delimiter has an empty cell too many.
  const reader = new RecordReader(mapping, (fileColumns ?? mapping.columns).length + 1);
  let headerPending = mapping.header && (part?.start ?? 0) === 0;
  let carried: Uint8Array = new Uint8Array(0);
  let bytesRead = 0;
  const skipHeader = () => {
    if (!headerPending || reader.next() === Found.end) return;
    if (!fileColumns) checkHeader(reader, mapping);
    headerPending = false;
  };
  for await (const { bytes, fileOffset } of ahead(utf8Blocks(file, mapping.encoding))) {
    reader.load(carried.length > 0 ? joinedBytes([carried, bytes]) : bytes, false);
    skipHeader();
    yield { records: reader, fileOffset: (bytesRead = fileOffset) };
    carried = reader.bytes.slice(reader.consumed);
  }
  if (!file.packed && bytesRead !== file.size) throw fileChanged(file);
  reader.load(carried, true);
  skipHeader();
  yield { records: reader, fileOffset: file.size, unfinishedBytes: carried.length };
}

function checkHeader(reader: Records, mapping: Mapping): void {
  const cells = Array.from({ length: Math.min(reader.cells, reader.starts.length) }, (_, cell) => cellText(reader, cell, mapping.quote));
  checkHeaderCells(cells, mapping);
}

/** @throws UserError `columns_changed` where a needed column is not where the mapping has it */
export function checkHeaderCells(cells: readonly string[], mapping: Mapping): void {
  const found = headerNames(cells);
  // A mapping from before may tell repeated names apart in another way.
  const isThere = (name: string, cell: number) =>
    found[cell] === name || cells[cell]?.trim() === name || plainWord(found[cell] ?? '') === plainWord(name);
  const needed = [...Object.values(mapping.roles), ...(mapping.keep ?? [])];
  const missing = needed.find((name) => !isThere(name, mapping.columns.indexOf(name)));
  if (missing !== undefined) throw changedColumns(missing, found);
}

/** The columns that a file's header names, told apart as the mapping tells them. */
async function headerOf(file: FileSource, mapping: Mapping): Promise<string[] | undefined> {
  const { head } = await readSample(file, mapping.encoding);
  const reader = new RecordReader(mapping, columnLimit + 1);
  reader.load(head, true);
  if (reader.next() !== Found.record || reader.cells > columnLimit + 1) return undefined;
  const cells = Array.from({ length: reader.cells }, (_, cell) => withoutGuard(cellText(reader, cell, mapping.quote)));
  return namesAsMapped(cells, mapping);
}

/** Column names of a header's cells; a mapping from before may tell repeated names apart in another way. */
export function namesAsMapped(cells: readonly string[], mapping: Mapping): string[] {
  const fileColumns = headerNames(cells);
  const names = fileColumns.map((name, cell) => (mapping.columns[cell] === cells[cell].trim() ? mapping.columns[cell] : name));
  return new Set(names).size === names.length ? names : fileColumns;
}

export function numberedColumns(width: number): string[] {
  return Array.from({ length: width }, (_, cell) => `column${cell + 1}`);
}

/** Whether the first of the records names the columns. */
export function guessHeader(records: readonly string[][], width: number): boolean {
  if (records.length === 0) return false;
  const below = Array.from({ length: width }, (_, cell) =>
    inspectColumn(
      String(cell),
      records.slice(1, 200).map((row) => row[cell] ?? ''),
    ),
  );
  return looksLikeHeader(records[0], below, isHeaderWord);
}

function commonLength(records: readonly string[][]): number {
  const counts = new Map<number, number>();
  for (const { length } of records) counts.set(length, (counts.get(length) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0]?.[0] ?? 0;
}

function countLines(head: Uint8Array): number {
  let lines = 0;
  for (let at = head.indexOf(10); at >= 0; at = head.indexOf(10, at + 1)) lines++;
  return lines;
}
