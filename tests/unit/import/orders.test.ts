import { afterEach, describe, expect, it } from 'vitest';
import { quietContext } from '../../../src/lib/core/base/run';
import { inspectSource } from '../../../src/lib/core/schema/inspect/inspectSource';
import { TimeZone } from '../../../src/lib/core/schema/parse/timeZone';
import type { Mapping } from '../../../src/lib/core/schema/roles';
import { readOrders } from '../../../src/lib/core/schema/staging/readOrders';
import { stageFile } from '../../../src/lib/core/schema/staging/stageFile';
import { identifier, sql } from '../../../src/lib/core/store/sql';
import type { TableStore } from '../../../src/lib/core/store/tableStore';
import { openNativeStore } from '../../../src/lib/platform/node/nativeStore';
import { Desk } from '../../../src/lib/work/desk';
import { openPlan } from '../../../src/lib/work/openPlan';
import { operations } from '../../../src/lib/work/operations';
import { sourceImport, sourceStage } from '../../../src/lib/work/operations/sources';
import { workspaceCreate } from '../../../src/lib/work/operations/workspaces';
import { eventsOf, factsOf, fixture } from './presetSupport';
import { gbkBytes } from '../../support/gbk';
import { closeDesks, importDesk, type ImportDesk } from '../../support/importDesk';
import { fileOf } from './support';

afterEach(closeDesks);

const options = { sourceId: 's', zone: new TimeZone('UTC'), currency: 'CNY', run: quietContext() };
const mapped = async (content: Uint8Array | string, name: string) => {
  const file = fileOf(content, name, 200);
  return { file, mapping: (await inspectSource(file)).mapping };
};
const ordersOf = async (...files: Awaited<ReturnType<typeof mapped>>[]) => readOrders(files, options);

describe('order lines with the orders in a file of their own', () => {
  it('are Instacart’s: user and time come from the order, whose date follows from its days', async () => {
    const orders = await ordersOf(await mapped(fixture('instacart-orders.csv'), 'orders.csv'));
    const { file, mapping } = await mapped(fixture('instacart-lines.csv'), 'order_products__prior.csv');
    const { source, rowsRead, rowsRejected } = await stageFile(file, mapping, { ...options, orders: orders.seenBy() });
    expect([rowsRead, rowsRejected]).toEqual([4, 0]);
    expect(eventsOf(source)).toEqual([
      { user: '1', event: 'order_completed', ts: '2017-01-03T08:00:00Z', item: '196', order: '2539329' },
      { user: '1', event: 'order_completed', ts: '2017-01-03T08:00:00Z', item: '14084', order: '2539329' },
      { user: '1', event: 'order_completed', ts: '2017-01-18T07:00:00Z', item: '196', order: '2398795' },
      { user: '2', event: 'order_completed', ts: '2017-01-03T11:00:00Z', item: '32792', order: '2168274' },
    ]);
    expect(orders.problems()).toMatchObject([{ code: 'orders_without_lines', values: { count: 1, of: 4 } }]);
  });

  it('are 淘宝’s: a line without its order is rejected, the total of an order is no amount of a line', async () => {
    const text = (name: string) => gbkBytes(new TextDecoder().decode(fixture(name)));
    const orders = await ordersOf(await mapped(text('taobao-order-list.csv'), 'ExportOrderList.csv'));
    const { file, mapping } = await mapped(text('taobao-order-details.csv'), 'ExportOrderDetailList.csv');
    const { source, rejectCounts } = await stageFile(file, mapping, { ...options, orders: orders.seenBy() });
    expect([...rejectCounts]).toEqual([['orphan_order', 1]]);
    expect([...source.rejects!][0]).toMatchObject({ row: 5, column: '订单编号', code: 'orphan_order', value: '1930679858179999' });
    expect(eventsOf(source)).toMatchObject([
      { order: '1930679858170001', user: '茶客一号', item: 'LJ250', value: 598, ts: '2026-05-23T14:02:11Z' },
      { order: '1930679858170002', user: '茶客二号', item: 'PE357', value: 44 },
      { order: '1930679858170002', user: '茶客二号', item: 'CJ01', quantity: 2, value: 44 },
      { order: '1930679858170003', user: '茶客一号', event: 'order_closed' },
    ]);
    expect(factsOf(source, 'users')['茶客二号']).toEqual({ phone: '13900139000' });
    expect(orders.problems()).toMatchObject([{ code: 'orders_without_lines', values: { count: 1, of: 4 } }]);
  });

  it('are 有赞’s goods', async () => {
    const orders = await ordersOf(await mapped(fixture('youzan-orders.csv'), 'orders.csv'));
    const { file, mapping } = await mapped(fixture('youzan-goods.csv'), 'goods.csv');
    const { source } = await stageFile(file, mapping, { ...options, orders: orders.seenBy() });
    expect(eventsOf(source)).toMatchObject([
      {
        order: 'E20260619100000000001',
        user: '13800138000',
        item: 'CM06',
        quantity: 2,
        value: 100,
        ts: '2026-06-19T02:00:00Z',
        channel: '商家小程序',
      },
      { event: 'order_closed' },
    ]);
  });

  it('need orders that have an id', async () => {
    const file = await mapped('user_id,event,time\na,pv,2026-05-01 08:00:00\nb,pv,2026-05-01 08:00:00\n', 'log.csv');
    await expect(readOrders([file], options)).rejects.toMatchObject({ code: 'orders_without_id', values: { file: 'log.csv' } });
  });
});

