import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../../../src/lib/core/store/sql';
import type { TableStore } from '../../../src/lib/core/store/tableStore';
import { readRejects, removeSource } from '../../../src/lib/core/store/dataset';
import { quietContext } from '../../../src/lib/core/base/run';
import { openNativeStore } from '../../../src/lib/platform/node/nativeStore';
import { cancelledRun, currentVersion, fileOf, importFile, rowsOf, useVersion } from './support';

let store: TableStore;
beforeAll(async () => void (store = await openNativeStore()));
afterAll(() => store.close());

const teaShop = `订单号,用户ID,商品,下单时间,数量,单价,备注
A1,007,绿茶,2026-05-01 23:30:00,2,19.90,"送礼, 加急"
A1,007,红茶,2026-05-01 23:30:00,1,30,
A2,+86-1,绿茶,2026-05-02 00:10:00,1,19.90,
A1,007,绿茶,2026-05-03 10:00:00,-1,19.90,退一件
,007,绿茶,2026-05-04 09:00:00,1,19.90,
`;

describe('a tea shop in Shanghai', () => {
  it('gets its orders, refunds and local times from the Chinese headers', async () => {
    const { report, facts } = await importFile(store, fileOf(teaShop), { timeZone: 'Asia/Shanghai', currency: 'CNY' });
    expect(report).toMatchObject({ rowsRead: 5, rowsKept: 5, users: 2, items: 2, negativeQuantities: 1 });
    expect(facts).toMatchObject({ orders: 3, firstEvent: '2026-05-01T15:30:00.000Z', currency: 'CNY' });
    expect(
      await rowsOf(
        store,
        sql`SELECT order_id, user_id, total::DOUBLE AS total, refunded::DOUBLE AS refunded, items, quantity,
      local_ts::VARCHAR AS local FROM orders JOIN users USING (user_index) ORDER BY order_index`,
      ),
    ).toEqual([
      { order_id: 'A1', user_id: '007', total: 49.9, refunded: 19.9, items: 2, quantity: 3, local: '2026-05-01 23:30:00' },
      { order_id: 'A2', user_id: '+86-1', total: 19.9, refunded: 0, items: 1, quantity: 1, local: '2026-05-02 00:10:00' },
      { order_id: 'day 2026-05-04', user_id: '007', total: 19.9, refunded: 0, items: 1, quantity: 1, local: '2026-05-04 09:00:00' },
    ]);
    // Indexes ascend by id in byte order: "+" comes before "0".
    expect(await rowsOf(store, sql`SELECT user_index, user_id FROM users ORDER BY 1`)).toEqual([
      { user_index: 0, user_id: '+86-1' },
      { user_index: 1, user_id: '007' },
    ]);
    expect(await rowsOf(store, sql`SELECT event, quantity, value::DOUBLE AS value FROM events WHERE event = 'order_refunded'`)).toEqual([
      { event: 'order_refunded', quantity: 1, value: -19.9 },
    ]);
  });

  it('lies in the table by user, time and file order, wherever the blocks were cut', async () => {
    const whole = await importFile(store, fileOf(teaShop));
    for (const blockBytes of [7, 64, 100]) {
      const cut = await importFile(store, fileOf(teaShop, 'shop.csv', blockBytes));
      expect(cut.facts).toEqual(whole.facts);
    }
    expect(await rowsOf(store, sql`SELECT user_index AS u, item_index AS i FROM events`)).toEqual([
      { u: 0, i: 1 },
      { u: 1, i: 1 },
      { u: 1, i: 0 },
      { u: 1, i: 1 },
      { u: 1, i: 1 },
    ]);
  });

  it('has another data hash when one cell changes, and the same when a file is split in two', async () => {
    const before = (await importFile(store, fileOf(teaShop))).facts.dataHash;
    expect((await importFile(store, fileOf(teaShop.replace('1,30,', '1,31,')))).facts.dataHash).not.toBe(before);
    const [header, ...rows] = teaShop.trimEnd().split('\n');
    await importFile(store, fileOf([header, ...rows.slice(0, 2)].join('\n')), { sourceId: 'early' });
    const { facts } = await importFile(store, fileOf([header, ...rows.slice(2)].join('\n')), { sourceId: 'late', mode: 'add' });
    expect(facts.dataHash).toBe(before);
  });
});

describe('several sources', () => {
  const views = 'user_id,item_id,event,timestamp\nann,tea,pv,1767225600\nbob,cup,cart,1767225700\nann,tea,buy,1767225800\n';

  it('add up, are replaced by kind, and can be taken away again', async () => {
    const first = await importFile(store, fileOf(views), { sourceId: 'web' });
    expect(first.facts.eventCounts).toEqual([
      { event: 'order_completed', count: 1 },
      { event: 'product_added', count: 1 },
      { event: 'product_viewed', count: 1 },
    ]);
    const people = 'customer_id,email,accepts_email_marketing,age,tier\nann,ann@example.com,yes,31,gold\ncid,cid@example.com,no,,silver\n';
    const withPeople = await importFile(store, fileOf(people), { sourceId: 'crm', mode: 'add' });
    expect(withPeople.facts).toMatchObject({ users: 3, events: 3 });
    expect(await rowsOf(store, sql`SELECT user_id, email, consent_email, age, tier FROM users ORDER BY user_index`)).toEqual([
      { user_id: 'ann', email: 'ann@example.com', consent_email: true, age: 31, tier: 'gold' },
      { user_id: 'bob', email: null, consent_email: null, age: null, tier: null },
      { user_id: 'cid', email: 'cid@example.com', consent_email: false, age: null, tier: 'silver' },
    ]);
    const more = await importFile(store, fileOf(views.replaceAll('ann', 'dan')), { sourceId: 'app', mode: 'add' });
    expect([more.sourceIds, more.facts.users, more.facts.events]).toEqual([['web', 'crm', 'app'], 4, 6]);
    const without = await removeSource(store, more.version, 'app', { timeZone: 'UTC', currency: 'USD', run: quietContext() });
    // The number of dan, who is gone, is not given again.
    expect(without.facts).toEqual({ ...withPeople.facts, userNumbers: 4 });
    await useVersion(store, without);
    const replaced = await importFile(store, fileOf(views.replaceAll('ann', 'dan')), { sourceId: 'app', mode: 'replace' });
    expect([replaced.sourceIds, replaced.facts.events]).toEqual([['crm', 'app'], 3]);
  });

  it('count equal rows and keep them', async () => {
    const { report } = await importFile(store, fileOf(`${views}bob,cup,cart,1767225700\n`));
    expect([report.duplicates, report.rowsKept]).toEqual([1, 4]);
  });
});

