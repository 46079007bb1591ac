import { UserError } from '../../core/base/errors';
import { stableJson } from '../../core/base/hash';
import { toFileSource, type FileInput } from '../../core/schema/files';
import { inspectSource, type ChosenDialect } from '../../core/schema/inspect/inspectSource';
import type { ImportChange, ImportReport, SourcePreview } from '../../core/schema/report';
import type { Mapping } from '../../core/schema/roles';
import type { RejectedRow } from '../../core/schema/staging/staged';
import type { DatasetSource } from '../../core/store/dataset/version';
import type { Epoch } from '../epoch';
import { loadSnapshot, restoreDataTables } from '../opening';
import { withIdColumns } from '../idColumns';
import { withOrdersByFile } from '../ordersByFile';
import { isOf, joining, plannedSources } from '../planSources';
import { madeBy, mergingOf } from '../dataRules';
import { checksOf, type QualityCheck } from '../stagedChecks';
import type { ImportMode, Stage } from '../stages';
import { rulesOf, viewOf, withData, type DataState, type WorkspaceState, type WorkspaceView } from '../workspace';
import { reads, writes, type Operation } from './context';

/**
 * Reads the file's beginning and proposes a mapping; `dialect` overrides what was detected (delimiter, encoding …).
 * @throws UserError `file_…`
 */
export const sourceInspect: Operation<{ file: FileInput; dialect?: ChosenDialect }, SourcePreview> = ({ file, dialect }) =>
  inspectSource(toFileSource(file), dialect);

/** A tab ends at 4 GB or not much later, and shows the data beside it; a command is alone. */
const roomForImport = { browser: 3e9, node: 12e9 };

/** One or several files of one source; `file` is the same as `files: [file]`. */
type SourceFiles = { file: FileInput; files?: undefined } | { files: FileInput[]; file?: undefined };

/** Files, how they are read, and how they join what is there. */
type SourceRequest = SourceFiles & ImportMode & { sourceId: string; mapping: Mapping; preset?: string; orders?: OrderFiles };

/** Where the rows are lines of orders: the files that say whose the orders are, and when; their mapping is proposed where it is left out. */
interface OrderFiles {
  files: FileInput[];
  mapping?: Mapping;
}

/** A stage that is held, perhaps with another way to join. */
type StageRequest = { staged: string } & Partial<ImportMode>;

/** What was read and what importing it would do. */
export interface StagedImport {
  /** Names what was read, for `sourceImport` and `sourceDiscard`. */
  staged: string;
  /** Of all files together, and of each. */
  report: ImportReport;
  reports: ImportReport[];
  change: ImportChange;
  checks: QualityCheck[];
}

/**
 * Reads one or several files of one source into memory and says what importing them would change; the data stays as it
 * is. What was read is held until it is imported or discarded, other files are staged, or the workspace is closed.
 * Given a stage that is held, it says what another way to join would change, without reading again.
 * @throws UserError `file_…`, `mapping_…`, `columns_changed`, `all_rows_rejected`, `import_too_large`, `stage_gone`, `no_workspace`
 */
export const sourceStage = reads<SourceRequest | StageRequest, StagedImport>(async (request, epoch) => {
  const { desk } = epoch;
  const held = 'staged' in request ? desk.stages.get(request.staged) : undefined;
  if (!held) desk.stages.letGo();
  const stage = held ? { ...held, ...modeOf({ ...held, ...request }) } : await readFiles(request as SourceRequest, epoch);
  const { importChange, joinedReport } = await datasets();
  const { data } = epoch.state;
  const { add, joins } = joinedSources(stage, data);
  const change = await importChange(await desk.store(), data?.version ?? null, {
    add,
    keep: joins.keep,
    timeZone: stage.timeZone,
    merging: mergingOf(epoch.plan),
    run: epoch,
  });
  const { reports } = stage.staged;
  const report = joinedReport(joins.planned.id, reports);
  const checks = await checksOf(stage.staged, stage.timeZone, epoch);
  await epoch.breathe();
  const staged = desk.stages.hold(stage, 'staged' in request ? request.staged : undefined);
  return { staged, report, reports, change, checks };
});

/** Lets what was staged go. */
export const sourceDiscard: Operation<{ staged: string }, void> = async ({ staged }, { desk }) => desk.stages.letGo(staged);

/**
 * Imports files into the open workspace and saves: staged ones, or given ones in one go. Nothing that is there is
 * changed: the tables of before stay until nobody reads them, and are one step back. Cancelled or failed, the workspace
 * is as it was; a stage stays held after a failure and is let go after a cancel. Where only the saving failed, the data
 * is open and the report says so.
 * @throws UserError `file_…`, `mapping_…`, `columns_changed`, `all_rows_rejected`, `source_already_there`, `stage_gone`,
 * `no_workspace`, `workspace_read_only`
 */
