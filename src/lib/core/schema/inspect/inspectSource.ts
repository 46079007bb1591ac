import { UserError } from '../../base/errors';
import { headerNames } from '../csv/headerNames';
import type { FileSource } from '../files';
import { withoutGuard } from '../parse/spreadsheetText';
import type { Readings, SourcePreview } from '../report';
import type { Mapping } from '../roles';
import { inspectColumn, looksLikeHeader, publicGuess, type InspectedColumn } from './columnGuess';
import { numberColumns, readNumber, tellingNumber } from './decimalMark';
import { detectDialect, readRecords } from './dialect';
import { findProblems } from './findProblems';
import { isHeaderWord } from './headerWords';
import type { KnownMapping } from './likeKnown';
import { readSample } from './sample';
import { readTime, tellingTime } from './tellingTime';
import { understandTable } from './understandTable';

/** What the person chose where the guess was wrong. */
export interface ChosenDialect extends Partial<Pick<Mapping, 'delimiter' | 'quote' | 'header' | 'encoding' | 'kind'>> {
  /** A mapping to look at the file with, instead of proposing one: its problems and readings are those of this mapping. */
  mapping?: Mapping;
  /** Mappings of sources that are there already: where one fits the file's columns, it is taken, and `like` names it. */
  known?: readonly KnownMapping[];
}

const sampledRows = 1000;
const shownRows = 20;

/**
 * Looks at a file's beginning and end and proposes how to import it: encoding, columns and their types, the roles of
 * the columns, and what is wrong with the file as far as the sample shows.
 *
 * @throws UserError `file_…` where the file cannot be a table
 */
export async function inspectSource(file: FileSource, chosen: ChosenDialect = {}): Promise<SourcePreview> {
  const choices = chosen.mapping ?? chosen;
  const sample = await readSample(file, choices.encoding);
  const dialect = detectDialect(file, sample.head, choices);
  const { records, broken, invalid } = readRecords(sample.head, dialect, sampledRows);
  const { records: lastRecords } = readRecords(sample.tail, dialect, sampledRows);
  const given = chosen.mapping;
  const width = given && given.reshape === undefined ? given.columns.length : commonLength(records);
  const header = choices.header ?? guessHeader(records, width);
  const headRows = header ? records.slice(1) : records;
  const fileRows = [...headRows, ...lastRecords].map((row) => row.map(withoutGuard));
  if (fileRows.length === 0) {
    const values = { file: file.name };
    throw new UserError('file_header_only', `"${file.name}" has a header and no rows.`, 'Export the file again with its rows.', values);
  }
  const found = header ? headerNames(records[0]) : Array.from({ length: width }, (_, cell) => `column${cell + 1}`);
  const table = understandTable(
    {
      fileName: file.name,
      // A mapping of a file without a header may have any names for its columns.
      columns: given && !header && given.reshape === undefined ? given.columns : found,
      rows: fileRows,
      known: { ...dialect, header, encoding: sample.encoding, kind: chosen.kind },
    },
    chosen,
  );
  const { columns, rows, mapping, preset } = table;
  const bytesPerRecord = sample.headFileBytes / Math.max(1, countRecords(sample.head));
  return {
    fileName: file.name,
    bytes: file.size,
    columns: columns.map((column) => publicGuess(column, table.suggestions.get(column.name))),
    rows: rows.slice(0, shownRows),
    preset: preset?.id ?? null,
    ...(preset && { presetName: preset.name }),
    ...(table.like !== undefined && { like: table.like }),
    mapping,
    diagnostics: table.unneeded
      ? [table.unneeded]
      : findProblems({
          mapping,
          columns,
          rows,
          headRows: headRows.length,
          headerCells: header ? records[0] : [],
          brokenRecords: broken,
          invalidCell: invalid && { row: invalid.record + (header ? 0 : 1), cell: invalid.cell },
          doubts: table.doubts,
        }),
    readings: readingsOf(mapping, columns),
    ...(preset && { suggests: { ...(preset.isDataset && { name: preset.name }), ...preset.suggests } }),
    estimatedRows: Math.max(rows.length, Math.round(file.size / bytesPerRecord) - (header ? 1 : 0)),
  };
}

function readingsOf(mapping: Mapping, columns: readonly InspectedColumn[]): Readings {
  const readings: Readings = {};
  const telling = tellingNumber(numberColumns(mapping, columns));
  if (telling) {
    const reads = readNumber(telling.text, mapping.decimal ?? 'point');
    readings.number = { ...telling, reads: Number.isFinite(reads) ? reads : null };
  }
  const time = columns.find(({ name }) => name === mapping.roles.time);
  if (time && mapping.timeFormat && time.values.length > 0) {
    const text = tellingTime(time.values, mapping.timeFormat);
    readings.time = { column: time.name, text, reads: readTime(text, mapping.timeFormat) };
  }
  return readings;
}

function guessHeader(records: readonly string[][], width: number): boolean {
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

function countRecords(head: Uint8Array): number {
  let lines = 0;
  for (let at = head.indexOf(10); at >= 0; at = head.indexOf(10, at + 1)) lines++;
  return lines;
}
