import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { quietContext } from '../../../src/lib/core/base/run';
import type { EventMeasure } from '../../../src/lib/core/measures/measure';
import { measureQuery } from '../../../src/lib/core/measures/measureQuery';
import { materializeProfiles } from '../../../src/lib/core/profiles/materialize';
import { readMonthlySales } from '../../../src/lib/core/profiles/monthlySales';
import { readCurrency } from '../../../src/lib/core/schema/currencies';
import { inspectSource } from '../../../src/lib/core/schema/inspect/inspectSource';
import { readRfmMeasures } from '../../../src/lib/core/segments/rfm';
import {
  importSource,
  mergePeopleBy,
  ordersOf,
  restoreVersion,
  withRules,
  type DatasetVersion,
  type ImportResult,
} from '../../../src/lib/core/store/dataset';
import type { Rates } from '../../../src/lib/core/store/dataset/money';
import { DerivedCache } from '../../../src/lib/core/store/derivedCache';
import { identifier, sql, type Sql } from '../../../src/lib/core/store/sql';
import type { TableStore } from '../../../src/lib/core/store/tableStore';
import { openNativeStore } from '../../../src/lib/platform/node/nativeStore';
import { operations } from '../../../src/lib/work/operations';
import { closeDesks, importDesk, type ImportDesk } from '../../support/importDesk';
import { fileOf, rowsOf, type ImportChoices } from './support';

const options = { timeZone: 'UTC', currency: 'CNY', run: quietContext() };
const header = 'user_id,item_id,event,timestamp,quantity,price,order_id,currency';
const orders = `${header}
mo,tea,buy,2026-01-05 10:00,2,10,A1,CNY
mo,tea,buy,2026-01-06 10:00,1,10,A2,
bo,cup,buy,2026-01-09 10:00,3,4.15,A3,EUR
bo,cup,refund,2026-02-09 10:00,1,4.15,A3,eur
al,pot,buy,2026-01-11 10:00,1,30,A4,USD
al,pot,view,2026-01-12 10:00,,,,USD
`;

let store: TableStore;
beforeEach(async () => void (store = await openNativeStore()));
afterEach(() => store.close());

