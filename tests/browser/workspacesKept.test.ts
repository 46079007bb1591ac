import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { rowsOf } from '$lib/core/store/columns';
import { StoredZipWriter } from '$lib/core/store/keeping/storedZip';
import { toFileSource } from '$lib/core/schema/files';
import { membersOf } from '$lib/core/schema/formats/packing/zip';
import { identifier, sql } from '$lib/core/store/sql';
import { opfsFiles } from '$lib/platform/browser/snapshotFiles';
import { browserPlatform } from '$lib/platform/browser/platform';
import { Desk } from '$lib/work/desk';
import { operations, type OperationContext } from '$lib/work/operations';
import type { Platform } from '$lib/work/platform';
import { teaShopCsv } from '../support/teaShop';
import { wipeWorkspaces } from '../support/wipeWorkspaces';

const at = (desk: Desk): OperationContext => ({ ...quietContext(), desk });

let tab: Desk;
let platform: Platform;
beforeAll(async () => {
  await wipeWorkspaces();
  platform = browserPlatform();
  tab = new Desk(platform);
});
afterAll(async () => {
  await tab.close();
  await (await tab.store()).close();
  await wipeWorkspaces();
});

const january = () => new File([teaShopCsv()], 'january.csv');
const propensity = {
  id: 'soon',
  kind: 'prediction' as const,
  task: 'propensity',
  learner: 'logistic',
  target: { event: 'order_completed', withinDays: 7 },
  options: {},
};

/** A tea shop with a month of data and a trained prediction; open. */
async function openTeaShop(name = '茶铺'): Promise<string> {
  const { entry } = await operations.workspaceCreate({ name, timeZone: 'Asia/Shanghai', currency: 'CNY' }, at(tab));
  const file = january();
  const { mapping } = await operations.sourceInspect({ file }, at(tab));
  await operations.sourceImport({ file, sourceId: 'january', mapping, mode: 'add' }, at(tab));
  return entry.id;
}
const names = async () => (await operations.workspaceList(undefined, at(tab))).map(({ name }) => name);
const events = async () => {
  const { events } = tab.state.data!.version.tables;
  return rowsOf(
    await (await tab.store()).query(sql`SELECT count(*) AS n, sum(value) AS total, max(ts) AS newest FROM ${identifier(events)}`),
  );
};
const storedFiles = async () => (await (await opfsFiles('muster')).names()).length;

/** Where some bytes begin among others. */
const indexOf = (bytes: Uint8Array, wanted: Uint8Array) => bytes.findIndex((_, at) => wanted.every((byte, i) => bytes[at + i] === byte));

describe('a workspace that is not open', () => {
  it('is renamed without its tables being touched, and the open one through its plan', async () => {
    const id = await openTeaShop();
    expect(await operations.workspaceRename({ id, name: '春茶' }, at(tab))).toMatchObject({ name: '春茶' });
    expect(tab.state.plan.name).toBe('春茶');
    await tab.close();
    const files = await storedFiles();
    expect(await operations.workspaceRename({ id, name: '秋茶' }, at(tab))).toMatchObject({ name: '秋茶', events: 240 });
    expect([await names(), await storedFiles()]).toEqual([['秋茶'], files]);
    expect((await operations.workspaceOpen({ id }, at(tab))).plan.name).toBe('秋茶');
    await expect(operations.workspaceRename({ id, name: '' }, at(tab))).rejects.toMatchObject({ code: 'plan_invalid' });
    await operations.workspaceWipe({ id }, at(tab));
  });

  it('has a full copy: data, scores and what models learnt; the first can go', async () => {
    const id = await openTeaShop();
    await operations.predictionTrain({ model: propensity }, at(tab));
    const best = { rule: { trait: 'score:soon', topPercent: 50 }, offset: 0, limit: 24 };
    const before = { page: await operations.profilesPage(best, at(tab)), events: await events(), facts: tab.state.data!.version.facts };
    const copy = await operations.workspaceDuplicate({ id, name: '茶铺 副本' }, at(tab));
    expect(copy).toMatchObject({ name: '茶铺 副本', events: 240, bytes: tab.state.entry.bytes });
    await operations.workspaceWipe({ id }, at(tab));
    expect(tab.hasWorkspace).toBe(false);

    const view = await operations.workspaceOpen({ id: copy.id }, at(tab));
    expect([view.plan.name, view.facts]).toEqual(['茶铺 副本', before.facts]);
    expect([await operations.profilesPage(best, at(tab)), await events()]).toEqual([before.page, before.events]);
    await operations.predictionScore({ model: propensity }, at(tab));
    await operations.workspaceWipe({ id: copy.id }, at(tab));
    expect(await storedFiles()).toBe(0);
    await expect(operations.workspaceDuplicate({ id, name: 'x' }, at(tab))).rejects.toMatchObject({ code: 'workspace_gone' });
  });

  it('is deleted, brought back as it was, and erased for good', async () => {
    const id = await openTeaShop();
    const facts = tab.state.data!.version.facts;
    await operations.workspaceRemove({ id }, at(tab));
    expect([await names(), tab.hasWorkspace]).toEqual([[], false]);
    expect(await operations.workspaceListDeleted(undefined, at(tab))).toMatchObject([{ id, name: '茶铺' }]);
    await expect(operations.workspaceOpen({ id }, at(tab))).rejects.toMatchObject({ code: 'workspace_gone' });

    await operations.workspaceRestore({ id }, at(tab));
    expect((await operations.workspaceOpen({ id }, at(tab))).facts).toEqual(facts);
    await operations.workspaceRemove({ id }, at(tab));
    await operations.workspaceWipe({ id }, at(tab));
    expect([await operations.workspaceListDeleted(undefined, at(tab)), await storedFiles()]).toEqual([[], 0]);
    await expect(operations.workspaceRestore({ id }, at(tab))).rejects.toMatchObject({ code: 'workspace_gone' });
  });
});

