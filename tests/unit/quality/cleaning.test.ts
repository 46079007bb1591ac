import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { quietContext } from '../../../src/lib/core/base/run';
import {
  appendStaged,
  cleanData,
  erasePerson,
  findPerson,
  removeSource,
  tablesToSave,
  type DatasetVersion,
} from '../../../src/lib/core/store/dataset';
import { readCleaning, type CleaningStepInput } from '../../../src/lib/core/store/quality/cleaning';
import { identifier, sql } from '../../../src/lib/core/store/sql';
import type { TableStore } from '../../../src/lib/core/store/tableStore';
import { openNativeStore } from '../../../src/lib/platform/node/nativeStore';
import { rowsOf } from '../import/support';
import { importAll, stageText } from './support';

const options = { timeZone: 'UTC', currency: 'USD', run: quietContext() };
const header = 'user_id,item_id,event,timestamp,price,order_id,country\n';
const tea = 'mo,tea,buy,2026-01-05 10:00,4,A1,DE\n';
const cup = 'bo,cup,buy,2026-01-09 10:00,9,A2,FR\n';
const future = 'zed,tea,buy,2062-01-09 10:00,9,A9,IT\n';

let store: TableStore;
beforeEach(async () => void (store = await openNativeStore()));
afterEach(() => store.close());

const cleaned = (version: DatasetVersion, ...steps: CleaningStepInput[]) =>
  cleanData(store, version, { ...options, cleaning: readCleaning(steps) });
const ids = async (version: DatasetVersion) =>
  (await rowsOf(store, sql`SELECT user_id FROM ${identifier(version.tables.users)} ORDER BY 1`)).map(({ user_id: id }) => id);
const tables = async () => (await rowsOf(store, sql`SELECT table_name AS t FROM duckdb_tables() ORDER BY 1`)).map(({ t }) => String(t));

