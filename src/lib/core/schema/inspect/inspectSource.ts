import { UserError } from '../../base/errors';
import { headerNames } from '../csv/headerNames';
import { defaultEventOf } from '../events';
import type { FileSource } from '../files';
import { knownEventNames } from '../parse/eventNames';
import { sourcePresets } from '../presets';
import type { SourcePreset } from '../presets/preset';
import type { Readings, SourcePreview } from '../report';
import type { Mapping } from '../roles';
import { assignRoles, guessKind } from './assignRoles';
import { inspectColumn, looksLikeHeader, publicGuess, type InspectedColumn } from './columnGuess';
import { guessDecimalMark, numberColumns, readNumber, tellingNumber } from './decimalMark';
import { detectDialect, readRecords } from './dialect';
import { findProblems } from './findProblems';
import { isHeaderWord } from './headerWords';
import { readSample } from './sample';
import { readTime, tellingTime } from './tellingTime';

/** What the person chose where the guess was wrong. */
export interface ChosenDialect extends Partial<Pick<Mapping, 'delimiter' | 'quote' | 'header' | 'encoding' | 'kind'>> {
  /** A mapping to look at the file with, instead of proposing one: its problems and readings are those of this mapping. */
  mapping?: Mapping;
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
  const given = chosen.mapping ?? chosen;
  const sample = await readSample(file, given.encoding);
  const dialect = detectDialect(file, sample.head, given);
  const { records, broken, invalid } = readRecords(sample.head, dialect, sampledRows);
  const { records: lastRecords } = readRecords(sample.tail, dialect, sampledRows);
  const width = chosen.mapping?.columns.length ?? commonLength(records);
  const header = given.header ?? guessHeader(records, width);
  const headRows = header ? records.slice(1) : records;
  const rows = [...headRows, ...lastRecords];
  if (rows.length === 0) {
    const values = { file: file.name };
    throw new UserError('file_header_only', `"${file.name}" has a header and no rows.`, 'Export the file again with its rows.', values);
  }
  const found = header ? headerNames(records[0]) : Array.from({ length: width }, (_, cell) => `column${cell + 1}`);
  const names = chosen.mapping?.columns ?? found;
  const columns = names.map((name, cell) =>
    inspectColumn(
      name,
      rows.map((row) => row[cell] ?? ''),
    ),
  );
  const known = { ...dialect, header, encoding: sample.encoding, kind: chosen.kind };
  const preset = recognise(file, known, columns);
  const mapping = chosen.mapping ?? proposeMapping(known, preset?.mapping, columns);
  const bytesPerRecord = sample.headFileBytes / Math.max(1, countRecords(sample.head));
  return {
    fileName: file.name,
    bytes: file.size,
    columns: columns.map(publicGuess),
    rows: rows.slice(0, shownRows),
    preset: preset?.id ?? null,
    ...(preset && { presetName: preset.name }),
    mapping,
    diagnostics: findProblems({
      mapping,
      columns,
      rows,
      headRows: headRows.length,
      headerCells: header ? records[0] : [],
      brokenRecords: broken,
      invalidCell: invalid && { row: invalid.record + (header ? 0 : 1), cell: invalid.cell },
    }),
    readings: readingsOf(mapping, columns),
    ...(preset && { suggests: { ...(preset.isDataset && { name: preset.name }), ...preset.suggests } }),
    estimatedRows: Math.max(rows.length, Math.round(file.size / bytesPerRecord) - (header ? 1 : 0)),
  };
}

interface Known {
  delimiter: string;
  quote: string;
  header: boolean;
  encoding: Mapping['encoding'];
  kind?: Mapping['kind'];
}

interface Recognised extends SourcePreset {
  mapping: Partial<Mapping>;
}

function recognise(file: FileSource, { delimiter, header, kind }: Known, columns: InspectedColumn[]): Recognised | undefined {
  for (const preset of sourcePresets) {
    const mapping = preset.recognise({ fileName: file.name, delimiter, header, columns });
    if (mapping && (kind === undefined || mapping.kind === kind)) return { ...preset, mapping };
  }
  return undefined;
}

function proposeMapping(known: Known, preset: Partial<Mapping> | undefined, columns: InspectedColumn[]): Mapping {
  const { delimiter, quote, header, encoding } = known;
  const kind = known.kind ?? preset?.kind ?? guessKind(columns);
  const mapping: Mapping = {
    kind,
    delimiter,
    quote,
    header,
    encoding,
    columns: columns.map(({ name }) => name),
    roles: assignRoles(kind, columns, header),
    ...preset,
  };
  const column = (role: keyof Mapping['roles']) => columns.find(({ name }) => name === mapping.roles[role]);
  mapping.keep ??= columnsToKeep(mapping, columns);
  if (guessDecimalMark(numberColumns(mapping, columns), delimiter) === 'comma') mapping.decimal ??= 'comma';
  if (kind !== 'events') return mapping;
  const format = column('time')?.time?.format;
  if (format && !mapping.timeFormat) mapping.timeFormat = format;
  const words = column('event');
  const eventNames = words && knownEventNames(words.values);
  if (eventNames) mapping.eventNames = eventNames;
  if (!words) mapping.defaultEvent ??= defaultEventOf(mapping);
  const user = column('user');
  if (user && user.values.length > 0 && user.values.every((value) => /^\d+\.0$/.test(value))) mapping.trimFloatIds = true;
  return mapping;
}

/**
 * Columns without a role stay with the users or items, or are properties of the events, but for those that seem to say
 * who somebody is. Of events, a column that says the same in every row says nothing.
 */
function columnsToKeep({ kind, roles, ids = {} }: Mapping, columns: readonly InspectedColumn[]): string[] {
  const taken = new Set([...Object.values(roles), ...Object.keys(ids)]);
  const isConstant = ({ distinct, emptyShare }: InspectedColumn) => distinct === 0 || (distinct === 1 && emptyShare === 0);
  return columns
    .filter((column) => !taken.has(column.name) && !(kind !== 'items' && column.personal) && !(kind === 'events' && isConstant(column)))
    .map(({ name }) => name);
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
