import type { Diagnostic } from '../../base/errors';
import type { RunContext } from '../../base/run';
import type { FileSource } from '../../schema/files';
import type { ErasedId } from '../../schema/privacy/erasedIds';
import type { ImportReport } from '../../schema/report';
import type { Mapping } from '../../schema/roles';
import type { StageHelpers } from '../../schema/staging/stageInParallel';
import type { TableStore } from '../tableStore';
import { propertiesThatDiffer } from './eventProperties';
import { buildVersion, type BuildOptions, type NewSource } from './buildVersion';
import type { Merging } from './identityKeys';
import { speed } from './importReport';
import { amountsWithoutRate } from './money';
import { rowsAlreadyThere, sameAsSource, sameSource, sourceAlreadyThere } from './sameRows';
import { stageFiles, type StagedFiles } from './stageSource';
import type { DatasetSource, DatasetVersion } from './version';

export type { BuildOptions } from './buildVersion';

export interface ImportRequest {
  file: FileSource;
  sourceId: string;
  mapping: Mapping;
  /** `replace`: earlier sources of the same kind go. `add`: they stay, except one with the same id. */
  mode: 'replace' | 'add';
  timeZone: string;
  currency: string;
  rates?: BuildOptions['rates'];
  /** Attributes of its users that are other ids of the same person, and their kinds: `{ email: 'email' }`. */
  declaredIds?: Record<string, string>;
  /** Other threads that can read parts of the file. */
  helpers?: StageHelpers;
  /** Bytes that the import may take; what would not fit is refused before it starts. */
  room?: number;
  /** Who was erased before and is left out. */
  erased?: readonly ErasedId[];
  run: RunContext;
}

export interface ImportResult {
  version: DatasetVersion;
  report: ImportReport;
}

/**
 * Reads a file in blocks, keeps or rejects each row, and makes the next version of the data with it. The current
 * version stays as it is: a failure or a cancel leaves nothing, and going back is using the version before.
 *
 * @throws UserError `file_…`, `mapping_…`, `columns_changed`, `all_rows_rejected`, `unknown_time_zone`,
 * `source_already_there`, `import_too_large`; Cancelled
 */
export async function importSource(store: TableStore, current: DatasetVersion | null, request: ImportRequest): Promise<ImportResult> {
  const { file, sourceId, mapping, mode, declaredIds, timeZone, currency, rates, run } = request;
  const { sources, reports } = await stageFiles(store, { ...request, files: [{ file, sourceId }] });
  const add = sources.map((source) => ({ ...source, declaredIds }));
  const keep = (source: DatasetSource) => mode === 'add' || source.kind !== mapping.kind;
  const { version, reports: done } = await importStaged(
    store,
    current,
    { sources: add, reports },
    { keep },
    { timeZone, currency, rates, run },
  );
  return { version, report: done[0] };
}

/**
 * Makes the next version with files that were staged, and says in their reports what only that shows.
 * @throws UserError `source_already_there`; Cancelled
 */
export async function importStaged(
  store: TableStore,
  current: DatasetVersion | null,
  { sources, reports }: StagedFiles,
  change: { keep?: (source: DatasetSource) => boolean; merging?: Merging },
  options: BuildOptions,
): Promise<{ version: DatasetVersion; reports: ImportReport[] }> {
  const started = performance.now();
  const { version, duplicates, diagnostics } = await appendStaged(store, current, sources, options, { ...change, refuseSame: true });
  const seconds = (performance.now() - started) / 1000;
  const rows = reports.reduce((sum, { rowsRead }) => sum + rowsRead, 0);
  const done = reports.map((report) => ({
    ...report,
    duplicates: duplicates.get(report.sourceId) ?? 0,
    // What was done for all of them at once counts by their rows.
    ...speed(report.rowsRead, report.seconds + (seconds * report.rowsRead) / Math.max(1, rows)),
    diagnostics: [...report.diagnostics, ...(diagnostics.get(report.sourceId) ?? [])],
  }));
  return { version, reports: done };
}

