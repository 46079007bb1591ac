/** One saved workspace, as the start screen lists it. */
export interface WorkspaceEntry {
  id: string;
  name: string;
  /** ISO instants. */
  createdAt: string;
  savedAt: string;
  users: number;
  events: number;
  bytes: number;
}

/** Everything of a workspace but its tables: plan, facts, reports, trained models' facts. Plain JSON. */
export type WorkspaceDocument = Record<string, unknown>;

/**
 * Where workspaces live between visits. A save is all or nothing: a tab that dies in the middle leaves the previous
 * save whole. `files` are large binary parts (Arrow streams, factors) by name; a name whose bytes are `undefined` is
 * carried over unchanged from the previous save.
 */
export interface SnapshotStorage {
  list(): Promise<WorkspaceEntry[]>;
  load(
    id: string,
  ): Promise<{ entry: WorkspaceEntry; document: WorkspaceDocument; readFile(name: string): Promise<Uint8Array> } | undefined>;
  save(entry: WorkspaceEntry, document: WorkspaceDocument, files: Record<string, Uint8Array | undefined>): Promise<void>;
  remove(id: string): Promise<void>;
}
