import { deleteDB } from 'idb';

/** Nothing that an earlier test kept in this browser's own stores. */
export async function wipeWorkspaces(): Promise<void> {
  await deleteDB('muster');
  const root = await navigator.storage.getDirectory();
  await root.removeEntry('muster', { recursive: true }).catch(() => {});
}
