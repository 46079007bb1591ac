import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteDB } from 'idb';
import { Cancelled } from '$lib/core/base/errors';
import { createRunContext, quietContext } from '$lib/core/base/run';
import { rowsOf } from '$lib/core/store/columns';
import { sql } from '$lib/core/store/sql';
import { browserPlatform } from '$lib/platform/browser/platform';
import { Desk } from '$lib/work/desk';
import { putScores } from '$lib/core/predictions/scoresTable';
import { sourceImport, sourceInspect } from '$lib/work/operations/sources';
import {
  workspaceCreate,
  workspaceList,
  workspaceOpen,
  workspaceOpenSample,
  workspaceRemove,
  workspaceSavePlan,
} from '$lib/work/operations/workspaces';
import { saveWorkspace } from '$lib/work/saveWorkspace';

const facts = {
  dataHash: 'abc',
  users: 2,
  items: 1,
  events: 3,
  orders: 1,
  firstEvent: '2026-04-30T20:00:00.000Z',
  lastEvent: '2026-04-30T20:00:00.000Z',
  eventCounts: [],
  currency: 'CNY',
  timeZone: 'Asia/Shanghai',
};
const at = (desk: Desk) => ({ ...quietContext(), desk });
const wipe = async () => {
  await deleteDB('muster');
  const root = await navigator.storage.getDirectory();
  await root.removeEntry('muster', { recursive: true }).catch(() => {});
};

/** Two tabs, with an engine each: starting one takes seconds. */
let tab: Desk;
let otherTab: Desk;
beforeAll(async () => {
  await wipe();
  tab = new Desk(browserPlatform());
  otherTab = new Desk(browserPlatform());
});
afterAll(async () => {
  for (const desk of [tab, otherTab]) await (await desk.store()).close();
  await wipe();
});

/** A new shop whose 600,000 events need two parts in a snapshot; returns its id. */
async function saveTeaShop(): Promise<string> {
  await workspaceCreate({ name: '茶铺', timeZone: 'Asia/Shanghai', currency: 'CNY' }, at(tab));
  const store = await tab.store();
  await store.execute(
    sql`CREATE TABLE users AS SELECT * FROM (VALUES (0, '客户-001', TRUE), (1, '007', NULL)) AS t(user_index, user_id, consent_email)`,
  );
  await store.execute(
    sql`CREATE TABLE events AS SELECT (i % 2)::INTEGER AS user_index, (i / 3)::DECIMAL(18,4) AS value, TIMESTAMP '2026-01-01 00:00:00' + to_microseconds(i) AS ts FROM range(600000) t(i)`,
  );
  await store.execute(sql`CREATE TABLE profiles AS SELECT user_index FROM users`);
  tab.workspace.facts = facts;
  await saveWorkspace(tab, { tables: true });
  return tab.workspace.entry.id;
}