export const sourceImport = writes<
  SourceRequest | { staged: string },
  { report: ImportReport; reports: ImportReport[]; view: WorkspaceView }
>(async (request, epoch) => {
  const { desk } = epoch;
  if (!('staged' in request)) return commitStage(await readFiles(request, epoch), epoch);
  const held = desk.stages.get(request.staged);
  desk.stages.letGo(request.staged);
  try {
    return await commitStage(await stillReadRight(held, epoch), epoch);
  } catch (error) {
    if (error instanceof UserError) desk.stages.hold(held, request.staged);
    throw error;
  }
});

/** Reads the files; nothing but memory changes. */
async function readFiles(request: SourceRequest, epoch: Epoch): Promise<Stage> {
  const { timeZone, currency } = epoch.plan;
  const { sourceId, mapping, preset } = request;
  const files = (request.files ?? [request.file]).map(toFileSource);
  const orders = request.orders && (await openOrders(request.orders));
  const source: Stage['source'] = {
    id: sourceId,
    files: files.map(({ name }) => name),
    ...(preset && { preset }),
    mapping,
    ...(orders && { orders: { files: orders.files.map(({ name }) => name), mapping: orders.mapping } }),
  };
  const { platform } = epoch.desk;
  const { countEqualRows, stageFiles } = await datasets();
  const staged = await stageFiles(await epoch.desk.store(), {
    files: files.map((file) => ({ file, sourceId })),
    mapping: withIdColumns(mapping),
    orders,
    timeZone,
    currency,
    erased: epoch.plan.erased,
    helpers: platform.stageHelpers,
    room: roomForImport[platform.name],
    run: epoch,
  });
  for (const [i, report] of staged.reports.entries()) {
    const source = staged.sources[i];
    if (!source.staged.events) continue;
    // The build need not count them again.
    report.duplicates = source.equalRows = await countEqualRows(source.staged.events, epoch);
  }
  const { ordersByFile } = staged;
  return {
    ...modeOf(request),
    files,
    source: withOrdersByFile(source, ordersByFile),
    ...(orders && { orders }),
    timeZone,
    currency,
    erased: epoch.plan.erased,
    staged,
  };
}

async function openOrders({ files, mapping }: OrderFiles): Promise<NonNullable<Stage['orders']>> {
  const opened = files.map(toFileSource);
  return { files: opened, mapping: mapping ?? (await inspectSource(opened[0])).mapping };
}

/** The stage as it is; read again where the plan's zone or currency was changed since, or somebody was erased. */
async function stillReadRight(stage: Stage, epoch: Epoch): Promise<Stage> {
  const { timeZone, currency, erased } = epoch.plan;
  if (stage.timeZone === timeZone && stage.currency === currency && stableJson(stage.erased) === stableJson(erased)) return stage;
  const { files, source, orders } = stage;
  return readFiles({ ...modeOf(stage), files, orders, sourceId: source.id, mapping: source.mapping, preset: source.preset }, epoch);
}

