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
}

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
  /** Newest first. */
  list(): Promise<WorkspaceEntry[]>;
  load(id: string): Promise<Snapshot | undefined>;
  /**
   * @param after the revision that this save follows; null for a new workspace
   * @returns the entry as stored and the revision that it now has
   * @throws UserError `storage_full`; SavedElsewhere where the stored workspace is not of that revision, because
   * another tab has saved or removed it: nothing is overwritten
   */
  save(
    entry: WorkspaceEntry,
    document: WorkspaceDocument,
    files: Record<string, SnapshotPart | undefined>,
    after: string | null,
  ): Promise<{ entry: WorkspaceEntry; revision: string }>;
  remove(id: string): Promise<void>;
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
  /** @throws UserError `workspace_changed` where another tab has saved or removed the workspace meanwhile */
  readFile(name: string): Promise<Uint8Array>;
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
