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
   * @returns the entry as stored
   * @throws UserError `storage_full`; SavedElsewhere where something is to be carried over from a save that another
   * tab made since this one last loaded or saved
   */
  save(entry: WorkspaceEntry, document: WorkspaceDocument, files: Record<string, SnapshotPart | undefined>): Promise<WorkspaceEntry>;
  remove(id: string): Promise<void>;
}

export interface Snapshot {
  entry: WorkspaceEntry;
  document: WorkspaceDocument;
  /** Names of the large files. */
  files: string[];
  /** @throws UserError `workspace_changed` where another tab has saved or removed the workspace meanwhile */
  readFile(name: string): Promise<Uint8Array>;
}

/** Another tab saved the same workspace: carrying its files over would mix two states. */
export class SavedElsewhere extends Error {
  override readonly name = 'SavedElsewhere';
  constructor(id: string) {
    super(`workspace ${id} was saved by another tab`);
  }
}
