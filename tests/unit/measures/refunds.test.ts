import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { openProfiles } from '$lib/core/profiles/materialize';
import { readItemsPage } from '$lib/core/profiles/itemsPage';
import { readMonthlySales } from '$lib/core/profiles/monthlySales';
import { rowsOf } from '$lib/core/store/columns';
import { ordersOf } from '$lib/core/store/dataset';
import { DerivedCache } from '$lib/core/store/derivedCache';
import type { DataScope } from '$lib/core/store/dataScope';
import { identifier, sql } from '$lib/core/store/sql';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { currentVersion, fileOf, importFile } from '../import/support';

/** A shop's January and February as its till wrote them, and the refunds of another system in a file of their own. */
const till = `customer,product,event,date,quantity,price,order
ann,teapot,order_completed,2026-01-05 10:00,1,40,A1
ann,tea,order_completed,2026-01-05 10:00,2,5,A1
ann,tea,order_completed,2026-01-20 10:00,1,5,A2
bo,cup,order_completed,2026-01-10 10:00,3,8,B1
bo,cup,order_completed,2026-01-31 10:00,-1,8,B1
cy,teapot,order_completed,2026-01-12 10:00,1,40,C1
cy,tea,order_completed,2026-01-12 10:00,1,5,C1
di,cup,order_completed,2026-01-15 10:00,1,8,D1
di,cup,order_completed,2026-01-16 10:00,1,8,XD1
eve,tea,order_completed,2026-01-17 10:00,2,5,E1
fay,tea,order_completed,2026-01-18 10:00,1,5,F1
`;
const refunds = `customer,product,event,date,value,order
ann,teapot,order_refunded,2026-02-03 10:00,15,A1
bo,,order_refunded,2026-02-04 10:00,-4,
cy,,order_cancelled,2026-02-05 10:00,,C1
eve,,order_refunded,2026-02-06 10:00,12,E1
fay,tea,order_refunded,2026-02-07 10:00,,F1
gus,cup,order_refunded,2026-02-08 10:00,8,G1
`;

describe('refunds', () => {
  let store: TableStore;
  let scope: DataScope;
  beforeAll(async () => {
    store = await openNativeStore({ threads: 2 });
    // An order id with an X before it is a cancellation at this till.
    await importFile(store, fileOf(till, 'till.csv'), { sourceId: 'till', mapping: { cancelledOrderPrefix: 'X' } });
    await importFile(store, fileOf(refunds, 'refunds.csv'), { sourceId: 'refunds', mode: 'add' });
    const { key, tables, facts } = currentVersion(store)!;
    const asOf = '2026-03-01T00:00:00';
    scope = { store, cache: new DerivedCache(), tables, dataKey: key, dataHash: facts.dataHash, asOf, users: facts.userNumbers };
  });
  afterAll(() => store.close());

  it('are taken off the order with their id, whichever file and month they come in', async () => {
    const rows = await store.query(
      sql`SELECT order_id, total::DOUBLE AS total, refunded::DOUBLE AS refunded FROM (${ordersOf(scope.tables.events)}) ORDER BY order_id`,
    );
    expect(rowsOf(rows)).toEqual([
      // 50 for teapot and tea, 15 back a month later.
      ['A1', 35, 15],
      ['A2', 5, 0],
      // Three cups, one brought back: a sale of -1 is a refund.
      ['B1', 16, 8],
      // Cancelled without saying how much: all of it.
      ['C1', 0, 45],
      // The cancellation has an id of its own, XD1, and stands alone.
      ['D1', 8, 0],
      // More given back than was paid: nothing is cut off.
      ['E1', -2, 12],
      // A line that names a product has to name its money, too.
      ['F1', 5, 0],
    ]);
  });

  it('are taken off their customer, with an order or without', async () => {
    const { profiles } = await openProfiles(scope, { traits: [], scores: new Map() });
    const columns = ['user_id', 'orders', 'revenue', 'refunds', 'refundedValue'].map(identifier);
    const rows = await store.query(sql`SELECT ${columns} FROM ${identifier(profiles)} ORDER BY user_id`);
    expect(rowsOf(rows)).toEqual([
      ['ann', 2, 40, 1, 15],
      // One cup, and 4 for nothing in particular.
      ['bo', 1, 12, 2, 12],
      ['cy', 1, 0, 1, 45],
      ['di', 1, 0, 1, 8],
      ['eve', 1, -2, 1, 12],
      ['fay', 1, 5, 1, 0],
      // Bought before the file begins.
      ['gus', 0, -8, 1, 8],
    ]);
  });

  it('count in the month in which they happen, and everything adds up', async () => {
    expect(await readMonthlySales(scope)).toEqual([
      { month: '2026-01', revenue: 50 + 5 + 24 - 8 + 45 + 8 - 8 + 10 + 5, orders: 7, buyers: 6 },
      { month: '2026-02', revenue: -15 - 4 - 45 - 12 - 8, orders: 0, buyers: 0 },
    ]);
    const { rows, columns } = await readItemsPage(scope, { offset: 0, limit: 9 });
    const revenue = Object.fromEntries(rows.map((row) => [row[0], row[columns.indexOf('revenue')]]));
    // Cy's cancelled order is taken back product by product; what names no product is no product's.
    expect(revenue).toEqual({ cup: 24 - 8 + 8 - 8 - 8, tea: 10 + 5 + 5 - 5 + 10 + 5, teapot: 40 - 15 + 40 - 40 });
  });

  it('change nothing before they happened', async () => {
    const january = { ...scope, asOf: '2026-02-01T00:00:00' };
    const { profiles } = await openProfiles(january, { traits: [], scores: new Map() });
    const rows = await store.query(sql`SELECT user_id, revenue FROM ${identifier(profiles)} WHERE revenue > 40 ORDER BY user_id`);
    expect(rowsOf(rows)).toEqual([
      ['ann', 55],
      ['cy', 45],
    ]);
    await quietContext().breathe();
  });
});