export interface AppendResult {
  version: DatasetVersion;
  /** Rows equal in every staged column to an earlier one of the same source, by source id. */
  duplicates: Map<string, number>;
  /** Of rows that other sources have already, by source id. */
  diagnostics: Map<string, Diagnostic[]>;
}

/**
 * Makes the next version from the current one (null: none) and sources that are staged already: a plan's files, the
 * sample shop. A source whose id is there already takes its place.
 *
 * @param change.keep whether a source of the current version stays; all do where it is left out
 * @param change.refuseSame a source that equals one of another id is refused, not only told of
 * @throws UserError `source_already_there`; Cancelled
 */
export async function appendStaged(
  store: TableStore,
  current: DatasetVersion | null,
  add: readonly NewSource[],
  options: BuildOptions,
  change: { keep?: (source: DatasetSource) => boolean; merging?: Merging; refuseSame?: boolean } = {},
): Promise<AppendResult> {
  const diagnostics = new Map<string, Diagnostic[]>();
  const added = new Set(add.map(({ staged }) => staged.sourceId));
  const check = async (version: DatasetVersion) => {
    const others = version.sources.filter(({ id }) => !added.has(id));
    for (const source of version.sources.filter(({ id }) => added.has(id))) {
      const same = sameSource(source, others);
      if (same && change.refuseSame) throw sourceAlreadyThere(source, same);
      const twin =
        same ?? sameSource(source, current?.sources.filter((before) => before.id === source.id && (change.keep?.(before) ?? true)) ?? []);
      const rows = same ? [] : await rowsAlreadyThere(store, source, others, options.run.signal);
      diagnostics.set(source.id, [
        ...(twin ? [sameAsSource(source, twin)] : []),
        ...rows,
        ...propertiesThatDiffer(source, others),
        ...amountsWithoutRate(source, version.facts),
      ]);
      others.push(source);
    }
  };
  const { version, duplicates } = await buildVersion(store, current, { add, keep: change.keep, merging: change.merging, check }, options);
  return { version, duplicates, diagnostics };
}

/** The version without a source and all that came from it; what its people were numbered stays theirs. @throws Cancelled */
export async function removeSource(
  store: TableStore,
  current: DatasetVersion,
  sourceId: string,
  options: BuildOptions,
): Promise<DatasetVersion> {
  return removeSources(store, current, (id) => id === sourceId, options);
}

/** The same for all whose id `goes`. @throws Cancelled */
export async function removeSources(
  store: TableStore,
  current: DatasetVersion,
  goes: (sourceId: string) => boolean,
  options: BuildOptions,
): Promise<DatasetVersion> {
  return (await buildVersion(store, current, { keep: ({ id }) => !goes(id) }, options)).version;
}

/** The version by other rates or rules of survivorship: the same parts, counted and merged by these. @throws Cancelled */
export async function withRules(store: TableStore, current: DatasetVersion, options: BuildOptions): Promise<DatasetVersion> {
  return (await buildVersion(store, current, {}, options)).version;
}

/** The version in which people are merged by these ids; none: everybody as their source has them. @throws Cancelled */
export async function mergePeopleBy(
  store: TableStore,
  current: DatasetVersion,
  by: Merging | readonly string[],
  options: BuildOptions,
): Promise<DatasetVersion> {
  const merging = 'merge' in by ? by : { merge: by.map((kind) => ({ kind })) };
  return (await buildVersion(store, current, { merging }, options)).version;
}

/**
 * The version with the steps of cleaning that the options say; none: the events as they were read.
 * @throws UserError `cleaning_removes_all`; Cancelled
 */
export async function cleanData(
  store: TableStore,
  current: DatasetVersion,
  options: BuildOptions & Required<Pick<BuildOptions, 'cleaning'>>,
): Promise<DatasetVersion> {
  return (await buildVersion(store, current, {}, options)).version;
}
