import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietContext } from '../../../src/lib/core/base/run';
import { inspectSource } from '../../../src/lib/core/schema/inspect/inspectSource';
import type { TableStore } from '../../../src/lib/core/store/tableStore';
import { openNativeStore } from '../../../src/lib/platform/node/nativeStore';
import { Desk } from '../../../src/lib/work/desk';
import type { OperationContext } from '../../../src/lib/work/operations/context';
import { sourceImport, sourceInspect, sourceRejects, sourceRemove } from '../../../src/lib/work/operations/sources';
import { workspaceCreate } from '../../../src/lib/work/operations/workspaces';
import type { Platform } from '../../../src/lib/work/platform';
import { cancelledRun, fileOf } from './support';

let store: TableStore;
let context: OperationContext;
const unused = () => Promise.reject(new Error('not part of this test'));

beforeAll(async () => {
  store = await openNativeStore();
  const platform: Platform = {
    name: 'node',
    openStore: async () => store,
    openKernels: unused,
    openTensors: unused,
    openDataset: unused,
    now: () => new Date('2026-06-01T00:00:00Z'),
    memoryBytes: async () => undefined,
  };
  context = { ...quietContext(), desk: new Desk(platform) };
  await workspaceCreate({ name: 'Tea', timeZone: 'Asia/Shanghai', currency: 'CNY' }, context);
});
afterAll(() => store.close());

const file = fileOf('用户ID,商品,下单时间,金额\n01,绿茶,2026-05-01 09:00,19.9\n,绿茶,2026-05-02 09:00,19.9\n=cmd(),红茶,2026-05-03,bad\n');

describe('the source operations', () => {
  it('inspect, import, hand out the rejects, and remove', async () => {
    const preview = await sourceInspect({ file }, context);
    expect(preview.mapping.roles).toEqual({ user: '用户ID', item: '商品', time: '下单时间', value: '金额' });
    const { report, view } = await sourceImport({ file, sourceId: 'orders', mapping: preview.mapping, mode: 'replace' }, context);
    expect(report).toMatchObject({ rowsRead: 3, rowsKept: 1, missingUsers: 1 });
    expect(view).toMatchObject({ asOf: '2026-05-02T00:00:00', facts: { users: 1, orders: 1, currency: 'CNY' } });
    expect(view.plan.sources).toEqual([{ id: 'orders', files: ['shop.csv'], mapping: preview.mapping }]);
    expect(view.reports.map(({ sourceId }) => sourceId)).toEqual(['orders']);
    const { fileName, bytes } = await sourceRejects({ sourceId: 'orders' }, context);
    expect(fileName).toBe('orders-rejected.csv');
    expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).split('\r\n')).toEqual([
      '\ufeffrow,column,value,code,reason,text,file',
      '2,用户ID,,missing_user,The row has no user.,",绿茶,2026-05-02 09:00,19.9",shop.csv',
      // A spreadsheet would run the row's text as a formula.
      `3,下单时间,2026-05-03,bad_time,The time does not have the format of the column.,"'=cmd(),红茶,2026-05-03,bad",shop.csv`,
      '',
    ]);
    const empty = await sourceRemove({ sourceId: 'orders' }, context);
    expect([empty.plan.sources, empty.facts, empty.reports]).toEqual([[], null, []]);
    await expect(sourceRemove({ sourceId: 'orders' }, context)).rejects.toMatchObject({ code: 'unknown_source' });
  });

  it('leave the workspace as it was when an import is cancelled', async () => {
    const { mapping } = await inspectSource(file);
    const before = (await sourceImport({ file, sourceId: 'orders', mapping, mode: 'replace' }, context)).view;
    const run: OperationContext = { ...cancelledRun((stage) => stage === 'index'), desk: context.desk };
    await expect(sourceImport({ file, sourceId: 'more', mapping, mode: 'add' }, run)).rejects.toThrow('Cancelled');
    const { plan, data } = context.desk.state;
    expect({ plan, facts: data!.version.facts }).toEqual({ plan: before.plan, facts: before.facts });
  });
});
