import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { quietContext } from '../../../src/lib/core/base/run';
import { inspectSource } from '../../../src/lib/core/schema/inspect/inspectSource';
import type { Mapping } from '../../../src/lib/core/schema/roles';
import { addSums, sumOfEvents } from '../../../src/lib/core/store/dataset/contentSum';
import { propertyNames } from '../../../src/lib/core/schema/staging/propertyNames';
import { numberText } from '../../../src/lib/core/schema/staging/typedProperties';
import { appendStaged, importSource, mergePeopleBy, type DatasetVersion } from '../../../src/lib/core/store/dataset';
import { stageFile } from '../../../src/lib/core/schema/staging/stageFile';
import { TimeZone } from '../../../src/lib/core/schema/parse/timeZone';
import { identifier, sql, type Sql } from '../../../src/lib/core/store/sql';
import type { TableStore } from '../../../src/lib/core/store/tableStore';
import { openNativeStore } from '../../../src/lib/platform/node/nativeStore';
import { fileOf, rowsOf, type ImportChoices } from './support';

const header = 'user_id,item_id,event,timestamp,price,order_id';
const orders = `${header},coupon,shipping_days,gift,postcode
mo,tea,buy,2026-01-05 10:00,4,A1,SPRING,2,TRUE,01067
bo,cup,buy,2026-01-09 10:00,9,A2,,3.50,False,80331
al,pot,buy,2026-01-11 10:00,30,A3,FRIEND,"1,000",true,
`;
const options = { timeZone: 'UTC', currency: 'USD', run: quietContext() };

let store: TableStore;
beforeEach(async () => void (store = await openNativeStore()));
afterEach(() => store.close());

