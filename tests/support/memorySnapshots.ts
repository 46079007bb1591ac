import {
  SavedElsewhere,
  type HeldSnapshot,
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

/** Workspaces in memory: what a page keeps in the browser, for desks of Node, so that a step back has something to go to. */
export function memorySnapshots(): SnapshotStorage {
  const all = new Map<string, Saved>();
  let saves = 0;
  const living = (id: string) => [all.get(id)].find((saved) => saved && saved.entry.deletedAt === undefined);
  const snapshotOf = ({ entry, revision, document, files }: Saved): HeldSnapshot => ({
    entry,
    revision,
    document: JSON.parse(document) as WorkspaceDocument,
    files: [...files.keys()],
    // Whoever reads takes the bytes over.
    readFile: async (name) => files.get(name)!.slice(),
    release: async () => {},
  });
  const load = async (id: string) => [living(id)].map((saved) => saved && snapshotOf(saved))[0];
  const entries = (isDeleted: boolean) =>
    [...all.values()].map(({ entry }) => entry).filter(({ deletedAt }) => (deletedAt !== undefined) === isDeleted);
  return {
    list: async () => entries(false),
    listDeleted: async () => entries(true),
    load,
    loadDeleted: async (id) => {
      const saved = all.get(id);
      return saved?.entry.deletedAt === undefined ? undefined : snapshotOf(saved);
    },
    hold: load,
    save: async (entry, document, parts, after) => {
      const before = living(entry.id);
      if ((before?.revision ?? null) !== after) throw new SavedElsewhere(entry.id, before ? 'changed' : 'removed');
      const files = new Map<string, Uint8Array>();
      for (const [name, part] of Object.entries(parts))
        files.set(name, part === undefined ? before!.files.get(name)! : part instanceof Uint8Array ? part : await part());
      const revision = String(++saves);
      all.set(entry.id, { entry, revision, document: JSON.stringify(document), files });
      return { entry, revision };
    },
    duplicate: async (id, make) => {
      const source = living(id);
      if (!source) return undefined;
      const { entry, document } = make(snapshotOf(source));
      all.set(entry.id, { ...source, entry, document: JSON.stringify(document), revision: String(++saves) });
      return entry;
    },
    remove: async (id) => {
      const saved = living(id);
      if (saved) all.set(id, { ...saved, entry: { ...saved.entry, deletedAt: '2026-01-01T00:00:00.000Z' } });
    },
    restore: async (id) => {
      const saved = all.get(id);
      if (!saved) return undefined;
      const { deletedAt: _, ...entry } = saved.entry;
      all.set(id, { ...saved, entry });
      return entry;
    },
    wipe: async (id) => void all.delete(id),
    use: async () => ({
      kind: 'indexeddb',
      reason: '',
      room: { quota: null, usage: null, persisted: null },
      workspaces: [...all.values()].map(({ entry, document, files }) => ({
        entry,
        document: JSON.parse(document) as WorkspaceDocument,
        files: Object.fromEntries([...files].map(([name, { length }]) => [name, { storedAs: `${entry.id}/${name}`, bytes: length }])),
      })),
    }),
    claim: async () => ({ release: async () => {} }),
  };
}