describe('a workspace in one file', () => {
  it('opens elsewhere with data, scores and weights, under a name that is free', async () => {
    const id = await openTeaShop();
    await operations.predictionTrain({ model: propensity }, at(tab));
    const expected = { events: await events(), facts: tab.state.data!.version.facts };
    const { file, fileName, missing } = await operations.workspaceExport({ id }, at(tab));
    expect([fileName, missing]).toEqual(['茶铺.muster', []]);
    // An unzip tool can look into it.
    const members = (await membersOf(toFileSource(new File([file!], fileName)))).map(({ name }) => name);
    expect(members).toEqual(expect.arrayContaining(['document.json', 'muster-workspace.json']));

    // Saved from the list, without being open, it is the same but for when that was.
    await tab.close();
    const closed = await operations.workspaceExport({ id }, at(tab));
    expect(closed.bytes).toBe(file!.size);

    const taken = await operations.workspaceImport({ file: new File([file!], fileName) }, at(tab));
    expect(taken.entry.name).toBe('茶铺 (2)');
    const view = await operations.workspaceOpen({ id: taken.entry.id }, at(tab));
    expect([view.facts, await events()]).toEqual([expected.facts, expected.events]);
    expect(view.predictionReports.map(({ modelId }) => modelId)).toEqual(['soon']);
    for (const one of [id, taken.entry.id]) await operations.workspaceWipe({ id: one }, at(tab));
  });

  it('is refused where a byte differs, where it was cut off, is too new or something else, and nothing is changed', async () => {
    const id = await openTeaShop();
    const { file } = await operations.workspaceExport({ id }, at(tab));
    const bytes = new Uint8Array(await file!.arrayBuffer());
    const stored = await storedFiles();
    const take = (content: BlobPart) => operations.workspaceImport({ file: new File([content], 'tea.muster') }, at(tab));
    const start = (name: string) => indexOf(bytes, new TextEncoder().encode(name)) + name.length;
    for (const { name, inflatedBytes } of await membersOf(toFileSource(new File([file!], 'tea.muster')))) {
      const changed = bytes.slice();
      changed[start(name) + Math.floor(inflatedBytes / 2)] ^= 1;
      await expect(take(changed)).rejects.toMatchObject({ code: 'workspace_file_broken' });
    }
    for (const share of [0.2, 0.7, 0.999]) {
      const cut = take(bytes.slice(0, Math.floor(bytes.length * share)));
      await expect(cut).rejects.toMatchObject({ code: 'workspace_file_broken', values: { file: 'tea.muster' } });
    }
    const zip = new StoredZipWriter();
    const manifest = zip.begin('muster-workspace.json');
    const newer = new Blob([
      ...manifest.push(new TextEncoder().encode('{"format": "muster-workspace", "version": 9, "app": "9.0.0"}')),
      ...manifest.end(),
      ...zip.end(),
    ] as BlobPart[]);
    await expect(take(newer)).rejects.toMatchObject({ code: 'workspace_file_too_new' });
    for (const content of ['', 'customer_id,event\n', 'PK'])
      await expect(take(content)).rejects.toMatchObject({ code: expect.stringMatching(/^workspace_file_(other|broken)$/) });
    expect([await names(), await storedFiles()]).toEqual([['茶铺'], stored]);
    await operations.workspaceWipe({ id }, at(tab));
  });

  it('saves what can be read of a damaged one: its plan and whatever is whole', async () => {
    const id = await openTeaShop();
    const plan = { ...tab.state.plan, segments: [{ id: 'loyal', rule: { trait: 'orders', atLeast: 6 } }] };
    await operations.workspaceSavePlan({ plan }, at(tab));
    await tab.close();
    const [{ files }] = (await platform.snapshots!.use()).workspaces;
    const [lost] = Object.keys(files).filter((part) => part.startsWith('table:events_part'));
    await (await opfsFiles('muster')).remove(files[lost].storedAs);

    await expect(operations.workspaceOpen({ id }, at(tab))).rejects.toMatchObject({ code: 'workspace_damaged' });
    await expect(operations.workspaceExport({ id }, at(tab))).rejects.toMatchObject({ code: 'workspace_damaged' });
    const { file, missing } = await operations.workspaceExport({ id, salvage: true }, at(tab));
    expect(missing).toEqual([lost]);
    const taken = await operations.workspaceImport({ file: new File([file!], 'tea.muster') }, at(tab));
    expect(taken.missing).toEqual([lost]);
    const view = await operations.workspaceOpen({ id: taken.entry.id }, at(tab));
    expect(view).toMatchObject({ facts: null, plan: { segments: [{ id: 'loyal' }] } });
    for (const one of [id, taken.entry.id]) await operations.workspaceWipe({ id: one }, at(tab));
  });

  it('of the sample shop leaves out what ships with the app', async () => {
    await operations.workspaceOpenSample(undefined, at(tab));
    const { id } = tab.state.entry;
    const { facts } = tab.state.data!.version;
    const { file, bytes } = await operations.workspaceExport({ id }, at(tab));
    expect(bytes).toBeLessThan(1_000_000);
    const copy = await operations.workspaceDuplicate({ id, name: 'Copy' }, at(tab));
    const taken = await operations.workspaceImport({ file: new File([file!], 'shop.muster') }, at(tab));
    expect((await operations.workspaceOpen({ id: taken.entry.id }, at(tab))).facts).toEqual(facts);
    // "Open the sample shop" goes on with the first one.
    expect((await operations.workspaceOpenSample(undefined, at(tab))).entry.id).toBe(id);
    for (const one of [id, copy.id, taken.entry.id]) await operations.workspaceWipe({ id: one }, at(tab));
  });
});

