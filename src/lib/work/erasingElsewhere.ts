import { UserError } from '../core/base/errors';
import type { RunContext } from '../core/base/run';
import { allIds } from '../core/store/dataset/numbering';
import type { DatasetVersion } from '../core/store/dataset/version';
import { rowsOf } from '../core/store/columns';
import type { Snapshot, WorkspaceEntry } from '../core/store/snapshots';
import { sql } from '../core/store/sql';
import { Desk } from './desk';
import type { Epoch } from './epoch';
import { eraseFromState } from './erasing';
import { storageOf, whileOurs } from './keeping';
import { openWorkspace } from './opening';
import { tableOf } from './parts';
import { stateFrom } from './savedDocument';

/** A workspace on this machine, besides the open one, in which somebody with an id of that person is, too. */
export interface PersonElsewhere {
  id: string;
  name: string;
  /** ISO instant, where it waits among the deleted ones: nothing is taken out of it, it goes for good. */
  deletedAt?: string;
  /** It comes from the same files as the open one, so the same id is the same person. */
  isCopy: boolean;
  /** Its ids cannot be read, so nobody knows. */
  isUnread?: true;
}

/**
 * Where else the person is, by all ids that are merged with this one; the workspaces are looked into as they lie in
 * the storage, none is opened.
 * @throws UserError `user_unknown`; Cancelled
 */
export async function personElsewhere(epoch: Epoch, userId: string): Promise<PersonElsewhere[]> {
  const { desk, state } = epoch;
  const storage = desk.platform.snapshots;
  if (!storage || !state.data) return [];
  const { version } = state.data;
  const ids = await idsOf(epoch, version, userId);
  const found: PersonElsewhere[] = [];
  const entries = [...(await storage.list()), ...(await storage.listDeleted())];
  for (const entry of entries.filter(({ id }) => id !== state.entry.id)) {
    await epoch.breathe();
    const snapshot = await (entry.deletedAt === undefined ? storage.load(entry.id) : storage.loadDeleted(entry.id));
    const here = snapshot && (await lookInto(snapshot, entry, ids, new Set(version.ids.users.parts), epoch));
    if (here) found.push(here);
  }
  return found;
}

/**
 * Takes the person out of another workspace: opened by itself, erased there and saved; a deleted one goes for good.
 * @param ids of the person; there they may be several people
 * @throws UserError `workspace_in_use` where another tab has it open, and as `eraseFromState` and saving do; Cancelled
 */
export async function eraseElsewhere(desk: Desk, id: string, ids: readonly string[], run: RunContext): Promise<void> {
  const storage = desk.platform.snapshots;
  if (!storage) return;
  if (await storage.loadDeleted(id)) return whileOurs(storageOf(desk), id, () => storage.wipe(id));
  // A desk of its own: the open workspace stays open, and nothing of the other one lies in its store.
  const other = new Desk(desk.platform);
  try {
    const { readOnly } = await openWorkspace(other, id, run);
    if (readOnly) throw new UserError('workspace_in_use', 'This workspace is open in another tab.', 'Close it there first.', { id });
    for (const userId of ids) {
      await other.write(run, async (epoch) => {
        try {
          const { apply } = await eraseFromState(epoch, userId);
          await epoch.commit(apply);
        } catch (error) {
          // The id before was of the same person there, or the last one with any data.
          if (!(error instanceof UserError) || !['user_unknown', 'no_data'].includes(error.code)) throw error;
        }
      });
    }
  } finally {
    await other.close();
    await (await other.opened()).store?.close();
  }
}

/** Every raw id of the person. @throws UserError `user_unknown` */
export async function idsOf({ desk }: Epoch, version: DatasetVersion, userId: string): Promise<{ kind: string; id: string }[]> {
  const { findPerson } = await import('../core/store/dataset');
  const store = await desk.store();
  const person = await findPerson(store, [version], userId);
  if (!person) throw new UserError('user_unknown', `There is no customer "${userId}".`, 'Ids are compared exactly, with every zero and letter case.', { user: userId }); // prettier-ignore
  const numbered = await store.query(
    sql`SELECT id_kind, id FROM (${allIds(version.ids.users)}) WHERE id IN (${person.ids.map(({ id }) => id)})`,
  );
  // Addresses that are only declared number nobody, here or there.
  const there = new Set(rowsOf(numbered).map(([kind, id]) => `${String(kind)} ${String(id)}`));
  return person.ids.filter(({ kind, id }) => there.has(`${kind} ${id}`));
}

async function lookInto(
  snapshot: Snapshot,
  { id, name, deletedAt }: WorkspaceEntry,
  ids: readonly { kind: string; id: string }[],
  ownTables: ReadonlySet<string>,
  run: RunContext,
): Promise<PersonElsewhere | undefined> {
  const entry = { id, name, ...(deletedAt !== undefined && { deletedAt }) };
  try {
    const read = stateFrom(snapshot);
    if ('v1' in read) return { ...entry, isCopy: false, isUnread: true };
    const versions = [read.state.data, read.state.dataBefore].flatMap((data) => (data ? [data.version] : []));
    const tables = new Set(versions.flatMap((version) => version.ids.users.parts));
    const isCopy = [...tables].some((table) => ownTables.has(table));
    const asked = new Set(ids.map(({ kind, id: text }) => `${kind} ${text}`));
    for (const part of snapshot.files.filter((file) => tables.has(tableOf(file))))
      if (await hasAny(await snapshot.readFile(part), asked, run)) return { ...entry, isCopy };
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return { ...entry, isCopy: false, isUnread: true };
    throw error;
  }
}

/** Whether a table of ids has one of those, each as its kind and its text. */
async function hasAny(bytes: Uint8Array, asked: ReadonlySet<string>, run: RunContext): Promise<boolean> {
  const { tableFromIPC } = await import('apache-arrow');
  const table = tableFromIPC(bytes);
  const [kinds, texts] = [table.getChild('id_kind')!, table.getChild('id')!];
  for (let row = 0; row < table.numRows; row++) {
    if (asked.has(`${String(kinds.get(row))} ${String(texts.get(row))}`)) return true;
    if ((row & 0xfff) === 0) await run.breathe();
  }
  return false;
}
