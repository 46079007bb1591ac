/** One saved workspace, as the start screen lists it. */
export interface WorkspaceEntry {
  id: string;
  name: string;
  /** ISO instants. */
  createdAt: string;
  savedAt: string;
  users: number;
  events: number;
  /** Of its large files; the storage counts them. */
  bytes: number;
  /** The shipped data set that it was made from. */
  sample?: string;
  /** Where its large files lie and why not in the better place (OPFS); the storage says it. */
  storage?: { kind: 'opfs' | 'indexeddb'; reason: string };
  /** ISO instant; it waits among the recently deleted ones. */
  deletedAt?: string;
}

/** How long a deleted workspace can be brought back; sooner gone where its space is needed. */
export const keepDeletedDays = 7;

/** Everything of a workspace but its tables: plan, facts, reports, trained models' facts. Plain JSON. */
export type WorkspaceDocument = Record<string, unknown>;

/** A large part's bytes, or how to make them: makers run one after the other, so that only one part is held at a time. */
export type SnapshotPart = Uint8Array | (() => Promise<Uint8Array>);

/**
 * Where workspaces live between visits. A save is all or nothing: a tab that dies in the middle leaves the previous
 * save whole. `files` are large binary parts (Arrow streams, factors) by name; a name whose bytes are `undefined` is
 * carried over unchanged from the previous save, and one that is not there goes.
 */
export interface SnapshotStorage {
  /** Newest first, without the deleted ones. */
  list(): Promise<WorkspaceEntry[]>;
  /** Those that can still be brought back, the last deleted first. */
  listDeleted(): Promise<WorkspaceEntry[]>;
  /** undefined where there is none, and where it is deleted. */
  load(id: string): Promise<Snapshot | undefined>;
  /** The same as {@link load}, with all files kept until they are released, whatever this tab saves meanwhile. */
  hold(id: string): Promise<HeldSnapshot | undefined>;
  /** One that is deleted and can still be brought back, to look into it. */
  loadDeleted(id: string): Promise<Snapshot | undefined>;
  /**
   * Where room is short, deleted workspaces give theirs, the longest deleted first.
   * @param after the revision that this save follows; null for a new workspace
   * @param expectedBytes about what the new files will take: a save without room for it begins nothing
   * @returns the entry as stored and the revision that it now has
   * @throws UserError `storage_short`, `storage_full`, `storage_failed`; SavedElsewhere where the stored workspace is not of that revision, because
   * another tab has saved or removed it: nothing is overwritten
   */
  save(
    entry: WorkspaceEntry,
    document: WorkspaceDocument,
    files: Record<string, SnapshotPart | undefined>,
    after: string | null,
    expectedBytes?: number,
  ): Promise<{ entry: WorkspaceEntry; revision: string }>;
  /**
   * A second workspace with the same files, which are never changed and go with the last that names them: no byte is
   * copied, and a tab that dies leaves no half of it. undefined where there is no such workspace.
   */
  duplicate(
    id: string,
    make: (source: Snapshot) => { entry: WorkspaceEntry; document: WorkspaceDocument },
  ): Promise<WorkspaceEntry | undefined>;
  /** Puts it among the deleted ones. */
  remove(id: string): Promise<void>;
  /** Brings a deleted one back; undefined where it is gone for good. */
  restore(id: string): Promise<WorkspaceEntry | undefined>;
  /** Deletes its manifest and the files that no other workspace names, at once and for good. */
  wipe(id: string): Promise<void>;
  /** Everything that is stored, deleted workspaces included. */
  use(): Promise<StorageUse>;
  /** Takes a workspace for this tab; undefined where another one has it. A tab that ends gives back what it had. */
  claim(id: string): Promise<WorkspaceClaim | undefined>;
}

export interface WorkspaceClaim {
  /** Resolves when other tabs can have it. */
  release(): Promise<void>;
}

export interface Snapshot {
  entry: WorkspaceEntry;
  /** New with every save. */
  revision: string;
  document: WorkspaceDocument;
  /** Names of the large files. */
  files: string[];
  /**
   * @throws UserError `workspace_changed` where another tab has saved or removed the workspace meanwhile,
   * `workspace_damaged` where the file is lost or cut off
   */
  readFile(name: string): Promise<Uint8Array>;
}

export interface HeldSnapshot extends Snapshot {
  release(): Promise<void>;
}

/** What one stored workspace consists of. */
export interface StoredWorkspace {
  entry: WorkspaceEntry;
  document: WorkspaceDocument;
  /** By name; two workspaces may share a stored file. */
  files: Record<string, { storedAs: string; bytes: number }>;
}

export interface StorageUse {
  kind: 'opfs' | 'indexeddb';
  /** Why not in the better place; empty where it is. */
  reason: string;
  room: StorageRoom;
  workspaces: StoredWorkspace[];
}

/** Bytes that the browser gives this site, and what it has of them; null where it does not tell. */
export interface StorageRoom {
  quota: number | null;
  usage: number | null;
  /** The browser promised not to clear it by itself. */
  persisted: boolean | null;
}

/** Above the first share, or above the second with less than that left, the next large save may not fit. */
const nearlyFull = { share: 0.8, shareOfLittle: 0.5, leftBytes: 200e6 };

export function isNearlyFull({ quota, usage }: Pick<StorageRoom, 'quota' | 'usage'>): boolean {
  if (quota === null || usage === null) return false;
  return usage > nearlyFull.share * quota || (usage > nearlyFull.shareOfLittle * quota && quota - usage < nearlyFull.leftBytes);
}

/** Another tab saved or removed the same workspace: a save from here would overwrite what it did. */
export class SavedElsewhere extends Error {
  override readonly name = 'SavedElsewhere';
  constructor(
    id: string,
    readonly what: 'changed' | 'removed',
  ) {
    super(`workspace ${id} was ${what} by another tab`);
  }
}
