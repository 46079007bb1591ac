import { Cancelled, UserError } from '../core/base/errors';
import type { RunContext } from '../core/base/run';
import type { Plan } from '../core/plan/schema';
import { planVersion } from '../core/plan/version';
import { restoreVersion, tablesToSave } from '../core/store/dataset/version';
import type { Snapshot, WorkspaceEntry } from '../core/store/snapshots';
import { acceptPlan } from './acceptPlan';
import { adoptV1 } from './adoptV1';
import type { Desk } from './desk';
import { newId } from './newId';
import { openShop } from './shippedShop';
import { isSaved, restoreTables, saveState } from './saving';
import { stateFrom } from './savedDocument';
import { emptyState, type DataState, type WorkspaceState } from './workspace';

/** Makes an empty workspace, opens and saves it. @throws UserError `plan_invalid` */
export async function createWorkspace(desk: Desk, settings: { name: string; timeZone: string; currency: string }): Promise<WorkspaceState> {
  const { plan } = acceptPlan({ muster: planVersion, ...settings });
  return openNew(desk, async () => emptyState(newEntry(desk, plan), plan));
}

/** Opens a workspace that `make` makes in the empty store, as this tab's own, and saves it. */
export function openNew(desk: Desk, make: () => Promise<WorkspaceState>): Promise<WorkspaceState> {
  return desk.switchTo(async () => {
    const made = await make();
    const claim = await desk.platform.snapshots?.claim(made.entry.id);
    try {
      return { state: await saveState(desk, made), release: claim?.release };
    } catch (error) {
      await claim?.release();
      throw error;
    }
  });
}

export function newEntry(desk: Desk, plan: Plan, sample?: string): WorkspaceEntry {
  const now = desk.platform.now().toISOString();
  const entry: WorkspaceEntry = { id: newId(), name: plan.name, createdAt: now, savedAt: now, users: 0, events: 0, bytes: 0 };
  return sample ? { ...entry, sample } : entry;
}

/**
 * Opens a saved workspace; read-only where another tab has it open.
 * @throws UserError `workspace_gone`, `workspace_too_new`, `workspace_changed`; Cancelled, then none is open
 */
export async function openWorkspace(desk: Desk, id: string, run: RunContext): Promise<WorkspaceState> {
  // Read before the present one is closed: what cannot be opened costs nothing.
  stateFrom(await loadSnapshot(desk, id));
  return desk.switchTo(async () => {
    const claim = await desk.platform.snapshots!.claim(id);
    try {
      // Only now, because the tab that had it may have saved meanwhile.
      const snapshot = await loadSnapshot(desk, id);
      const state = await restore(desk, snapshot, run);
      return { state: { ...state, readOnly: claim === undefined }, release: claim?.release };
    } catch (error) {
      await claim?.release();
      throw error;
    }
  });
}

export async function loadSnapshot(desk: Desk, id: string): Promise<Snapshot> {
  const snapshot = await desk.platform.snapshots?.load(id);
  if (!snapshot) throw workspaceGone(id);
  return snapshot;
}

export function workspaceGone(id: string): UserError {
  return new UserError(
    'workspace_gone',
    'This workspace is no longer stored in this browser.',
    'Choose another one from the list, or import the files again.',
    { id },
  );
}

/** The state of a saved workspace, its tables put into the empty store. @throws Cancelled */
export async function restore(desk: Desk, snapshot: Snapshot, run: RunContext): Promise<WorkspaceState> {
  const read = stateFrom(snapshot);
  if ('v1' in read) return adoptV1(desk, snapshot, read.v1, read.plan, run);
  const { state } = read;
  if (!state.data) return state;
  const scoreTables = [...state.predictions.values()].flatMap(({ outputs }) => [...outputs.values()].map(({ table }) => table));
  const store = await desk.store();
  await restoreTables(store, snapshot, scoreTables);
  return { ...state, ...(await restoreData(desk, snapshot, state, run)) };
}

/** The data's tables, from the save or from the file that ships with the app. */
async function restoreData(
  desk: Desk,
  snapshot: Snapshot,
  state: WorkspaceState,
  run: RunContext,
): Promise<Partial<WorkspaceState> & Pick<WorkspaceState, 'data'>> {
  const data = state.data!;
  if (!data.shipped) {
    await restoreDataTables(desk, snapshot, data, run);
    return { data };
  }
  const { version } = await openShop(desk, run);
  if (version.facts.dataHash === data.version.facts.dataHash) return { data: { ...data, version } };
  // This version of the app ships another shop: what was computed from the earlier one is not of its customers.
  return { data: { ...data, version }, predictions: new Map(), comparison: null, models: [] };
}

/** Puts the tables of a state of the data back, those that are not in the store. @throws Cancelled */
export async function restoreDataTables(desk: Desk, snapshot: Snapshot, { version }: DataState, run: RunContext): Promise<void> {
  if (!isSaved(snapshot, version)) throw new Error(`the saved workspace lacks tables of the data ${version.key}`);
  const store = await desk.store();
  await restoreTables(store, snapshot, tablesToSave(version), (done, total) => {
    run.report({ stage: 'open', done, total, unit: 'parts' });
    if (run.signal.aborted) throw new Cancelled();
  });
  await restoreVersion(store, version);
}