describe('columns of a file of events that have no role', () => {
  it('are properties of its events: numbers where all cells are, text otherwise', async () => {
    const { facts, tables, sources } = await add(null, orders, 'orders');
    expect(facts.properties).toEqual([
      { name: 'coupon', type: 'text', distinct: 2 },
      { name: 'gift', type: 'text', distinct: 2 },
      { name: 'postcode', type: 'text', distinct: 2 },
      { name: 'shipping_days', type: 'number' },
    ]);
    expect(await rows(sql`SELECT p_coupon, p_shipping_days, p_gift, p_postcode FROM ${identifier(tables.events)} ORDER BY ts`)).toEqual([
      { p_coupon: 'SPRING', p_shipping_days: 2, p_gift: 'true', p_postcode: '01067' },
      { p_coupon: null, p_shipping_days: 3.5, p_gift: 'false', p_postcode: '80331' },
      { p_coupon: 'FRIEND', p_shipping_days: 1000, p_gift: 'true', p_postcode: null },
    ]);
    expect(sources[0].parts[0].columns).toContain('p_coupon');
  });

  it('are proposed where they are not personal and not the same everywhere', async () => {
    const { mapping } = await inspectSource(
      fileOf(`${header},coupon,shop,note,contact,empty
${Array.from({ length: 30 }, (_, i) => `u${i},tea,buy,2026-01-05,4,A${i},${i % 4 ? '' : 'SPRING'},main,leave it at door ${i},u${i}@x.org,`).join('\n')}\n`),
    );
    expect(mapping.keep).toEqual(['coupon']);
  });

  it('are told apart where only letter case differs, and are none of ours', async () => {
    const file = `${header},Size,size,ts,p_Size\nmo,tea,buy,2026-01-05,4,A1,L,12,x,y\nbo,tea,buy,2026-01-06,4,A2,S,9,z,y2\n`;
    const { mapping } = await inspectSource(fileOf(file));
    expect([
      ...propertyNames({
        ...mapping,
        columns: mapping.columns.map((name) => (name === 'size 2' ? 'size' : name)),
        keep: ['Size', 'size', 'ts', 'p_Size', 'price'],
      }).values(),
    ]).toEqual(['Size', 'size 2', 'ts', 'p_Size']);
    const { tables } = await add(null, file, 'orders', { mapping: { keep: ['Size', 'size 2', 'ts', 'p_Size'] } });
    expect(
      await rows(sql`SELECT p_size AS a, "p_size 2" AS b, p_ts AS c, p_p_size AS d FROM ${identifier(tables.events)} ORDER BY ts`),
    ).toEqual([
      { a: 'L', b: 12, c: 'x', d: 'y' },
      { a: 'S', b: 9, c: 'z', d: 'y2' },
    ]);
  });

  it('stay text where a cell is a code, has more digits than a number keeps, or is none', async () => {
    const cells = (column: string[]) => `${header},x\n${column.map((cell, i) => `u${i},tea,buy,2026-01-05,4,A${i},${cell}`).join('\n')}\n`;
    const typeOf = async (column: string[], decimal?: 'comma') =>
      (await add(null, cells(column), 'orders', { mapping: { keep: ['x'], decimal } })).facts.properties![0].type;
    expect(await typeOf(['1', '-2.5', '0', '"1,234.5"'])).toBe('number');
    expect(await typeOf(['"1,5"', '"-1.234,5"', '7'], 'comma')).toBe('number');
    expect(await typeOf(['1', '007'])).toBe('text');
    expect(await typeOf(['1234567890123456', '5'])).toBe('text');
    expect(await typeOf(['1', '2e5'])).toBe('text');
    expect(await typeOf(['1', '2026-05-01'])).toBe('text');
    expect(await typeOf(['1', 'n/a'])).toBe('text');
  });

  it('may be missing at the end of a row, and one with broken characters is rejected', async () => {
    const bytes = new TextEncoder().encode(
      `${header},a,b\nmo,tea,buy,2026-01-05,4,A1\nbo,tea,buy,2026-01-06,4,A2,x,?\nal,tea,buy,2026-01-07,4,A3,y,z\n`,
    );
    bytes[bytes.indexOf('?'.charCodeAt(0))] = 0xff;
    const file = fileOf(bytes);
    const { mapping } = await inspectSource(file);
    const request = {
      file,
      sourceId: 'orders',
      mapping: { ...mapping, encoding: 'utf-8' as const, keep: ['a', 'b'] },
      mode: 'add' as const,
      ...options,
    };
    const { report, version } = await importSource(store, null, request);
    expect([report.rowsKept, report.rejectReasons]).toMatchObject([2, [{ code: 'bad_encoding', count: 1 }]]);
    expect(await rows(sql`SELECT p_a, p_b FROM ${identifier(version.tables.events)} ORDER BY ts`)).toEqual([
      { p_a: null, p_b: null },
      { p_a: 'y', p_b: 'z' },
    ]);
  });
});

