import {
  SavedElsewhere,
  type Snapshot,
  type SnapshotStorage,
  type WorkspaceDocument,
  type WorkspaceEntry,
} from '../../src/lib/core/store/snapshots';

interface Saved {
  entry: WorkspaceEntry;
  revision: string;
  document: string;
  files: Map<string, Uint8Array>;
}

/**
 * Workspaces in memory: what a page keeps in the browser, for desks of Node, so that a step back has something to go to.
 * What is deleted is gone, and nothing is shared or measured.
 */
export function memorySnapshots(): SnapshotStorage {
  const all = new Map<string, Saved>();
  let saves = 0;
  const load = async (id: string): Promise<Snapshot | undefined> => {
    const saved = all.get(id);
    if (!saved) return undefined;
    const { entry, revision, document, files } = saved;
    return {
      entry,
      revision,
      document: JSON.parse(document) as WorkspaceDocument,
      files: [...files.keys()],
      // Whoever reads takes the bytes over.
      readFile: async (name) => files.get(name)!.slice(),
    };
  };
  const remove = async (id: string) => void all.delete(id);
  const release = async () => {};
  return {
    list: async () => [...all.values()].map(({ entry }) => entry),
    listDeleted: async () => [],
    load,
    hold: async (id) => {
      const snapshot = await load(id);
      return snapshot && { ...snapshot, release };
    },
    save: async (entry, document, parts, after) => {
      const before = all.get(entry.id);
      if ((before?.revision ?? null) !== after) throw new SavedElsewhere(entry.id, before ? 'changed' : 'removed');
      const files = new Map<string, Uint8Array>();
      for (const [name, part] of Object.entries(parts))
        files.set(name, part === undefined ? before!.files.get(name)! : part instanceof Uint8Array ? part : await part());
      const revision = String(++saves);
      all.set(entry.id, { entry, revision, document: JSON.stringify(document), files });
      return { entry, revision };
    },
    duplicate: async () => undefined,
    remove,
    restore: async () => undefined,
    wipe: remove,
    use: async () => ({ kind: 'indexeddb', reason: '', room: { quota: null, usage: null, persisted: null }, workspaces: [] }),
    claim: async () => ({ release }),
  };
}