describe('the operations', () => {
  it('stage and import lines with their orders, and the plan that they make gives the same again', async () => {
    const store = await openNativeStore();
    try {
      const desk = deskOf(store);
      const context = { ...quietContext(), desk };
      await workspaceCreate({ name: 'Baskets', timeZone: 'UTC', currency: 'USD' }, context);
      const orders = await mapped(fixture('instacart-orders.csv'), 'orders.csv');
      const { file, mapping } = await mapped(fixture('instacart-lines.csv'), 'lines.csv');
      const { staged, report } = await sourceStage(
        { file, sourceId: 'lines', mapping, mode: 'add', orders: { files: [orders.file], mapping: orders.mapping } },
        context,
      );
      expect(report).toMatchObject({ rowsRead: 4, rowsKept: 4, diagnostics: [{ code: 'orders_without_lines' }] });
      const { view } = await sourceImport({ staged }, context);
      expect(view.facts).toMatchObject({ users: 2, events: 4, orders: 3 });
      expect(view.plan.sources).toMatchObject([
        { id: 'lines', files: ['lines.csv'], orders: { files: ['orders.csv'], mapping: { reshape: 'instacart-orders' } } },
      ]);
      const { dataHash } = desk.state!.data!.version.facts;
      await openPlan(desk, view.plan, async (name) => ({ 'lines.csv': file, 'orders.csv': orders.file })[name]!, quietContext());
      expect(desk.state!.data!.version.facts.dataHash).toBe(dataHash);
    } finally {
      await store.close();
    }
  });
});

/** A seller's exports of two months. Numbers begin anew each month: 1001 is another order in November. */
const months = {
  october: {
    orders: { name: 'orders-2026-10.csv', text: 'order_no,buyer_id,order_time,status\n1001,ann,2026-10-01 09:00:00,paid\n1002,bob,2026-10-02 09:00:00,paid\n1003,cid,2026-10-03 09:00:00,paid\n' }, // prettier-ignore
    lines: { name: 'lines-2026-10.csv', text: 'order_no,sku,quantity,price\n1001,tea,1,10.00\n1001,cup,2,5.00\n1002,tea,1,10.00\n1003,pot,1,30.00\n' }, // prettier-ignore
  },
  november: {
    orders: { name: 'orders-2026-11.csv', text: 'order_no,buyer_id,order_time,status\n1001,dan,2026-11-01 09:00:00,paid\n1004,ann,2026-11-02 09:00:00,paid\n' }, // prettier-ignore
    lines: { name: 'lines-2026-11.csv', text: 'order_no,sku,quantity,price\n1004,tea,3,10.00\n1001,pot,1,30.00\n' },
  },
} as const;
type Month = keyof typeof months;