describe('properties of several sources', () => {
  const january = `${header},size,days\nmo,tea,buy,2026-01-05 10:00,4,A1,12.50,1\nbo,cup,buy,2026-01-09 10:00,9,A2,36,2\nbo,cup,buy,2026-01-09 11:00,9,A9,0.00005,2\n`;
  const february = `${header},Size,coupon\nal,tea,buy,2026-02-03 10:00,4,A3,XL,A\nmo,pot,buy,2026-02-07 10:00,30,A4,0012,\n`;

  it('are one column each, text where any of them has text, and the report says so', async () => {
    const first = await add(null, january, 'january', { mapping: { keep: ['size', 'days'] } });
    expect(first.facts.properties).toEqual([
      { name: 'days', type: 'number' },
      { name: 'size', type: 'number' },
    ]);
    const file = fileOf(february, 'february.csv');
    const { mapping } = await inspectSource(file);
    const request = { file, sourceId: 'february', mapping: { ...mapping, keep: ['Size', 'coupon'] }, mode: 'add' as const, ...options };
    const { version, report } = await importSource(store, first, request);
    expect(version.facts.properties!.map(({ name, type }) => [name, type])).toEqual([
      ['coupon', 'text'],
      ['days', 'number'],
      ['Size', 'text'],
    ]);
    expect(report.diagnostics.map(({ code }) => code)).toEqual(['property_is_number_elsewhere']);
    const seen = await rows(sql`SELECT p_size, p_days, p_coupon FROM ${identifier(version.tables.events)} ORDER BY ts`);
    expect(seen).toEqual([
      { p_size: '12.5', p_days: 1, p_coupon: null },
      { p_size: '36', p_days: 2, p_coupon: null },
      { p_size: '5e-05', p_days: 2, p_coupon: null },
      { p_size: 'XL', p_days: null, p_coupon: 'A' },
      { p_size: '0012', p_days: null, p_coupon: null },
    ]);
    // The version before is as it was.
    expect(await rows(sql`SELECT p_size FROM ${identifier(first.tables.events)} ORDER BY ts`)).toEqual([
      { p_size: 12.5 },
      { p_size: 36 },
      { p_size: 0.00005 },
    ]);
  });

  it('say the same, to the hash, whether the files came one by one or at once', async () => {
    const months = await add(await add(null, january, 'january', { mapping: { keep: ['size', 'days'] } }), february, 'february', {
      mapping: { keep: ['Size', 'coupon'] },
    });
    const year = `${header},size,days,coupon\n${january
      .split('\n')
      .slice(1, 4)
      .map((line) => `${line},`)
      .join('\n')}\nal,tea,buy,2026-02-03 10:00,4,A3,XL,,A\nmo,pot,buy,2026-02-07 10:00,30,A4,0012,,\n`;
    const once = await add(null, year, 'year', { mapping: { keep: ['size', 'days', 'coupon'] } });
    expect(once.facts.dataHash).toBe(months.facts.dataHash);
    const all = (version: DatasetVersion) =>
      rows(sql`SELECT p_size, p_days, p_coupon FROM ${identifier(version.tables.events)} ORDER BY ts`);
    expect(await all(once)).toEqual(await all(months));
  });

  it('survive people who are merged and another time zone', async () => {
    const first = await add(null, orders, 'orders');
    const merged = await add(first, 'user_id,email\nmo,x@x.org\nbo,x@x.org\n', 'crm', { declaredIds: { email: 'email' } });
    const coupons = (version: DatasetVersion) =>
      rows(sql`SELECT p_coupon AS c, p_shipping_days AS d FROM ${identifier(version.tables.events)} ORDER BY ts`);
    expect(await coupons(merged)).toEqual(await coupons(first));
    const moved = await mergePeopleBy(store, merged, ['email'], { ...options, timeZone: 'Asia/Shanghai' });
    expect(await coupons(moved)).toEqual(await coupons(first));
  });
});

