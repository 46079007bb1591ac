import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Found, RecordBatch } from '../../../src/lib/core/schema/records';
import { reshaped, reshapedColumns } from '../../../src/lib/core/schema/reshape';
import { identifier, sql } from '../../../src/lib/core/store/sql';
import { inspectSource } from '../../../src/lib/core/schema/inspect/inspectSource';
import { operations } from '../../../src/lib/work/operations';
import { gbkBytes } from '../../support/gbk';
import { closeDesks, importDesk } from '../../support/importDesk';
import { eventsOf, fixture, stageFixture } from './presetSupport';
import { fileOf } from './support';

afterEach(closeDesks);

/** 已卖出的宝贝 by line, as the seller's centre writes it today: 退款金额 of a line, and how its refund stands. */
const details = (...rows: string[]) =>
  gbkBytes(['子订单编号,主订单编号,买家会员名,标题,价格,购买数量,商家编码,订单状态,退款状态,退款金额,买家实际支付金额,订单创建时间', ...rows].join('\n') + '\n'); // prettier-ignore
const text = (name: string) => new TextDecoder().decode(fixture(name));

/** Event, thing and value of each staged event. */
const shortly = (staged: Awaited<ReturnType<typeof stageFixture>>['staged']) =>
  eventsOf(staged.source).map(({ event, item = '', value = '' }) => `${event} ${item} ${value}`);

