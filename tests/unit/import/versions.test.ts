import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { quietContext } from '../../../src/lib/core/base/run';
import { TimeZone } from '../../../src/lib/core/schema/parse/timeZone';
import {
  appendStaged,
  dropTables,
  estimateImport,
  importSource,
  keepsNumbers,
  mergePeopleBy,
  ordersOf,
  removeSource,
  restoreVersion,
  tablesToSave,
  type DatasetVersion,
} from '../../../src/lib/core/store/dataset';
import { inspectSource } from '../../../src/lib/core/schema/inspect/inspectSource';
import type { TextColumn } from '../../../src/lib/core/schema/staging/columns';
import { TextPool } from '../../../src/lib/core/schema/staging/textPool';
import { stageFile } from '../../../src/lib/core/schema/staging/stageFile';
import { identifier, sql, type Sql } from '../../../src/lib/core/store/sql';
import type { TableStore } from '../../../src/lib/core/store/tableStore';
import { openNativeStore } from '../../../src/lib/platform/node/nativeStore';
import { cancelledRun, fileOf, rowsOf, type ImportChoices } from './support';

const january = 'user_id,item_id,event,timestamp,price,order_id\nmo,tea,buy,2026-01-05 10:00,4,A1\nbo,cup,buy,2026-01-09 10:00,9,A2\n';
const february = 'user_id,item_id,event,timestamp,price,order_id\nal,tea,buy,2026-02-03 10:00,4,A3\nmo,pot,buy,2026-02-07 10:00,30,A4\n';
const options = { timeZone: 'UTC', currency: 'USD', run: quietContext() };

let store: TableStore;
beforeEach(async () => void (store = await openNativeStore()));
afterEach(() => store.close());

describe('a data set appended month by month', () => {
  it('keeps the number of everybody and everything, and gives the next ones to who is new', async () => {
    const first = await add(null, january, 'january');
    expect(await people(first)).toEqual({ bo: 0, mo: 1 });
    const second = await add(first, february, 'february');
    expect(await people(second)).toEqual({ bo: 0, mo: 1, al: 2 });
    expect(await rows(sql`SELECT item_id, item_index FROM ${identifier(second.tables.items)} ORDER BY item_index`)).toEqual([
      { item_id: 'cup', item_index: 0 },
      { item_id: 'tea', item_index: 1 },
      { item_id: 'pot', item_index: 2 },
    ]);
    expect(second.facts).toMatchObject({ users: 3, userNumbers: 3, items: 3, events: 4, orders: 4, lastEvent: '2026-02-07T10:00:00.000Z' });
    expect(keepsNumbers(first, second)).toBe(true);
    expect(
      await rows(
        sql`SELECT source_index AS s, user_index AS u, price::DOUBLE AS price FROM ${identifier(second.tables.events)} ORDER BY ts`,
      ),
    ).toEqual([
      { s: 0, u: 1, price: 4 },
      { s: 0, u: 0, price: 9 },
      { s: 1, u: 2, price: 4 },
      { s: 1, u: 1, price: 30 },
    ]);
  });

  it('leaves the version before as it was, side by side, until it is dropped', async () => {
    const first = await add(null, january, 'january');
    const before = await contents(first);
    const second = await add(first, february, 'february');
    expect(await contents(first)).toEqual(before);
    await dropTables(store, second, [first]);
    expect(await contents(first)).toEqual(before);
    await dropTables(store, first, []);
    expect(await tableNames()).toEqual([]);
  });

  it('does not touch the events for ten rows about items', async () => {
    const first = await add(null, january, 'january');
    const items = await add(first, 'item_id,title,price\ntea,Green tea,4\nmug,Mug,7\n', 'catalogue');
    expect(items.sources[0]).toEqual(first.sources[0]);
    expect(items.tables.users).toBe(first.tables.users);
    expect(items.key).not.toBe(first.key);
    expect(await rows(sql`SELECT item_id, item_index, title FROM ${identifier(items.tables.items)} ORDER BY item_index`)).toEqual([
      { item_id: 'cup', item_index: 0, title: null },
      { item_id: 'tea', item_index: 1, title: 'Green tea' },
      { item_id: 'mug', item_index: 2, title: 'Mug' },
    ]);
  });

  it('forgets who came only with a source that goes, and gives their number back with it', async () => {
    const first = await add(null, january, 'january');
    const both = await add(first, february, 'february');
    const without = await removeSource(store, both, 'january', options);
    expect(await people(without)).toEqual({ al: 2, mo: 1 });
    expect(without.facts).toMatchObject({ users: 2, userNumbers: 3, items: 2, events: 2, orders: 2 });
    const again = await add(without, january, 'january');
    expect(await people(again)).toEqual({ bo: 0, mo: 1, al: 2 });
    expect(again.facts).toEqual(both.facts);
    // The same rows lie in the same tables.
    expect(again.sources[1].parts).toEqual(both.sources[0].parts);
  });
});

