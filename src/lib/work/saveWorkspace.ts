import type { Desk } from './desk';
import { datasetTables } from '../core/schema/canonical';
import type { OpenWorkspace } from './workspace';
import { SavedElsewhere, type SnapshotPart } from '../core/store/snapshots';
import { tableOf, tableParts } from './tableParts';

export interface SaveOptions {
  /**
   * The tables have changed: `true` writes all of them, names write these. Without it only the plan and the
   * documents are written, which takes milliseconds.
   */
  tables?: boolean | readonly string[];
}

export interface SaveResult {
  /** Another tab had saved this workspace meanwhile; this save has replaced it. */
  replacedOther: boolean;
}

const savesOf = new WeakMap<OpenWorkspace, Promise<unknown>>();

/**
 * Saves the open workspace, all or nothing; does nothing where nothing is kept (command line). Every operation that
 * changes the plan, the data or a result calls it before it answers.
 * @throws UserError `storage_full`
 */
export function saveWorkspace(desk: Desk, options: SaveOptions = {}): Promise<SaveResult> {
  const workspace = desk.workspace;
  // One after the other: a save carries over what the one before has written.
  const turn = (savesOf.get(workspace) ?? Promise.resolve()).catch(() => {}).then(() => save(desk, workspace, options));
  savesOf.set(workspace, turn);
  return turn;
}

/** Resolves when every save of the workspace that was asked for has ended, well or not. */
export async function savesDone(workspace: OpenWorkspace): Promise<void> {
  await savesOf.get(workspace)?.catch(() => {});
}

async function save(desk: Desk, workspace: OpenWorkspace, { tables = false }: SaveOptions): Promise<SaveResult> {
  const storage = desk.platform.snapshots;
  // After a change of workspace the store holds other tables.
  if (!storage || !desk.hasWorkspace || desk.workspace !== workspace) return { replacedOther: false };
  const { plan, facts } = workspace;
  const entry = {
    ...workspace.entry,
    name: plan.name,
    savedAt: desk.platform.now().toISOString(),
    users: facts?.users ?? 0,
    events: facts?.events ?? 0,
  };
  const document = {
    version: documentVersion,
    plan,
    facts,
    reports: [...workspace.reports.values()],
    propensityReports: [...workspace.propensityReports.values()],
    comparison: workspace.comparison,
  };
  let replacedOther = false;
  let files = await partsToSave(desk, workspace, tables);
  try {
    workspace.entry = await storage.save(entry, document, files);
  } catch (error) {
    if (!(error instanceof SavedElsewhere)) throw error;
    // The later save wins, and it is whole: nothing of the other tab's files is mixed in.
    replacedOther = true;
    files = await partsToSave(desk, workspace, true);
    workspace.entry = await storage.save(entry, document, files);
  }
  workspace.savedFiles = Object.keys(files);
  return { replacedOther };
}

/** Of the saved document; raised when its shape changes. */
export const documentVersion = 1;

/** Parts to write, and `undefined` for those that the save before holds already. */
async function partsToSave(
  desk: Desk,
  workspace: OpenWorkspace,
  tables: boolean | readonly string[],
): Promise<Record<string, SnapshotPart | undefined>> {
  if (!workspace.facts) return {};
  if (tables === false) return Object.fromEntries((workspace.savedFiles ?? []).map((name) => [name, undefined]));
  const parts: Record<string, SnapshotPart | undefined> = await tableParts(
    await desk.store(),
    workspace.tablesAreShipped ? datasetTables : [],
  );
  if (tables === true) return parts;
  const saved = workspace.savedFiles ?? [];
  const kept = new Set(saved.map(tableOf).filter((table) => !tables.includes(table)));
  for (const name of Object.keys(parts)) if (kept.has(tableOf(name))) delete parts[name];
  for (const name of saved) if (kept.has(tableOf(name))) parts[name] = undefined;
  return parts;
}
