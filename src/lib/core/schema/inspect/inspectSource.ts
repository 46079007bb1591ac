import type { FileSource } from '../files';
import { openTable, type OpenedTable } from '../formats';
import type { ChosenSettings, TableSample } from '../formats/format';
import { headerOnly } from '../formats/formatErrors';
import { withoutGuard } from '../parse/spreadsheetText';
import type { Readings, SourcePreview } from '../report';
import type { Mapping } from '../roles';
import { publicGuess, type InspectedColumn } from './columnGuess';
import { evidenceOf, numberColumns, readNumber, tellingNumber } from './decimalMark';
import { findProblems } from './findProblems';
import type { KnownMapping } from './likeKnown';
import { readTime, tellingTime } from './tellingTime';
import { understandTable, type UnderstoodTable } from './understandTable';

/** What the person chose where the guess was wrong. */
export interface ChosenDialect extends Partial<
  Pick<Mapping, 'delimiter' | 'quote' | 'header' | 'encoding' | 'format' | 'sheet' | 'rowsAt' | 'kind'>
> {
  /** A mapping to look at the file with, instead of proposing one: its problems and readings are those of this mapping. */
  mapping?: Mapping;
  /** Mappings of sources that are there already: where one fits the file's columns, it is taken, and `like` names it. */
  known?: readonly KnownMapping[];
}

const shownRows = 20;

/**
 * Looks at a file's beginning and end and proposes how to import it: encoding, columns and their types, the roles of
 * the columns, and what is wrong with the file as far as the sample shows.
 *
 * @throws UserError `file_…` where the file cannot be a table
 */
export async function inspectSource(packed: FileSource, chosen: ChosenDialect = {}): Promise<SourcePreview> {
  const choices = chosen.mapping ?? chosen;
  const opened = await openTable(packed, choices.format);
  const { sample, table } = await understandFile(packed, opened, chosen);
  const { columns, rows, mapping, preset } = table;
  return {
    fileName: packed.name,
    bytes: packed.size,
    format: opened.format.id,
    ...(sample.sheets && { sheets: sample.sheets }),
    ...(sample.arrays && { arrays: sample.arrays }),
    ...(sample.text !== undefined && { text: sample.text }),
    columns: columns.map((column) => publicGuess(column, table.suggestions.get(column.name))),
    rows: rows.slice(0, shownRows),
    preset: preset?.id ?? null,
    ...(preset && { presetName: preset.name }),
    ...(table.like !== undefined && { like: table.like }),
    mapping,
    diagnostics: table.unneeded
      ? [table.unneeded]
      : [
          ...(table.problem ? [table.problem] : []),
          ...findProblems({
            mapping,
            columns,
            rows,
            headRows: sample.headRows,
            headerCells: sample.headerCells,
            brokenRecords: sample.brokenRecords,
            invalidCell: sample.invalidCell,
            doubts: table.doubts,
          }),
        ],
    readings: readingsOf(mapping, columns),
    ...(preset && { suggests: { ...(preset.isDataset && { name: preset.name }), ...preset.suggests } }),
    estimatedRows: sample.estimatedRows,
  };
}

/** The sample of a file and its meaning; once more where the meaning says that the rows are the elements of an array. */
async function understandFile(
  packed: FileSource,
  { file, format }: OpenedTable,
  chosen: ChosenDialect,
): Promise<{ sample: TableSample; table: UnderstoodTable }> {
  const given = chosen.mapping;
  const { delimiter, quote, header, encoding, sheet, rowsAt } = given ?? chosen;
  const decimal = given?.decimal;
  // A mapping of a file without a header may have any names for its columns.
  const columns = given && !given.header && given.reshape === undefined ? given.columns : undefined;
  const understand = async (settings: ChosenSettings) => {
    const sample = await format.sample(file, settings);
    const rows = sample.rows.map((row) => row.map(withoutGuard));
    if (rows.length === 0) throw headerOnly(packed);
    const known = { ...sample.settings, kind: chosen.kind };
    return {
      sample,
      table: understandTable({ fileName: packed.name, columns: sample.columns, rows, known, arrays: sample.arrays }, chosen),
    };
  };
  const settings: ChosenSettings = { delimiter, quote, header, encoding, sheet, rowsAt, decimal, columns };
  const first = await understand(settings);
  const proposed = first.table.mapping.rowsAt;
  if (proposed !== undefined && proposed !== rowsAt) return understand({ ...settings, rowsAt: proposed });
  // The numbers of a sheet have no mark. Where its texts have commas, these decide how all of them are read.
  if (format.id !== 'xlsx' || given || commasAmongPoints(first.table) === 0) return first;
  const second = await understand({ ...settings, decimal: 'comma' });
  return commasAmongPoints(second.table) === 0 ? second : first;
}

/** Sampled numbers with decimal commas in a table that has others with points. */
function commasAmongPoints({ mapping, columns }: UnderstoodTable): number {
  const { point, comma } = evidenceOf(numberColumns(mapping, columns));
  return point.length > 0 ? comma.length : 0;
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
