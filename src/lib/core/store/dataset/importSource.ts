import type { Diagnostic } from '../../base/errors';
import type { RunContext } from '../../base/run';
import type { FileSource } from '../../schema/files';
import { TimeZone } from '../../schema/parse/timeZone';
import type { ErasedId } from '../../schema/privacy/erasedIds';
import type { ImportReport } from '../../schema/report';
import type { Mapping } from '../../schema/roles';
import { rejectMessages, type RejectCode, type StagedSource } from '../../schema/staging/staged';
import { leaveOutOf } from '../../schema/privacy/leaveOut';
import { stageFile } from '../../schema/staging/stageFile';
import type { StageHelpers } from '../../schema/staging/stageInParallel';
import type { TableStore } from '../tableStore';
import { buildVersion, type BuildOptions, type NewSource } from './buildVersion';
import { refuseTooLargeImport } from './importEstimate';
import { rowsAlreadyThere, sameAsSource, sameSource, sourceAlreadyThere } from './sameRows';
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
  const { file, sourceId, mapping, mode, timeZone, currency, declaredIds, helpers, room, erased, run } = request;
  const started = performance.now();
  if (room !== undefined) await refuseTooLargeImport(file, mapping, room - ((await store.memoryBytes()) ?? 0));
  const staged = await stageFile(file, mapping, { sourceId, zone: new TimeZone(timeZone), currency, helpers, run });
  await leaveOutOf(staged, erased, run, declaredIds);
  const summary = summarize(staged.source);
  const { version, duplicates, diagnostics } = await appendStaged(
    store,
    current,
    [{ staged: staged.source, files: [file.name], declaredIds }],
    { timeZone, currency, run },
    { keep: (source) => mode === 'add' || source.kind !== mapping.kind, refuseSame: true },
  );
  const seconds = (performance.now() - started) / 1000;
  const report: ImportReport = {
    sourceId,
    fileName: file.name,
    kind: mapping.kind,
    rowsRead: staged.rowsRead,
    rowsKept: staged.rowsRead - staged.rowsRejected,
    rowsRejected: staged.rowsRejected,
    rejectsKept: staged.rejectsKept,
    rejectReasons: reasons(staged.rejectCounts),
    ...summary,
    duplicates: duplicates.get(sourceId) ?? 0,
    missingUsers: staged.rejectCounts.get('missing_user') ?? 0,
    negativeQuantities: staged.negativeQuantities,
    seconds,
    rowsPerSecond: Math.round(staged.rowsRead / Math.max(seconds, 0.001)),
    diagnostics: [...staged.diagnostics, ...(diagnostics.get(sourceId) ?? [])],
  };
  return { version, report };
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
  change: { keep?: (source: DatasetSource) => boolean; refuseSame?: boolean } = {},
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
      diagnostics.set(source.id, [...(twin ? [sameAsSource(source, twin)] : []), ...rows]);
      others.push(source);
    }
  };
  const { version, duplicates } = await buildVersion(store, current, { add, keep: change.keep, check }, options);
  return { version, duplicates, diagnostics };
}

/** The version without a source and all that came from it; what its people were numbered stays theirs. @throws Cancelled */
export async function removeSource(
  store: TableStore,
  current: DatasetVersion,
  sourceId: string,
  options: BuildOptions,
): Promise<DatasetVersion> {
  return (await buildVersion(store, current, { keep: ({ id }) => id !== sourceId }, options)).version;
}

/** The version in which people are merged by these kinds of declared ids; none: everybody as their source has them. @throws Cancelled */
export async function mergePeopleBy(
  store: TableStore,
  current: DatasetVersion,
  kinds: readonly string[],
  options: BuildOptions,
): Promise<DatasetVersion> {
  return (await buildVersion(store, current, { mergedBy: kinds }, options)).version;
}

function reasons(counts: Map<RejectCode, number>): ImportReport['rejectReasons'] {
  return [...counts].sort((a, b) => b[1] - a[1]).map(([code, count]) => ({ code, message: rejectMessages[code], count }));
}

/** What the quality card says of the source's own rows; called before they become tables. */
function summarize({ events, users, items }: StagedSource): Pick<ImportReport, 'firstTime' | 'lastTime' | 'users' | 'items'> {
  if (!events) return { firstTime: null, lastTime: null, users: distinct(users?.id.codes), items: distinct(items?.id.codes) };
  let first = Infinity;
  let last = -Infinity;
  for (const ts of events.ts.values) {
    if (ts < first) first = ts;
    if (ts > last) last = ts;
  }
  return {
    firstTime: new Date(first / 1000).toISOString(),
    lastTime: new Date(last / 1000).toISOString(),
    users: distinct(events.user.codes),
    items: distinct(events.item?.codes),
  };
}

function distinct(codes: Int32Array | undefined): number {
  if (!codes) return 0;
  let largest = -1;
  for (const code of codes) if (code > largest) largest = code;
  const seen = new Uint8Array(largest + 1);
  let count = 0;
  for (const code of codes) {
    if (code < 0 || seen[code]) continue;
    seen[code] = 1;
    count++;
  }
  return count;
}
