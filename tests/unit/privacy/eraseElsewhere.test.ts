import { afterEach, describe, expect, it } from 'vitest';
import { tableFromIPC } from 'apache-arrow';
import { operations } from '$lib/work/operations';
import { closeDesks, importDesk, type ImportDesk } from '../../support/importDesk';

/** Fang is a member, and bought once under a cookie. */
const orders =
  'user_id,item_id,event,timestamp,login\nfang,tea,buy,2026-01-03 10:00,fang@x.org\nc-7,cup,buy,2026-01-04 10:00,fang@x.org\nli,tea,buy,2026-01-05 10:00,\n';
const mapping = { ids: { login: 'email' } };

afterEach(closeDesks);

const nameOf = (desk: ImportDesk) => desk.desk.state.entry.id;
/** Every cell of everything that is stored, by workspace. */
async function stored(desk: ImportDesk): Promise<Record<string, string>> {
  const storage = desk.desk.platform.snapshots!;
  const texts: Record<string, string> = {};
  for (const entry of [...(await storage.list()), ...(await storage.listDeleted())]) {
    const snapshot = (await storage.load(entry.id)) ?? (await storage.loadDeleted(entry.id))!;
    const cells = [JSON.stringify(snapshot.document)];
    for (const part of snapshot.files.filter((name) => name.startsWith('table:')))
      cells.push(JSON.stringify(tableFromIPC(await snapshot.readFile(part)).toArray(), (_, cell) => (typeof cell === 'bigint' ? 0 : cell)));
    texts[entry.name] = cells.join('\n');
  }
  return texts;
}

/** A shop with a copy, a deleted copy, one that was made of other files, and one in which nobody of theirs is. */
async function shops(): Promise<ImportDesk> {
  const desk = await importDesk();
  const run = desk.context();
  await desk.add({ 'orders.csv': orders }, { mapping });
  await operations.identityApply({ merge: [{ kind: 'email' }] }, run);
  const id = nameOf(desk);
  await operations.workspaceDuplicate({ id, name: 'Copy' }, run);
  const gone = await operations.workspaceDuplicate({ id, name: 'Deleted' }, run);
  await operations.workspaceRemove({ id: gone.id }, run);
  for (const [name, text] of [
    ['Other', orders.replace('li,', 'zhao,').replaceAll('fang,', 'wang,')],
    ['Nobody', 'user_id,item_id,event,timestamp\nli,tea,buy,2026-01-05 10:00\n'],
  ]) {
    await operations.workspaceCreate({ name, timeZone: 'UTC', currency: 'USD' }, run);
    await desk.add({ 'orders.csv': text });
  }
  await operations.workspaceOpen({ id }, run);
  return desk;
}

describe('a person who is in several workspaces', () => {
  it('is found in copies, deleted ones and others by all their ids, without opening them', async () => {
    const desk = await shops();
    const found = await operations.personElsewhere({ userId: 'fang' }, desk.context());
    expect(found.map(({ name, isCopy, deletedAt }) => [name, isCopy, deletedAt !== undefined]).sort()).toEqual([
      ['Copy', true, false],
      ['Deleted', true, true],
      // The cookie is there, too: whether it is the same browser a person has to know.
      ['Other', false, false],
    ]);
    expect(desk.desk.state.entry.name).toBe('Tea');
    expect((await operations.personElsewhere({ userId: 'li' }, desk.context())).map(({ name }) => name).sort()).toEqual([
      'Copy',
      'Deleted',
      'Nobody',
    ]);
    await expect(operations.personElsewhere({ userId: 'nobody' }, desk.context())).rejects.toMatchObject({ code: 'user_unknown' });
  });

  it('is erased where it was asked for and nowhere else, and a deleted copy goes for good', async () => {
    const desk = await shops();
    const before = await stored(desk);
    for (const name of ['Tea', 'Copy', 'Deleted']) expect(before[name]).toContain('fang');
    const found = await operations.personElsewhere({ userId: 'fang' }, desk.context());
    const also = found.filter(({ isCopy }) => isCopy).map(({ id }) => id);
    const { view } = await operations.personErase({ userId: 'fang', also }, desk.context());
    expect(view).toMatchObject({ entry: { name: 'Tea' }, facts: { users: 1 } });
    const after = await stored(desk);
    expect(Object.keys(after).sort()).toEqual(['Copy', 'Nobody', 'Other', 'Tea']);
    for (const name of ['Tea', 'Copy']) for (const text of ['fang', 'c-7']) expect(after[name]).not.toContain(text);
    expect([after.Other, after.Nobody]).toEqual([before.Other, before.Nobody]);
    // The copy opens, has the others, and its own record.
    const copy = await operations.workspaceOpen({ id: found.find(({ name }) => name === 'Copy')!.id }, desk.context());
    expect(copy).toMatchObject({ facts: { users: 1, events: 1 }, erasures: [{ ids: expect.any(Array) }] });
    expect(copy.plan.identity).toEqual({ merge: [{ kind: 'email' }] });
  });

  it('is not erased here either where one of the others is open in another tab', async () => {
    const desk = await shops();
    const [{ id }] = (await operations.personElsewhere({ userId: 'fang' }, desk.context())).filter(({ name }) => name === 'Copy');
    const storage = desk.desk.platform.snapshots!;
    const { claim } = storage;
    storage.claim = async (asked) => (asked === id ? undefined : claim(asked));
    await expect(operations.personErase({ userId: 'fang', also: [id] }, desk.context())).rejects.toMatchObject({ code: 'workspace_in_use' });
    expect(desk.version.facts.users).toBe(2);
  });
});