describe('what a row is, with properties', () => {
  it('is another row where a property differs', async () => {
    const line = 'mo,tea,buy,2026-01-05 10:00,4,A1';
    const stage = async (text: string, sourceId: string) => {
      const file = fileOf(text);
      const { mapping } = await inspectSource(file);
      return (
        await stageFile(
          file,
          { ...mapping, keep: ['coupon', 'n'] },
          { sourceId, zone: new TimeZone('UTC'), currency: 'USD', run: quietContext() },
        )
      ).source;
    };
    const twice = await stage(`${header},coupon,n\n${line},A,1\n${line},A,1\n${line},B,1\n${line},A,2\n`, 'a');
    const { version, duplicates } = await appendStaged(store, null, [{ staged: twice, files: [] }], options);
    expect(duplicates.get('a')).toBe(1);
    const again = await stage(`${header},coupon,n\n${line},A,1\n${line},C,1\n${line},A,3\n`, 'b');
    const { diagnostics } = await appendStaged(store, version, [{ staged: again, files: [] }], options);
    expect(diagnostics.get('b')).toMatchObject([{ code: 'rows_already_there', values: { found: 1 } }]);
  });

  it('hashes as it did before there were properties', async () => {
    const { facts, sources } = await add(null, `${header}\nmo,tea,buy,2026-01-05 10:00,4,A1\n`, 'orders');
    expect([facts.dataHash, sources[0].hash]).toMatchInlineSnapshot(`
      [
        "ea43c4aeea762eba01bd95a82ff6b6236f52fa3c1ae8866110a05f07fadb87ed",
        "582b1a5341a5d54ac3ffe5aa35138251",
      ]
    `);
    const kept = await add(null, orders, 'orders');
    const without = await add(null, orders, 'orders', { mapping: { keep: [] } });
    expect(kept.facts.dataHash).not.toBe(without.facts.dataHash);
    const { keep: _, ...old } = (await inspectSource(fileOf(orders))).mapping;
    const asBefore = await importSource(store, null, { file: fileOf(orders), sourceId: 'orders', mapping: old, mode: 'add', ...options });
    expect(asBefore.version.facts.dataHash).toBe(without.facts.dataHash);
  });

  it('adds up to the same data however its rows are divided into files', async () => {
    const cell = fc.oneof(
      fc.constantFrom(
        '',
        'XL',
        '007',
        '12.50',
        '12.5',
        '1,000',
        'TRUE',
        'true',
        'False',
        '-0',
        '0',
        '5e-5',
        '0.00005',
        '1e400',
        'Infinity',
        'é',
      ),
      fc.integer().map(String),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      fc.stringMatching(/^[ -~]{1,6}$/),
    );
    const stage = async (cells: readonly string[]) => {
      const quoted = cells.map((text) => `mo,2026-01-05,"${text.replaceAll('"', '""')}"`);
      const mapping = { ...plainMapping, columns: ['user', 'time', 'x'], keep: ['x'] };
      const { source } = await stageFile(fileOf(`user,time,x\n${quoted.join('\n')}\n`), mapping, stageOptions);
      return source.events!;
    };
    const sumOf = async (cells: readonly string[]) => sumOfEvents(await stage(cells), quietContext());
    const readings = async (cells: readonly string[]) => {
      const column = (await stage(cells)).properties!.get('x')!;
      if (column.kind === 'number') return Array.from(column.values, (value) => (value !== value ? null : numberText(value)));
      return Array.from(column.codes, (code) => (code < 0 ? null : column.pool.text(code)));
    };
    await fc.assert(
      fc.asyncProperty(fc.array(cell, { minLength: 1, maxLength: 12 }), async (cells) => {
        const alone = await Promise.all(cells.map((text) => readings([text])));
        expect(await readings(cells)).toEqual(alone.flat());
        expect(await sumOf(cells)).toBe(addSums(...(await Promise.all(cells.map((text) => sumOf([text]))))));
      }),
      { seed: 42, numRuns: 20 },
    );
  });

  it('writes numbers as the engine does', async () => {
    for (const value of [0, 1, -12, 0.5, 1234567.125, 0.0001, 0.00012, 0.00005, 1e-10, -2.5e-7, 123456789012345, 0.1 + 0.2]) {
      const [{ text }] = await rows(
        sql`SELECT CASE WHEN x = trunc(x) THEN x::BIGINT::VARCHAR ELSE x::VARCHAR END AS text FROM (SELECT ${value}::DOUBLE AS x)`,
      );
      expect(numberText(value)).toBe(text);
    }
  });
});

const plainMapping: Mapping = {
  kind: 'events',
  delimiter: ',',
  quote: '"',
  header: true,
  encoding: 'utf-8',
  columns: [],
  roles: { user: 'user', time: 'time' },
  timeFormat: { kind: 'text', pattern: '%Y-%m-%d' },
};
const stageOptions = { sourceId: 'x', zone: new TimeZone('UTC'), currency: 'USD', run: quietContext() };

async function add(
  current: DatasetVersion | null,
  content: string,
  sourceId: string,
  choices: ImportChoices = {},
): Promise<DatasetVersion> {
  const file = fileOf(content, `${sourceId}.csv`);
  const { mapping } = await inspectSource(file);
  const request = {
    file,
    sourceId,
    mapping: { ...mapping, ...choices.mapping },
    mode: 'add' as const,
    declaredIds: choices.declaredIds,
    ...options,
  };
  return (await importSource(store, current, request)).version;
}

function rows(query: Sql): Promise<Record<string, unknown>[]> {
  return rowsOf(store, query) as Promise<Record<string, unknown>[]>;
}
