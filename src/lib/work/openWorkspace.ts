import { UserError, type Diagnostic } from '../core/base/errors';
import type { RunContext } from '../core/base/run';
import { migratePlan, planVersion, type PlanDocument } from '../core/plan/migrate';
import { checkPlan } from '../core/plan/read';
import type { Plan } from '../core/plan/schema';
import { resolveAsOf } from '../core/schema/asOf';
import type { DatasetFacts } from '../core/schema/canonical';
import type { ImportReport } from '../core/schema/report';
import type { PropensityReport } from '../core/predictions/types';
import type { Comparison } from '../core/evaluation/types';
import { dropScores } from '../core/predictions/scoresTable';
import type { Snapshot, WorkspaceEntry } from '../core/store/snapshots';
import type { TableStore } from '../core/store/tableStore';
import type { Desk } from './desk';
import type { WorkspaceView } from './operations/workspaces';
import { newId } from './newId';
import { documentVersion, savesDone } from './saveWorkspace';
import { decodeShop, finishShop, type DecodedShop } from './shippedShop';
import { dropTables, restoreTables, tableOf } from './tableParts';
import type { OpenWorkspace } from './workspace';

/** What the page is told of the open workspace. */
export function viewOf(workspace: OpenWorkspace): WorkspaceView {
  const { entry, plan, facts, reports, propensityReports, comparison } = workspace;
  return {
    entry,
    plan,
    facts,
    asOf: asOfOrNull(plan, facts),
    reports: [...reports.values()],
    propensityReports: [...propensityReports.values()],
    comparison,
  };
}

/** Makes an empty workspace and opens it; it is not saved yet. */
export async function createWorkspace(desk: Desk, settings: { name: string; timeZone: string; currency: string }): Promise<void> {
  const { plan } = acceptPlan({ muster: planVersion, ...settings });
  await closeWorkspace(desk);
  desk.use(emptyWorkspace(desk, plan));
}

/** @throws UserError `workspace_gone`, `workspace_too_new`, `workspace_changed`; Cancelled, then none is open */
export async function openWorkspace(desk: Desk, id: string, run: RunContext): Promise<void> {
  const snapshot = await desk.platform.snapshots?.load(id);
  if (!snapshot) {
    throw new UserError(
      'workspace_gone',
      'This workspace is no longer stored in this browser.',
      'Choose another one from the list, or import the files again.',
      { id },
    );
  }
  const workspace = fromSnapshot(snapshot);
  await closeWorkspace(desk);
  if (workspace.facts) {
    const decoded = workspace.tablesAreShipped ? decodeShop(desk, run) : undefined;
    const store = await desk.store();
    await restoreTables(store, snapshot, run);
    if (decoded) await restoreShop(workspace, store, await decoded, run);
  }
  desk.use(workspace);
}

/** The shop's own tables beside what was saved; cancelled or failed, the store is left empty. */
async function restoreShop(workspace: OpenWorkspace, store: TableStore, shop: DecodedShop, run: RunContext): Promise<void> {
  try {
    const { facts } = await finishShop(store, shop, run);
    if (facts.dataHash === workspace.facts?.dataHash) return;
    // This version of the app ships another shop: what was computed from the earlier one is not of its customers.
    workspace.facts = facts;
    workspace.propensityReports.clear();
    workspace.comparison = null;
    await dropScores(store);
  } catch (error) {
    await dropTables(store);
    throw error;
  }
}

/**
 * Puts a changed plan in the place of the open workspace's.
 * @returns references that lead nowhere
 * @throws UserError `plan_invalid`
 */
export function replacePlan(workspace: OpenWorkspace, document: unknown): Diagnostic[] {
  const { plan, problems } = acceptPlan(document);
  workspace.plan = plan;
  return problems;
}

export function emptyWorkspace(desk: Desk, plan: Plan, sample?: string): OpenWorkspace {
  const now = desk.platform.now().toISOString();
  const entry: WorkspaceEntry = { id: newId(), name: plan.name, createdAt: now, savedAt: now, users: 0, events: 0, bytes: 0 };
  return {
    entry: sample ? { ...entry, sample } : entry,
    plan,
    facts: null,
    reports: new Map(),
    propensityReports: new Map(),
    comparison: null,
    memo: new Map(),
  };
}

/** Closes the open workspace and empties the store, where one is running. */
export async function closeWorkspace(desk: Desk): Promise<void> {
  // A save that is under way still reads the tables.
  if (desk.hasWorkspace) await savesDone(desk.workspace);
  desk.use(undefined);
  const { store } = await desk.opened();
  if (store) await dropTables(store);
}

function acceptPlan(document: unknown): { plan: Plan; problems: Diagnostic[] } {
  const { plan, problems } = checkPlan(document);
  if (plan) return { plan, problems };
  const text = problems.map(({ message }) => message).join(' ');
  const name = String((document as { name?: unknown } | null)?.name ?? '') || 'The plan';
  throw new UserError('plan_invalid', `${name} has problems: ${text}`, 'Correct them and try again.', {
    fileName: name,
    problems: text,
    path: String(problems[0]?.values?.path ?? ''),
  });
}

/** The saved document's shape: JSON that an older or newer Muster may have written. */
interface SavedDocument {
  version: number;
  plan: PlanDocument;
  facts: DatasetFacts | null;
  reports: ImportReport[];
  propensityReports: PropensityReport[];
  comparison: Comparison | null;
}

function fromSnapshot(snapshot: Snapshot): OpenWorkspace {
  const document = snapshot.document as unknown as SavedDocument;
  if (document.version > documentVersion) {
    throw new UserError(
      'workspace_too_new',
      'This workspace was saved by a newer version of Muster.',
      'Reload the page to get the newer version.',
    );
  }
  return {
    entry: snapshot.entry,
    plan: acceptPlan(migratePlan(document.plan).document).plan,
    facts: document.facts,
    reports: new Map(document.reports.map((report) => [report.sourceId, report])),
    propensityReports: new Map(document.propensityReports.map((report) => [report.modelId, report])),
    comparison: document.comparison,
    memo: new Map(),
    tablesAreShipped: snapshot.entry.sample !== undefined && !snapshot.files.some((name) => tableOf(name) === 'events'),
    savedFiles: snapshot.files,
  };
}

function asOfOrNull(plan: Plan, facts: DatasetFacts | null): string | null {
  try {
    return resolveAsOf(plan, facts);
  } catch (error) {
    // A plan may be saved with an asOf that is none; its problems say so.
    if (error instanceof UserError) return null;
    throw error;
  }
}