async function commitStage(stage: Stage, epoch: Epoch) {
  const { data, plan } = epoch.state;
  const { timeZone, currency } = stage;
  const { importStaged, joinedReport } = await datasets();
  const { add, reports: staged, joins } = joinedSources(stage, data);
  const { version, reports } = await importStaged(
    await epoch.desk.store(),
    data?.version ?? null,
    { sources: add, reports: staged },
    { keep: joins.keep, merging: mergingOf(plan) },
    { ...madeBy(plan), timeZone, currency, run: epoch },
  );
  const next: DataState = {
    version,
    sources: plannedSources(version, [...joins.staying.filter(({ id }) => id !== joins.planned.id), joins.planned]),
    timeZone,
    currency,
    ...rulesOf(plan),
    reports: new Map(
      [...(data?.reports ?? []), ...reports.map((report) => [report.sourceId, report] as const)].filter(([id]) =>
        version.sources.some((kept) => kept.id === id),
      ),
    ),
    shipped: false,
  };
  const report = joinedReport(joins.planned.id, reports);
  try {
    const saved = await epoch.commit((state) => withData(state, next, data));
    return { report, reports, view: viewOf(saved) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { code, message, hint, values } = error;
    report.diagnostics.push({ code, severity: 'error', message, hint, values });
    return { report, reports, view: viewOf(epoch.desk.state) };
  }
}

/** The staged files under the ids that they get, and the place where they go. */
function joinedSources(stage: Stage, data: DataState | null) {
  const { mode, replaces = 'kind', source, staged } = stage;
  const { kind } = source.mapping;
  const goes = (there: DatasetSource) => mode === 'replace' && (replaces === 'source' ? isOf(there.id, source.id) : there.kind === kind);
  const keep = (there: DatasetSource) => !goes(there);
  const kept = (data?.version.sources ?? []).filter(keep);
  const staying = (data?.sources ?? []).filter(({ id }) => kept.some((there) => isOf(there.id, id)));
  const upsertBy = mode === 'upsert' ? (stage.key ?? defaultKey(source.mapping)) : undefined;
  const { planned, ids, after } = joining(source, kind, staying, kept, upsertBy);
  const add = staged.sources.map((one, i) => ({
    ...one,
    staged: { ...one.staged, sourceId: ids[i] },
    // Each behind the one before.
    after: i === 0 || after === undefined ? after : ids[i - 1],
    upsertBy,
  }));
  const reports = staged.reports.map((report, i) => ({ ...report, sourceId: ids[i] }));
  return { add, reports, joins: { planned, keep, staying } };
}

/** What makes a row the same one where nobody says it. */
function defaultKey({ kind, roles }: Mapping): string[] {
  if (kind !== 'events') return [kind === 'users' ? 'user' : 'item'];
  const identifying = (['order', 'item'] as const).filter((role) => roles[role] !== undefined);
  return roles.order === undefined ? ['user', 'time', 'event', ...identifying] : identifying;
}

const modeOf = ({ mode, key, replaces }: ImportMode): ImportMode => ({ mode, key, replaces });

/**
 * One part of the file of rejected rows, as CSV: row number, column, the cell, reason, the row's text, the file. The
 * parts behind each other are the whole file, so that nobody holds it at once; where no row was rejected it is the header.
 * @throws UserError `unknown_source`
 */
export const sourceRejects = reads<{ sourceId: string; part?: number }, { fileName: string; bytes: Uint8Array; parts: number }>(
  async ({ sourceId, part = 0 }, epoch) => {
    const { readRejectTable, rejectsCsv } = await datasets();
    const tables = await tablesOfRejects(epoch.state, sourceId);
    const rows = part < tables.length ? await readRejectTable(await epoch.desk.store(), tables[part].table) : [];
    const bytes = rejectsCsv(rows, part === 0, tables[part]?.file);
    return { fileName: `${sourceId}-rejected.csv`, bytes, parts: Math.max(1, tables.length) };
  },
);

/** The first rejected rows of a source, to be looked at. @throws UserError `unknown_source` */
export const sourceRejectSample = reads<{ sourceId: string; limit: number }, RejectedRow[]>(async ({ sourceId, limit }, epoch) => {
  const { readRejectTable } = await datasets();
  const [first] = await tablesOfRejects(epoch.state, sourceId);
  return first === undefined ? [] : readRejectTable(await epoch.desk.store(), first.table, limit);
});

/** The tables of rejected rows of a file, or of all files of a source of the plan. @throws UserError `unknown_source` */
async function tablesOfRejects({ data }: Pick<WorkspaceState, 'data'>, sourceId: string): Promise<{ table: string; file: string }[]> {
  const reports = [...(data?.reports ?? [])].filter(([id]) => id === sourceId || id.startsWith(`${sourceId}/`));
  if (!data || reports.length === 0) throw unknownSource(sourceId);
  const { rejectTables } = await datasets();
  return reports.flatMap(([id, { fileName }]) => rejectTables(data.version, id).map((table) => ({ table, file: fileName })));
}

/**
 * Takes a source and all that came from it away, and saves; it is one step back. A source of several files goes whole
 * by its id in the plan, and one of its files by the id that its report has.
 * @throws UserError `unknown_source`, `workspace_read_only`
 */
export const sourceRemove = writes<{ sourceId: string }, WorkspaceView>(async ({ sourceId }, epoch) => {
  const { data } = epoch.state;
  const goes = (id: string) => isOf(id, sourceId);
  if (!data?.version.sources.some(({ id }) => goes(id))) throw unknownSource(sourceId);
  const { removeSources } = await datasets();
  const version = await removeSources(await epoch.desk.store(), data.version, goes, { ...madeBy(data), run: epoch });
  const { facts } = version;
  const isEmpty = facts.events + facts.users + facts.items === 0;
  const next: DataState | null = isEmpty
    ? null
    : {
        ...data,
        version,
        sources: plannedSources(version, data.sources),
        reports: new Map([...data.reports].filter(([id]) => !goes(id))),
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

/** Loaded when it is first needed: it brings Arrow along. */
function datasets() {
  return import('../../core/store/dataset');
}

function unknownSource(source: string): UserError {
  return new UserError('unknown_source', `There is no source "${source}" in this workspace.`, 'Choose one of its sources.', { source });
}