describe('rejected rows', () => {
  it('name their row, column and reason, and the good rows stay', async () => {
    const log = [
      'user_id,item_id,event,timestamp,quantity',
      'ann,tea,buy,2026-01-01 10:00:00,1',
      ',tea,buy,2026-01-01 10:00:00,1',
      'bob,tea,buy,01.02.2026,1',
      'bob,tea,buy,,1',
      'bob,tea,buy,2026-01-01 10:00:00,many',
      'bob,tea,buy',
      'bob,tea,buy,2026-01-01 10:00:00,1,surplus,cells',
      'bob,"tea"x,buy,2026-01-01 10:00:00,1',
      'bob,tea,buy,9999-12-31 00:00:00,1',
      'cid,"tea ""royal""",buy,2026-01-01 11:00:00,2',
    ];
    const { report } = await importFile(store, fileOf(log.join('\r\n')), {
      mapping: { timeFormat: { kind: 'text', pattern: '%Y-%m-%d %H:%M:%S' } },
    });
    expect([report.rowsRead, report.rowsKept, report.rowsRejected]).toEqual([10, 2, 8]);
    expect((await readRejects(store, currentVersion(store)!, 'shop')).map(({ row, column, code }) => [row, column, code])).toEqual([
      [2, 'user_id', 'missing_user'],
      [3, 'timestamp', 'bad_time'],
      [4, 'timestamp', 'missing_time'],
      [5, 'quantity', 'bad_number'],
      [6, '', 'too_few_columns'],
      [7, '', 'too_many_columns'],
      [8, '', 'broken_quotes'],
      [9, 'timestamp', 'time_out_of_range'],
    ]);
    expect((await rowsOf(store, sql`SELECT item_id FROM items ORDER BY 1`)).map((row) => row.item_id)).toEqual(['tea', 'tea "royal"']);
  });

  it('keep the text of a row as it stands in the file', async () => {
    await importFile(store, fileOf('user,item,time\nann,tea,2026-01-01\n,"a, b",2026-01-01\n'));
    expect(await readRejects(store, currentVersion(store)!, 'shop')).toEqual([
      { row: 2, column: 'user', code: 'missing_user', text: ',"a, b",2026-01-01' },
    ]);
  });

  it('are few when a quote never closes', async () => {
    const rows = Array.from(
      { length: 3000 },
      (_, i) => `u${i % 50},${i === 1500 ? '"tea' : 'tea'},2026-01-${String((i % 28) + 1).padStart(2, '0')}`,
    );
    const { report } = await importFile(store, fileOf(`user,item,time\n${rows.join('\n')}\n`));
    expect([report.rowsRead, report.rejectReasons]).toEqual([
      3000,
      [{ code: 'broken_quotes', message: 'A quote opens and does not close where it should.', count: 1 }],
    ]);
  });
});

describe('a cancelled or failed import', () => {
  const many = (rows: number) =>
    `user,item,time\n${Array.from({ length: rows }, (_, i) => `u${i % 997},i${i % 31},${1767225600 + i}`).join('\n')}\n`;

  it.each(['read', 'index', 'orders'])('leaves the tables as they were, cancelled at "%s"', async (stage) => {
    const before = await importFile(store, fileOf('user,item,time\nann,tea,2026-01-01\n'));
    const run = cancelledRun((at) => at === stage);
    await expect(importFile(store, fileOf(many(20_000)), { sourceId: 'more', mode: 'add', run })).rejects.toThrow('Cancelled');
    expect(await rowsOf(store, sql`SELECT count(*)::INTEGER AS n FROM events`)).toEqual([{ n: before.facts.events }]);
    const tables = await rowsOf(
      store,
      sql`SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'next_%' OR table_name = 'event_slice'`,
    );
    expect(tables).toEqual([]);
    const again = await importFile(store, fileOf(many(20_000)), { sourceId: 'more', mode: 'add' });
    expect(again.facts.events).toBe(20_001);
  });

  it('says why when no row can be used', async () => {
    const before = await importFile(store, fileOf('user,item,time\nann,tea,2026-01-01\n'));
    const failing = importFile(store, fileOf('user,item,time\n,tea,2026-01-01\n,cup,2026-01-02\n'));
    await expect(failing).rejects.toMatchObject({ code: 'all_rows_rejected', values: { reason: 'missing_user', rows: 2, row: 1 } });
    expect(await rowsOf(store, sql`SELECT count(*)::INTEGER AS n FROM events`)).toEqual([{ n: before.facts.events }]);
  });
});
