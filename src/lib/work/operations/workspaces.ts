import { withVersions } from '../../core/segments/versions';
import type { Diagnostic } from '../../core/base/errors';
import type { Plan } from '../../core/plan/schema';
import type { FileInput } from '../../core/schema/files';
import type { WorkspaceEntry } from '../../core/store/snapshots';
import { acceptParts } from '../acceptPlan';
import {
  duplicateWorkspace,
  exportWorkspace,
  importWorkspace,
  isOpen,
  renameWorkspace,
  storageOf,
  whileOurs,
  type ExportedWorkspace,
  type FileTarget,
} from '../keeping';
import { createWorkspace, openWorkspace, workspaceGone } from '../opening';
import { openSample } from '../sampleShop';
import { storageReportOf, type StorageReport } from '../storageReport';
import { planOf, viewOf, type WorkspaceView } from '../workspace';
import { reads, type Operation } from './context';

export type { WorkspaceView } from '../workspace';

/** Saved workspaces, newest first. Starts no engine. */
export const workspaceList: Operation<void, WorkspaceEntry[]> = async (_input, { desk }) => (await desk.platform.snapshots?.list()) ?? [];

/** @throws UserError `plan_invalid` where the name, time zone or currency is none */
export const workspaceCreate: Operation<{ name: string; timeZone: string; currency: string }, WorkspaceView> = async (input, { desk }) =>
  viewOf(await createWorkspace(desk, input));

/** Read-only where another tab has it open. @throws UserError `workspace_gone`, `workspace_changed`, `workspace_too_new` */
export const workspaceOpen: Operation<{ id: string }, WorkspaceView> = async ({ id }, run) =>
  viewOf(await openWorkspace(run.desk, id, run));

/** Opens the sample shop as a new workspace, or reopens the one made before. */
export const workspaceOpenSample: Operation<void, WorkspaceView> = async (_input, run) => viewOf(await openSample(run.desk, run));

/** @throws UserError `plan_invalid`, `workspace_gone`, `workspace_in_use` */
export const workspaceRename: Operation<{ id: string; name: string }, WorkspaceEntry> = ({ id, name }, run) =>
  renameWorkspace(run.desk, id, name, run);

/** A full copy under another name, without opening it. @throws UserError `plan_invalid`, `workspace_gone` */
export const workspaceDuplicate: Operation<{ id: string; name: string }, WorkspaceEntry> = ({ id, name }, { desk }) =>
  duplicateWorkspace(desk, id, name);

/**
 * Deletes a workspace; it can be brought back for `keepDeletedDays`, or until its space is needed. The open one is
 * closed first.
 * @throws UserError `workspace_in_use` where another tab has it open
 */
export const workspaceRemove: Operation<{ id: string }, void> = async ({ id }, { desk }) => {
  const storage = desk.platform.snapshots;
  if (!storage) return;
  if (isOpen(desk, id)) await desk.close();
  await whileOurs(storage, id, () => storage.remove(id));
};

/** Deleted workspaces that can still be brought back, the last deleted first. */
export const workspaceListDeleted: Operation<void, WorkspaceEntry[]> = async (_input, { desk }) =>
  (await desk.platform.snapshots?.listDeleted()) ?? [];

/** Brings a deleted workspace back. @throws UserError `workspace_gone` */
export const workspaceRestore: Operation<{ id: string }, WorkspaceEntry> = async ({ id }, { desk }) => {
  const entry = await storageOf(desk).restore(id);
  if (!entry) throw workspaceGone(id);
  return entry;
};

/** Deletes a workspace, deleted before or not, for good: manifest and files. @throws UserError `workspace_in_use` */
export const workspaceWipe: Operation<{ id: string }, void> = async ({ id }, { desk }) => {
  if (isOpen(desk, id)) await desk.close();
  const storage = storageOf(desk);
  await whileOurs(storage, id, () => storage.wipe(id));
};

/** Writes a workspace as one file, to `to` or into a Blob that is handed back. @throws as `exportWorkspace` does */
export const workspaceExport: Operation<{ id: string; to?: FileTarget; salvage?: boolean }, ExportedWorkspace> = (
  { id, ...options },
  run,
) => exportWorkspace(run.desk, id, run, options);

/** Takes a workspace file in, without opening it. @throws as `importWorkspace` does */
export const workspaceImport: Operation<{ file: FileInput }, { entry: WorkspaceEntry; missing: string[] }> = ({ file }, run) =>
  importWorkspace(run.desk, file, run);

/** What is stored, by workspace and use; null where nothing is kept. Starts no engine. */
export const storageReport: Operation<void, StorageReport | null> = async (_input, { desk }) => {
  const use = await desk.platform.snapshots?.use();
  return use ? storageReportOf(use) : null;
};

/**
 * Checks and stores the plan. What belongs to the data (sources, time zone, currency) stays as the data has it. A part
 * that does not fit its schema is left as it was, and everything else is stored; `problems` says so, and which
 * references lead nowhere yet. Rules of segments that changed are kept as versions, with `by`, whoever saved them.
 * @throws UserError `plan_invalid`, `workspace_read_only`, `workspace_changed_elsewhere`, `storage_full`
 */
export const workspaceSavePlan = reads<{ plan: Plan; by?: string }, { view: WorkspaceView; problems: Diagnostic[] }>(
  async ({ plan, by }, epoch) => {
    let problems: Diagnostic[] = [];
    const saved = await epoch.commit((state) => {
      // Who was erased stays so, whatever an older plan on a screen says.
      const accepted = acceptParts({ ...plan, erased: state.plan.erased }, state.plan);
      problems = accepted.problems;
      const saved = { at: epoch.desk.platform.now().toISOString(), ...(by && { by }) };
      const versions = withVersions(state.versions, state.plan.segments, accepted.plan.segments, saved);
      return { ...state, versions, plan: state.data ? planOf(accepted.plan, state.data) : accepted.plan };
    });
    return { view: viewOf(saved), problems };
  },
);
