import type { Diagnostic } from '../../core/base/errors';
import { UserError } from '../../core/base/errors';
import type { Plan } from '../../core/plan/schema';
import type { WorkspaceEntry } from '../../core/store/snapshots';
import { acceptParts } from '../acceptPlan';
import { createWorkspace, openWorkspace } from '../opening';
import { openSample } from '../sampleShop';
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

/** @throws UserError `workspace_in_use` where another tab has it open */
export const workspaceRemove: Operation<{ id: string }, void> = async ({ id }, { desk }) => {
  const storage = desk.platform.snapshots;
  if (!storage) return;
  if (desk.hasWorkspace && desk.state.entry.id === id) await desk.close();
  const claim = await storage.claim(id);
  if (!claim) {
    throw new UserError('workspace_in_use', 'This workspace is open in another tab.', 'Close it there first, then remove it.', { id });
  }
  try {
    await storage.remove(id);
  } finally {
    await claim.release();
  }
};

/**
 * Checks and stores the plan. What belongs to the data (sources, time zone, currency) stays as the data has it. A part
 * that does not fit its schema is left as it was, and everything else is stored; `problems` says so, and which
 * references lead nowhere yet.
 * @throws UserError `plan_invalid`, `workspace_read_only`, `workspace_changed_elsewhere`, `storage_full`
 */
export const workspaceSavePlan = reads<{ plan: Plan }, { view: WorkspaceView; problems: Diagnostic[] }>(async ({ plan }, epoch) => {
  let problems: Diagnostic[] = [];
  const saved = await epoch.commit((state) => {
    // Who was erased stays so, whatever an older plan on a screen says.
    const accepted = acceptParts({ ...plan, erased: state.plan.erased }, state.plan);
    problems = accepted.problems;
    return { ...state, plan: state.data ? planOf(accepted.plan, state.data) : accepted.plan };
  });
  return { view: viewOf(saved), problems };
});
