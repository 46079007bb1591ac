import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDB } from 'idb';
import { Cancelled } from '$lib/core/base/errors';
import { createRunContext, quietContext, type Progress } from '$lib/core/base/run';
import { rowsOf } from '$lib/core/store/columns';
import { identifier, sql } from '$lib/core/store/sql';
import { browserPlatform } from '$lib/platform/browser/platform';
import { Desk } from '$lib/work/desk';
import { operations, type OperationContext } from '$lib/work/operations';
import { teaShopCsv } from '../support/teaShop';
import { wipeWorkspaces } from '../support/wipeWorkspaces';

const at = (desk: Desk): OperationContext => ({ ...quietContext(), desk });

/** Two tabs, with an engine each: starting one takes seconds. */
let tab: Desk;
let otherTab: Desk;
beforeAll(async () => {
  await wipeWorkspaces();
  tab = new Desk(browserPlatform());
  otherTab = new Desk(browserPlatform());
});
afterAll(async () => {
  for (const desk of [tab, otherTab]) {
    await desk.close();
    await (await desk.store()).close();
  }
  await wipeWorkspaces();
});

const january = () => new File([teaShopCsv()], 'january.csv');
const march = () =>
  new File(
    ['customer_id,product_id,event_name,timestamp,quantity,price,order_id\nnew,tea-2,order_completed,2026-03-03 10:00:00,2,4.00,m2\n'],
    'march.csv',
  );
async function add(desk: Desk, file: File, mode: 'add' | 'replace' = 'add') {
  const { mapping } = await operations.sourceInspect({ file }, at(desk));
  return operations.sourceImport({ file, sourceId: file.name.replace('.csv', ''), mapping, mode }, at(desk));
}

/** A new tea shop in the first tab; returns its id. */
async function openTeaShop(): Promise<string> {
  await otherTab.close();
  const { entry } = await operations.workspaceCreate({ name: '茶铺', timeZone: 'Asia/Shanghai', currency: 'CNY' }, at(tab));
  await add(tab, january());
  return entry.id;
}
const factsOf = (desk: Desk) => desk.state.data?.version.facts;
const eventsOf = async (desk: Desk) =>
  rowsOf(
    await (
      await desk.store()
    ).query(sql`SELECT count(*) AS n, sum(value) AS total, max(ts) AS newest FROM ${identifier(desk.state.data!.version.tables.events)}`),
  );

