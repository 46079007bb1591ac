import { openDB, type IDBPDatabase } from 'idb';
import { UserError } from '../../core/base/errors';
import {
  keepDeletedDays,
  SavedElsewhere,
  type HeldSnapshot,
  type Snapshot,
  type SnapshotPart,
  type SnapshotStorage,
  type StorageUse,
  type StoredWorkspace,
  type WorkspaceClaim,
  type WorkspaceDocument,
  type WorkspaceEntry,
} from '../../core/store/snapshots';
import { newId } from '../../work/newId';
import { databaseFiles, opfsFiles, type SnapshotFiles } from './snapshotFiles';
import { freeBytes, isQuota, reserveBytes, storageError, storageRoom, storageShort } from './storageRoom';

/** What the database holds for a workspace: the manifest of its files, written in one transaction. */
interface SnapshotRecord extends StoredWorkspace {
  id: string;
  /** New with every save: tells whether another tab has saved since. */
  revision: string;
}

const workspaces = 'workspaces';
const blobs = 'files';

/**
 * Raised to 2 without a change of the stores when workspaces began to share files: a tab with older code, which would
 * delete what another workspace still names, loses its connection then.
 */
const databaseVersion = 2;

/**
 * Workspaces in this browser: large files in OPFS, the manifest in IndexedDB. A save writes files under new names,
 * then commits the manifest in one transaction, then deletes the files that no manifest names any more; what a save
 * that died has left behind is swept at the next start.
 */
export async function openBrowserSnapshots(
  options: { name?: string; openFiles?: (folder: string) => Promise<SnapshotFiles>; now?: () => Date } = {},
): Promise<SnapshotStorage> {
  const name = options.name ?? 'muster';
  const database = await openDB(name, databaseVersion, {
    upgrade(fresh, from) {
      if (from > 0) return;
      fresh.createObjectStore(workspaces, { keyPath: 'id' });
      fresh.createObjectStore(blobs);
    },
    // Another tab wants to remove or upgrade the database; holding on would block it.
    blocking: (_current, _wanted, event) => (event.target as IDBDatabase).close(),
  });
  const files = await (options.openFiles ?? opfsFiles)(name).catch((error: unknown) =>
    databaseFiles(database, blobs, `This browser's private file system cannot be used (${String(error)}).`),
  );
  const storage = new BrowserSnapshots(name, database, files, options.now ?? (() => new Date()));
  await storage.sweep();
  return storage;
}

class BrowserSnapshots implements SnapshotStorage {
  #last: Promise<unknown> = Promise.resolve();
  /** Stored files that somebody reads, with how many do: they go when they are released. */
  readonly #held = new Map<string, number>();

  constructor(
    private readonly lockName: string,
    private readonly database: IDBPDatabase,
    private readonly files: SnapshotFiles,
    private readonly now: () => Date,
  ) {}

