import { afterEach, describe, expect, it } from 'vitest';
import { deleteDB } from 'idb';
import { openBrowserSnapshots } from '$lib/platform/browser/snapshots';
import { opfsFiles, type SnapshotFiles } from '$lib/platform/browser/snapshotFiles';
import type { WorkspaceEntry } from '$lib/core/store/snapshots';

const name = 'muster-test-snapshots';
const teaShop: WorkspaceEntry = {
  id: 'tea',
  name: '茶铺 Tea shop',
  createdAt: '2026-01-01T00:00:00.000Z',
  savedAt: '2026-01-02T00:00:00.000Z',
  users: 3,
  events: 9,
  bytes: 0,
};
const bytes = (...values: number[]) => Uint8Array.from(values);
const noPrivateFiles = () => Promise.reject(new Error('SecurityError'));

afterEach(async () => {
  await deleteDB(name);
  const root = await navigator.storage.getDirectory();
  await root.removeEntry(name, { recursive: true }).catch(() => {});
});

describe.each([
  ['OPFS', undefined, 'opfs'],
  ['IndexedDB only', noPrivateFiles, 'indexeddb'],
] as const)('workspaces kept in %s', (_, openFiles, kind) => {
  const open = () => openBrowserSnapshots({ name, openFiles });

  it('come back in another visit', async () => {
    await (await open()).save(teaShop, { plan: { name: '茶铺' } }, { events: bytes(1, 2, 3), users: bytes(4) }, null);

    const nextVisit = await open();
    const [entry] = await nextVisit.list();
    expect(entry).toMatchObject({ id: 'tea', name: '茶铺 Tea shop', bytes: 4, storage: { kind } });
    const snapshot = await nextVisit.load('tea');
    expect(snapshot!.document).toEqual({ plan: { name: '茶铺' } });
    expect(snapshot!.files.sort()).toEqual(['events', 'users']);
    expect(await snapshot!.readFile('events')).toEqual(bytes(1, 2, 3));
  });

  it('say why they are not in the better place', async () => {
    const storage = await open();
    const { entry } = await storage.save(teaShop, {}, {}, null);
    expect(entry.storage!.reason).toMatch(kind === 'opfs' ? /^$/ : /SecurityError/);
  });

  it('carry a file over, replace one, and let one go', async () => {
    const storage = await open();
    const { revision } = await storage.save(teaShop, { n: 1 }, { events: bytes(1), users: bytes(2), scores: bytes(3) }, null);
    await storage.save(teaShop, { n: 2 }, { events: undefined, users: () => Promise.resolve(bytes(9, 9)) }, revision);

    const snapshot = (await (await open()).load('tea'))!;
    expect(snapshot.document).toEqual({ n: 2 });
    expect(snapshot.files.sort()).toEqual(['events', 'users']);
    expect(await snapshot.readFile('events')).toEqual(bytes(1));
    expect(await snapshot.readFile('users')).toEqual(bytes(9, 9));
    expect(snapshot.entry.bytes).toBe(3);
  });

  it('are listed newest first and can be removed', async () => {
    const storage = await open();
    await storage.save(teaShop, {}, { events: bytes(1) }, null);
    await storage.save({ ...teaShop, id: 'books', savedAt: '2026-03-01T00:00:00.000Z' }, {}, {}, null);
    expect((await storage.list()).map((entry) => entry.id)).toEqual(['books', 'tea']);
    await storage.remove('tea');
    expect(await storage.load('tea')).toBeUndefined();
    expect((await storage.list()).map((entry) => entry.id)).toEqual(['books']);
  });

  it('wait among the deleted ones for a week, can be brought back, and then are gone with their files', async () => {
    let today = new Date('2026-03-01T00:00:00Z');
    const visit = () => openBrowserSnapshots({ name, openFiles, now: () => today });
    const storage = await visit();
    const { revision } = await storage.save(teaShop, { n: 1 }, { events: bytes(1, 2) }, null);
    await storage.remove('tea');
    expect([await storage.list(), await storage.load('tea')]).toEqual([[], undefined]);
    expect(await storage.listDeleted()).toMatchObject([{ id: 'tea', deletedAt: '2026-03-01T00:00:00.000Z' }]);
    // A tab that had it open can save nothing into it.
    await expect(storage.save(teaShop, {}, { events: undefined }, revision)).rejects.toMatchObject({ what: 'removed' });

    today = new Date('2026-03-07T23:00:00Z');
    expect(await (await visit()).restore('tea')).not.toHaveProperty('deletedAt');
    const back = (await (await visit()).load('tea'))!;
    expect([back.document, await back.readFile('events')]).toEqual([{ n: 1 }, bytes(1, 2)]);
    await storage.save(teaShop, { n: 2 }, { events: undefined }, revision);

    await storage.remove('tea');
    today = new Date('2026-03-15T00:00:00Z');
    const later = await visit();
    expect([await later.listDeleted(), await later.restore('tea')]).toEqual([[], undefined]);
    expect((await later.use()).workspaces).toEqual([]);
  });

  it('are erased at once where that is asked for', async () => {
    const storage = await open();
    await storage.save(teaShop, {}, { events: bytes(1) }, null);
    await storage.wipe('tea');
    expect([await storage.list(), await storage.listDeleted(), (await storage.use()).workspaces]).toEqual([[], [], []]);
  });

  it('are duplicated without a byte more, and each lives on without the other', async () => {
    const storage = await open();
    const { revision } = await storage.save(teaShop, { n: 1 }, { events: bytes(1, 2), users: bytes(3) }, null);
    const copied = await storage.duplicate('tea', ({ entry, document }) => ({
      entry: { ...entry, id: 'copy', name: 'Copy' },
      document: { ...document, n: 2 },
    }));
    expect(copied).toMatchObject({ id: 'copy', name: 'Copy', bytes: 3 });
    const stored = new Set((await storage.use()).workspaces.flatMap(({ files }) => Object.values(files).map((file) => file.storedAs)));
    expect(stored.size).toBe(2);

    await storage.save(teaShop, {}, { events: bytes(9), users: undefined }, revision);
    await storage.wipe('tea');
    const copy = (await (await open()).load('copy'))!;
    expect([copy.document, await copy.readFile('events'), await copy.readFile('users')]).toEqual([{ n: 2 }, bytes(1, 2), bytes(3)]);
    expect(await storage.duplicate('tea', () => ({ entry: teaShop, document: {} }))).toBeUndefined();
  });

  it('keep the files that are read while a save replaces them', async () => {
    const storage = await open();
    const { revision } = await storage.save(teaShop, { n: 1 }, { events: bytes(1) }, null);
    const held = (await storage.hold('tea'))!;
    await storage.save(teaShop, { n: 2 }, { events: bytes(2) }, revision);
    expect(await held.readFile('events')).toEqual(bytes(1));
    await held.release();
    await expect(held.readFile('events')).rejects.toMatchObject({ code: 'workspace_changed' });
  });

  it('stay as they were when a save dies between two files', async () => {
    const storage = await open();
    const { revision } = await storage.save(teaShop, { n: 1 }, { events: bytes(1), users: bytes(2) }, null);
    const dies = storage.save(
      { ...teaShop, name: 'half' },
      { n: 2 },
      {
        events: bytes(7, 7),
        users: () => Promise.reject(new Error('the tab died')),
      },
      revision,
    );
    await expect(dies).rejects.toThrow('the tab died');

    const snapshot = (await (await open()).load('tea'))!;
    expect([snapshot.entry.name, snapshot.document]).toEqual([teaShop.name, { n: 1 }]);
    expect(await snapshot.readFile('events')).toEqual(bytes(1));
  });

  it('are never overwritten by a tab that has not seen the other’s save, with files to carry over or without', async () => {
    const first = await open();
    const seen = (await first.save(teaShop, { tab: 1 }, { events: bytes(1) }, null)).revision;
    const second = await open();
    await second.save(teaShop, { tab: 2 }, { events: bytes(2) }, (await second.load('tea'))!.revision);

    for (const files of [{ events: undefined }, { events: bytes(3) }, {}]) {
      await expect(first.save(teaShop, { tab: 1 }, files, seen)).rejects.toMatchObject({ name: 'SavedElsewhere', what: 'changed' });
    }
    await expect(first.save(teaShop, { tab: 1 }, {}, null)).rejects.toMatchObject({ what: 'changed' });
    const snapshot = (await (await open()).load('tea'))!;
    expect([snapshot.document, await snapshot.readFile('events')]).toEqual([{ tab: 2 }, bytes(2)]);

    await second.remove('tea');
    await expect(first.save(teaShop, { tab: 1 }, { events: bytes(3) }, seen)).rejects.toMatchObject({ what: 'removed' });
    expect(await first.load('tea')).toBeUndefined();
  });

  it('belong to one tab at a time, until it gives them back', async () => {
    const [first, second] = [await open(), await open()];
    const claim = await first.claim('tea');
    expect(claim).toBeDefined();
    expect(await second.claim('tea')).toBeUndefined();
    const other = await second.claim('books');
    expect(other).toBeDefined();
    await claim!.release();
    const mine = await second.claim('tea');
    expect(mine).toBeDefined();
    for (const held of [other, mine]) await held!.release();
  });
});