describe('cleaning', () => {
  it('takes out what was read twice, and gives the data that the file without it gives', async () => {
    const twice = await importAll(store, { 'shop.csv': header + tea + cup + tea + tea });
    const once = await importAll(store, { 'shop.csv': header + tea + cup });
    const clean = await cleaned(twice, { step: 'drop-exact-duplicates' });
    expect(clean.facts.removed).toEqual([{ index: 0, step: 'drop-exact-duplicates', source: 'shop.csv', rows: 2 }]);
    expect(clean.facts.dataHash).not.toBe(twice.facts.dataHash);
    const { removed: _removed, ...facts } = clean.facts;
    expect(facts).toEqual(once.facts);
  });

  it('puts the very same tables together again when a step is taken back', async () => {
    const before = await importAll(store, { 'a.csv': header + tea + cup + tea, 'b.csv': header + cup + future });
    const contents = await rowsOf(store, sql`SELECT * FROM ${identifier(before.tables.events)}`);
    const clean = await cleaned(before, { step: 'drop-exact-duplicates' }, { step: 'drop-future', options: { after: '2026-12-31' } });
    expect(clean.facts.events).toBe(2);
    // As after a save and a reload: only the tables of the cleaned version are there.
    for (const table of await tables())
      if (!tablesToSave(clean).includes(table)) await store.execute(sql`DROP TABLE ${identifier(table)} CASCADE`);
    await store.execute(sql`DROP VIEW IF EXISTS ${identifier(before.tables.events)}`);
    const again = await cleaned(clean);
    expect(again).toEqual(before);
    expect(await rowsOf(store, sql`SELECT * FROM ${identifier(again.tables.events)}`)).toEqual(contents);
  });

  it('makes nobody a customer of whom only removed rows tell, also where they state a country', async () => {
    const before = await importAll(store, { 'shop.csv': header + tea + future });
    expect(await ids(before)).toEqual(['mo', 'zed']);
    const clean = await cleaned(before, { step: 'drop-future', options: { after: '2026-06-30' } });
    expect(await ids(clean)).toEqual(['mo']);
    expect(clean.facts).toMatchObject({ users: 1, events: 1, orders: 1, lastEvent: '2026-01-05T10:00:00.000Z' });
    // The number stays theirs.
    expect(clean.facts.userNumbers).toBe(2);
  });

  it('leaves what rode along in removed rows with its person, however the rows were divided into files', async () => {
    const ofMo = (day: string, country: string) => `mo,tea,buy,${day} 10:00,4,A-${day},${country}\n`;
    const rows = [ofMo('2026-01-05', 'DE'), ofMo('2026-03-05', 'FR'), ofMo('2062-01-05', 'IT')];
    const cleaning: CleaningStepInput[] = [{ step: 'drop-future', options: { after: '2026-12-31' } }];
    const country = async (version: DatasetVersion) =>
      (await rowsOf(store, sql`SELECT country AS c FROM ${identifier(version.tables.users)}`)).map(({ c }) => c);
    const atOnce = await importAll(store, { 'shop.csv': header + rows.join('') }, { cleaning });
    // The day is wrong, the country need not be; of each file the first and the last one are kept, so without the
    // last it would depend on the files which one is before it.
    expect([atOnce.facts.events, await country(atOnce)]).toEqual([2, ['IT']]);
    const months = { 'a.csv': header + rows[0], 'b.csv': header + rows[1], 'c.csv': header + rows[2] + ofMo('2026-04-05', '') };
    const divided = await importAll(store, months, { cleaning });
    expect(await country(divided)).toEqual(['IT']);
    // Also where the file has no other row of theirs.
    const alone = await importAll(store, { 'a.csv': months['a.csv'], 'b.csv': months['b.csv'], 'c.csv': header + rows[2] }, { cleaning });
    expect(await country(alone)).toEqual(['IT']);
  });

  it('looks at all files at once, whichever came first, and again when another one comes', async () => {
    const steps: CleaningStepInput[] = [{ step: 'drop-exact-duplicates' }];
    const files = { 'jan.csv': header + tea + cup, 'feb.csv': header + cup + future, 'mar.csv': header + future + tea };
    const atOnce = await importAll(store, files, { cleaning: steps });
    const later = await importAll(store, Object.fromEntries(Object.entries(files).reverse()), { cleaning: steps, oneByOne: true });
    expect(atOnce.facts).toMatchObject({ events: 3, users: 3 });
    expect(later.facts.dataHash).toBe(atOnce.facts.dataHash);
    const bySource = ({ facts }: DatasetVersion) => Object.fromEntries(facts.removed!.map(({ source, rows }) => [source, rows]));
    expect(bySource(atOnce)).toEqual({ 'jan.csv': 1, 'mar.csv': 2 });
    expect(bySource(later)).toEqual(bySource(atOnce));
    // Without the file that held the one that stayed, the other one is back.
    const without = await removeSource(store, atOnce, 'feb.csv', options);
    expect(without.facts).toMatchObject({ events: 3, users: 3, dataHash: atOnce.facts.dataHash });
  });

  it('goes on with a time zone of another kind', async () => {
    const before = await importAll(store, { 'shop.csv': header + tea + cup + tea });
    const clean = await cleaned(before, { step: 'drop-exact-duplicates' });
    const moved = await cleanData(store, clean, { ...options, timeZone: 'Asia/Tokyo', cleaning: clean.cleaning! });
    const once = await importAll(store, { 'shop.csv': header + tea + cup });
    const straight = await cleanData(store, once, { ...options, timeZone: 'Asia/Tokyo', cleaning: [] });
    expect(moved.facts).toMatchObject({ events: 2, dataHash: straight.facts.dataHash });
    const local = (version: DatasetVersion) =>
      rowsOf(store, sql`SELECT local_ts::VARCHAR AS at FROM ${identifier(version.tables.events)} ORDER BY 1`);
    expect(await local(moved)).toEqual(await local(straight));
  });

  it('leaves nothing behind where it would leave nothing over', async () => {
    const before = await importAll(store, { 'shop.csv': header + tea });
    const there = await tables();
    await expect(cleaned(before, { step: 'drop-event', options: { events: ['order_completed'] } })).rejects.toMatchObject({
      code: 'cleaning_removes_all',
      values: { rows: 1 },
    });
    expect(await tables()).toEqual(there);
  });

  it('says which step is none, and what an option lacks', () => {
    expect(() => readCleaning([{ step: 'drop-everything' }])).toThrow('cannot be used');
    expect(() => readCleaning([{ step: 'drop-future', options: { after: '2026-02-30' } }])).toThrow('a day that exists');
    expect(() => readCleaning([{ step: 'drop-amounts', options: {} }])).toThrow('at least one of');
  });
});