describe('what 淘宝 and 有赞 write beside a sale that was paid back', () => {
  it('is a refund of the line, once it succeeded, and never more than was paid', async () => {
    const { preview, staged } = await stageFixture(
      'ExportOrderDetailList.csv',
      details(
        '11,1,茶客一号,龙井,60.00,1,LJ,交易成功,退款成功,20.00,60.00,2026-05-01 10:00:00',
        '12,1,茶客一号,普洱,40.00,1,PE,交易成功,没有申请退款,0.00,40.00,2026-05-01 10:00:00',
        // Asked for, refused, and never a sale: nothing was paid back.
        '21,2,茶客二号,龙井,60.00,1,LJ,交易成功,买家已经申请退款，等待卖家同意,60.00,60.00,2026-05-02 10:00:00',
        '31,3,茶客三号,龙井,60.00,1,LJ,交易成功,退款关闭,60.00,60.00,2026-05-03 10:00:00',
        '41,4,茶客四号,龙井,60.00,1,LJ,交易关闭,退款成功,60.00,60.00,2026-05-04 10:00:00',
        // With its postage.
        '51,5,茶客五号,龙井,60.00,1,LJ,交易成功,退款成功,70.00,60.00,2026-05-05 10:00:00',
      ),
    );
    expect(preview).toMatchObject({ preset: 'taobao-orders', mapping: { reshape: 'line-refunds' } });
    expect([staged.rowsRead, staged.rowsRejected]).toEqual([6, 0]);
    expect(shortly(staged)).toEqual([
      'order_completed LJ 60',
      'order_refunded LJ -20',
      'order_completed PE 40',
      'order_completed LJ 60',
      'order_completed LJ 60',
      'order_closed LJ 60',
      'order_completed LJ 60',
      'order_refunded LJ -60',
    ]);
  });

  it('nets out in orders and revenue, of 有赞’s orders as of its goods', async () => {
    const orders = text('youzan-orders.csv').replace(',,,,,,,0.00,\n', ',,,,,,部分退款,30.00,\n');
    const desk = await importDesk('Asia/Shanghai', 'CNY');
    await desk.add({ '订单报表.csv': orders });
    const total = await desk.rows((t) => sql`SELECT sum(value)::VARCHAR AS revenue, count(*)::INT AS events FROM ${identifier(t.events)} WHERE event <> 'order_closed'`); // prettier-ignore
    expect(total).toEqual([{ revenue: '70.0000', events: 2 }]);
    expect(desk.version.facts).toMatchObject({ events: 3, orders: 1, users: 2 });

    const goods = text('youzan-goods.csv').replace(',,,,,,0,\n', ',,,,,部分退款,30,\n');
    const lines = await importDesk('Asia/Shanghai', 'CNY');
    const [file, head] = [fileOf(goods, '商品报表.csv'), fileOf(text('youzan-orders.csv'), '订单报表.csv')];
    const { mapping } = await inspectSource(file);
    const { report } = await operations.sourceImport({ files: [file], sourceId: 'goods', mapping, mode: 'add', orders: { files: [head] } }, lines.context()); // prettier-ignore
    // The refund's row is none of the file's.
    expect([report.rowsRead, report.rowsKept, report.rowsRejected]).toEqual([2, 2, 0]);
    const rows = await lines.rows((t) => sql`SELECT event, value::VARCHAR AS value, quantity::INT AS pieces FROM ${identifier(t.events)} ORDER BY event, value DESC`); // prettier-ignore
    expect(rows).toEqual([
      { event: 'order_closed', value: '200.0000', pieces: 1 },
      { event: 'order_completed', value: '100.0000', pieces: 2 },
      { event: 'order_refunded', value: '-30.0000', pieces: null },
    ]);
  });

  const columns = ['订单编号', '买家会员名', '标题', '价格', '购买数量', '订单状态', '退款金额', '买家实际支付金额'];
  const made = reshapedColumns({ reshape: 'line-refunds' }, columns);
  /** Refunds that orders' lines give, one after the other, as [order, amount]. */
  function refundsOf(lines: readonly { order: string; paid: number; refund: number }[]): [string, number][] {
    const batch = new RecordBatch(columns.length);
    for (const { order, paid, refund } of lines) {
      for (const cell of [order, 'a', 'tea', String(paid), '1', '交易成功', String(refund), String(paid)]) batch.addText(cell);
      batch.endRow();
    }
    const mapping = { kind: 'events', delimiter: ',', quote: '"', header: true, encoding: 'utf-8', reshape: 'line-refunds', columns: made, roles: { order: '订单编号', item: '标题', price: '价格', quantity: '购买数量' }, eventNames: { 交易成功: 'order_completed' } } as const; // prettier-ignore
    const records = reshaped(batch, { ...mapping, columns: made }, columns);
    const found: [string, number][] = [];
    const cell = (name: string) => {
      const at = made.indexOf(name);
      return new TextDecoder().decode(records.bytes.subarray(records.starts[at], records.ends[at]));
    };
    while (records.next() !== Found.end) if (records.added) found.push([cell('订单编号'), Number(cell('line amount'))]);
    return found;
  }
  const line = (order: string, paid: number, refund: number) => ({ order, paid, refund });

  it('may be the whole order’s: on its first line, or repeated on each', () => {
    expect(refundsOf([line('1', 60, 100), line('1', 40, 0), line('2', 10, 0)])).toEqual([['1', 60], ['1', 40]]); // prettier-ignore
    expect(refundsOf([line('1', 60, 100), line('1', 40, 100)])).toEqual([['1', 60], ['1', 40]]); // prettier-ignore
    expect(refundsOf([line('1', 60, 50), line('1', 40, 50)])).toEqual([['1', 50]]);
    expect(refundsOf([line('1', 60, 70), line('2', 40, 0)])).toEqual([['1', 60]]);
    // Each of its own.
    expect(refundsOf([line('1', 60, 50), line('1', 40, 40)])).toEqual([['1', 50], ['1', 40]]); // prettier-ignore
  });

  it('never takes back more than an order brought, and exactly what its lines say where each says its own', () => {
    const lines = fc.array(fc.record({ order: fc.constantFrom('1', '2'), paid: fc.nat(50), refund: fc.nat(80) }), { maxLength: 8 });
    const sumOf = (amounts: number[]) => amounts.reduce((sum, amount) => sum + amount, 0);
    fc.assert(
      fc.property(lines, (given) => {
        const sorted = given.toSorted((a, b) => (a.order < b.order ? -1 : 1));
        const refunds = refundsOf(sorted);
        for (const order of ['1', '2']) {
          const own = sorted.filter((one) => one.order === order);
          const back = sumOf(refunds.filter(([of]) => of === order).map(([, amount]) => amount));
          expect(back).toBeLessThanOrEqual(sumOf(own.map(({ paid }) => paid)));
          if (own.every(({ paid, refund }) => refund <= paid)) expect(back).toBe(sumOf(own.map(({ refund }) => refund)));
        }
      }),
      { seed: 20261126 },
    );
  });
});

describe('what Shopify writes of an order that was paid back', () => {
  it('is at most what its goods cost, and the whole order where all of it came back under a discount of the order', async () => {
    const { staged } = await stageFixture('orders_export.csv', fixture('shopify-orders.csv'));
    expect(shortly(staged).filter((event) => event.startsWith('order_refunded') || event.startsWith('order_cancelled'))).toEqual([
      'order_refunded  -10',
      // Postage of 5 came back, too, and is in no line.
      'order_cancelled  -10',
    ]);
    // Three packets for 30 less 6 with a code: 24 came back, and 30 were counted.
    const discounted = text('shopify-orders.csv')
      .replace('USD,30.00,5.00,0.00,35.00,,0.00,', 'USD,24.00,5.00,0.00,29.00,CODE,6.00,')
      .replace('manual,c2.1,10.00', 'manual,c2.1,24.00');
    const desk = await importDesk('UTC', 'USD');
    await desk.add({ 'orders_export.csv': discounted });
    const revenueOf = async (user: string) => (await operations.profilesOne({ userId: user }, desk.context())).traits.revenue;
    expect([await revenueOf('bob@example.com'), await revenueOf('ann@example.com')]).toEqual([0, 27]);
  });
});
