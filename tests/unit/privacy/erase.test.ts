import { afterEach, describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import type { Mapping } from '$lib/core/schema/roles';
import { rowsOf } from '$lib/core/store/columns';
import { tablesToSave } from '$lib/core/store/dataset/version';
import { identifier, sql } from '$lib/core/store/sql';
import { nodePlatform } from '$lib/platform/node/platform';
import { Desk } from '$lib/work/desk';
import { operations, type OperationContext } from '$lib/work/operations';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { erasePerson, findPerson, importSource, type DatasetVersion } from '$lib/core/store/dataset';
import { inspectSource } from '$lib/core/schema/inspect/inspectSource';
import { fileOf } from '../import/support';

/** A tea shop of three customers. Wang Fang (C-2002) wants to be forgotten. */
const orders = `customer_id,product_id,event_name,timestamp,quantity,price,order_id
C-1001,tea-1,order_completed,2026-01-02 10:00:00,1,9.00,o1
C-2002,tea-2,order_completed,2026-01-03 10:00:00,2,4.00,o2
C-2002,tea-3,product_viewed,2026-01-01 08:00:00,,,
C-3003,tea-1,order_completed,2026-01-04 10:00:00,1,9.00,o3
C-2002,tea-2,order_completed,sometime,2,4.00,o9
`;
const customers = `customer_id,email,phone,city,accepts_marketing
C-1001,li@example.com,13800138001,Shanghai,yes
C-2002,fang@example.com,13800138002,Suzhou,yes
C-3003,zhao@example.com,13800138003,Shanghai,no
`;
const without = (text: string) =>
  text
    .split('\n')
    .filter((line) => !line.includes('C-2002'))
    .join('\n');

const desks: Desk[] = [];
afterEach(async () => {
  for (const desk of desks.splice(0)) {
    await desk.close();
    (await desk.opened()).kernels?.close();
    await (await desk.store()).close();
  }
});

async function shop(): Promise<OperationContext> {
  const desk = new Desk(nodePlatform({ threads: 1 }));
  desks.push(desk);
  const context = { ...quietContext(), desk };
  await operations.workspaceCreate({ name: 'Tea', timeZone: 'Asia/Shanghai', currency: 'CNY' }, context);
  return context;
}
async function add(
  context: OperationContext,
  text: string,
  sourceId: string,
  mode: 'add' | 'replace' = 'add',
  change: Partial<Mapping> = {},
) {
  const file = fileOf(text, `${sourceId}.csv`);
  const { mapping } = await operations.sourceInspect({ file }, context);
  return operations.sourceImport({ file, sourceId, mapping: { ...mapping, ...change }, mode }, context);
}
const facts = ({ desk }: OperationContext) => desk.state.data!.version.facts;
/** Every cell of every table that would be saved. */
async function everyCell({ desk }: OperationContext): Promise<string> {
  const store = await desk.store();
  const texts: string[] = [];
  for (const table of tablesToSave(desk.state.data!.version))
    texts.push(...rowsOf(await store.query(sql`SELECT * FROM ${identifier(table)}`)).map((row) => row.join('\u0001')));
  return texts.join('\n');
}

describe('erasing one person', () => {
  it('leaves the data that the same files would have given without them', async () => {
    const context = await shop();
    await add(context, orders, 'orders');
    await add(context, customers, 'customers');
    const { erasure, view } = await operations.personErase({ userId: 'C-2002' }, context);
    expect(erasure.rows).toMatchObject({ events: 2, stated: 3, ids: 1, rejects: 1 });
    expect(view.facts).toMatchObject({ users: 2, userNumbers: 3, events: 2, orders: 2, firstEvent: '2026-01-02T02:00:00.000Z' });
    expect(await everyCell(context)).not.toMatch(/C-2002|fang@example\.com|13800138002/);
    expect(await everyCell(context)).toMatch(/C-1001.*li@example\.com/);

    const other = await shop();
    await add(other, without(orders), 'orders');
    await add(other, without(customers), 'customers');
    expect(facts(context).dataHash).toBe(facts(other).dataHash);
    expect(facts(context).eventCounts).toEqual(facts(other).eventCounts);
    const hashes = ({ desk }: OperationContext) =>
      desk.state.data!.version.sources.map(({ hash, eventHash, rows }) => ({ hash, eventHash, rows }));
    expect(hashes(context)).toEqual(hashes(other));
  });

  it('leaves no trace in the document, and an old file brings nobody back', async () => {
    const context = await shop();
    await add(context, customers, 'customers');
    const rule = {
      any: [
        { trait: 'email', is: 'fang@example.com' },
        { trait: 'orders', atLeast: 1 },
      ],
    };
    const idLists = [{ id: 'guests', name: 'With C-2002', ids: 'C-1001\nC-2002\nfang@example.com\nC-20021' }];
    const given = [{ people: 'C-1001\tlike C-2002\nC-2002\tgold\nC-20021\tgold', by: 'Mei', note: 'friends of C-2002' }, { people: 'C-2002\tgold' }]; // prettier-ignore
    const tags = [{ id: 'grade', kind: 'label', given }];
    await operations.workspaceSavePlan(
      { plan: { ...context.desk.state.plan, segments: [{ id: 'vip', rule }], tags, idLists } as never },
      context,
    );
    await operations.personErase({ userId: 'C-2002' }, context);
    const { state } = context.desk;
    expect(state.plan.idLists).toEqual([{ id: 'guests', name: 'With …', ids: 'C-1001\nC-20021' }]);
    const left = [{ people: 'C-1001\tlike …\nC-20021\tgold', by: 'Mei', note: 'friends of …' }];
    expect(state.plan.tags).toEqual([{ id: 'grade', kind: 'label', given: left }]);
    const document = JSON.stringify([state.plan, state.data, state.erasures, [...state.data!.reports]]);
    expect(document).not.toMatch(/C-2002(?!1)|fang@example|13800138002/);
    expect(state.plan.erased).toEqual(state.erasures[0].ids);

    const { report } = await add(context, orders, 'orders');
    expect(report).toMatchObject({ rowsRead: 5, rowsKept: 2, rowsRejected: 3, rejectsKept: 0 });
    expect(report.rejectReasons).toEqual([
      expect.objectContaining({ code: 'erased_before', count: 2 }),
      expect.objectContaining({ code: 'bad_time', count: 1 }),
    ]);
    expect(await everyCell(context)).not.toMatch(/C-2002|fang@example\.com|13800138002/);
    await expect(add(context, customers, 'again')).rejects.toMatchObject({ code: 'source_already_there' });
    // A plan that a screen still holds does not bring them back either.
    await operations.workspaceSavePlan({ plan: { ...state.plan, erased: [] } }, context);
    expect(context.desk.state.plan.erased).toEqual(state.erasures[0].ids);
  });

  it('takes all ids that are merged, and of shared ones nobody else', async () => {
    const store = await openNativeStore();
    const options = { timeZone: 'UTC', currency: 'USD', run: quietContext() };
    const into = async (version: DatasetVersion | null, text: string, sourceId: string, declaredIds?: Record<string, string>) => {
      const file = fileOf(text, `${sourceId}.csv`);
      const { mapping } = await inspectSource(file);
      return (await importSource(store, version, { file, sourceId, mapping, mode: 'add', declaredIds, ...options })).version;
    };
    try {
      const log =
        'user_id,item_id,event,timestamp\napp-1,tea,pv,2026-01-01 10:00\nweb-9,tea,pv,2026-01-02 10:00\napp-2,cup,pv,2026-01-03 10:00\n';
      const accounts = 'user_id,email,phone\napp-1,ann@x.org,555000\nweb-9,ann@x.org,555000\napp-2,bo@x.org,555000\n';
      const version = await into(await into(null, log, 'log'), accounts, 'accounts', { email: 'email' });
      const person = await findPerson(store, [version], 'app-1');
      // The phone is that of somebody else, too: it tells nobody.
      expect(person!.ids).toEqual([
        { kind: 'email', id: 'ann@x.org' },
        { kind: 'user', id: 'app-1' },
        { kind: 'user', id: 'web-9' },
      ]);
      expect(await findPerson(store, [version], 'web-9')).toEqual(person);
      const { version: left } = await erasePerson(store, version, person!, options);
      const others = await into(
        await into(null, log.replace(/.*(app-1|web-9).*\n/g, ''), 'log'),
        'user_id,email,phone\napp-2,bo@x.org,555000\n',
        'accounts',
        { email: 'email' },
      );
      expect(left!.facts.dataHash).toBe(others.facts.dataHash);
      expect(left!.people).toBeNull();
    } finally {
      await store.close();
    }
  });

  it('takes what cleaning took out as well, and cleaning goes on', async () => {
    const twice = `${orders}C-2002,tea-2,order_completed,2026-01-03 10:00:00,2,4.00,o2\nC-1001,tea-1,order_completed,2026-01-02 10:00:00,1,9.00,o1\n`;
    const clean = { steps: [{ step: 'drop-exact-duplicates' as const }] };
    const context = await shop();
    await add(context, twice, 'orders');
    await operations.cleaningApply(clean, context);
    expect(facts(context).events).toBe(4);
    await operations.personErase({ userId: 'C-2002' }, context);
    expect(facts(context).events).toBe(2);
    expect(await everyCell(context)).not.toContain('C-2002');
    const other = await shop();
    await add(other, without(twice), 'orders');
    await operations.cleaningApply(clean, other);
    expect(facts(context).dataHash).toBe(facts(other).dataHash);
  });

  it('keeps everybody else’s number, and the next file goes on', async () => {
    const context = await shop();
    await add(context, orders, 'orders');
    const numberOf = async (id: string) =>
      (
        await (
          await context.desk.store()
        ).query(sql`SELECT user_index FROM ${identifier(context.desk.state.data!.version.tables.users)} WHERE user_id = ${id}`)
      ).get(0)?.user_index;
    const before = await numberOf('C-3003');
    await operations.personErase({ userId: 'C-2002' }, context);
    expect(await numberOf('C-3003')).toBe(before);
    const { report } = await add(
      context,
      'customer_id,product_id,timestamp\nC-4004,tea-9,2026-02-01 10:00:00\nC-2002,tea-9,2026-02-01 11:00:00\n',
      'february',
    );
    expect(report).toMatchObject({ rowsKept: 1, rowsRejected: 1 });
    expect(facts(context)).toMatchObject({ users: 3, userNumbers: 4 });
    expect(await numberOf('C-4004')).toBe(3);
  });

  it('of nobody is refused; of the only one leaves no data', async () => {
    const context = await shop();
    await add(context, 'customer_id,product_id,timestamp\nC-4004,tea-9,2026-02-01 10:00:00\n', 'one');
    await expect(operations.personErase({ userId: 'nobody' }, context)).rejects.toMatchObject({ code: 'user_unknown' });
    const { view } = await operations.personErase({ userId: 'C-4004' }, context);
    expect(view.facts).toBeNull();
    await expect(add(context, 'customer_id,product_id,timestamp\nC-4004,tea-9,2026-02-01 10:00:00\n', 'one')).rejects.toMatchObject({
      code: 'all_rows_erased',
    });
  });
});
