import { UserError } from '../../core/base/errors';
import type { PlanSource } from '../../core/plan/schema';
import { toFileSource, type FileInput } from '../../core/schema/files';
import { inspectSource, type ChosenDialect } from '../../core/schema/inspect/inspectSource';
import type { ImportReport, SourcePreview } from '../../core/schema/report';
import type { Mapping } from '../../core/schema/roles';
import type { DatasetVersion } from '../../core/store/dataset/version';
import type { Epoch } from '../epoch';
import { loadSnapshot, restoreDataTables } from '../opening';
import { viewOf, withData, type DataState, type WorkspaceView } from '../workspace';
import { reads, writes, type Operation } from './context';

/**
 * Reads the file's beginning and proposes a mapping; `dialect` overrides what was detected (delimiter, encoding …).
 * @throws UserError `file_…`
 */
export const sourceInspect: Operation<{ file: FileInput; dialect?: ChosenDialect }, SourcePreview> = ({ file, dialect }) =>
  inspectSource(toFileSource(file), dialect);

/** A tab ends at 4 GB or not much later, and shows the data beside it; a command is alone. */
const roomForImport = { browser: 3e9, node: 12e9 };

/**
 * Imports a file into the open workspace and saves. Nothing that is there is changed: the tables of before stay until
 * nobody reads them, and are one step back. With `replace`, earlier sources of the same kind go. Cancelled or failed,
 * the workspace is as it was. Where only the saving failed, the data is open and the report says so.
 * @throws UserError `file_…`, `mapping_…`, `columns_changed`, `all_rows_rejected`, `source_already_there`,
 * `no_workspace`, `workspace_read_only`
 */
export const sourceImport = writes<
  { file: FileInput; sourceId: string; mapping: Mapping; preset?: string; mode: 'replace' | 'add' },
  { report: ImportReport; view: WorkspaceView }
>(async ({ file, sourceId, mapping, preset, mode }, epoch) => {
  const { plan, data } = epoch.state;
  const { timeZone, currency } = plan;
  const source = toFileSource(file);
  const { importSource } = await datasets();
  const { report, version } = await importSource(await epoch.desk.store(), data?.version ?? null, {
    file: source,
    sourceId,
    mapping,
    mode,
    timeZone,
    currency,
    erased: plan.erased,
    helpers: epoch.desk.platform.stageHelpers,
    room: roomForImport[epoch.desk.platform.name],
    run: epoch,
  });
  const planned: PlanSource = { id: sourceId, files: [source.name], ...(preset && { preset }), mapping };
  const next: DataState = {
    version,
    sources: sourcesOf(version, [...(data?.sources ?? []).filter(({ id }) => id !== sourceId), planned]),
    timeZone,
    currency,
    reports: new Map(
      [...(data?.reports ?? []), [sourceId, report] as const].filter(([id]) => version.sources.some((kept) => kept.id === id)),
    ),
    shipped: false,
  };
  try {
    const saved = await epoch.commit((state) => withData(state, next, data));
    return { report, view: viewOf(saved) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { code, message, hint, values } = error;
    report.diagnostics.push({ code, severity: 'error', message, hint, values });
    return { report, view: viewOf(epoch.desk.state) };
  }
});

/**
 * The rejected rows that are kept, as CSV: row number, column, reason, the row's text.
 * @throws UserError `unknown_source`
 */
export const sourceRejects = reads<{ sourceId: string }, { fileName: string; bytes: Uint8Array }>(async ({ sourceId }, epoch) => {
  const { data } = epoch.state;
  const report = data?.reports.get(sourceId);
  if (!data || !report) throw unknownSource(sourceId);
  const { readRejects, rejectsCsv } = await datasets();
  const rejects = await readRejects(await epoch.desk.store(), data.version, sourceId);
  return { fileName: `${sourceId}-rejected.csv`, bytes: rejectsCsv(rejects, report.rowsRejected) };
});

/**
 * Takes a source and all that came from it away, and saves; it is one step back.
 * @throws UserError `unknown_source`, `workspace_read_only`
 */
export const sourceRemove = writes<{ sourceId: string }, WorkspaceView>(async ({ sourceId }, epoch) => {
  const { data } = epoch.state;
  if (!data?.sources.some(({ id }) => id === sourceId)) throw unknownSource(sourceId);
  const { timeZone, currency } = data;
  const { removeSource } = await datasets();
  const version = await removeSource(await epoch.desk.store(), data.version, sourceId, { timeZone, currency, run: epoch });
  const { facts } = version;
  const isEmpty = facts.events + facts.users + facts.items === 0;
  const next: DataState | null = isEmpty
    ? null
    : {
        ...data,
        version,
        sources: data.sources.filter(({ id }) => id !== sourceId),
        reports: new Map([...data.reports].filter(([id]) => id !== sourceId)),
        shipped: false,
      };
  return viewOf(await epoch.commit((state) => withData(state, next, data)));
});

/**
 * Goes one step back to the data of before the last import or removal; once more goes forward again.
 * @throws UserError `no_step_back`, `workspace_read_only`
 */
export const dataStepBack = writes<void, WorkspaceView>(async (_input, epoch) => {
  const { data, dataBefore, entry } = epoch.state;
  if (!dataBefore) {
    throw new UserError('no_step_back', 'The data has not been changed since it was opened.', 'There is nothing to take back.');
  }
  if (!dataBefore.shipped) await restoreDataTables(epoch.desk, await loadSnapshot(epoch.desk, entry.id), dataBefore, epoch);
  const before = dataBefore.shipped ? await reopenShipped(epoch, dataBefore) : dataBefore;
  return viewOf(await epoch.commit((state) => withData(state, before, data)));
});

async function reopenShipped(epoch: Epoch, before: DataState): Promise<DataState> {
  const { openShop } = await import('../shippedShop');
  return { ...before, version: (await openShop(epoch.desk, epoch)).version };
}

/** The plan's sources in the order in which the data has them. */
function sourcesOf({ sources }: DatasetVersion, planned: readonly PlanSource[]): PlanSource[] {
  return sources.flatMap(({ id }) => planned.filter((source) => source.id === id));
}

/** Loaded when it is first needed: it brings Arrow along. */
function datasets() {
  return import('../../core/store/dataset');
}

function unknownSource(source: string): UserError {
  return new UserError('unknown_source', `There is no source "${source}" in this workspace.`, 'Choose one of its sources.', { source });
}
