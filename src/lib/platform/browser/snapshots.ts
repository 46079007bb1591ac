import { openDB, type IDBPDatabase } from 'idb';
import { UserError } from '../../core/base/errors';
import {
  SavedElsewhere,
  type Snapshot,
  type SnapshotPart,
  type SnapshotStorage,
  type WorkspaceClaim,
  type WorkspaceDocument,
  type WorkspaceEntry,
} from '../../core/store/snapshots';
import { newId } from '../../work/newId';
import { databaseFiles, opfsFiles, type SnapshotFiles } from './snapshotFiles';

/** What the database holds for a workspace: the manifest of its files, written in one transaction. */
interface SnapshotRecord {
  id: string;
  /** New with every save: tells whether another tab has saved since. */
  revision: string;
  entry: WorkspaceEntry;
  document: WorkspaceDocument;
  /** The stored file of each name. */
  files: Record<string, { storedAs: string; bytes: number }>;
}

const workspaces = 'workspaces';
const blobs = 'files';

/**
 * Workspaces in this browser: large files in OPFS, the manifest in IndexedDB. A save writes files under new names,
 * then commits the manifest in one transaction, then deletes the files of the save before; what a save that died has
 * left behind is swept at the next start.
 */
export async function openBrowserSnapshots(
  options: { name?: string; openFiles?: (folder: string) => Promise<SnapshotFiles> } = {},
): Promise<SnapshotStorage> {
  const name = options.name ?? 'muster';
  const database = await openDB(name, 1, {
    upgrade(fresh) {
      fresh.createObjectStore(workspaces, { keyPath: 'id' });
      fresh.createObjectStore(blobs);
    },
    // Another tab wants to remove or upgrade the database; holding on would block it.
    blocking: (_current, _wanted, event) => (event.target as IDBDatabase).close(),
  });
  const files = await (options.openFiles ?? opfsFiles)(name).catch((error: unknown) =>
    databaseFiles(database, blobs, `This browser's private file system cannot be used (${String(error)}).`),
  );
  const storage = new BrowserSnapshots(name, database, files);
  await storage.sweep();
  return storage;
}