describe('the files behind a workspace', () => {
  it('of a save that died are swept at the next start, and only those', async () => {
    const files = await opfsFiles(name);
    await (await openBrowserSnapshots({ name })).save(teaShop, {}, { events: bytes(1) }, null);
    await files.write('tea.leftover', bytes(0, 0, 0));
    expect((await files.names()).length).toBe(2);

    const snapshot = (await (await openBrowserSnapshots({ name })).load('tea'))!;
    expect(await files.names()).not.toContain('tea.leftover');
    expect(await snapshot.readFile('events')).toEqual(bytes(1));
  });

  it('are deleted when a save replaces them', async () => {
    const files = await opfsFiles(name);
    const storage = await openBrowserSnapshots({ name });
    let revision: string | null = null;
    for (let n = 0; n < 3; n++) {
      const files = { events: bytes(n), users: n === 0 ? bytes(1) : undefined };
      ({ revision } = await storage.save(teaShop, {}, files, revision));
    }
    expect((await files.names()).length).toBe(2);
  });

  it('say so when one of them is lost or cut off', async () => {
    const storage = await openBrowserSnapshots({ name });
    await storage.save(teaShop, {}, { events: bytes(1, 2), users: bytes(3) }, null);
    const files = await opfsFiles(name);
    const [{ files: stored }] = (await storage.use()).workspaces;
    await files.write(stored.events.storedAs, bytes(1));
    await files.remove(stored.users.storedAs);
    const snapshot = (await storage.load('tea'))!;
    for (const part of ['events', 'users'])
      await expect(snapshot.readFile(part)).rejects.toMatchObject({ code: 'workspace_damaged', values: { part } });
  });

  it('of deleted workspaces make room for a save, the longest deleted first', async () => {
    let free = 4;
    const small = async (folder: string): Promise<SnapshotFiles> => {
      const files = await opfsFiles(folder);
      return {
        ...files,
        write: async (file, content) => {
          if (content.length > free) throw new DOMException('full', 'QuotaExceededError');
          free -= content.length;
          await files.write(file, content);
        },
        remove: async (file) => {
          free += (await files.open(file))?.size ?? 0;
          await files.remove(file);
        },
      };
    };
    let day = 1;
    const storage = await openBrowserSnapshots({ name, openFiles: small, now: () => new Date(Date.UTC(2026, 2, day++)) });
    for (const id of ['first', 'second']) {
      await storage.save({ ...teaShop, id }, {}, { events: bytes(1, 2) }, null);
      await storage.remove(id);
    }
    await storage.save(teaShop, {}, { events: bytes(1, 2) }, null);
    expect((await storage.listDeleted()).map(({ id }) => id)).toEqual(['second']);
    const tooMuch = storage.save({ ...teaShop, id: 'more' }, {}, { events: bytes(1, 2, 3) }, null);
    await expect(tooMuch).rejects.toMatchObject({ code: 'storage_full' });
    expect(await (await storage.load('tea'))!.readFile('events')).toEqual(bytes(1, 2));
  });

  it('that do not fit are refused with the room that is left, and nothing stays of them', async () => {
    const written: string[] = [];
    const almostFull = async (folder: string): Promise<SnapshotFiles> => {
      const files = await opfsFiles(folder);
      return {
        ...files,
        write: async (file, content) => {
          if (content.length > 2) throw new DOMException('full', 'QuotaExceededError');
          written.push(file);
          await files.write(file, content);
        },
      };
    };
    const storage = await openBrowserSnapshots({ name, openFiles: almostFull });
    const { revision } = await storage.save(teaShop, { n: 1 }, { events: bytes(1) }, null);
    const tooLarge = storage.save(teaShop, { n: 2 }, { users: bytes(1), events: bytes(1, 2, 3) }, revision);
    await expect(tooLarge).rejects.toMatchObject({ code: 'storage_full', values: { freeMegabytes: expect.any(Number) } });
    expect((await storage.load('tea'))!.document).toEqual({ n: 1 });
    expect((await (await opfsFiles(name)).names()).length).toBe(1);
    expect(written.length).toBe(2);
  });
});