describe('a workspace', () => {
  it('is all there in another visit: plan, facts, tables and numbers', async () => {
    const id = await openTeaShop();
    const plan = { ...tab.state.plan, segments: [{ id: 'loyal', rule: { trait: 'orders', atLeast: 6 } }] };
    await operations.workspaceSavePlan({ plan }, at(tab));
    await add(tab, march());
    const expected = { events: await eventsOf(tab), facts: factsOf(tab), data: tab.state.data };
    const [entry] = await operations.workspaceList(undefined, at(otherTab));
    expect(entry).toMatchObject({ id, name: '茶铺', users: 25, events: 241 });

    await tab.close();
    const view = await operations.workspaceOpen({ id }, at(otherTab));
    expect(view).toMatchObject({ plan: { segments: [{ id: 'loyal' }] }, facts: expected.facts, readOnly: false });
    expect(await eventsOf(otherTab)).toEqual(expected.events);
    expect(otherTab.state.data).toEqual(expected.data);
    const { count } = await operations.segmentCount({ rule: plan.segments[0].rule }, at(otherTab));
    expect(count).toBeGreaterThan(0);
  });

  it('writes only what is new: an edit no table, a month only its own', async () => {
    await openTeaShop();
    const before = new Set(tab.state.savedParts);
    const bytes = tab.state.entry.bytes;
    await operations.workspaceSavePlan({ plan: { ...tab.state.plan, name: '新茶铺' } }, at(tab));
    expect(tab.state.entry).toMatchObject({ name: '新茶铺', bytes });
    await add(tab, march());
    const added = [...tab.state.savedParts].filter((part) => !before.has(part));
    expect(added.length).toBeGreaterThan(0);
    // The month of before is carried over, whole.
    const months = [...before].filter((part) => part.startsWith('table:events_part'));
    expect(months.every((part) => tab.state.savedParts.has(part))).toBe(true);
  });

  it('saves every part of a plan but the one that does not fit, and says which', async () => {
    const id = await openTeaShop();
    const segments = [
      { id: 'loyal', rule: { trait: 'orders', atLeast: 6 } },
      { id: 'copy', name: '副本 '.repeat(60), rule: { trait: 'orders', atLeast: 2 } },
    ];
    const plan = { ...tab.state.plan, segments, audiences: [{ id: 'mail', from: 'loyal', columns: ['orders'] }] };
    const { problems } = await operations.workspaceSavePlan({ plan }, at(tab));
    expect(problems).toMatchObject([{ code: 'plan_part_not_saved', values: { id: 'copy' } }]);
    await tab.close();
    const view = await operations.workspaceOpen({ id }, at(otherTab));
    expect(view.plan).toMatchObject({ segments: [{ id: 'loyal' }], audiences: [{ id: 'mail' }] });
    await expect(operations.workspaceSavePlan({ plan: { ...view.plan, seed: -1 } }, at(otherTab))).rejects.toMatchObject({
      code: 'plan_invalid',
      values: { path: 'seed' },
    });
  });

  it('whose file was replaced by mistake is one step back, also after a reload, and forward again', async () => {
    const id = await openTeaShop();
    const before = factsOf(tab);
    const { view } = await add(tab, march(), 'replace');
    expect(view).toMatchObject({ facts: { events: 1 }, dataBefore: { sources: ['january'], events: 240 } });
    await tab.close();
    await operations.workspaceOpen({ id }, at(otherTab));
    const back = await operations.dataStepBack(undefined, at(otherTab));
    expect(back).toMatchObject({ facts: before, plan: { sources: [{ id: 'january' }] }, dataBefore: { sources: ['march'], events: 1 } });
    expect((await eventsOf(otherTab))[0][0]).toBe(240);
    expect((await operations.dataStepBack(undefined, at(otherTab))).facts).toMatchObject({ events: 1 });
    await operations.dataStepBack(undefined, at(otherTab));
    await otherTab.close();
    expect((await operations.workspaceOpen({ id }, at(tab))).facts).toEqual(before);
  });

  it('keeps what its recommenders learnt: another visit trains nothing again', async () => {
    const id = await openTeaShop();
    const models = [{ id: 'tastes', kind: 'recommender' as const, algorithm: 'ials', options: { factors: 8, epochs: 4 } }];
    const ask = async (desk: Desk) => {
      const seen: Progress[] = [];
      const run = createRunContext(new AbortController().signal, (progress) => seen.push(progress));
      const { lists } = await operations.recommendersForUser({ models, userId: '0003', size: 5 }, { ...run, desk });
      return { items: lists[0].items, epochs: seen.filter(({ stage, values }) => stage === 'train:tastes' && values).length };
    };
    const first = await ask(tab);
    expect(first.epochs).toBe(4);
    await tab.close();
    await operations.workspaceOpen({ id }, at(otherTab));
    expect(await ask(otherTab)).toEqual({ items: first.items, epochs: 0 });
  });

  it('keeps what its predictions learnt: another visit scores again without training', async () => {
    const id = await openTeaShop();
    const target = { event: 'order_completed', withinDays: 7 };
    const model = { id: 'soon', kind: 'prediction' as const, task: 'propensity', learner: 'logistic', target, options: {} };
    await operations.predictionTrain({ model }, at(tab));
    const best = { rule: { trait: 'score:soon', topPercent: 50 }, offset: 0, limit: 24 };
    const before = await operations.profilesPage(best, at(tab));
    await tab.close();
    await operations.workspaceOpen({ id }, at(otherTab));
    expect(await operations.profilesPage(best, at(otherTab))).toEqual(before);
    await operations.predictionScore({ model }, at(otherTab));
    expect(await operations.profilesPage(best, at(otherTab))).toEqual(before);
  });

  it('whose opening is cancelled leaves the store empty; one that is gone is said to be gone', async () => {
    const id = await openTeaShop();
    await tab.close();
    const controller = new AbortController();
    const run = { ...createRunContext(controller.signal, () => controller.abort()), desk: otherTab };
    await expect(operations.workspaceOpen({ id }, run)).rejects.toBeInstanceOf(Cancelled);
    expect(otherTab.hasWorkspace).toBe(false);
    expect((await (await otherTab.store()).query(sql`SELECT * FROM duckdb_tables()`)).numRows).toBe(0);

    await operations.workspaceRemove({ id }, at(tab));
    await expect(operations.workspaceOpen({ id }, at(otherTab))).rejects.toMatchObject({ code: 'workspace_gone' });
  });
});

