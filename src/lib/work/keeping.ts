import { UserError } from '../core/base/errors';
import type { RunContext } from '../core/base/run';
import { safeFileName } from '../core/exports/fileNames';
import { toFileSource, type FileInput } from '../core/schema/files';
import type { Plan } from '../core/plan/schema';
import { planVersion } from '../core/plan/version';
import {
  broken,
  openWorkspaceFile,
  workspaceFileEnding,
  writeWorkspaceFile,
  type WorkspaceContent,
} from '../core/store/keeping/workspaceFile';
import type { Snapshot, SnapshotStorage, WorkspaceDocument, WorkspaceEntry } from '../core/store/snapshots';
import { acceptPlan } from './acceptPlan';
import type { Desk } from './desk';
import type { Epoch } from './epoch';
import { newId } from './newId';
import { loadSnapshot, restore, workspaceGone } from './opening';
import { documentOf, lackingParts, stateFrom, withoutParts } from './savedDocument';
import { entryOf, partsOf, withSavableStepBack } from './saving';
import type { WorkspaceState } from './workspace';

/** Runs while this tab alone has the workspace. @throws UserError `workspace_in_use` where another tab has it open */
export async function whileOurs<T>(storage: SnapshotStorage, id: string, work: () => Promise<T>): Promise<T> {
  const claim = await storage.claim(id);
  if (!claim) throw new UserError('workspace_in_use', 'This workspace is open in another tab.', 'Close it there first.', { id });
  try {
    return await work();
  } finally {
    await claim.release();
  }
}

/**
 * Gives a workspace another name, open or not; no table is touched.
 * @throws UserError `plan_invalid` where the name is none, `workspace_gone`, `workspace_in_use`, `workspace_read_only`
 */
export async function renameWorkspace(desk: Desk, id: string, name: string, run: RunContext): Promise<WorkspaceEntry> {
  if (isOpen(desk, id)) {
    const renamed = await desk.read(run, (epoch) =>
      epoch.commit((state) => ({ ...state, plan: acceptPlan({ ...state.plan, name }).plan })),
    );
    return renamed.entry;
  }
  const storage = storageOf(desk);
  return whileOurs(storage, id, async () => {
    const { entry, document, files, revision } = await loadSnapshot(desk, id);
    const carried = Object.fromEntries(files.map((file) => [file, undefined]));
    const named = { ...entry, name: checkedName(document, name) };
    return (await storage.save(named, withName(document, name), carried, revision)).entry;
  });
}

/** A second workspace with all that the saved one has, under another name. @throws UserError `plan_invalid`, `workspace_gone` */
export async function duplicateWorkspace(desk: Desk, id: string, name: string): Promise<WorkspaceEntry> {
  const now = desk.platform.now().toISOString();
  const copy = await storageOf(desk).duplicate(id, ({ entry, document }) => {
    // The next "open the sample shop" goes on with the first one.
    const { sample: _of, ...rest } = entry;
    return {
      entry: { ...rest, id: newId(), name: checkedName(document, name), createdAt: now, savedAt: now },
      document: withName(document, name),
    };
  });
  if (!copy) throw workspaceGone(id);
  return copy;
}

/** Where a file is written to; a `FileSystemFileHandle` is one. */
export interface FileTarget {
  createWritable(): Promise<{ write(bytes: Uint8Array): Promise<void>; close(): Promise<void>; abort(): Promise<void> }>;
}

export interface ExportedWorkspace {
  fileName: string;
  bytes: number;
  /** Absent where it was written to a target. */
  file?: Blob;
  /** Parts that could not be read; empty unless that was allowed. */
  missing: string[];
}

/**
 * Writes a workspace as one file, piece by piece: of the open one what is open, saved or not, of another what is saved.
 * @param options.salvage leave out what cannot be read instead of refusing
 * @throws UserError `workspace_gone`, `workspace_damaged`, `workspace_changed`, `workspace_file_too_large`; Cancelled
 */
export async function exportWorkspace(
  desk: Desk,
  id: string,
  run: RunContext,
  options: { to?: FileTarget; salvage?: boolean } = {},
): Promise<ExportedWorkspace> {
  const write = (content: WorkspaceContent) => writeContent(desk, content, run, options.to);
  if (isOpen(desk, id)) {
    return desk.read(run, (epoch) => whileHeld(desk, id, async (snapshot) => write(await contentOfState(epoch, snapshot))));
  }
  return whileHeld(desk, id, (snapshot) => {
    if (!snapshot) throw workspaceGone(id);
    const read = async (name: string) =>
      snapshot.readFile(name).catch((error: unknown) => {
        if (options.salvage && error instanceof UserError && error.code === 'workspace_damaged') return undefined;
        throw error;
      });
    const parts = snapshot.files.map((name) => ({ name, read: () => read(name) }));
    return write({ entry: snapshot.entry, document: snapshot.document, parts });
  });
}

/**
 * Takes a workspace file in as a new workspace, without opening it: every part is compared with its hash, and nothing
 * is changed where one differs.
 * @returns the new entry, and what the file itself says that it lacks
 * @throws UserError `workspace_file_…`, `workspace_too_new`, `storage_short`, `storage_full`; Cancelled
 */
