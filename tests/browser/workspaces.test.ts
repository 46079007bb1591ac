import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteDB } from 'idb';
import { Cancelled } from '$lib/core/base/errors';
import { createRunContext, quietContext } from '$lib/core/base/run';
import { rowsOf } from '$lib/core/store/columns';
import { sql } from '$lib/core/store/sql';
import { browserPlatform } from '$lib/platform/browser/platform';
import { Desk } from '$lib/work/desk';
import { workspaceCreate, workspaceList, workspaceOpen, workspaceRemove, workspaceSavePlan } from '$lib/work/operations/workspaces';
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
beforeAll(wipe);
afterAll(wipe);

/** A shop whose 600,000 events need two parts in a snapshot. */
async function teaShop(): Promise<Desk> {
  const desk = new Desk(browserPlatform());
  await workspaceCreate({ name: '茶铺', timeZone: 'Asia/Shanghai', currency: 'CNY' }, at(desk));
  const store = await desk.store();
  await store.execute(
    sql`CREATE TABLE users AS SELECT * FROM (VALUES (0, '客户-001', TRUE), (1, '007', NULL)) AS t(user_index, user_id, consent_email)`,
  );
  await store.execute(
    sql`CREATE TABLE events AS SELECT (i % 2)::INTEGER AS user_index, (i / 3)::DECIMAL(18,4) AS value, TIMESTAMP '2026-01-01 00:00:00' + to_microseconds(i) AS ts FROM range(600000) t(i)`,
  );
  await store.execute(sql`CREATE TABLE profiles AS SELECT user_index FROM users`);
  desk.workspace.facts = facts;
  await saveWorkspace(desk, { tables: true });
  return desk;
}

describe('a workspace', () => {
  it('is all there after the page was closed: plan, facts and tables', async () => {
    const before = await teaShop();
    const check = sql`SELECT count(*) AS events, sum(value) AS total, max(ts) AS newest, sum(user_index) AS odd, sum(rowid * user_index) AS inOrder FROM events`;
    const expected = rowsOf(await (await before.store()).query(check));
    const { id } = before.workspace.entry;

    const visit = new Desk(browserPlatform());
    const [entry] = await workspaceList(undefined, at(visit));
    expect(entry).toMatchObject({ id, name: '茶铺', users: 2, events: 3 });
    expect(entry.bytes).toBeGreaterThan(600_000 * 20);
    const view = await workspaceOpen({ id }, at(visit));
    expect(view).toMatchObject({ plan: { name: '茶铺', currency: 'CNY' }, facts, asOf: '2026-05-02T00:00:00' });
    const store = await visit.store();
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

  it('saves a changed plan without touching the tables', async () => {
    const desk = await teaShop();
    const { id, bytes } = desk.workspace.entry;
    const { view, problems } = await workspaceSavePlan(
      { plan: { ...desk.workspace.plan, name: '新茶铺', segments: [{ id: 'loyal', rule: { segment: 'nobody' } }] } },
      at(desk),
    );
    expect(problems.map((problem) => problem.severity)).toEqual(['error']);
    expect(view.entry).toMatchObject({ name: '新茶铺', bytes });
    const reopened = new Desk(browserPlatform());
    expect((await workspaceOpen({ id }, at(reopened))).plan).toMatchObject({ name: '新茶铺', segments: [{ id: 'loyal' }] });
    expect(rowsOf(await (await reopened.store()).query(sql`SELECT count(*) FROM events`))).toEqual([[600_000]]);
  });

  it('refuses a plan that does not fit its schema, whole, and says where', async () => {
    const desk = await teaShop();
    const broken = { ...desk.workspace.plan, name: 'X', seed: -1 };
    const refused = workspaceSavePlan({ plan: broken }, at(desk));
    await expect(refused).rejects.toMatchObject({ code: 'plan_invalid', values: { path: 'seed' } });
    expect(desk.workspace.plan.name).toBe('茶铺');
  });

  it('writes only the tables it is told of', async () => {
    const desk = await teaShop();
    const store = await desk.store();
    await store.execute(sql`CREATE TABLE scores AS SELECT 0 AS user_index, 'will-buy' AS model, 0.5::DOUBLE AS score`);
    await saveWorkspace(desk, { tables: ['scores'] });
    const reopened = new Desk(browserPlatform());
    await workspaceOpen({ id: desk.workspace.entry.id }, at(reopened));
    expect(rowsOf(await (await reopened.store()).query(sql`SELECT (SELECT count(*) FROM events), score FROM scores`))).toEqual([
      [600_000, 0.5],
    ]);
  });

  it('open in two tabs is whole after the later save, which is told of the other', async () => {
    const first = await teaShop();
    const { id } = first.workspace.entry;
    const second = new Desk(browserPlatform());
    await workspaceOpen({ id }, at(second));
    await (await second.store()).execute(sql`DELETE FROM events WHERE user_index = 1`);
    await saveWorkspace(second, { tables: true });

    const { problems } = await workspaceSavePlan({ plan: { ...first.workspace.plan, name: 'first' } }, at(first));
    expect(problems.map((problem) => problem.code)).toEqual(['workspace_two_tabs']);
    const third = new Desk(browserPlatform());
    expect((await workspaceOpen({ id }, at(third))).plan.name).toBe('first');
    expect(rowsOf(await (await third.store()).query(sql`SELECT count(*) FROM events`))).toEqual([[600_000]]);
  });

  it('that is gone is said to be gone', async () => {
    const desk = await teaShop();
    const { id } = desk.workspace.entry;
    await workspaceRemove({ id }, at(desk));
    expect(desk.hasWorkspace).toBe(false);
    await expect(workspaceOpen({ id }, at(desk))).rejects.toMatchObject({ code: 'workspace_gone' });
  });

  it('whose opening is cancelled leaves the store empty', async () => {
    const { id } = (await teaShop()).workspace.entry;
    const desk = new Desk(browserPlatform());
    const controller = new AbortController();
    const run = { ...createRunContext(controller.signal, () => controller.abort()), desk };
    await expect(workspaceOpen({ id }, run)).rejects.toBeInstanceOf(Cancelled);
    expect(desk.hasWorkspace).toBe(false);
    expect((await (await desk.store()).query(sql`SELECT * FROM duckdb_tables()`)).numRows).toBe(0);
  });
});