describe('each step', () => {
  const rows = (...lines: string[]) => header + lines.map((line) => `${line}\n`).join('');
  const left = async (version: DatasetVersion) =>
    (await rowsOf(store, sql`SELECT order_id FROM ${identifier(version.tables.events)} ORDER BY ts, order_id`)).map(
      ({ order_id: id }) => id,
    );

  it('drop-duplicate-orders keeps the lines of the file that has most of the order', async () => {
    const version = await importAll(store, {
      'crm.csv': rows('mo,tea,buy,2026-01-05,4,A1,', 'mo,cup,buy,2026-01-05,9,A1,', 'al,tea,buy,2026-01-07,4,A3,'),
      'web.csv': rows('mo,tea,buy,2026-01-05 10:31,4,A1,', 'bo,tea,buy,2026-01-06 09:00,4,A2,', 'mo,tea,refund,2026-01-08 09:00,4,A1,'),
    });
    const clean = await cleaned(version, { step: 'drop-duplicate-orders' });
    // The refund has the order's id and is no second sale.
    expect(clean.facts.removed).toEqual([{ index: 0, step: 'drop-duplicate-orders', source: 'web.csv', rows: 1 }]);
    expect(await left(clean)).toEqual(['A1', 'A1', 'A2', 'A3', 'A1']);
  });

  it('drop-before, drop-amounts, drop-baskets and drop-event take out what they name', async () => {
    const version = await importAll(store, {
      'shop.csv': rows(
        'mo,tea,buy,1970-01-01,4,A0,',
        'mo,tea,buy,2026-01-05,4,A1,',
        'mo,cup,buy,2026-01-06,0,A2,',
        'bo,cup,buy,2026-01-07,99999,A3,',
        ...Array.from({ length: 5 }, (_, i) => `bo,item${i},buy,2026-01-08,1,A4,`),
        'bo,,heartbeat,2026-01-09,,,',
      ),
    });
    expect(await left(await cleaned(version, { step: 'drop-before', options: { before: '1995-01-01' } }))).not.toContain('A0');
    expect(await left(await cleaned(version, { step: 'drop-amounts', options: { free: true, above: 10_000 } }))).toEqual([
      'A0',
      'A1',
      'A4',
      'A4',
      'A4',
      'A4',
      'A4',
      null,
    ]);
    expect(await left(await cleaned(version, { step: 'drop-baskets', options: { lines: 4 } }))).toEqual(['A0', 'A1', 'A2', 'A3', null]);
    expect((await cleaned(version, { step: 'drop-event', options: { events: ['heartbeat'] } })).facts.events).toBe(9);
  });

  it('drop-robots takes out everything of who looks at a page every tenth of a second', async () => {
    const at = (i: number) => new Date(Date.UTC(2026, 0, 5, 10, 0, i / 10)).toISOString();
    const robot = Array.from({ length: 200 }, (_, i) => `bot,item${i % 50},view,${at(i)},,,`);
    // An order of two hundred lines is one act.
    const wholesaler = Array.from({ length: 200 }, (_, i) => `shop,item${i % 50},buy,2026-01-06T10:00:00Z,1,B1,`);
    const version = await importAll(store, { 'shop.csv': rows(...robot, ...wholesaler) });
    const clean = await cleaned(version, { step: 'drop-robots' });
    expect(await ids(clean)).toEqual(['shop']);
    expect(clean.facts.removed).toMatchObject([{ rows: 200 }]);
    expect((await cleaned(version, { step: 'drop-robots', options: { perMinute: 500 } })).facts.events).toBe(400);
  });

  it('drop-items-unknown needs a file about items, and then keeps what it knows', async () => {
    const events = { 'shop.csv': rows('mo,tea,buy,2026-01-05,4,A1,', 'mo,ghost,buy,2026-01-06,4,A2,', 'mo,,view,2026-01-07,,,') };
    const without = await importAll(store, events);
    expect((await cleaned(without, { step: 'drop-items-unknown' })).facts.events).toBe(3);
    const version = await importAll(store, { ...events, 'items.csv': 'item_id,title\ntea,Green tea\n' });
    const clean = await cleaned(version, { step: 'drop-items-unknown' });
    expect(await left(clean)).toEqual(['A1', null]);
    expect(clean.facts.items).toBe(1);
  });
});

