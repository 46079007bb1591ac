import type { Operation } from './context';
import type { Plan } from '../../core/plan/schema';
import type { DatasetFacts } from '../../core/schema/canonical';
import type { ImportReport } from '../../core/schema/report';
import type { WorkspaceEntry } from '../../core/store/snapshots';
import type { PropensityReport } from '../../core/predictions/types';
import type { Comparison } from '../../core/evaluation/types';
import type { Diagnostic } from '../../core/base/errors';
import { createWorkspace, openWorkspace, replacePlan, viewOf } from '../openWorkspace';
import { openSample } from '../openSample';
import { saveWorkspace } from '../saveWorkspace';

/** All that the page holds of a workspace: specs and facts, no rows. */
export interface WorkspaceView {
  entry: WorkspaceEntry;
  plan: Plan;
  facts: DatasetFacts | null;
  /** The instant that `plan.asOf` stands for, ISO; null without data. */
  asOf: string | null;
  reports: ImportReport[];
  propensityReports: PropensityReport[];
  comparison: Comparison | null;
}

/** Saved workspaces, newest first. Starts no engine. */
export const workspaceList: Operation<void, WorkspaceEntry[]> = async (_input, { desk }) => (await desk.platform.snapshots?.list()) ?? [];

/** @throws UserError `plan_invalid` where the name, time zone or currency is none */
export const workspaceCreate: Operation<{ name: string; timeZone: string; currency: string }, WorkspaceView> = async (input, { desk }) => {
  await createWorkspace(desk, input);
  await saveWorkspace(desk);
  return viewOf(desk.workspace);
};

/** @throws UserError `workspace_gone`, `workspace_changed`, `workspace_too_new` */
export const workspaceOpen: Operation<{ id: string }, WorkspaceView> = async ({ id }, run) => {
  await openWorkspace(run.desk, id, run);
  return viewOf(run.desk.workspace);
};

/** Opens the sample shop as a new workspace, or reopens the one made before. */
export const workspaceOpenSample: Operation<void, WorkspaceView> = async (_input, run) => {
  await openSample(run.desk, run);
  return viewOf(run.desk.workspace);
};

export const workspaceRemove: Operation<{ id: string }, void> = async ({ id }, { desk }) => {
  await desk.platform.snapshots?.remove(id);
  if (desk.hasWorkspace && desk.workspace.entry.id === id) desk.use(undefined);
};

/**
 * Checks and stores the plan. `problems` are references that lead nowhere yet: the plan is stored with them.
 * @throws UserError `plan_invalid` where it does not fit its schema: it is refused whole
 */
export const workspaceSavePlan: Operation<{ plan: Plan }, { view: WorkspaceView; problems: Diagnostic[] }> = async ({ plan }, { desk }) => {
  const problems = replacePlan(desk.workspace, plan);
  const { replacedOther } = await saveWorkspace(desk);
  if (replacedOther) problems.push(savedByTwoTabs);
  return { view: viewOf(desk.workspace), problems };
};

const savedByTwoTabs: Diagnostic = {
  code: 'workspace_two_tabs',
  severity: 'warning',
  message: 'Another tab has saved this workspace too; what it saved was replaced.',
  hint: 'Close one of the tabs.',
};
