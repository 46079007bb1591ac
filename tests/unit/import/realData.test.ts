import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRejects } from '../../../src/lib/core/store/dataset';
import { sql } from '../../../src/lib/core/store/sql';
import type { TableStore } from '../../../src/lib/core/store/tableStore';
import { openFile } from '../../../src/lib/platform/node/files';
import { openNativeStore } from '../../../src/lib/platform/node/nativeStore';
import { currentVersion, importFile, rowsOf } from './support';

const data = fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const isThere = existsSync(data);
if (!isThere) console.log(`Skipped: the published data sets are not in ${data}.`);

describe.skipIf(!isThere)('published data', () => {
  let store: TableStore;
  beforeAll(async () => void (store = await openNativeStore()));
  afterAll(() => store.close());

  it('UCI Online Retail has the published counts', async () => {
    const { report, facts } = await importFile(store, await openFile(`${data}/uci-online-retail/online_retail.csv`), {
      timeZone: 'Europe/London',
      currency: 'GBP',
    });
    expect(report).toMatchObject({ rowsRead: 541_909, rowsKept: 406_829, missingUsers: 135_080, users: 4_372, items: 3_684 });
    expect(report.rejectReasons).toEqual([{ code: 'missing_user', message: 'The row has no user.', count: 135_080 }]);
    // Every rejected row can be looked at.
    expect(report.rejectsKept).toBe(135_080);
    expect(await readRejects(store, currentVersion(store)!, 'shop')).toHaveLength(135_080);
    expect([facts.firstEvent, facts.lastEvent]).toEqual(['2010-12-01T08:26:00.000Z', '2011-12-09T12:50:00.000Z']);
    expect(facts).toMatchObject({ users: 4_372, items: 3_684, events: 406_829, orders: 18_536 });
    // Of the 25,900 invoices, those of known customers; cancellations are refunds, not orders.
    const [lines] = await rowsOf(
      store,
      sql`SELECT count(*) FILTER (event = 'order_refunded')::INTEGER AS refunds, sum(value) FILTER (event = 'order_completed')::DOUBLE AS sold,
        count(*) FILTER (price = 0)::INTEGER AS free, count(DISTINCT order_id)::INTEGER AS invoices FROM events`,
    );
    expect(lines).toEqual({ refunds: 8_905, sold: 8_911_407.904, free: 40, invoices: 22_190 });
    expect(await rowsOf(store, sql`SELECT count(DISTINCT country)::INTEGER AS countries FROM users`)).toEqual([{ countries: 37 }]);
  });

  it('UCI Online Retail with the invoice as the customer has every invoice and cancellation', async () => {
    const { report, facts } = await importFile(store, await openFile(`${data}/uci-online-retail/online_retail.csv`), {
      mapping: {
        roles: {
          user: 'InvoiceNo',
          order: 'InvoiceNo',
          item: 'StockCode',
          time: 'InvoiceDate',
          quantity: 'Quantity',
          price: 'UnitPrice',
          country: 'Country',
        },
      },
    });
    expect([report.rowsRejected, facts.users, facts.items]).toEqual([0, 25_900, 4_070]);
    const [lines] = await rowsOf(store, sql`SELECT count(*) FILTER (order_id LIKE 'C%')::INTEGER AS cancelled FROM events`);
    expect(lines).toEqual({ cancelled: 9_288 });
    expect(await rowsOf(store, sql`SELECT count(DISTINCT country)::INTEGER AS countries FROM users`)).toEqual([{ countries: 38 }]);
  });

  it('CDNOW adds up to the cent', async () => {
    const { report, facts } = await importFile(store, await openFile(`${data}/cdnow/CDNOW_master.txt`));
    expect([report.rowsRead, report.rowsRejected, facts.users]).toEqual([69_659, 0, 23_570]);
    const [sums] = await rowsOf(store, sql`SELECT sum(value)::VARCHAR AS dollars, sum(quantity) AS cds FROM events`);
    expect(sums).toEqual({ dollars: '2500315.6300', cds: 167_881 });
    expect(await rowsOf(store, sql`SELECT min(user_id) AS first, max(user_id) AS last FROM users`)).toEqual([
      { first: '00001', last: '23570' },
    ]);
    expect([facts.firstEvent, facts.lastEvent]).toEqual(['1997-01-01T00:00:00.000Z', '1998-06-30T00:00:00.000Z']);
  });

  it('CDNOW has the 1/10 sample in both of its forms', async () => {
    for (const name of ['CDNOW_sample.txt', 'btyd_cdnowElog.csv']) {
      const { facts } = await importFile(store, await openFile(`${data}/cdnow/${name}`));
      expect([facts.events, facts.users]).toEqual([6_919, 2_357]);
    }
  });

  it('MovieLens 100K has its ratings, films and people', async () => {
    await importFile(store, await openFile(`${data}/ml-100k/u.data`), { sourceId: 'ratings' });
    await importFile(store, await openFile(`${data}/ml-100k/u.item`), { sourceId: 'films', mode: 'add' });
    const { facts, sourceIds } = await importFile(store, await openFile(`${data}/ml-100k/u.user`), { sourceId: 'people', mode: 'add' });
    expect(sourceIds).toEqual(['ratings', 'films', 'people']);
    expect(facts).toMatchObject({ users: 943, items: 1_682, events: 100_000, orders: 0 });
    expect(facts.eventCounts).toEqual([{ event: 'product_rated', count: 100_000 }]);
    expect(await rowsOf(store, sql`SELECT title FROM items WHERE item_id = '543'`)).toEqual([{ title: 'Misérables, Les (1995)' }]);
    const [person] = await rowsOf(store, sql`SELECT * FROM users WHERE user_id = '1'`);
    expect(person).toMatchObject({ column2: 24, column4: 'technician', column5: '85711' });
  });
});
