import { UserError, type Diagnostic } from '../../base/errors';
import { fittedTo } from '../fitColumns';
import { reshapedColumns } from '../reshape';
import { reshapeRows } from '../reshape/reshapeRows';
import type { SourcePreset } from '../presets/preset';
import type { Mapping, RoleSuggestion } from '../roles';
import { inspectColumn, type InspectedColumn } from './columnGuess';
import { likeKnown, type KnownMapping } from './likeKnown';
import { proposeMapping, recognise, unneededFile, type KnownDialect } from './proposeMapping';
import type { AssignedRoles } from './suggestions';

/** Rows of a file of any format, as text, and how it is written. */
export interface TableSample {
  fileName: string;
  /** Names of the file's own columns. */
  columns: readonly string[];
  rows: readonly (readonly string[])[];
  known: KnownDialect;
  /** Arrays in the records of a nested format whose elements could be the rows. */
  arrays?: readonly string[];
}

/** What a table means, as far as its sample tells. */
export interface UnderstoodTable {
  /** After reshaping, as the mapping names them. */
  columns: InspectedColumn[];
  rows: string[][];
  mapping: Mapping;
  preset: SourcePreset | undefined;
  /** The known source whose mapping it is. */
  like?: string;
  suggestions: Map<string, RoleSuggestion>;
  doubts: AssignedRoles['doubts'];
  /** The file is not needed, and why. */
  unneeded?: Diagnostic;
  /** The chosen mapping does not fit the file. */
  problem?: Diagnostic;
}

/**
 * Finds a mapping for a table: the one that was chosen, else that of a known source with the same columns, else what a
 * preset or the look of the columns proposes. Its rows and columns come back as the mapping reshapes them.
 */
export function understandTable(
  { fileName, columns: fileColumns, rows: fileRows, known, arrays }: TableSample,
  chosen: { mapping?: Mapping; kind?: Mapping['kind']; known?: readonly KnownMapping[] },
): UnderstoodTable {
  const asRead = inspectColumns(fileColumns, fileRows);
  const sample = { fileName, delimiter: known.delimiter, header: known.header, format: known.format, columns: asRead, arrays };
  const recognised = recognise(sample, chosen.kind);
  const preset = recognised?.preset;
  const like = chosen.mapping ? undefined : likeKnown(chosen.known ?? [], fileColumns, known);
  const settled = chosen.mapping ?? like?.mapping;
  if (settled) {
    const { columns, problem } = columnsFor(fileColumns, settled);
    const rows = reshapeRows(fileRows, { ...settled, columns }, fileColumns);
    const inspected = inspectColumns(columns, rows);
    const { suggestions } = proposeMapping(known, recognised, inspected);
    return {
      columns: inspected,
      rows,
      mapping: settled,
      preset,
      ...(like && { like: like.id }),
      suggestions,
      doubts: [],
      ...(problem && { problem }),
    };
  }
  const reshape = recognised?.mapping.reshape;
  const names = reshapedColumns({ reshape }, fileColumns);
  const roles = recognised?.mapping.roles ?? {};
  const rows = reshapeRows(fileRows, { ...known, kind: 'events', reshape, columns: names, roles }, fileColumns);
  const columns = reshape === undefined ? asRead : inspectColumns(names, rows);
  const unneeded = unneededFile(sample);
  return { columns, rows, preset, ...proposeMapping(known, recognised, columns), ...(unneeded && { unneeded }) };
}

function inspectColumns(names: readonly string[], rows: readonly (readonly string[])[]): InspectedColumn[] {
  return names.map((name, cell) =>
    inspectColumn(
      name,
      rows.map((row) => row[cell] ?? ''),
    ),
  );
}

/** The columns of a mapping as this file has them; the file's own where it has lost one that the mapping needs. */
function columnsFor(fileColumns: readonly string[], mapping: Mapping): { columns: string[]; problem?: Diagnostic } {
  // A file without a header has no names but those that the mapping gives it.
  if (!mapping.header && !mapping.reshape && mapping.columns.length === fileColumns.length) return { columns: mapping.columns };
  try {
    return { columns: fittedTo(fileColumns, mapping).mapping.columns };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { code, message, hint, values } = error;
    return { columns: reshapedColumns(mapping, fileColumns), problem: { code, severity: 'error', message, hint, values } };
  }
}