describe('the data hash', () => {
  it('does not depend on the order of rows, of parts and of imports', async () => {
    const [header, ...lines] = (january + february.slice(february.indexOf('\n') + 1)).trimEnd().split('\n');
    const whole = (await add(null, [header, ...lines].join('\n'), 'all')).facts.dataHash;
    const turned = await add(null, [header, ...lines.toReversed()].join('\n'), 'all');
    const parts = await add(await add(null, february, 'b'), january, 'a');
    expect([turned.facts.dataHash, parts.facts.dataHash]).toEqual([whole, whole]);
    // The numbers are others, so the state is another one.
    expect(parts.key).not.toBe(turned.key);
  });

  it('differs when a cell, an attribute, the time zone or the number of equal rows does', async () => {
    const base = await add(null, january, 'a');
    const other = async (content: string, choices: ImportChoices = {}) => (await add(null, content, 'a', choices)).facts.dataHash;
    const line = 'bo,cup,buy,2026-01-09 10:00,9,A2\n';
    const hashes = [
      base.facts.dataHash,
      await other(january.replace('A2', 'A3')),
      await other(january.replace('bo,cup', 'bo,')),
      await other(january + line),
      await other(january, { timeZone: 'Asia/Tokyo' }),
      (await add(base, 'item_id,title\ncup,Cup\n', 'i')).facts.dataHash,
      (await add(base, 'item_id,title\ncup,Mug\n', 'i')).facts.dataHash,
      (await add(base, 'item_id,brand\ncup,Cup\n', 'i')).facts.dataHash,
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('is the same where a column is empty and where it is missing', async () => {
    const bare = 'user_id,item_id,event,timestamp\nmo,tea,pv,2026-01-05 10:00\n';
    const empty = 'user_id,item_id,event,timestamp,device\nmo,tea,pv,2026-01-05 10:00,\n';
    expect((await add(null, empty, 'a')).facts.dataHash).toBe((await add(null, bare, 'a')).facts.dataHash);
  });
});

describe('an import that fails', () => {
  it.each(['read', 'index', 'orders'])('leaves nothing behind when it is cancelled at "%s"', async (stage) => {
    const first = await add(null, january, 'january');
    const before = await tableNames();
    const run = cancelledRun((at) => at === stage);
    await expect(add(first, february, 'february', { run })).rejects.toThrow('Cancelled');
    expect(await tableNames()).toEqual(before);
    expect((await add(first, february, 'february')).facts.events).toBe(4);
  });
});

describe('an import that the engine fails', () => {
  it.each(['item_ids_', 'users_', 'events_part_'])('while it takes %s… in says so and leaves nothing behind', async (table) => {
    const before = await tableNames();
    const failing = new Proxy(store, {
      get(of, key) {
        const value = Reflect.get(of, key) as unknown;
        if (key !== 'putTable') return typeof value === 'function' ? value.bind(of) : value;
        return async (...given: Parameters<TableStore['putTable']>) => {
          if (given[0].startsWith(table)) throw new Error('no room');
          return of.putTable(...given);
        };
      },
    });
    const file = fileOf(january);
    const { mapping } = await inspectSource(file);
    const request = { file, sourceId: 'january', mapping, mode: 'add' as const, timeZone: 'UTC', currency: 'USD', run: quietContext() };
    await expect(importSource(failing, null, request)).rejects.toThrow('no room');
    expect(await tableNames()).toEqual(before);
  });
});

describe('the same rows twice', () => {
  it('are refused as another source, and told of as the same one', async () => {
    const first = await add(null, january, 'january');
    const before = await tableNames();
    await expect(add(first, january, 'january-2')).rejects.toMatchObject({
      code: 'source_already_there',
      values: { source: 'january', rows: 2 },
    });
    expect(await tableNames()).toEqual(before);
    const again = await importAs(first, january, 'january');
    expect(again.version.facts).toEqual(first.facts);
    expect(again.report.diagnostics).toMatchObject([{ code: 'same_as_source', values: { source: 'january' } }]);
  });

  it('are counted where sources overlap', async () => {
    const first = await add(null, january, 'january');
    const { report } = await importAs(first, `${january}al,tea,buy,2026-02-03 10:00,4,A3\n`, 'longer');
    expect(report.diagnostics).toMatchObject([{ code: 'rows_already_there', values: { found: 2, rows: 3, percent: 67 } }]);
    expect((await importAs(first, february, 'february')).report.diagnostics).toEqual([]);
  });

  it('in a plan are a warning', async () => {
    const staged = await Promise.all(
      ['one', 'two'].map(async (sourceId) => {
        const file = fileOf(january);
        const { mapping } = await inspectSource(file);
        const { source } = await stageFile(file, mapping, { sourceId, zone: new TimeZone('UTC'), currency: 'USD', run: quietContext() });
        return { staged: source, files: [file.name] };
      }),
    );
    const { version, diagnostics } = await appendStaged(store, null, staged, options);
    expect(version.facts).toMatchObject({ events: 4, users: 2, orders: 2 });
    expect([...diagnostics].map(([id, found]) => [id, found.map(({ code }) => code)])).toEqual([
      ['one', []],
      ['two', ['same_as_source']],
    ]);
  });
});

describe('a file that would not fit', () => {
  it('is refused before it is read, with the estimate and what to do', async () => {
    const row = 'user-1,item-1,pv,2026-01-05 10:00,1.50,A1\n';
    const text = `user_id,item_id,event,timestamp,price,order_id\n${row.repeat(1000)}`;
    const file = fileOf(text);
    // A file of twenty million such rows, of which only the beginning can be read.
    const large = { ...file, size: 20_000_000 * row.length };
    const { mapping } = await inspectSource(file);
    const { rows: estimated, bytes } = await estimateImport(large, mapping);
    expect(estimated / 20e6).toBeCloseTo(1, 1);
    expect(bytes / 20e6).toBeGreaterThan(50);
    const request = {
      file: large,
      sourceId: 'large',
      mapping,
      mode: 'add' as const,
      timeZone: 'UTC',
      currency: 'USD',
      run: quietContext(),
    };
    await expect(importSource(store, null, { ...request, room: bytes / 4 })).rejects.toMatchObject({
      code: 'import_too_large',
      values: { file: 'shop.csv', share: 22 },
    });
    await expect(importSource(store, null, { ...request, file, room: bytes })).resolves.toBeDefined();
  });
});

describe('people of several ids', () => {
  const log =
    'user_id,item_id,event,timestamp\nweb-9,tea,pv,2026-01-01 10:00\napp-1,cup,pv,2026-01-02 10:00\napp-2,cup,pv,2026-01-03 10:00\n';
  const accounts = 'user_id,email,country\nweb-9,ann@x.org,\napp-1,ann@x.org,DE\napp-2,bo@x.org,FR\n';

  it('are one person where a source declares it, and keep the lowest number', async () => {
    const apart = await add(await add(null, log, 'log'), accounts, 'accounts');
    expect(await people(apart)).toEqual({ 'app-1': 0, 'app-2': 1, 'web-9': 2 });
    const merged = await add(await add(null, log, 'log'), accounts, 'accounts', { declaredIds: { email: 'email' } });
    expect(await people(merged)).toEqual({ 'app-1': 0, 'app-2': 1 });
    expect(merged.facts).toMatchObject({ users: 2, userNumbers: 3 });
    expect(await rows(sql`SELECT user_index, country FROM ${identifier(merged.tables.users)} ORDER BY 1`)).toEqual([
      { user_index: 0, country: 'DE' },
      { user_index: 1, country: 'FR' },
    ]);
    const events = sql`SELECT user_index FROM ${identifier(merged.tables.events)} ORDER BY ts`;
    expect(await rows(events)).toEqual([{ user_index: 0 }, { user_index: 0 }, { user_index: 1 }]);
    expect(merged.facts.dataHash).not.toBe(apart.facts.dataHash);
  });

  it('are taken apart again, and who comes later changes nobody’s number', async () => {
    const apart = await add(await add(null, log, 'log'), accounts, 'accounts');
    const merged = await add(apart, accounts, 'accounts', { declaredIds: { email: 'email' } });
    const later = await add(
      merged,
      'user_id,item_id,event,timestamp\naaa,tea,pv,2026-02-01 10:00\nweb-9,cup,pv,2026-02-02 10:00\n',
      'later',
    );
    expect(await people(later)).toEqual({ 'app-1': 0, 'app-2': 1, aaa: 3 });
    expect(await rows(sql`SELECT user_index AS u FROM ${identifier(later.tables.events)} ORDER BY ts`)).toEqual(
      [0, 0, 1, 3, 0].map((u) => ({ u })),
    );
    const undone = await mergePeopleBy(store, merged, [], options);
    expect(undone.facts).toEqual(apart.facts);
    expect(await people(undone)).toEqual(await people(apart));
    expect((await mergePeopleBy(store, undone, ['email'], options)).facts).toEqual(merged.facts);
    expect((await removeSource(store, merged, 'accounts', options)).people).toBeNull();
  });

  it('have the same data hash whoever came first', async () => {
    const declared = { declaredIds: { email: 'email' } };
    const one = await add(await add(null, log, 'log'), accounts, 'accounts', declared);
    const other = await add(await add(null, 'user_id,email,country\nweb-9,ann@x.org,\n', 'a', declared), log, 'log');
    const rest = await add(other, 'user_id,email,country\napp-1,ann@x.org,DE\napp-2,bo@x.org,FR\n', 'b', declared);
    // The number is that of the id that came first; who they are shown as is the first id in byte order.
    expect(await people(rest)).toEqual({ 'app-1': 0, 'app-2': 2 });
    expect(rest.facts.dataHash).toBe(one.facts.dataHash);
  });

  it('are found by a second id beside the events, and by ids of another kind', async () => {
    const texts = (...cells: string[]): TextColumn => {
      const pool = new TextPool();
      return { kind: 'text', codes: Int32Array.from(cells, (cell) => (cell === '' ? -1 : pool.internText(cell))), pool };
    };
    const events = (user: TextColumn) => ({ rows: 2, user, event: texts('product_viewed', 'product_viewed'), ts: { kind: 'number' as const, values: Float64Array.of(1.7e15, 1.8e15) } }); // prettier-ignore
    const visitors = texts('cookie-1', 'cookie-2');
    const web = { sourceId: 'web', userIdKind: 'cookie', events: events(visitors), links: [{ kind: 'email', user: visitors, id: texts('ann@x.org', '') }] }; // prettier-ignore
    const mail = { sourceId: 'mail', userIdKind: 'email', events: events(texts('ann@x.org', 'cookie-2')) };
    const both = [web, mail].map((staged) => ({ staged, files: [] }));
    const { version } = await appendStaged(store, null, both, options);
    // The cookie and the address that are written alike are not one person: they are ids of different kinds.
    expect(version.facts).toMatchObject({ users: 3, userNumbers: 4, events: 4 });
    const seen = await rows(sql`SELECT user_index AS u, source_index AS s FROM ${identifier(version.tables.events)} ORDER BY s, ts`);
    expect(seen).toEqual([{ u: 0, s: 0 }, { u: 1, s: 0 }, { u: 0, s: 1 }, { u: 3, s: 1 }]); // prettier-ignore
    expect((await mergePeopleBy(store, version, [], options)).facts.users).toBe(4);
  });

  it('are chained over several kinds of id', async () => {
    const all = 'user_id,email,phone\na,x@x.org,\nb,x@x.org,555-0101\nc,,5550101\nd,,5550102\n';
    const merged = await add(null, all, 'all', { declaredIds: { email: 'email', phone: 'phone' } });
    expect(await people(merged)).toEqual({ a: 0, d: 3 });
    expect(await people(await mergePeopleBy(store, merged, ['phone'], options))).toEqual({ a: 0, b: 1, d: 3 });
  });
});

describe('a version put back from its saved tables', () => {
  it('answers as before', async () => {
    const version = await add(await add(null, january, 'january'), 'user_id,email\nmo,mo@x.org\n', 'crm', {
      declaredIds: { email: 'email' },
    });
    const saved = await Promise.all(tablesToSave(version).map(async (name) => [name, await store.readTable(name)] as const));
    const other = await openNativeStore();
    try {
      for (const [name, bytes] of saved) await other.putTable(name, bytes);
      const document = JSON.parse(JSON.stringify(version)) as DatasetVersion;
      await restoreVersion(other, document);
      expect(await contents(document, other)).toEqual(await contents(version));
      const next = (table: TableStore) => importAs(version, february, 'february', {}, table);
      expect((await next(other)).version).toEqual((await next(store)).version);
    } finally {
      await other.close();
    }
  });
});

describe('another time zone', () => {
  it('moves the local times of what is there', async () => {
    const log = 'user_id,item_id,event,timestamp\nmo,tea,pv,1774746000\nmo,tea,pv,1774749600\nmo,tea,pv,1767225600\n';
    const utc = await add(null, log, 'log');
    const berlin = await add(utc, 'item_id,title\ntea,Tea\n', 'items', { timeZone: 'Europe/Berlin' });
    const direct = await add(await add(null, log, 'log', { timeZone: 'Europe/Berlin' }), 'item_id,title\ntea,Tea\n', 'items', {
      timeZone: 'Europe/Berlin',
    });
    expect(await rows(sql`SELECT local_ts::VARCHAR AS at FROM ${identifier(berlin.tables.events)} ORDER BY ts`)).toEqual([
      { at: '2026-01-01 01:00:00' },
      { at: '2026-03-29 03:00:00' },
      { at: '2026-03-29 04:00:00' },
    ]);
    expect(berlin.facts).toEqual(direct.facts);
  });
});

describe('the events view', () => {
  it('hands conditions down to the parts', async () => {
    const version = await add(await add(null, january, 'january'), february, 'february');
    const planOf = async (until: string) => {
      const [plan] = await rows(sql`EXPLAIN SELECT count(*) FROM ${identifier(version.tables.events)}
        WHERE event = 'order_completed' AND local_ts < ${until}::TIMESTAMP AND user_index = 1`);
      return String(plan.explain_value);
    };
    const plan = await planOf('2026-02-06');
    expect(plan.match(/SEQ_SCAN/g)).toHaveLength(2);
    expect(plan.match(/user_index=1/g)).toHaveLength(2);
    expect(plan.match(/event='order_completed'/g)).toHaveLength(2);
    expect(plan).not.toContain('FILTER ');
    // A part that lies outside of the time is not read at all.
    expect((await planOf('2026-02-01')).match(/SEQ_SCAN/g)).toHaveLength(1);
  });
});

describe('orders', () => {
  it('take back only the sales of their key, and have room for the largest sums', async () => {
    const header = 'user_id,item_id,event,timestamp,quantity,value\n';
    const cart = 'mo,tea,cart,2026-01-05 09:00,1,50\nmo,tea,buy,2026-01-05 10:00,2,40\nmo,,refund,2026-01-05 11:00,,\n';
    const huge = Array.from({ length: 20_000 }, (_, i) => `bo,i${i},buy,2026-01-05 10:00,999999999,899999999999\n`).join('');
    const version = await add(null, header + cart + huge, 'all');
    const found = await rows(
      sql`SELECT user_index AS u, total::VARCHAR AS total, refunded::VARCHAR AS refunded, quantity FROM (${ordersOf(version.tables.events)}) ORDER BY 1`,
    );
    expect(found).toEqual([
      { u: 0, total: '17999999999980000.0000', refunded: '0.0000', quantity: 19_999_999_980_000 },
      { u: 1, total: '0.0000', refunded: '40.0000', quantity: 2 },
    ]);
    expect(version.facts.orders).toBe(2);
  });

  it('are told apart by what they are called, also when they come with different files', async () => {
    const file = (day: string, order: string) => `user_id,item_id,event,timestamp,order_id\nmo,tea,buy,${day} 10:00,${order}\n`;
    let version = await add(null, file('2026-01-05', 'A1'), 'a');
    for (const [day, order, orders] of [
      ['2026-01-06', 'A1', 1],
      ['2026-01-07', '', 2],
      ['2026-01-08', '', 3],
      ['2026-01-08', 'A2', 4],
    ] as const) {
      version = await add(version, file(day, order), `${day} ${order}`);
      expect(version.facts.orders).toBe(orders);
    }
    for (const source of [...version.sources]) version = await removeSource(store, version, source.id, options);
    expect(version.facts).toMatchObject({ events: 0, users: 0, items: 0, orders: 0, firstEvent: null, eventCounts: [] });
    expect(await rows(sql`SELECT * FROM ${identifier(version.tables.events)}`)).toEqual([]);
    expect(await people(version)).toEqual({});
  });
});

async function importAs(current: DatasetVersion | null, content: string, sourceId: string, choices: ImportChoices = {}, into = store) {
  const file = fileOf(content);
  const { mapping } = await inspectSource(file);
  const { timeZone = 'UTC', run = quietContext(), declaredIds } = choices;
  return importSource(into, current, { file, sourceId, mapping, mode: 'add', timeZone, currency: 'USD', declaredIds, run });
}

async function add(...given: Parameters<typeof importAs>): Promise<DatasetVersion> {
  return (await importAs(...given)).version;
}

const rows = (query: Sql) => rowsOf(store, query);

async function people({ tables }: DatasetVersion): Promise<Record<string, number>> {
  const found = await rows(sql`SELECT user_id, user_index FROM ${identifier(tables.users)} ORDER BY user_index`);
  return Object.fromEntries(found.map(({ user_id, user_index }) => [user_id, user_index]));
}

async function contents({ tables }: DatasetVersion, from = store): Promise<string> {
  const all = await Promise.all(
    Object.values(tables).map((name) => rowsOf(from, sql`SELECT t::VARCHAR AS t FROM ${identifier(name)} t ORDER BY 1`)),
  );
  return JSON.stringify(all);
}

async function tableNames(): Promise<unknown[]> {
  const found = await rows(
    sql`SELECT table_name AS n FROM duckdb_tables() UNION ALL SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY 1`,
  );
  return found.map(({ n }) => n);
}
