import type { Operation } from './context';
import type { Plan } from '../../core/plan/schema';
import type { DatasetFacts } from '../../core/schema/canonical';
import type { ImportReport } from '../../core/schema/report';
import type { WorkspaceEntry } from '../../core/store/snapshots';
import type { PropensityReport } from '../../core/predictions/types';
import type { Comparison } from '../../core/evaluation/types';
import type { Diagnostic } from '../../core/base/errors';

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
export const workspaceList: Operation<void, WorkspaceEntry[]> = notBuilt;
export const workspaceCreate: Operation<{ name: string; timeZone: string; currency: string }, WorkspaceView> = notBuilt;
/** @throws UserError `workspace_gone` */
export const workspaceOpen: Operation<{ id: string }, WorkspaceView> = notBuilt;
/** Opens the sample shop as a new workspace, or reopens the one made before. */
export const workspaceOpenSample: Operation<void, WorkspaceView> = notBuilt;
export const workspaceRemove: Operation<{ id: string }, void> = notBuilt;
/** Checks and stores the plan. A plan that does not fit its schema is refused whole. */
export const workspaceSavePlan: Operation<{ plan: Plan }, { view: WorkspaceView; problems: Diagnostic[] }> = notBuilt;

function notBuilt(): Promise<never> {
  throw new Error('not built yet');
}