describe('two months of order lines, each with its own orders', () => {
  const fileNamed = (name: string) => {
    const found = Object.values(months).flatMap(({ orders, lines }) => [orders, lines]).find((each) => each.name === name)!; // prettier-ignore
    return fileOf(found.text, name, 60);
  };
  const rowsOf = async (desk: ImportDesk) =>
    (await desk.rows((t) => sql`SELECT order_id, user_id, item_id, value::VARCHAR AS value, ts::VARCHAR AS at FROM ${identifier(t.events)} JOIN ${identifier(t.users)} USING (user_index) JOIN ${identifier(t.items)} USING (item_index) ORDER BY ALL`)).map(({ order_id, user_id, item_id, value, at }) => `${order_id} ${user_id} ${item_id} ${value} ${at}`); // prettier-ignore

  /** Imports whose files come together, one after the other; the desk, what it holds, and the same after its plan was run again. */
  async function imported(...steps: { lines: Month[]; orders: Month[] }[]) {
    const desk = await importDesk('Asia/Shanghai', 'CNY');
    const mappings = { lines: (await inspectSource(fileNamed('lines-2026-10.csv'))).mapping, orders: (await inspectSource(fileNamed('orders-2026-10.csv'))).mapping }; // prettier-ignore
    for (const { lines, orders } of steps) {
      await operations.sourceImport(
        {
          files: lines.map((month) => fileNamed(months[month].lines.name)),
          sourceId: 'lines',
          mapping: mappings.lines,
          mode: 'add',
          orders: { files: orders.map((month) => fileNamed(months[month].orders.name)), mapping: mappings.orders },
        },
        desk.context(),
      );
    }
    const { plan } = desk;
    const [hash, rows] = [desk.version.facts.dataHash, await rowsOf(desk)];
    await openPlan(desk.desk, plan, async (name) => fileNamed(name), quietContext());
    return { desk, plan, hash, rows, again: { hash: desk.version.facts.dataHash, rows: await rowsOf(desk), sources: desk.plan.sources } };
  }

  it('are one source with two pairs, and the same whatever the order of their import, and when the plan is run again', async () => {
    const both = await imported({ lines: ['october', 'november'], orders: ['october', 'november'] });
    expect(both.rows).toEqual([
      '1001 ann cup 10.0000 2026-10-01 01:00:00',
      '1001 ann tea 10.0000 2026-10-01 01:00:00',
      '1001 dan pot 30.0000 2026-11-01 01:00:00',
      '1002 bob tea 10.0000 2026-10-02 01:00:00',
      '1003 cid pot 30.0000 2026-10-03 01:00:00',
      '1004 ann tea 30.0000 2026-11-02 01:00:00',
    ]);
    // The files of a drop come in any order.
    const crossed = await imported({ lines: ['october', 'november'], orders: ['november', 'october'] });
    const oneByOne = await imported({ lines: ['october'], orders: ['october'] }, { lines: ['november'], orders: ['november'] });
    const backwards = await imported({ lines: ['november'], orders: ['november'] }, { lines: ['october'], orders: ['october'] });
    for (const { plan, hash, rows, again } of [both, crossed, oneByOne, backwards]) {
      expect([hash, rows]).toEqual([both.hash, both.rows]);
      expect(again).toEqual({ hash, rows, sources: plan.sources });
    }
    const { orders, ...source } = oneByOne.plan.sources[0];
    expect([oneByOne.plan.sources.length, source.files, orders?.files, orders?.byFile]).toEqual([
      1,
      ['lines-2026-10.csv', 'lines-2026-11.csv'],
      ['orders-2026-10.csv', 'orders-2026-11.csv'],
      [[0], [1]],
    ]);
    expect(backwards.plan.sources).toMatchObject([{ files: ['lines-2026-11.csv', 'lines-2026-10.csv'], orders: { byFile: [[0], [1]] } }]);
    expect(both.plan.sources).toMatchObject([{ orders: { byFile: [[0, 1], [1, 0]] } }]); // prettier-ignore
    expect(crossed.plan.sources).toMatchObject([{ orders: { byFile: [[1, 0], [0, 1]] } }]); // prettier-ignore
  });

  it('may have columns more in a later month, in their lines as in their orders', async () => {
    const desk = await importDesk('Asia/Shanghai', 'CNY');
    const wider = (text: string) => text.split('\n').map((row, at) => (row === '' ? '' : `${at === 0 ? 'note' : 'x'},${row}`)).join('\n'); // prettier-ignore
    const add = async ({ lines, orders }: (typeof months)[Month], change = (text: string) => text) => {
      const [file, head] = [fileOf(change(lines.text), lines.name), fileOf(change(orders.text), orders.name)];
      const [there] = desk.plan.sources;
      // As the wizard looks at them: a file like that of a source is read as that one is.
      const known = there ? [{ id: 'lines', mapping: there.mapping as Mapping }] : [];
      const { mapping } = await inspectSource(file, { known });
      const knownOrders = there ? [{ id: '', mapping: there.orders!.mapping as Mapping }] : [];
      const { mapping: ofOrders } = await inspectSource(head, { known: knownOrders });
      await operations.sourceImport({ files: [file], sourceId: 'lines', mapping, mode: 'add', orders: { files: [head], mapping: ofOrders } }, desk.context()); // prettier-ignore
    };
    await add(months.october);
    await add(months.november, wider);
    expect(desk.plan.sources).toMatchObject([{ id: 'lines', orders: { byFile: [[0], [1]] } }]);
    expect(await rowsOf(desk)).toHaveLength(6);
  });

  it('may have one file of orders for both, and lose one month without the other', async () => {
    const shared = await imported({ lines: ['october'], orders: ['october'] }, { lines: ['november'], orders: ['october'] });
    expect(shared.plan.sources).toMatchObject([{ orders: { files: ['orders-2026-10.csv'] } }]);
    expect(shared.plan.sources[0].orders).not.toHaveProperty('byFile');
    const { desk } = await imported({ lines: ['october'], orders: ['october'] }, { lines: ['november'], orders: ['november'] });
    await operations.sourceRemove({ sourceId: 'lines/lines-2026-10.csv' }, desk.context());
    expect(desk.plan.sources).toMatchObject([{ files: ['lines-2026-11.csv'], orders: { files: ['orders-2026-11.csv'] } }]);
    expect((await rowsOf(desk)).map((row) => row.slice(0, 8))).toEqual(['1001 dan', '1004 ann']);
  });
});

function deskOf(store: TableStore): Desk {
  const unused = () => Promise.reject(new Error('not part of this test'));
  return new Desk({
    name: 'node',
    openStore: async () => store,
    openKernels: unused,
    openTensors: unused,
    openDataset: unused,
    now: () => new Date('2026-06-01T00:00:00Z'),
    memoryBytes: async () => undefined,
  });
}