describe('a workspace', () => {
  it('is all there in another visit: plan, facts and tables', async () => {
    const id = await saveTeaShop();
    const check = sql`SELECT count(*) AS events, sum(value) AS total, max(ts) AS newest, sum(rowid * user_index) AS inOrder FROM events`;
    const expected = rowsOf(await (await tab.store()).query(check));

    const [entry] = await workspaceList(undefined, at(otherTab));
    expect(entry).toMatchObject({ id, name: '茶铺', users: 2, events: 3 });
    expect(entry.bytes).toBeGreaterThan(600_000 * 20);
    const view = await workspaceOpen({ id }, at(otherTab));
    expect(view).toMatchObject({ plan: { name: '茶铺', currency: 'CNY' }, facts, asOf: '2026-05-02T00:00:00' });
    const store = await otherTab.store();
    expect(rowsOf(await store.query(check))).toEqual(expected);
    expect(rowsOf(await store.query(sql`SELECT * FROM users ORDER BY user_index`))).toEqual([
      [0, '客户-001', true],
      [1, '007', null],
    ]);
    const types = await store.query(sql`SELECT column_type FROM (DESCRIBE events)`);
    expect(rowsOf(types).flat()).toEqual(['INTEGER', 'DECIMAL(18,4)', 'TIMESTAMP']);
    // Profiles are made again from the rest.
    expect(rowsOf(await store.query(sql`SELECT table_name FROM duckdb_tables() ORDER BY 1`)).flat()).toEqual(['events', 'users']);
  });

  it('saves a changed plan, and refuses one that does not fit its schema, whole, saying where', async () => {
    const id = await saveTeaShop();
    const { bytes } = tab.workspace.entry;
    const plan = { ...tab.workspace.plan, name: '新茶铺', segments: [{ id: 'loyal', rule: { segment: 'nobody' } }] };
    const { view, problems } = await workspaceSavePlan({ plan }, at(tab));
    expect(problems.map((problem) => problem.severity)).toEqual(['error']);
    expect(view.entry).toMatchObject({ name: '新茶铺', bytes });

    const refused = workspaceSavePlan({ plan: { ...plan, name: 'X', seed: -1 } }, at(tab));
    await expect(refused).rejects.toMatchObject({ code: 'plan_invalid', values: { path: 'seed' } });
    expect((await workspaceOpen({ id }, at(otherTab))).plan).toMatchObject({ name: '新茶铺', segments: [{ id: 'loyal' }] });
    expect(rowsOf(await (await otherTab.store()).query(sql`SELECT count(*) FROM events`))).toEqual([[600_000]]);
  });

  it('writes only the tables it is told of', async () => {
    const id = await saveTeaShop();
    const store = await tab.store();
    await store.execute(sql`CREATE TABLE scores AS SELECT 0 AS user_index, 'will-buy' AS model, 0.5::DOUBLE AS score`);
    await store.execute(sql`DELETE FROM events`);
    await saveWorkspace(tab, { tables: ['scores'] });
    await workspaceOpen({ id }, at(otherTab));
    const found = await (await otherTab.store()).query(sql`SELECT (SELECT count(*) FROM events), score FROM scores`);
    expect(rowsOf(found)).toEqual([[600_000, 0.5]]);
  });

  it('open in two tabs is whole after the later save, which is told of the other', async () => {
    const id = await saveTeaShop();
    await workspaceOpen({ id }, at(otherTab));
    await (await otherTab.store()).execute(sql`DELETE FROM events WHERE user_index = 1`);
    await saveWorkspace(otherTab, { tables: true });

    const { problems } = await workspaceSavePlan({ plan: { ...tab.workspace.plan, name: 'first' } }, at(tab));
    expect(problems.map((problem) => problem.code)).toEqual(['workspace_two_tabs']);
    expect((await workspaceOpen({ id }, at(otherTab))).plan.name).toBe('first');
    expect(rowsOf(await (await otherTab.store()).query(sql`SELECT count(*) FROM events`))).toEqual([[600_000]]);
  });

  it('whose opening is cancelled leaves the store empty; one that is gone is said to be gone', async () => {
    const id = await saveTeaShop();
    const controller = new AbortController();
    const run = { ...createRunContext(controller.signal, () => controller.abort()), desk: otherTab };
    await expect(workspaceOpen({ id }, run)).rejects.toBeInstanceOf(Cancelled);
    expect(otherTab.hasWorkspace).toBe(false);
    expect((await (await otherTab.store()).query(sql`SELECT * FROM duckdb_tables()`)).numRows).toBe(0);

    await workspaceRemove({ id }, at(tab));
    expect(tab.hasWorkspace).toBe(false);
    await expect(workspaceOpen({ id }, at(otherTab))).rejects.toMatchObject({ code: 'workspace_gone' });
  });
});

describe('the sample shop', () => {
  it('is saved without the tables that ship with the app, but with scores; a file added to it saves them all', async () => {
    await workspaceOpenSample(undefined, at(tab));
    const { id } = tab.workspace.entry;
    expect(tab.workspace.entry.bytes).toBe(0);
    const check = sql`SELECT count(*) AS events, max(ts) AS newest, sum(rowid * user_index) AS inOrder FROM events`;
    const expected = rowsOf(await (await tab.store()).query(check));
    await putScores(await tab.store(), 'will-buy', new Float32Array([0.5, NaN, 0.25]));
    await saveWorkspace(tab, { tables: ['scores'] });

    const again = await workspaceOpen({ id }, at(otherTab));
    expect(again.facts).toEqual(tab.workspace.facts);
    const store = await otherTab.store();
    expect(rowsOf(await store.query(check))).toEqual(expected);
    expect(rowsOf(await store.query(sql`SELECT user_index, score FROM scores ORDER BY 1`))).toEqual([
      [0, 0.5],
      [2, 0.25],
    ]);

    const file = new File(['user_id,email\nZZ-late,late@example.com\n'], 'people.csv');
    const { mapping } = await sourceInspect({ file }, at(otherTab));
    const { view } = await sourceImport({ file, sourceId: 'people', mapping, mode: 'add' }, at(otherTab));
    expect(view.facts?.users).toBe(again.facts!.users + 1);
    expect(view.entry.bytes).toBeGreaterThan(50_000_000);
    const changed = rowsOf(await store.query(check));
    expect((await workspaceOpen({ id }, at(tab))).facts).toEqual(view.facts);
    expect(rowsOf(await (await tab.store()).query(check))).toEqual(changed);
    expect(rowsOf(await (await tab.store()).query(sql`SELECT source_id FROM sources`)).flat()).toEqual(['sample-shop', 'people']);
  });
});
