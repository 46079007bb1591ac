import { describe, expect, it } from 'vitest';
import { quietContext } from '../../../src/lib/core/base/run';
import { inspectSource } from '../../../src/lib/core/schema/inspect/inspectSource';
import { TimeZone } from '../../../src/lib/core/schema/parse/timeZone';
import { readOrders } from '../../../src/lib/core/schema/staging/readOrders';
import { stageFile } from '../../../src/lib/core/schema/staging/stageFile';
import type { TableStore } from '../../../src/lib/core/store/tableStore';
import { openNativeStore } from '../../../src/lib/platform/node/nativeStore';
import { Desk } from '../../../src/lib/work/desk';
import { openPlan } from '../../../src/lib/work/openPlan';
import { sourceImport, sourceStage } from '../../../src/lib/work/operations/sources';
import { workspaceCreate } from '../../../src/lib/work/operations/workspaces';
import { eventsOf, factsOf, fixture } from './presetSupport';
import { gbkBytes } from '../../support/gbk';
import { fileOf } from './support';

const options = { sourceId: 's', zone: new TimeZone('UTC'), currency: 'CNY', run: quietContext() };
const mapped = async (content: Uint8Array | string, name: string) => {
  const file = fileOf(content, name, 200);
  return { file, mapping: (await inspectSource(file)).mapping };
};

describe('order lines with the orders in a file of their own', () => {
  it('are Instacart’s: user and time come from the order, whose date follows from its days', async () => {
    const orders = await readOrders([await mapped(fixture('instacart-orders.csv'), 'orders.csv')], options);
    const { file, mapping } = await mapped(fixture('instacart-lines.csv'), 'order_products__prior.csv');
    const { source, rowsRead, rowsRejected } = await stageFile(file, mapping, { ...options, orders });
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
    const orders = await readOrders([await mapped(text('taobao-order-list.csv'), 'ExportOrderList.csv')], options);
    const { file, mapping } = await mapped(text('taobao-order-details.csv'), 'ExportOrderDetailList.csv');
    const { source, rejectCounts } = await stageFile(file, mapping, { ...options, orders });
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
    const orders = await readOrders([await mapped(fixture('youzan-orders.csv'), 'orders.csv')], options);
    const { file, mapping } = await mapped(fixture('youzan-goods.csv'), 'goods.csv');
    const { source } = await stageFile(file, mapping, { ...options, orders });
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
