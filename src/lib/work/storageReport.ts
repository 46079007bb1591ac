import { isNearlyFull, type StorageRoom, type StorageUse, type WorkspaceEntry } from '../core/store/snapshots';
import { partsByUse, type PartUse } from './savedDocument';

/** What lies in this browser's storage, by workspace and by what it is for. */
export interface StorageReport extends StorageRoom {
  kind: StorageUse['kind'];
  reason: string;
  /** Largest first, deleted ones last. */
  workspaces: WorkspaceUse[];
  /** Bytes of all workspaces' files, those that several share counted once. */
  workspaceBytes: number;
  /** Of the app itself, manifests and the like; null where the browser does not tell what is used. */
  otherBytes: number | null;
  /** Nearly all that the browser gives is used: the next large save may not fit. */
  isNearlyFull: boolean;
}

export interface WorkspaceUse {
  entry: WorkspaceEntry;
  bytes: Record<PartUse, number>;
  total: number;
  /** Bytes of `total` that a copy of the workspace has, too: deleting only one of them frees none of these. */
  shared: number;
}

export function storageReportOf({ kind, reason, room, workspaces }: StorageUse): StorageReport {
  const owners = new Map<string, number>();
  const sizes = new Map<string, number>();
  for (const { files } of workspaces) {
    for (const { storedAs, bytes } of Object.values(files)) {
      owners.set(storedAs, (owners.get(storedAs) ?? 0) + 1);
      sizes.set(storedAs, bytes);
    }
  }
  const uses = workspaces.map(({ entry, document, files }): WorkspaceUse => {
    const use: WorkspaceUse = { entry, bytes: { data: 0, before: 0, scores: 0, models: 0 }, total: 0, shared: 0 };
    for (const [name, part] of partsByUse(document, Object.keys(files))) {
      const { storedAs, bytes } = files[name];
      use.bytes[part] += bytes;
      use.total += bytes;
      if (owners.get(storedAs)! > 1) use.shared += bytes;
    }
    return use;
  });
  const workspaceBytes = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
  const isDeleted = ({ entry }: WorkspaceUse) => Number(entry.deletedAt !== undefined);
  return {
    ...room,
    kind,
    reason,
    workspaces: uses.sort((a, b) => isDeleted(a) - isDeleted(b) || b.total - a.total),
    workspaceBytes,
    otherBytes: room.usage === null ? null : Math.max(0, room.usage - workspaceBytes),
    isNearlyFull: isNearlyFull(room),
  };
}