describe('amounts in other currencies', () => {
  it('are kept in their own, apart, until there is a rate', async () => {
    const { version, report } = await add(null, orders, 'orders');
    const { facts, tables, sources } = version;
    expect(facts.currencies).toEqual([
      { currency: 'CNY', lines: 2, orders: 2, total: 30, rate: 1 },
      { currency: 'EUR', lines: 2, orders: 1, total: 8.3, rate: null },
      { currency: 'USD', lines: 1, orders: 1, total: 30, rate: null },
    ]);
    expect(facts).toMatchObject({ currency: 'CNY', events: 6, orders: 4 });
    expect(report.diagnostics).toMatchObject([{ code: 'amounts_without_rate', values: { currencies: 'EUR, USD', currency: 'CNY' } }]);
    // What carries no amount is in no currency.
    expect(
      await rows(sql`SELECT currency, price::DOUBLE AS price, value::DOUBLE AS value FROM ${identifier(tables.events)} ORDER BY ts`),
    ).toEqual([
      { currency: null, price: 10, value: 20 },
      { currency: null, price: 10, value: 10 },
      { currency: 'EUR', price: null, value: null },
      { currency: 'USD', price: null, value: null },
      { currency: null, price: null, value: null },
      { currency: 'EUR', price: null, value: null },
    ]);
    expect(await rows(sql`SELECT sum(value)::DOUBLE AS own FROM ${identifier(sources[0].parts[0].table)} WHERE currency = 'EUR'`)).toEqual([
      { own: 8.3 },
    ]);
    expect(await revenue(version)).toEqual({ al: 0, bo: 0, mo: 30 });
    // A refund whose money has no rate is no cancellation without money.
    expect(await totals(version)).toEqual({ A1: 20, A2: 10, A3: 0, A4: 0 });
  });

  it('without a rate do not undo an order, as a cancellation without an amount does', async () => {
    const file = `${header}
mo,tea,buy,2026-01-05 10:00,1,20,A1,CNY
mo,,refund,2026-01-06 10:00,1,5,A1,USD
bo,tea,buy,2026-01-05 10:00,1,20,A2,CNY
bo,,refund,2026-01-06 10:00,,,A2,USD
`;
    const { version } = await add(null, file, 'orders');
    expect([await totals(version), await revenue(version)]).toEqual([
      { A1: 20, A2: 0 },
      { bo: 0, mo: 20 },
    ]);
    const rated = await withRules(store, version, { ...options, rates: { USD: 2 } });
    expect([await totals(rated), await revenue(rated)]).toEqual([
      { A1: 10, A2: 0 },
      { bo: 0, mo: 10 },
    ]);
  });

  it('count at the rates of the plan in every sum, and other rates are another version of the same parts', async () => {
    const { version } = await add(null, orders, 'orders');
    const rated = await withRules(store, version, { ...options, rates: { EUR: 7.75, USD: 7.1 } });
    expect(await revenue(rated)).toEqual({ al: 213, bo: 64.325, mo: 30 });
    expect(await totals(rated)).toEqual({ A1: 20, A2: 10, A3: 64.325, A4: 213 });
    const scope = scopeOf(rated);
    const profiles = await materializeProfiles(scope);
    expect([...(await readRfmMeasures(store, profiles)).monetary]).toEqual([213, 64.325, 30]);
    expect((await readMonthlySales(scope)).map(({ month, revenue: sold }) => [month, sold])).toEqual([
      ['2026-01', 30 + 96.4875 + 213],
      ['2026-02', -32.1625],
    ]);
    expect(rated.sources).toEqual(version.sources);
    expect(rated.facts.dataHash).not.toBe(version.facts.dataHash);
    expect(rated.facts.currencies!.map(({ rate }) => rate)).toEqual([1, 7.75, 7.1]);
    // A rate that nothing has changes nothing; and without rates it is as it was.
    const unused = await withRules(store, rated, { ...options, rates: { EUR: 7.75, USD: 7.1, JPY: 0.05 } });
    expect([unused.key, unused.facts.dataHash]).toEqual([rated.key, rated.facts.dataHash]);
    expect(await withRules(store, rated, options)).toEqual(version);
    // Both lie side by side.
    expect(await revenue(version)).toEqual({ al: 0, bo: 0, mo: 30 });
  });

  it('are rounded half away from zero, line by line, and too large ones have no value', async () => {
    const lines = ['0.0001', '0.0003', '-0.0001', '-0.0003', '899999999999'].map((value, i) => `u${i},buy,2026-01-0${i + 1},${value},EUR`);
    const { version } = await add(null, `user_id,event,timestamp,value,currency\n${lines.join('\n')}\n`, 'orders');
    const value = async (rate: number) => {
      const rated = await withRules(store, version, { ...options, rates: { EUR: rate } });
      return (await rows(sql`SELECT value::VARCHAR AS v FROM ${identifier(rated.tables.events)} ORDER BY ts`)).map(({ v }) => v);
    };
    expect(await value(0.5)).toEqual(['0.0001', '0.0002', '-0.0001', '-0.0002', '449999999999.5000']);
    expect(await value(1.5)).toEqual(['0.0002', '0.0005', '-0.0002', '-0.0005', '1349999999998.5000']);
    expect(await value(0.1)).toEqual(['0.0000', '0.0000', '0.0000', '0.0000', '89999999999.9000']);
    expect(await value(0.000000123456)).toEqual(['0.0000', '0.0000', '0.0000', '0.0000', '111110.4000']);
    expect((await value(999_999)).at(-1)).toBeNull();
  });

  it('may be those of a whole file, where a cell does not say otherwise', async () => {
    const file = `user_id,event,timestamp,value,currency\nmo,buy,2026-01-05,10,\nbo,buy,2026-01-06,20,CNY\nal,buy,2026-01-07,30,RMB\ndi,buy,2026-01-08,40,gbp\n`;
    const { version } = await add(null, file, 'shop', { mapping: { currency: 'EUR' } });
    expect(version.facts.currencies!.map(({ currency, lines, total }) => [currency, lines, total])).toEqual([
      ['CNY', 2, 50],
      ['EUR', 1, 10],
      ['GBP', 1, 40],
    ]);
    const own = await add(null, `user_id,event,timestamp,value\nmo,buy,2026-01-05,10\n`, 'own', { mapping: { currency: 'CNY' } });
    expect(own.version.facts.currencies).toBeUndefined();
    const none = await add(null, `user_id,event,timestamp,value\nmo,buy,2026-01-05,10\n`, 'none');
    expect(own.version.facts.dataHash).toBe(none.version.facts.dataHash);
    // A person chose it: it may be one of former times.
    const marks = await add(null, `user_id,event,timestamp,value\nmo,buy,2026-01-05,10\n`, 'old', { mapping: { currency: 'DEM' } });
    expect(marks.version.facts.currencies).toEqual([{ currency: 'DEM', lines: 1, orders: 1, total: 10, rate: null }]);
  });

  it('in a currency that nobody knows are rejected', async () => {
    const { report, version } = await add(null, `${orders}di,tea,buy,2026-01-13 10:00,1,9,A5,Euros?\n`, 'orders');
    expect([report.rowsRead, report.rowsKept]).toEqual([7, 6]);
    expect(report.rejectReasons).toEqual([{ code: 'bad_currency', message: 'The currency is none that is known.', count: 1 }]);
    expect(await rows(sql`SELECT column_name, code FROM ${identifier(version.sources[0].rejects!)}`)).toEqual([
      { column_name: 'currency', code: 'bad_currency' },
    ]);
    expect([' eur ', 'RMB', '€', '人民币', '$', 'EURO', ''].map(readCurrency)).toEqual([
      'EUR',
      'CNY',
      'EUR',
      'CNY',
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('tell rows apart, also where neither has a rate', async () => {
    const line = (price: string, currency: string) => `mo,tea,buy,2026-01-05 10:00,1,${price},A1,${currency}\n`;
    const first = await add(null, `${header}\n${line('5', 'EUR')}${line('5', 'USD')}${line('5', 'EUR')}${line('6', 'EUR')}`, 'first');
    expect(first.report.duplicates).toBe(1);
    const second = await add(first.version, `${header}\n${line('5', 'EUR')}${line('7', 'EUR')}${line('5', 'GBP')}`, 'second');
    expect(second.report.diagnostics).toMatchObject([
      { code: 'rows_already_there', values: { found: 1 } },
      { code: 'amounts_without_rate' },
    ]);
    const other = await add(null, `${header}\n${line('5', 'GBP')}`, 'x');
    const same = await add(null, `${header}\n${line('5', 'CNY')}`, 'x');
    expect(new Set([other, same].map(({ version }) => version.sources[0].hash)).size).toBe(2);
  });

  it('stay with people who are merged, in another time zone, and after a restart', async () => {
    const { version } = await add(null, orders, 'orders', {}, { EUR: 7.75 });
    const people = await add(version, 'user_id,email\nmo,x@x.org\nbo,x@x.org\n', 'crm', { declaredIds: { email: 'email' } }, { EUR: 7.75 });
    expect(await revenue(people.version)).toEqual({ al: 0, bo: 94.325 });
    const moved = await mergePeopleBy(store, people.version, ['email'], {
      ...options,
      rates: { EUR: 7.75, USD: 7 },
      timeZone: 'Asia/Tokyo',
    });
    expect(await revenue(moved)).toEqual({ al: 210, bo: 94.325 });
    expect(moved.facts.currencies!.map(({ currency, orders: n }) => [currency, n])).toEqual([
      ['CNY', 2],
      ['EUR', 1],
      ['USD', 1],
    ]);
    await store.execute(sql`DROP VIEW ${identifier(moved.tables.events)}`);
    await restoreVersion(store, JSON.parse(JSON.stringify(moved)) as DatasetVersion);
    expect(await revenue(moved)).toEqual({ al: 210, bo: 94.325 });
  });
});

it('rates are one step back, and are saved with the workspace', async () => {
  const shop = await importDesk('UTC', 'CNY');
  await shop.add({ 'orders.csv': orders });
  const view = await operations.moneyRates({ rates: { EUR: 7.75, CNY: 3 } }, shop.context());
  expect(view.plan.rates).toEqual({ EUR: 7.75 });
  expect(view.dataBefore).toMatchObject({ events: 6 });
  // A plan that is saved meanwhile does not take them away, and undoing an edit does not bring old ones back.
  const saved = await operations.workspaceSavePlan({ plan: { ...view.plan, name: 'Tee', rates: undefined } }, shop.context());
  expect(saved.view.plan).toMatchObject({ name: 'Tee', rates: { EUR: 7.75 } });
  await shop.desk.close();
  const opened = await operations.workspaceOpen({ id: view.entry.id }, shop.context());
  expect([opened.plan.rates, opened.dataKey]).toEqual([{ EUR: 7.75 }, view.dataKey]);
  expect(await revenueIn(shop)).toEqual({ al: 0, bo: 64.325, mo: 30 });
  const more = await shop.add({ 'more.csv': `${header}\nmo,tea,buy,2026-03-05 10:00,1,1,A9,EUR\n` }, { sourceId: 'more' });
  expect(more.view.plan.rates).toEqual({ EUR: 7.75 });
  expect(await revenueIn(shop)).toEqual({ al: 0, bo: 64.325, mo: 37.75 });
  await operations.dataStepBack(undefined, shop.context());
  expect(await revenueIn(shop)).toEqual({ al: 0, bo: 64.325, mo: 30 });
  await operations.moneyRates({ rates: {} }, shop.context());
  expect(shop.plan.rates).toBeUndefined();
  const back = await operations.dataStepBack(undefined, shop.context());
  expect([back.plan.rates, await revenueIn(shop)]).toEqual([{ EUR: 7.75 }, { al: 0, bo: 64.325, mo: 30 }]);
  await closeDesks();
});

async function revenueIn(shop: ImportDesk): Promise<Record<string, unknown>> {
  const found = await shop.rows(
    ({ events, users }) => sql`SELECT user_id AS id, coalesce(sum(value), 0)::DOUBLE AS value
      FROM ${identifier(events)} JOIN ${identifier(users)} USING (user_index) GROUP BY 1 ORDER BY 1`,
  );
  return Object.fromEntries(found.map(({ id, value }) => [id, value]));
}

async function add(
  current: DatasetVersion | null,
  content: string,
  sourceId: string,
  choices: ImportChoices = {},
  rates?: Rates,
): Promise<ImportResult> {
  const file = fileOf(content, `${sourceId}.csv`);
  const { mapping } = await inspectSource(file);
  const { declaredIds } = choices;
  const request = { file, sourceId, mapping: { ...mapping, ...choices.mapping }, mode: 'add' as const, declaredIds, ...options, rates };
  return importSource(store, current, request);
}

function scopeOf({ key, tables, facts }: DatasetVersion) {
  const asOf = '2026-06-01T00:00:00';
  return { store, cache: new DerivedCache(), tables, dataKey: key, dataHash: facts.dataHash, asOf, users: facts.userNumbers };
}

async function revenue(version: DatasetVersion): Promise<Record<string, unknown>> {
  const measure: EventMeasure = { aggregate: 'sum', of: 'value', events: ['order_completed', 'order_refunded', 'order_cancelled'] };
  const query = measureQuery(scopeOf(version), measure);
  const found = await rows(
    sql`SELECT user_id AS id, value::DOUBLE AS value FROM (${query}) JOIN ${identifier(version.tables.users)} USING (user_index) ORDER BY 1`,
  );
  return Object.fromEntries(found.map(({ id, value }) => [id, value]));
}

async function totals(version: DatasetVersion): Promise<Record<string, unknown>> {
  const found = await rows(sql`SELECT order_id AS id, total::DOUBLE AS total FROM (${ordersOf(version.tables.events)}) ORDER BY 1`);
  return Object.fromEntries(found.map(({ id, total }) => [id, total]));
}

function rows(query: Sql): Promise<Record<string, unknown>[]> {
  return rowsOf(store, query) as Promise<Record<string, unknown>[]>;
}
