import type { Operation } from './context';
import { UserError } from '../../core/base/errors';
import type { PlanSource } from '../../core/plan/schema';
import { toFileSource, type FileInput } from '../../core/schema/files';
import { inspectSource, type ChosenDialect } from '../../core/schema/inspect/inspectSource';
import type { Mapping } from '../../core/schema/roles';
import type { ImportReport, SourcePreview } from '../../core/schema/report';
import { forgetScores } from '../forgetScores';
import { viewOf } from '../openWorkspace';
import { saveWorkspace } from '../saveWorkspace';
import type { WorkspaceView } from './workspaces';

/**
 * Reads the file's beginning and proposes a mapping; `dialect` overrides what was detected (delimiter, encoding …).
 * @throws UserError `file_…`
 */
export const sourceInspect: Operation<{ file: FileInput; dialect?: ChosenDialect }, SourcePreview> = ({ file, dialect }) =>
  inspectSource(toFileSource(file), dialect);

/**
 * Imports a file into the open workspace, rebuilds the canonical tables and saves. With `replace`, earlier sources of
 * the same kind go. Cancelled or failed, the workspace is as it was before. Where only the saving failed, the data is
 * open and the report says so.
 * @throws UserError `file_…`, `mapping_…`, `columns_changed`, `all_rows_rejected`, `no_workspace`
 */
export const sourceImport: Operation<
  { file: FileInput; sourceId: string; mapping: Mapping; preset?: string; mode: 'replace' | 'add' },
  { report: ImportReport; view: WorkspaceView }
> = async ({ file, sourceId, mapping, preset, mode }, run) => {
  const { desk } = run;
  const { workspace } = desk;
  const { timeZone, currency } = workspace.plan;
  const source = toFileSource(file);
  const { importSource } = await importing();
  const { report, facts, sourceIds } = await importSource(await desk.store(), {
    file: source,
    sourceId,
    mapping,
    mode,
    timeZone,
    currency,
    run,
  });
  const planned: PlanSource = { id: sourceId, files: [source.name], ...(preset && { preset }), mapping };
  const entries = new Map([...workspace.plan.sources.map((entry) => [entry.id, entry] as const), [sourceId, planned]]);
  workspace.plan = { ...workspace.plan, sources: sourceIds.flatMap((id) => entries.get(id) ?? []) };
  workspace.reports = new Map([...workspace.reports, [sourceId, report] as const].filter(([id]) => sourceIds.includes(id)));
  workspace.facts = facts;
  workspace.tablesAreShipped = false;
  workspace.comparison = null;
  await forgetScores(desk);
  try {
    await saveWorkspace(desk, { tables: true });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { code, message, hint, values } = error;
    report.diagnostics.push({ code, severity: 'error', message, hint, values });
  }
  return { report, view: viewOf(workspace) };
};

/**
 * The rejected rows that are kept, as CSV: row number, column, reason, the row's text.
 * @throws UserError `unknown_source`
 */
export const sourceRejects: Operation<{ sourceId: string }, { fileName: string; bytes: Uint8Array }> = async ({ sourceId }, { desk }) => {
  const report = desk.workspace.reports.get(sourceId);
  if (!report) throw unknownSource(sourceId);
  const { readRejects, rejectsCsv } = await importing();
  const bytes = rejectsCsv(await readRejects(await desk.store(), sourceId), report.rowsRejected);
  return { fileName: `${sourceId}-rejected.csv`, bytes };
};

/**
 * Takes a source and all that came from it away, and saves.
 * @throws UserError `unknown_source`
 */
export const sourceRemove: Operation<{ sourceId: string }, WorkspaceView> = async ({ sourceId }, run) => {
  const { desk } = run;
  const { workspace } = desk;
  if (!workspace.plan.sources.some(({ id }) => id === sourceId)) throw unknownSource(sourceId);
  const { timeZone, currency } = workspace.plan;
  const { removeSource } = await importing();
  const facts = await removeSource(await desk.store(), sourceId, { timeZone, currency, run });
  workspace.plan = { ...workspace.plan, sources: workspace.plan.sources.filter(({ id }) => id !== sourceId) };
  workspace.reports.delete(sourceId);
  workspace.facts = facts.events + facts.users + facts.items > 0 ? facts : null;
  workspace.tablesAreShipped = false;
  workspace.comparison = null;
  await forgetScores(desk);
  await saveWorkspace(desk, { tables: true });
  return viewOf(workspace);
};

/** Loaded when it is first needed: it brings Arrow along. */
function importing() {
  return import('../../core/store/dataset');
}

function unknownSource(source: string): UserError {
  return new UserError('unknown_source', `There is no source "${source}" in this workspace.`, 'Choose one of its sources.', { source });
}
