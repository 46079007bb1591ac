import { defaultEventOf } from '../events';
import type { FileSource } from '../files';
import { openTable } from '../formats';
import type { TableSample } from '../formats/format';
import { headerOnly } from '../formats/formatErrors';
import { knownEventNames } from '../parse/eventNames';
import { sourcePresets } from '../presets';
import type { SourcePreset } from '../presets/preset';
import type { Readings, SourcePreview } from '../report';
import type { Mapping } from '../roles';
import { assignRoles, guessKind } from './assignRoles';
import { inspectColumn, publicGuess, type InspectedColumn } from './columnGuess';
import { guessDecimalMark, numberColumns, readNumber, tellingNumber } from './decimalMark';
import { findProblems } from './findProblems';
import { readTime, tellingTime } from './tellingTime';

/** What the person chose where the guess was wrong. */
export interface ChosenDialect extends Partial<
  Pick<Mapping, 'delimiter' | 'quote' | 'header' | 'encoding' | 'format' | 'sheet' | 'rowsAt' | 'kind'>
> {
  /** A mapping to look at the file with, instead of proposing one: its problems and readings are those of this mapping. */
  mapping?: Mapping;
}

const shownRows = 20;

/**
 * Looks at a file's beginning and end and proposes how to import it: encoding, columns and their types, the roles of
 * the columns, and what is wrong with the file as far as the sample shows.
 *
 * @throws UserError `file_…` where the file cannot be a table
 */
export async function inspectSource(packed: FileSource, chosen: ChosenDialect = {}): Promise<SourcePreview> {
  const given = chosen.mapping ?? chosen;
  const { file, format } = await openTable(packed, given.format);
  const sample = await format.sample(file, given);
  const { rows } = sample;
  if (rows.length === 0) throw headerOnly(packed);
  const names = chosen.mapping?.columns ?? sample.columns;
  const columns = names.map((name, cell) =>
    inspectColumn(
      name,
      rows.map((row) => row[cell] ?? ''),
    ),
  );
  const known = { settings: sample.settings, kind: chosen.kind };
  const preset = recognise(packed, known, columns);
  const mapping = chosen.mapping ?? proposeMapping(known, preset?.mapping, columns);
  return {
    fileName: packed.name,
    bytes: packed.size,
    format: format.id,
    ...(sample.sheets && { sheets: sample.sheets }),
    ...(sample.arrays && { arrays: sample.arrays }),
    ...(sample.text !== undefined && { text: sample.text }),
    columns: columns.map(publicGuess),
    rows: rows.slice(0, shownRows),
    preset: preset?.id ?? null,
    ...(preset && { presetName: preset.name }),
    mapping,
    diagnostics: findProblems({
      mapping,
      columns,
      rows,
      headRows: sample.headRows,
      headerCells: sample.headerCells,
      brokenRecords: sample.brokenRecords,
      invalidCell: sample.invalidCell,
    }),
    readings: readingsOf(mapping, columns),
    ...(preset && { suggests: { ...(preset.isDataset && { name: preset.name }), ...preset.suggests } }),
    estimatedRows: sample.estimatedRows,
  };
}

interface Known {
  settings: TableSample['settings'];
  kind?: Mapping['kind'];
}

interface Recognised extends SourcePreset {
  mapping: Partial<Mapping>;
}

function recognise(file: FileSource, { settings, kind }: Known, columns: InspectedColumn[]): Recognised | undefined {
  const { delimiter, header } = settings;
  for (const preset of sourcePresets) {
    const mapping = preset.recognise({ fileName: file.name, delimiter, header, columns });
    if (mapping && (kind === undefined || mapping.kind === kind)) return { ...preset, mapping };
  }
  return undefined;
}

function proposeMapping(known: Known, preset: Partial<Mapping> | undefined, columns: InspectedColumn[]): Mapping {
  const kind = known.kind ?? preset?.kind ?? guessKind(columns);
  const mapping: Mapping = {
    kind,
    ...known.settings,
    columns: columns.map(({ name }) => name),
    roles: assignRoles(kind, columns, known.settings.header),
    ...preset,
  };
  const column = (role: keyof Mapping['roles']) => columns.find(({ name }) => name === mapping.roles[role]);
  if (kind !== 'events') mapping.keep ??= columnsToKeep(mapping, columns);
  if (guessDecimalMark(numberColumns(mapping, columns), mapping.delimiter) === 'comma') mapping.decimal ??= 'comma';
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

/** Columns without a role stay with the users or items, but for those that seem to say who somebody is. */
function columnsToKeep({ kind, roles }: Mapping, columns: readonly InspectedColumn[]): string[] {
  const taken = new Set(Object.values(roles));
  return columns.filter(({ name, personal }) => !taken.has(name) && !(kind === 'users' && personal)).map(({ name }) => name);
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
