import type { IDBPDatabase } from 'idb';

/** Large files by name, each written once and never changed. */
export interface SnapshotFiles {
  readonly kind: 'opfs' | 'indexeddb';
  /** Why not OPFS; empty where it is. */
  readonly reason: string;
  /** Whole or not at all: a tab that dies in the middle leaves no file of this name. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** A file to read from, without its bytes in memory; undefined where there is none. */
  open(name: string): Promise<Blob | undefined>;
  remove(name: string): Promise<void>;
  names(): Promise<string[]>;
}

/** Files in the origin's private file system; a file shows only when its writer has been closed. */
export async function opfsFiles(folderName: string): Promise<SnapshotFiles> {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(folderName, { create: true });
  return {
    kind: 'opfs',
    reason: '',
    async write(name, bytes) {
      const handle = await folder.getFileHandle(name, { create: true });
      const writer = await handle.createWritable();
      try {
        await writer.write(bytes as Uint8Array<ArrayBuffer>);
        await writer.close();
      } catch (error) {
        await writer.abort().catch(() => {});
        await folder.removeEntry(name).catch(() => {});
        throw error;
      }
    },
    open: async (name) => (await folder.getFileHandle(name).catch(noneIfMissing))?.getFile(),
    remove: (name) => folder.removeEntry(name).catch(noneIfMissing),
    async names() {
      const names: string[] = [];
      for await (const name of (folder as unknown as { keys(): AsyncIterable<string> }).keys()) names.push(name);
      return names;
    },
  };
}

/** Files as Blobs in IndexedDB, where there is no private file system. */
export function databaseFiles(database: IDBPDatabase, storeName: string, reason: string): SnapshotFiles {
  return {
    kind: 'indexeddb',
    reason,
    write: async (name, bytes) => void (await database.put(storeName, new Blob([bytes as Uint8Array<ArrayBuffer>]), name)),
    open: async (name) => (await database.get(storeName, name)) as Blob | undefined,
    remove: (name) => database.delete(storeName, name),
    names: async () => (await database.getAllKeys(storeName)).map(String),
  };
}

function noneIfMissing(error: unknown): undefined {
  if (error instanceof DOMException && error.name === 'NotFoundError') return undefined;
  throw error;
}