  async list(): Promise<WorkspaceEntry[]> {
    const entries = (await this.#records()).map(({ entry }) => entry).filter(({ deletedAt }) => deletedAt === undefined);
    return newestFirst(entries, ({ savedAt }) => savedAt);
  }

  async listDeleted(): Promise<WorkspaceEntry[]> {
    const entries = (await this.#records()).map(({ entry }) => entry).filter(({ deletedAt }) => deletedAt !== undefined);
    return newestFirst(entries, ({ deletedAt }) => deletedAt!);
  }

  async load(id: string): Promise<Snapshot | undefined> {
    const record = await this.#living(id);
    return record && this.#snapshot(record);
  }

  async loadDeleted(id: string): Promise<Snapshot | undefined> {
    const record = await this.#record(id);
    return record?.entry.deletedAt === undefined ? undefined : this.#snapshot(record);
  }

  hold(id: string): Promise<HeldSnapshot | undefined> {
    // In turn with the saves, so that none deletes a file between the look at the manifest and the holding.
    return this.#alone(async () => {
      const record = await this.#living(id);
      if (!record) return undefined;
      const held = storedAs(record);
      for (const name of held) this.#held.set(name, (this.#held.get(name) ?? 0) + 1);
      return { ...this.#snapshot(record), release: () => this.#alone(() => this.#release(held)) };
    });
  }

  save(
    entry: WorkspaceEntry,
    document: WorkspaceDocument,
    files: Record<string, SnapshotPart | undefined>,
    after: string | null,
    expectedBytes = 0,
  ): Promise<{ entry: WorkspaceEntry; revision: string }> {
    return this.#alone(async () => {
      const previous = await this.#living(entry.id);
      if ((previous?.revision ?? null) !== after) throw new SavedElsewhere(entry.id, previous ? 'changed' : 'removed');
      const carried = Object.keys(files).filter((name) => files[name] === undefined);

      const record: SnapshotRecord = { id: entry.id, revision: newId(), entry, document, files: {} };
      for (const name of carried) record.files[name] = previous!.files[name] ?? missing(name);
      const written: string[] = [];
      try {
        await this.#makeRoom(expectedBytes);
        for (const [name, part] of Object.entries(files)) {
          if (part === undefined) continue;
          const bytes = typeof part === 'function' ? await part() : part;
          const stored = `${entry.id}.${newId()}`;
          written.push(stored);
          await this.#write(stored, bytes);
          record.files[name] = { storedAs: stored, bytes: bytes.length };
        }
        record.entry = {
          ...entry,
          bytes: Object.values(record.files).reduce((sum, file) => sum + file.bytes, 0),
          storage: { kind: this.files.kind, reason: this.files.reason },
        };
        await this.#put(record);
      } catch (error) {
        for (const name of written) await this.files.remove(name).catch(() => {});
        throw await storageError(error);
      }
      await this.#removeUnused(previous);
      return { entry: record.entry, revision: record.revision };
    });
  }

  duplicate(
    id: string,
    make: (source: Snapshot) => { entry: WorkspaceEntry; document: WorkspaceDocument },
  ): Promise<WorkspaceEntry | undefined> {
    return this.#alone(async () => {
      const source = await this.#living(id);
      if (!source) return undefined;
      const { entry, document } = make(this.#snapshot(source));
      const copy = {
        ...source,
        id: entry.id,
        revision: newId(),
        document,
        entry: { ...entry, bytes: source.entry.bytes, storage: source.entry.storage },
      };
      // One transaction looks again and writes: without locks, another tab may have saved since, and deleted its files.
      const transaction = this.database.transaction(workspaces, 'readwrite', { durability: 'strict' });
      const isSame = ((await transaction.store.get(id)) as SnapshotRecord | undefined)?.revision === source.revision;
      if (isSame) await transaction.store.put(copy);
      await transaction.done;
      return isSame ? copy.entry : undefined;
    }).catch(async (error: unknown) => Promise.reject(await storageError(error)));
  }

  remove(id: string): Promise<void> {
    return this.#alone(async () => {
      const record = await this.#living(id);
      if (record) await this.#put({ ...record, entry: { ...record.entry, deletedAt: this.now().toISOString() } });
    });
  }

  restore(id: string): Promise<WorkspaceEntry | undefined> {
    return this.#alone(async () => {
      const record = await this.#record(id);
      if (!record) return undefined;
      const { deletedAt: _gone, ...entry } = record.entry;
      await this.#put({ ...record, entry });
      return entry;
    });
  }

  wipe(id: string): Promise<void> {
    return this.#alone(() => this.#wipe(id));
  }

  async use(): Promise<StorageUse> {
    const [records, room] = await Promise.all([this.#records(), storageRoom()]);
    return {
      kind: this.files.kind,
      reason: this.files.reason,
      room,
      workspaces: records.map(({ entry, document, files }) => ({ entry, document, files })),
    };
  }

  async claim(id: string): Promise<WorkspaceClaim | undefined> {
    const locks = locksOfBrowser();
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

  /**
   * Deletes what was deleted long enough ago, and files that no manifest names: leftovers of saves that died. Without
   * locks nobody knows whether another tab is just writing such a file, so they stay then.
   */
  sweep(): Promise<void> {
    return this.#alone(async () => {
      const oldest = this.now().getTime() - keepDeletedDays * 86_400_000;
      for (const { id, entry } of await this.#records()) {
        if (entry.deletedAt !== undefined && Date.parse(entry.deletedAt) < oldest) await this.#wipe(id);
      }
      if (!locksOfBrowser()) return;
      const used = await this.#named();
      for (const name of await this.files.names()) if (!used.has(name)) await this.files.remove(name).catch(() => {});
    });
  }

  #snapshot(record: SnapshotRecord): Snapshot {
    return {
      entry: record.entry,
      revision: record.revision,
      document: record.document,
      files: Object.keys(record.files),
      readFile: (name) => this.#read(record, name),
    };
  }

  async #read(record: SnapshotRecord, name: string): Promise<Uint8Array> {
    const stored = record.files[name] ?? missing(name);
    const bytes = await this.files
      .open(stored.storedAs)
      .then((blob) => blob?.arrayBuffer())
      .catch((error: unknown) => (error instanceof DOMException ? undefined : Promise.reject(error)));
    if (bytes?.byteLength === stored.bytes) return new Uint8Array(bytes);
    const { name: workspace } = record.entry;
    if ((await this.#living(record.id))?.revision === record.revision) {
      throw new UserError(
        'workspace_damaged',
        `A stored file of the workspace "${workspace}" is missing or cut off (${name}).`,
        'Save what can still be read to a file, then delete the workspace or import its files again.',
        { name: workspace, part: name },
      );
    }
    throw new UserError(
      'workspace_changed',
      `The workspace "${workspace}" was changed by another tab while it was read.`,
      'Open it again.',
      { name: workspace },
    );
  }

  async #write(name: string, bytes: Uint8Array): Promise<void> {
    await this.#makeRoom(bytes.length);
    try {
      await this.files.write(name, bytes);
    } catch (error) {
      // The browser's estimate was too high: the deleted ones give their room after all.
      if (!isQuota(error) || !(await this.#wipeLongestDeleted())) throw error;
      await this.#write(name, bytes);
    }
  }

  /** Strict: files of the save before are deleted next, so this must be on the disk. */
  async #put(record: SnapshotRecord): Promise<void> {
    const transaction = this.database.transaction(workspaces, 'readwrite', { durability: 'strict' });
    const [put, done] = await Promise.allSettled([transaction.store.put(record), transaction.done]);
    // The transaction says why; the request only that it was aborted.
    for (const end of [done, put]) if (end.status === 'rejected') throw end.reason;
  }

  /** @throws UserError `storage_short` */
  async #makeRoom(bytes: number): Promise<void> {
    while (bytes > 0 && (await freeBytes()) < bytes + reserveBytes) {
      if (!(await this.#wipeLongestDeleted())) throw await storageShort(bytes);
    }
  }

  async #wipeLongestDeleted(): Promise<boolean> {
    const longest = (await this.listDeleted()).at(-1);
    if (longest) await this.#wipe(longest.id);
    return longest !== undefined;
  }

  async #wipe(id: string): Promise<void> {
    const previous = await this.#record(id);
    if (!previous) return;
    // First the manifest: a tab that dies now leaves files that nobody names, and they are swept at the next start.
    const transaction = this.database.transaction(workspaces, 'readwrite', { durability: 'strict' });
    await Promise.all([transaction.store.delete(id), transaction.done]);
    await this.#removeUnused(previous);
  }

  async #record(id: string): Promise<SnapshotRecord | undefined> {
    return (await this.database.get(workspaces, id)) as SnapshotRecord | undefined;
  }

  async #living(id: string): Promise<SnapshotRecord | undefined> {
    const record = await this.#record(id);
    return record?.entry.deletedAt === undefined ? record : undefined;
  }

  #records(): Promise<SnapshotRecord[]> {
    return this.database.getAll(workspaces) as Promise<SnapshotRecord[]>;
  }

  /** Stored files that some manifest names. */
  async #named(): Promise<Set<string>> {
    return new Set((await this.#records()).flatMap(storedAs));
  }

  async #removeUnused(previous: SnapshotRecord | undefined): Promise<void> {
    const current = previous && (await this.#record(previous.id));
    const kept = new Set(current && storedAs(current));
    const candidates = previous ? storedAs(previous).filter((name) => !kept.has(name)) : [];
    await this.#removeFiles(candidates.filter((name) => !this.#held.has(name)));
  }

  async #release(names: readonly string[]): Promise<void> {
    const free = names.filter((name) => {
      const holders = this.#held.get(name)! - 1;
      if (holders > 0) this.#held.set(name, holders);
      else this.#held.delete(name);
      return holders === 0;
    });
    await this.#removeFiles(free);
  }

  /** Of these files, deletes those that no manifest names. */
  async #removeFiles(names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    const used = await this.#named();
    // What cannot be deleted now is swept at the next start.
    for (const name of names) if (!used.has(name)) await this.files.remove(name).catch(() => {});
  }

  /** One writer at a time, over all tabs where the browser has locks. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const locks = locksOfBrowser();
    const turn = this.#last.then(() => (locks ? (locks.request(`${this.lockName}-snapshots`, work) as Promise<T>) : work()));
    this.#last = turn.catch(() => {});
    return turn;
  }
}

/** Absent on plain http. */
function locksOfBrowser(): LockManager | undefined {
  return globalThis.navigator?.locks as LockManager | undefined;
}

const storedAs = ({ files }: StoredWorkspace) => Object.values(files).map((file) => file.storedAs);

function newestFirst(entries: WorkspaceEntry[], instant: (entry: WorkspaceEntry) => string): WorkspaceEntry[] {
  return entries.sort((a, b) => (instant(a) < instant(b) ? 1 : instant(a) > instant(b) ? -1 : 0));
}

function missing(name: string): never {
  throw new Error(`the stored workspace has no file "${name}"`);
}