export async function importWorkspace(desk: Desk, file: FileInput, run: RunContext): Promise<{ entry: WorkspaceEntry; missing: string[] }> {
  const storage = storageOf(desk);
  const opened = await openWorkspaceFile(file, run);
  const { workspace, missing } = opened;
  const taken = new Set((await storage.list()).map(({ name }) => name));
  const name = freeName(workspace.name, taken);
  const entry = { ...workspace, id: newId(), name, bytes: opened.bytes };
  const document = readable(toFileSource(file).name, { entry, document: withoutParts(opened.document, missing), files: opened.parts });

  let read = 0;
  const parts = opened.parts.map((part) => [
    part,
    async () => {
      const bytes = await opened.read(part);
      read += bytes.length;
      run.report({ stage: 'read', done: read, total: opened.bytes, unit: 'bytes' });
      return bytes;
    },
  ]);
  const saved = await storage.save(entry, withName(document, name), Object.fromEntries(parts), null, opened.bytes);
  return { entry: saved.entry, missing };
}

/** The document, if a workspace can be made from it and its parts. @throws UserError `workspace_file_broken`, `workspace_too_new` */
function readable(file: string, { entry, document, files }: Pick<Snapshot, 'entry' | 'document' | 'files'>): WorkspaceDocument {
  const unread = () => Promise.reject(new Error('nothing is read yet'));
  try {
    stateFrom({ entry, document, files, revision: '', readFile: unread });
    const [lacking] = lackingParts(document, files);
    if (lacking !== undefined) throw broken(file, lacking);
    return document;
  } catch (error) {
    // The hashes are right, so somebody made it by hand.
    throw error instanceof UserError ? error : broken(file, 'document.json');
  }
}

/**
 * What is open. A part's name says what is in it, so those that the stored workspace has are read from there, whoever
 * saved it last, and the others are made from the tables.
 */
async function contentOfState(epoch: Epoch, snapshot: Snapshot | undefined): Promise<WorkspaceContent> {
  const { desk } = epoch;
  const { parts } = await partsOf(desk, { ...epoch.state, savedParts: new Set(snapshot?.files) });
  const state = withSavableStepBack(epoch.state, Object.keys(parts));
  return {
    entry: entryOf(desk, state),
    document: documentOf(state),
    parts: Object.entries(parts).map(([name, part]) => ({
      name,
      read: async () => (part === undefined ? snapshot!.readFile(name) : part instanceof Uint8Array ? part : part()),
    })),
  };
}

async function writeContent(desk: Desk, content: WorkspaceContent, run: RunContext, to?: FileTarget): Promise<ExportedWorkspace> {
  const fileName = safeFileName(content.entry.name, workspaceFileEnding.slice(1), new Set());
  const target = await to?.createWritable();
  // Each piece becomes a Blob of its own: the browser may put those on the disk.
  const pieces: Blob[] = [];
  let bytes = 0;
  try {
    const writing = writeWorkspaceFile(content, desk.platform.now().toISOString(), run);
    for (;;) {
      const { done, value } = await writing.next();
      if (done) {
        await target?.close();
        return { fileName, bytes, missing: value.missing, ...(!target && { file: new Blob(pieces, { type: 'application/zip' }) }) };
      }
      bytes += value.length;
      if (target) await target.write(value);
      else pieces.push(new Blob([value as Uint8Array<ArrayBuffer>]));
    }
  } catch (error) {
    await target?.abort().catch(() => {});
    throw error;
  }
}

/** All files of the workspace, where it is stored, stay while it runs; from another tab, too, where that can be had. */
async function whileHeld<T>(desk: Desk, id: string, work: (snapshot: Snapshot | undefined) => Promise<T>): Promise<T> {
  const storage = storageOf(desk);
  const claim = isOpen(desk, id) ? undefined : await storage.claim(id);
  try {
    const snapshot = await storage.hold(id);
    try {
      return await work(snapshot);
    } finally {
      await snapshot?.release();
    }
  } finally {
    await claim?.release();
  }
}

export function isOpen(desk: Desk, id: string): boolean {
  return desk.hasWorkspace && desk.state.entry.id === id;
}

export function storageOf(desk: Desk): SnapshotStorage {
  if (desk.platform.snapshots) return desk.platform.snapshots;
  throw new UserError('nothing_is_kept', 'The command line keeps no workspaces.', 'Open the workspace in the browser.');
}

/** The name as a plan takes it. @throws UserError `plan_invalid` */
function checkedName(document: WorkspaceDocument, name: string): string {
  const { timeZone, currency } = (document.plan ?? {}) as { timeZone?: string; currency?: string };
  return acceptPlan({ muster: planVersion, name, timeZone, currency }).plan.name;
}

/** All documents, old and new, have the plan under this key. */
function withName(document: WorkspaceDocument, name: string): WorkspaceDocument {
  return { ...document, plan: { ...(document.plan as object), name } };
}

/** "Tea", "Tea (2)", "Tea (3)" … */
function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let n = 1; ; n++) {
    const tried = n === 1 ? name : `${name} (${n})`;
    if (!taken.has(tried)) return tried;
  }
}

/**
 * Opens a workspace file without taking it in: what the command line does, which keeps nothing. Weights are not read:
 * who needs them trains again.
 * @param changed makes the plan another one
 * @throws UserError `workspace_file_…`, `workspace_too_new`; Cancelled
 */
export async function openFromFile(
  desk: Desk,
  file: FileInput,
  run: RunContext,
  changed: (plan: Plan) => Plan = (plan) => plan,
): Promise<WorkspaceState> {
  const { workspace, document, parts, missing, bytes, read } = await openWorkspaceFile(file, run);
  const entry = { ...workspace, id: newId(), bytes };
  const whole = readable(toFileSource(file).name, { entry, document: withoutParts(document, missing), files: parts });
  const snapshot: Snapshot = { entry, document: whole, files: parts, revision: '', readFile: read };
  return desk.switchTo(async () => {
    const state = await restore(desk, snapshot, run);
    return { state: { ...state, plan: changed(state.plan), dataBefore: null, revision: null, savedParts: new Set() } };
  });
}
