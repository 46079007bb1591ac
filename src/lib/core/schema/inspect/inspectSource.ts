import { UserError } from '../../base/errors';
import { headerNames } from '../csv/headerNames';
import type { FileSource } from '../files';
import { standardEventOf } from '../parse/eventNames';
import { sourcePresets } from '../presets';
import type { SourcePreview } from '../report';
import type { Mapping } from '../roles';
import { defaultEventOf } from '../staging/stageEvents';
import { assignRoles, guessKind } from './assignRoles';
import { inspectColumn, looksLikeHeader, type InspectedColumn } from './columnGuess';
import { detectDialect, readRecords } from './dialect';
import { findProblems } from './findProblems';
import { isHeaderWord } from './headerWords';
import { readSample } from './sample';

/** What the person chose where the guess was wrong. */
export type ChosenDialect = Partial<Pick<Mapping, 'delimiter' | 'quote' | 'header' | 'encoding' | 'kind'>>;

const sampledRows = 1000;
const shownRows = 20;

/**
 * Looks at a file's beginning and end and proposes how to import it: encoding, columns and their types, the roles of
 * the columns, and what is wrong with the file as far as the sample shows.
 *
 * @throws UserError `file_…` where the file cannot be a table
 */
export async function inspectSource(file: FileSource, chosen: ChosenDialect = {}): Promise<SourcePreview> {
  const sample = await readSample(file, chosen.encoding);
  const dialect = detectDialect(file, sample.head, chosen);
  const { records, broken } = readRecords(sample.head, dialect, sampledRows);
  const { records: lastRecords } = readRecords(sample.tail, dialect, sampledRows);
  const width = commonLength(records);
  const header = chosen.header ?? guessHeader(records, width);
  const rows = [...(header ? records.slice(1) : records), ...lastRecords];
  if (rows.length === 0) {
    const values = { file: file.name };
    throw new UserError('file_header_only', `"${file.name}" has a header and no rows.`, 'Export the file again with its rows.', values);
  }
  const names = header ? headerNames(records[0]) : Array.from({ length: width }, (_, cell) => `column${cell + 1}`);
  const columns = names.map((name, cell) =>
    inspectColumn(
      name,
      rows.map((row) => row[cell] ?? ''),
    ),
  );
  const { mapping, preset } = proposeMapping(file, { ...dialect, header, encoding: sample.encoding, kind: chosen.kind }, columns);
  const bytesPerRecord = sample.headFileBytes / Math.max(1, countRecords(sample.head));
  return {
    fileName: file.name,
    bytes: file.size,
    columns: columns.map(({ name, type, emptyShare, distinct, examples }) => ({ name, type, emptyShare, distinct, examples })),
    rows: rows.slice(0, shownRows),
    preset,
    mapping,
    diagnostics: findProblems({ mapping, columns, rows, headerCells: header ? records[0] : [], brokenRecords: broken }),
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

function proposeMapping(file: FileSource, known: Known, columns: InspectedColumn[]): { mapping: Mapping; preset: string | null } {
  const { delimiter, quote, header, encoding } = known;
  const found = sourcePresets
    .map((preset) => ({ id: preset.id, mapping: preset.recognise({ fileName: file.name, delimiter, header, columns }) }))
    .find(({ mapping }) => mapping && (known.kind === undefined || mapping.kind === known.kind));
  const kind = known.kind ?? found?.mapping?.kind ?? guessKind(columns);
  const mapping: Mapping = {
    kind,
    delimiter,
    quote,
    header,
    encoding,
    columns: columns.map(({ name }) => name),
    roles: assignRoles(kind, columns, header),
    ...found?.mapping,
  };
  const column = (role: keyof Mapping['roles']) => columns.find(({ name }) => name === mapping.roles[role]);
  if (kind !== 'events') return { mapping, preset: found?.id ?? null };
  const format = column('time')?.time?.format;
  if (format && !mapping.timeFormat) mapping.timeFormat = format;
  const words = column('event');
  if (words) {
    const renamed = [...new Set(words.values)].flatMap((word): [string, string][] => {
      const name = standardEventOf(word);
      return name !== undefined && name !== word ? [[word, name]] : [];
    });
    if (renamed.length > 0) mapping.eventNames = Object.fromEntries(renamed);
  } else mapping.defaultEvent ??= defaultEventOf(mapping);
  const user = column('user');
  if (user && user.values.length > 0 && user.values.every((value) => /^\d+\.0$/.test(value))) mapping.trimFloatIds = true;
  return { mapping, preset: found?.id ?? null };
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