describe('a workspace in two tabs', () => {
  it('is read-only in the second one, which says so, and can be written there when the first has closed it', async () => {
    const id = await openTeaShop();
    const view = await operations.workspaceOpen({ id }, at(otherTab));
    expect(view).toMatchObject({ readOnly: true, facts: { events: 240 } });
    // Everything can be looked at.
    expect((await operations.profilesPage({ offset: 0, limit: 5 }, at(otherTab))).total).toBe(24);
    const edit = operations.workspaceSavePlan({ plan: { ...view.plan, name: 'second' } }, at(otherTab));
    await expect(edit).rejects.toMatchObject({ code: 'workspace_read_only' });
    await expect(add(otherTab, march())).rejects.toMatchObject({ code: 'workspace_read_only' });

    await tab.close();
    const again = await operations.workspaceList(undefined, at(otherTab));
    expect(again.some((entry) => entry.id === id)).toBe(true);
    expect((await operations.workspaceOpen({ id }, at(otherTab))).readOnly).toBe(false);
    await operations.workspaceSavePlan({ plan: { ...otherTab.state.plan, name: 'second' } }, at(otherTab));
    expect(otherTab.state.entry.name).toBe('second');
  });

  it('is not removed while the other has it open', async () => {
    const id = await openTeaShop();
    await expect(operations.workspaceRemove({ id }, at(otherTab))).rejects.toMatchObject({ code: 'workspace_in_use' });
    expect(tab.hasWorkspace).toBe(true);
  });

  it('is never overwritten where the browser has no locks: the later save is refused, without data and with', async () => {
    const { locks } = navigator;
    Object.defineProperty(navigator, 'locks', { value: undefined, configurable: true });
    try {
      await otherTab.close();
      const { entry } = await operations.workspaceCreate({ name: 'empty', timeZone: 'UTC', currency: 'EUR' }, at(tab));
      await operations.workspaceOpen({ id: entry.id }, at(otherTab));
      await add(otherTab, january());
      const late = operations.workspaceSavePlan({ plan: { ...tab.state.plan, name: 'late' } }, at(tab));
      await expect(late).rejects.toMatchObject({ code: 'workspace_changed_elsewhere' });
      expect(tab.state.readOnly).toBe(true);
      const [stored] = await operations.workspaceList(undefined, at(tab));
      expect(stored).toMatchObject({ id: entry.id, name: 'empty', events: 240 });

      // Removed in one tab, it does not come back from the other.
      await tab.close();
      await operations.workspaceRemove({ id: entry.id }, at(tab));
      const ghost = operations.workspaceSavePlan({ plan: { ...otherTab.state.plan, name: 'ghost' } }, at(otherTab));
      await expect(ghost).rejects.toMatchObject({ code: 'workspace_changed_elsewhere', values: { what: 'removed' } });
      expect((await operations.workspaceList(undefined, at(tab))).some(({ id }) => id === entry.id)).toBe(false);
    } finally {
      Object.defineProperty(navigator, 'locks', { value: locks, configurable: true });
      await tab.close();
      await otherTab.close();
    }
  });
});

