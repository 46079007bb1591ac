import { SavedElsewhere, type SnapshotStorage, type WorkspaceDocument, type WorkspaceEntry } from '../../src/lib/core/store/snapshots';

interface Saved {
  entry: WorkspaceEntry;
  revision: string;
  document: string;
  files: Map<string, Uint8Array>;
}

/** Workspaces in memory: what a page keeps in the browser, for desks of Node, so that a step back has something to go to. */
export function memorySnapshots(): SnapshotStorage {
  const all = new Map<string, Saved>();
  let saves = 0;
  return {
    list: async () => [...all.values()].map(({ entry }) => entry),
    load: async (id) => {
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
    remove: async (id) => void all.delete(id),
    claim: async () => ({ release: async () => {} }),
  };
}
