import { UserError } from '../../core/base/errors';
import type { StorageRoom } from '../../core/store/snapshots';

/** The manifest and the browser's own book-keeping want some room beside the files. */
export const reserveBytes = 2_000_000;

/** What the browser gives this site; also in a worker, where storage can be looked at but not asked to be persistent. */
export async function storageRoom(): Promise<StorageRoom> {
  const storage = globalThis.navigator?.storage as StorageManager | undefined;
  const [estimate, persisted] = await Promise.all([
    storage?.estimate?.().catch(() => undefined),
    storage?.persisted?.().catch(() => undefined),
  ]);
  return { quota: estimate?.quota ?? null, usage: estimate?.usage ?? null, persisted: persisted ?? null };
}

/** Bytes that can still be written; Infinity where the browser does not tell. */
export async function freeBytes(): Promise<number> {
  const { quota, usage } = await storageRoom();
  return quota === null ? Infinity : Math.max(0, quota - (usage ?? 0));
}

export async function storageShort(neededBytes: number): Promise<UserError> {
  const freeMegabytes = await freeMegabytesLeft();
  const neededMegabytes = Math.max(1, Math.ceil(neededBytes / 1e6));
  return new UserError(
    'storage_short',
    `Saving the workspace takes about ${neededMegabytes} MB, and this browser has ${freeMegabytes} MB left for this site.`,
    'Nothing was lost: what is open can be used and saved to a file. Remove workspaces that are no longer needed, or free space on the disk.',
    { neededMegabytes, freeMegabytes },
  );
}

export const isQuota = (error: unknown) => error instanceof DOMException && error.name === 'QuotaExceededError';

/** What a save that failed tells the person; what is none of the browser's storage passes through whole. */
export async function storageError(error: unknown): Promise<unknown> {
  if (!(error instanceof DOMException)) return error;
  if (!isQuota(error)) {
    const reason = `${error.name}: ${error.message}`;
    return new UserError(
      'storage_failed',
      `The browser could not write the workspace (${reason}).`,
      'What was saved before is still there; save what is open to a file, then try again.',
      { reason },
    );
  }
  const freeMegabytes = await freeMegabytesLeft();
  return new UserError(
    'storage_full',
    `There is no room to save the workspace: this browser has ${freeMegabytes} MB left for this site.`,
    'Remove workspaces that are no longer needed, or free space on the disk; what was saved before is still there.',
    { freeMegabytes },
  );
}

async function freeMegabytesLeft(): Promise<number> {
  const free = await freeBytes();
  return Number.isFinite(free) ? Math.floor(free / 1e6) : 0;
}