class BrowserSnapshots implements SnapshotStorage {
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly lockName: string,
    private readonly database: IDBPDatabase,
    private readonly files: SnapshotFiles,
  ) {}

  async list(): Promise<WorkspaceEntry[]> {
    const records = (await this.database.getAll(workspaces)) as SnapshotRecord[];
    return records.map(({ entry }) => entry).sort((a, b) => (a.savedAt < b.savedAt ? 1 : a.savedAt > b.savedAt ? -1 : 0));
  }

  async load(id: string): Promise<Snapshot | undefined> {
    const record = await this.#record(id);
    if (!record) return undefined;
    return {
      entry: record.entry,
      revision: record.revision,
      document: record.document,
      files: Object.keys(record.files),
      readFile: async (name) => {
        const bytes = await this.files.read(record.files[name].storedAs);
        if (bytes?.length === record.files[name].bytes) return bytes;
        throw new UserError(
          'workspace_changed',
          `The workspace "${record.entry.name}" was changed by another tab while it was opening.`,
          'Open it again.',
          { name: record.entry.name },
        );
      },
    };
  }

  save(
    entry: WorkspaceEntry,
    document: WorkspaceDocument,
    files: Record<string, SnapshotPart | undefined>,
    after: string | null,
  ): Promise<{ entry: WorkspaceEntry; revision: string }> {
    return this.#alone(async () => {
      const previous = await this.#record(entry.id);
      if ((previous?.revision ?? null) !== after) throw new SavedElsewhere(entry.id, previous ? 'changed' : 'removed');
      const carried = Object.keys(files).filter((name) => files[name] === undefined);

      const record: SnapshotRecord = { id: entry.id, revision: newId(), entry, document, files: {} };
      for (const name of carried) record.files[name] = previous!.files[name] ?? missing(name);
      const written: string[] = [];
      try {
        for (const [name, part] of Object.entries(files)) {
          if (part === undefined) continue;
          const bytes = typeof part === 'function' ? await part() : part;
          const storedAs = `${entry.id}.${newId()}`;
          written.push(storedAs);
          await this.files.write(storedAs, bytes);
          record.files[name] = { storedAs, bytes: bytes.length };
        }
        record.entry = {
          ...entry,
          bytes: Object.values(record.files).reduce((sum, file) => sum + file.bytes, 0),
          storage: { kind: this.files.kind, reason: this.files.reason },
        };
        // Strict: the files of the save before are deleted next, so this must be on the disk.
        const transaction = this.database.transaction(workspaces, 'readwrite', { durability: 'strict' });
        await Promise.all([transaction.store.put(record), transaction.done]);
      } catch (error) {
        for (const storedAs of written) await this.files.remove(storedAs).catch(() => {});
        throw await storageError(error);
      }
      await this.#removeUnused(previous, record);
      return { entry: record.entry, revision: record.revision };
    });
  }

  remove(id: string): Promise<void> {
    return this.#alone(async () => {
      const previous = await this.#record(id);
      await this.database.delete(workspaces, id);
      await this.#removeUnused(previous, undefined);
    });
  }

  async claim(id: string): Promise<WorkspaceClaim | undefined> {
    const locks = globalThis.navigator?.locks as LockManager | undefined;
    // Without locks, the revision that every save checks still keeps one tab from overwriting another.
    if (!locks) return { release: async () => {} };
    let giveBack: (() => void) | undefined;
    let released: Promise<unknown> = Promise.resolve();
    const got = new Promise<boolean>((resolve, reject) => {
      const held = locks.request(`${this.lockName}-workspace-${id}`, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        return lock ? new Promise<void>((done) => (giveBack = done)) : undefined;
      });
      held.catch(reject);
      released = held;
    });
    if (!(await got)) return undefined;
    return {
      async release() {
        giveBack?.();
        await released;
      },
    };
  }

  /** Deletes files that no manifest names: leftovers of saves that died. */
  sweep(): Promise<void> {
    return this.#alone(async () => {
      const records = (await this.database.getAll(workspaces)) as SnapshotRecord[];
      const used = new Set(records.flatMap((record) => Object.values(record.files).map((file) => file.storedAs)));
      for (const name of await this.files.names()) if (!used.has(name)) await this.files.remove(name).catch(() => {});
    });
  }

  async #record(id: string): Promise<SnapshotRecord | undefined> {
    return (await this.database.get(workspaces, id)) as SnapshotRecord | undefined;
  }

  async #removeUnused(previous: SnapshotRecord | undefined, current: SnapshotRecord | undefined): Promise<void> {
    const used = new Set(Object.values(current?.files ?? {}).map((file) => file.storedAs));
    for (const { storedAs } of Object.values(previous?.files ?? {})) {
      // The save stands; a file that cannot be deleted now is swept at the next start.
      if (!used.has(storedAs)) await this.files.remove(storedAs).catch(() => {});
    }
  }

  /** One writer at a time, over all tabs where the browser has locks. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const locks = globalThis.navigator?.locks as LockManager | undefined;
    const turn = this.#last.then(() => (locks ? (locks.request(`${this.lockName}-snapshots`, work) as Promise<T>) : work()));
    this.#last = turn.catch(() => {});
    return turn;
  }
}

function missing(name: string): never {
  throw new Error(`the previous save has no file "${name}" to carry over`);
}

async function storageError(error: unknown): Promise<unknown> {
  if (!(error instanceof DOMException) || error.name !== 'QuotaExceededError') return error;
  const estimate = await globalThis.navigator?.storage?.estimate?.().catch(() => undefined);
  const free = estimate?.quota === undefined ? 0 : Math.max(0, estimate.quota - (estimate.usage ?? 0));
  const freeMegabytes = Math.floor(free / 1e6);
  return new UserError(
    'storage_full',
    `There is no room to save the workspace: this browser has ${freeMegabytes} MB left for this site.`,
    'Remove workspaces that are no longer needed, or free space on the disk; what was saved before is still there.',
    { freeMegabytes },
  );
}