describe('a workspace that version 1 saved', () => {
  it('opens with its plan, data and scores, and is saved in the present shape', async () => {
    await Promise.all([tab.close(), otherTab.close()]);
    const files = import.meta.glob<string>('../fixtures/legacy-tables/*.arrow', { query: '?url', import: 'default', eager: true });
    const facts = (await import('../fixtures/legacy-tables/facts.json')).default;
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('muster', { create: true });
    const parts: Record<string, { storedAs: string; bytes: number }> = {};
    for (const [path, address] of Object.entries(files)) {
      const table = /([^/]+)\.arrow$/.exec(path)![1];
      const bytes = new Uint8Array(await (await fetch(address)).arrayBuffer());
      const writer = await (await folder.getFileHandle(`old.${table}`, { create: true })).createWritable();
      await writer.write(bytes);
      await writer.close();
      parts[`table:${table}:0`] = { storedAs: `old.${table}`, bytes: bytes.length };
    }
    const database = await openDB('muster');
    const entry = {
      id: 'old',
      name: 'Old tea',
      createdAt: '2026-01-01T00:00:00Z',
      savedAt: '2026-01-02T00:00:00Z',
      users: 1,
      events: 1,
      bytes: 1,
    };
    const plan = {
      muster: 1,
      name: 'Old tea',
      timeZone: facts.timeZone,
      currency: facts.currency,
      segments: [{ id: 'loyal', rule: { trait: 'orders', atLeast: 2 } }],
      audiences: [{ id: 'mail', from: 'loyal', columns: ['orders'] }],
      exports: [{ audience: 'mail', format: 'csv' }],
    };
    const document = { version: 1, plan, facts, reports: [], propensityReports: [], comparison: null };
    await database.put('workspaces', { id: 'old', revision: 'r1', entry, document, files: parts });
    database.close();

    const view = await operations.workspaceOpen({ id: 'old' }, at(tab));
    expect(view).toMatchObject({
      facts: { events: facts.events, users: facts.users, items: facts.items, orders: facts.orders },
      plan: { name: 'Old tea', segments: [{ id: 'loyal' }], exports: [{ audience: 'mail' }] },
    });
    expect((await operations.segmentCount({ rule: plan.segments[0].rule }, at(tab))).count).toBeGreaterThan(0);
    await operations.workspaceSavePlan({ plan: { ...view.plan, name: 'New tea' } }, at(tab));
    await tab.close();
    expect(await operations.workspaceOpen({ id: 'old' }, at(otherTab))).toMatchObject({
      plan: { name: 'New tea' },
      facts: { events: facts.events },
    });
  });
});

describe('the sample shop', () => {
  it('is saved without the tables that ship with the app; a file added to it saves them all, and one step back is the shop', async () => {
    await otherTab.close();
    await operations.workspaceOpenSample(undefined, at(tab));
    const { id } = tab.state.entry;
    expect(tab.state.entry.bytes).toBe(0);
    const shop = { events: await eventsOf(tab), facts: factsOf(tab) };
    await tab.close();
    expect((await operations.workspaceOpen({ id }, at(otherTab))).facts).toEqual(shop.facts);
    expect(await eventsOf(otherTab)).toEqual(shop.events);

    const { view } = await add(otherTab, new File(['user_id,email\nZZ-late,late@example.com\n'], 'people.csv'));
    expect(view.facts?.users).toBe(shop.facts!.users + 1);
    expect(view.entry.bytes).toBeGreaterThan(30_000_000);
    await otherTab.close();
    expect((await operations.workspaceOpen({ id }, at(tab))).facts).toEqual(view.facts);
    expect(await eventsOf(tab)).toEqual(shop.events);
    expect((await operations.dataStepBack(undefined, at(tab))).facts).toEqual(shop.facts);
  });
});