describe('cleaning of what newer files bring', () => {
  it('takes kept columns and other currencies into account', async () => {
    const columns = 'user_id,item_id,event,timestamp,price,currency,order_id,coupon\n';
    const lines = [
      'mo,tea,buy,2026-01-05 10:00,4,USD,A1,SPRING\n',
      'mo,tea,buy,2026-01-05 10:00,4,EUR,A1,SPRING\n',
      'mo,tea,buy,2026-01-05 10:00,4,EUR,A1,\n',
      'bo,cup,buy,2026-01-06 10:00,7000,JPY,A2,\n',
      'bo,cup,buy,2026-01-07 10:00,9000,USD,A3,\n',
    ];
    const mapping = { keep: ['coupon'] };
    const twice = await importAll(store, { 'shop.csv': columns + lines.join('') + lines[0] }, { mapping });
    const once = await importAll(store, { 'shop.csv': columns + lines.join('') }, { mapping });
    expect(once.facts.properties).toMatchObject([{ name: 'coupon' }]);
    const clean = await cleaned(twice, { step: 'drop-exact-duplicates' });
    expect(clean.facts).toMatchObject({ dataHash: once.facts.dataHash, events: 5 });
    // 7,000 yen are 49 dollars; in a currency without a rate nobody knows.
    const dear = { step: 'drop-amounts', options: { above: 5000 } } as const;
    const known = await cleanData(store, once, { ...options, rates: { JPY: 0.007, EUR: 1.1 }, cleaning: [dear] });
    expect(known.facts.removed).toMatchObject([{ rows: 1 }]);
    expect(await rowsOf(store, sql`SELECT order_id FROM ${identifier(known.tables.events)} WHERE order_id = 'A2'`)).toHaveLength(1);
  });

  it('looks at the rows as they were read when some of them are updated by a newer file', async () => {
    const before = await importAll(store, { 'shop.csv': header + tea + tea + cup }, { cleaning: [{ step: 'drop-exact-duplicates' }] });
    expect(before.facts.events).toBe(2);
    const staged = await stageText(`${header}mo,tea,buy,2026-01-05 10:00,5,A1,DE\n`, 'update.csv');
    const add = [{ staged, files: ['update.csv'], upsertBy: ['order', 'item'] }];
    const { version } = await appendStaged(store, before, add, options);
    // Both lines of the order gave way, the removed one too.
    const plain = await cleaned(version);
    expect(plain.facts.events).toBe(2);
    expect(plain.facts.dataHash).toBe(version.facts.dataHash);
  });
});

it('erasing somebody reaches the rows that cleaning took out, and cleaning stays in force', async () => {
  const files = { 'shop.csv': header + tea + tea + cup + cup + future };
  const steps: CleaningStepInput[] = [{ step: 'drop-exact-duplicates' }, { step: 'drop-future', options: { after: '2026-12-31' } }];
  const before = await importAll(store, files, { cleaning: steps });
  const person = (await findPerson(store, [before], 'bo'))!;
  const { version } = await erasePerson(store, before, person, options);
  const without = await importAll(store, { 'shop.csv': header + tea + tea + future }, { cleaning: steps });
  expect(version!.facts.dataHash).toBe(without.facts.dataHash);
  expect(version!.facts.removed).toEqual(without.facts.removed);
  // Taken back, they are still not there.
  const raw = await cleaned(version!);
  expect(raw.facts.events).toBe(3);
  expect(await ids(raw)).toEqual(['mo', 'zed']);
});