describe('storage', () => {
  it('is told by workspace and by what it is for', async () => {
    const id = await openTeaShop();
    await operations.predictionTrain({ model: propensity }, at(tab));
    const copy = await operations.workspaceDuplicate({ id, name: 'Copy' }, at(tab));
    await operations.workspaceRemove({ id: copy.id }, at(tab));
    const report = (await operations.storageReport(undefined, at(tab)))!;
    expect(report).toMatchObject({ kind: 'opfs', persisted: expect.any(Boolean), isNearlyFull: false });
    expect(report.workspaces.map(({ entry }) => [entry.name, entry.deletedAt !== undefined])).toEqual([
      ['茶铺', false],
      ['Copy', true],
    ]);
    const [own] = report.workspaces;
    expect(own.total).toBe(tab.state.entry.bytes);
    expect(own.total).toBe(own.bytes.data + own.bytes.scores + own.bytes.models);
    for (const use of ['data', 'scores', 'models'] as const) expect(own.bytes[use], use).toBeGreaterThan(0);
    expect([own.shared, report.workspaceBytes]).toEqual([own.total, own.total]);
    for (const one of [id, copy.id]) await operations.workspaceWipe({ id: one }, at(tab));
  });

  it('that is too small is said before anything is written; what is open stays whole and can be saved to a file', async () => {
    const id = await openTeaShop();
    const stored = await storedFiles();
    const estimate = navigator.storage.estimate.bind(navigator.storage);
    navigator.storage.estimate = async () => ({ quota: 3_000_000, usage: 2_999_000 });
    let file: Blob;
    try {
      const more = new File(
        ['customer_id,product_id,event_name,timestamp,quantity,price\nnew,tea-2,order_completed,2026-03-03 10:00:00,2,4.00\n'],
        'march.csv',
      );
      const { mapping } = await operations.sourceInspect({ file: more }, at(tab));
      const { report, view } = await operations.sourceImport({ file: more, sourceId: 'march', mapping, mode: 'add' }, at(tab));
      expect(report.diagnostics).toMatchObject([{ code: 'storage_short', values: { neededMegabytes: 1, freeMegabytes: 0 } }]);
      expect(view).toMatchObject({ isUnsaved: true, facts: { events: 241 } });
      expect(await storedFiles()).toBe(stored);
      expect((await platform.snapshots!.load(id))!.entry.events).toBe(240);
      file = (await operations.workspaceExport({ id }, at(tab))).file!;
    } finally {
      navigator.storage.estimate = estimate;
    }
    // With room again, the next save has everything.
    const saved = await operations.workspaceSavePlan({ plan: tab.state.plan }, at(tab));
    expect(saved.view.isUnsaved).toBeUndefined();
    await operations.workspaceWipe({ id }, at(tab));
    const { entry } = await operations.workspaceImport({ file: new File([file], 'tea.muster') }, at(tab));
    expect((await operations.workspaceOpen({ id: entry.id }, at(tab))).facts).toMatchObject({ events: 241 });
    await operations.workspaceWipe({ id: entry.id }, at(tab));
  });
});
