import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync, strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { quietContext } from '../../../src/lib/core/base/run';
import { planSchema, type Plan } from '../../../src/lib/core/plan/schema';
import { planVersion } from '../../../src/lib/core/plan/version';
import { allMembers } from '../../../src/lib/core/schema/formats/packing/gzip';
import { inspectSource } from '../../../src/lib/core/schema/inspect/inspectSource';
import type { Mapping } from '../../../src/lib/core/schema/roles';
import { openFile } from '../../../src/lib/platform/node/files';
import { openPlan } from '../../../src/lib/work/openPlan';
import { closeDesks, importDesk } from '../../support/importDesk';
import { xlsxBytes } from '../../support/xlsx';
import { fixtureBytes, stage } from './formatsSupport';
import { eventsOf } from './presetSupport';
import { fileOf } from './support';

afterEach(() => void vi.unstubAllGlobals());

const staged = async (bytes: Uint8Array | string, name: string) => {
  const file = fileOf(bytes, name);
  const preview = await inspectSource(file);
  return { preview, ...(await stage(file, preview.mapping)) };
};

describe('amounts with a decimal comma and points between thousands', () => {
  const header = ['user_id', 'event', 'time', 'order_id', 'price'];
  const row = (order: string, price: string | number) => ['ann', 'buy', '2026-05-01 10:00:00', order, price];
  const prices = ['1.299,00', '12,50', '-3,5', '1.234.567,89', '7'];
  const expected = [1299, 12.5, -3.5, 1_234_567.89, 7];

  it('are the same amounts in CSV and in the text cells of a workbook', async () => {
    const rows = prices.map((price, at) => row(`o${at}`, price));
    for (const [bytes, name] of [
      [[header, ...rows].map((cells) => cells.join(';')).join('\n'), 'orders.csv'],
      [[header, ...rows].map((cells) => cells.map((cell) => `"${cell}"`).join(',')).join('\n'), 'quoted.csv'],
      [xlsxBytes({ Orders: { rows: [header, ...rows] } }), 'orders.xlsx'],
    ] as const) {
      const { preview, source, rowsRejected } = await staged(bytes, name);
      expect([preview.mapping.decimal, rowsRejected, preview.diagnostics], name).toEqual(['comma', 0, []]);
      expect(eventsOf(source).map(({ price }) => price), name).toEqual(expected); // prettier-ignore
    }
  });

  it('stand beside cells that are numbers, which have no mark and stay what they are', async () => {
    const rows = [row('o1', '1.299,00'), row('o2', 1.299), row('o3', 12.5), row('o4', '12,50'), row('o5', 0.0000001), row('o6', 1299)];
    const { preview, source, rowsRejected } = await staged(xlsxBytes({ Orders: { rows: [header, ...rows] } }), 'orders.xlsx');
    expect([preview.mapping.decimal, rowsRejected, preview.diagnostics]).toEqual(['comma', 0, []]);
    expect(eventsOf(source).map(({ price }) => price)).toEqual([1299, 1.299, 12.5, 12.5, 0, 1299]);
  });

  it('are not made of numbers alone', async () => {
    const rows = [row('o1', 1.299), row('o2', 12.5)];
    const { preview, source } = await staged(xlsxBytes({ Orders: { rows: [header, ...rows] } }), 'orders.xlsx');
    expect([preview.mapping.decimal, eventsOf(source).map(({ price }) => price)]).toEqual([undefined, [1.299, 12.5]]);
  });
});

describe('a workbook with formulas and links to others', () => {
  /** The third column is formulas: of this sheet, of another workbook, of the web; with what Excel last saw of them. */
  const cells = (row: number, formula: string, type: string, value: string | null) =>
    `<c r="E${row}"${type}><f>${formula}</f>${value === null ? '' : `<v>${value}</v>`}</c></row>`;
  function book(): Uint8Array {
    const row = (order: string) => ['ann', 'buy', '2026-05-01 10:00:00', order];
    const plain = unzipSync(xlsxBytes({ Orders: { rows: [['user_id', 'event', 'time', 'order_id', 'price'], row('o1'), row('o2'), row('o3'), row('o4')] } })); // prettier-ignore
    const sheet = 'xl/worksheets/sheet1.xml';
    const ends = [
      cells(2, '[1]Prices!A1*2', '', '19.9'),
      cells(3, 'WEBSERVICE("https://example.org/price")', ' t="str"', '7.5'),
      cells(4, 'HYPERLINK("http://example.org/x","20")', ' t="str"', '20'),
      cells(5, '[1]Prices!A9', ' t="e"', '#REF!'),
    ];
    const parts = strFromU8(plain[sheet]).split('</row>');
    const made = parts.map((part, at) => (at >= 1 && at <= 4 ? part + ends[at - 1] : at < parts.length - 1 ? `${part}</row>` : part));
    const linked = '<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><externalBook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="rId1"/></externalLink>'; // prettier-ignore
    const target = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath" Target="https://example.org/prices.xlsx" TargetMode="External"/></Relationships>'; // prettier-ignore
    const rels = strFromU8(plain['xl/_rels/workbook.xml.rels']).replace('</Relationships>', '<Relationship Id="rIdX" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink" Target="externalLinks/externalLink1.xml"/><Relationship Id="rIdY" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="https://example.org/sheet.xml" TargetMode="External"/></Relationships>'); // prettier-ignore
    return zipSync({
      ...plain,
      [sheet]: strToU8(made.join('')),
      'xl/_rels/workbook.xml.rels': strToU8(rels),
      'xl/externalLinks/externalLink1.xml': strToU8(linked),
      'xl/externalLinks/_rels/externalLink1.xml.rels': strToU8(target),
    });
  }

  it('has the values that were stored, and nobody is asked for others', async () => {
    const asked = vi.fn(() => Promise.reject(new Error('a request was made')));
    for (const name of ['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource']) vi.stubGlobal(name, asked);
    const { source, rowsRead, rowsRejected } = await staged(book(), 'orders.xlsx');
    expect([rowsRead, rowsRejected]).toEqual([4, 0]);
    // An error is an empty cell.
    expect(eventsOf(source).map(({ order, price = '' }) => `${order} ${price}`)).toEqual(['o1 19.9', 'o2 7.5', 'o3 20', 'o4 ']);
    expect(asked).not.toHaveBeenCalled();
  });
});

describe('a workbook with a sheet a month', () => {
  const header = ['order_id', 'user_id', 'time', 'price'];
  const months = { '10月': [['1', 'ann', '2026-10-01 10:00:00', 5], ['2', '', '2026-10-02 10:00:00', 5]], '11月': [['3', 'bob', '2026-11-01 10:00:00', 7]], '12月': [['4', 'ann', '2026-12-01 10:00:00', 9]] }; // prettier-ignore
  const book = xlsxBytes({ ...Object.fromEntries(Object.entries(months).map(([name, rows]) => [name, { rows: [header, ...rows] }])), Notes: { rows: [['Thanks!']] } }); // prettier-ignore
  const whole = [header, ...Object.values(months).flat()].map((row) => row.join(',')).join('\n');
  const plan = (files: string[], mapping?: Mapping): Plan =>
    planSchema.parse({ muster: planVersion, name: 'Tea', currency: 'CNY', sources: [{ id: 'orders', files, mapping }] });

  it('is one source on the command line: a sheet is a file of it, whatever sheet its mapping was made for', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'muster-sheets-'));
    const desk = await importDesk();
    try {
      await writeFile(join(folder, 'book.xlsx'), book);
      await writeFile(join(folder, 'all.csv'), whole);
      const open = (name: string) => openFile(join(folder, name));
      await openPlan(desk.desk, plan(['all.csv']), open, quietContext());
      const { dataHash } = desk.version.facts;
      const { mapping } = await inspectSource(await open('book.xlsx/11月'));
      expect([mapping.sheet, mapping.columns]).toEqual(['11月', header]);
      for (const given of [undefined, mapping]) {
        const files = Object.keys(months).map((month) => `book.xlsx/${month}`);
        const opened = await openPlan(desk.desk, plan(files, given), open, quietContext());
        expect(desk.version.facts.dataHash).toBe(dataHash);
        expect(opened.map(({ file, rowsRead, rowsRejected }) => [file, rowsRead, rowsRejected])).toEqual([
          ['book.xlsx/10月', 2, 1],
          ['book.xlsx/11月', 1, 0],
          ['book.xlsx/12月', 1, 0],
        ]);
      }
      await expect(inspectSource(await open('book.xlsx/13月'))).rejects.toMatchObject({ code: 'workbook_no_sheet' });
    } finally {
      await closeDesks();
      await rm(folder, { recursive: true });
    }
  });
});

describe('a rejected row of Parquet or Arrow', () => {
  it.each(['shop-snappy.parquet', 'shop-zstd.arrow'])(
    'of %s names the columns that were read, so that the others do not look empty',
    async (name) => {
      const file = fileOf(fixtureBytes(name), name);
      const { mapping } = await inspectSource(file);
      const whole = await stage(file, {
        ...mapping,
        keep: mapping.columns.filter((column) => !Object.values(mapping.roles).includes(column)),
      });
      const { quantity: _, ...roles } = mapping.roles;
      const narrow = await stage(file, { ...mapping, roles, keep: [] });
      const [[all], [some]] = [[...whole.source.rejects!], [...narrow.source.rejects!]];
      expect([all.code, all.row, all.column]).toEqual([some.code, some.row, some.column]);
      // With all of them it is a row of CSV: no user, and no name is needed.
      expect(all.text).toMatch(/^,/);
      const named = JSON.parse(some.text) as Record<string, string>;
      expect(Object.keys(named)).toEqual(mapping.columns.filter((column) => Object.values(roles).includes(column)));
      expect(named[mapping.roles.user!]).toBe('');
      expect(all.text).toContain(named[mapping.roles.time!]);
    },
  );
});

describe('gzip of several members, where the platform stops behind the first', () => {
  async function inflated(packed: Uint8Array, pieceBytes: number): Promise<string> {
    async function* pieces() {
      for (let at = 0; at < packed.length; at += pieceBytes) yield packed.subarray(at, at + pieceBytes);
    }
    let text = '';
    for await (const block of allMembers(pieces())) text += strFromU8(block);
    return text;
  }
  const members = ['user_id,time\n', 'ann,2026-05-01\n'.repeat(300), 'bob,2026-05-02\n'].map((text, at) => gzipSync(strToU8(text), { filename: `part-${at}.csv` })); // prettier-ignore
  const whole = Uint8Array.from(members.flatMap((member) => [...member]));

  it('is all of them, wherever it is cut', async () => {
    for (const pieceBytes of [1, 7, 64, 1 << 16]) expect(await inflated(whole, pieceBytes)).toContain('bob,2026-05-02');
    expect(await inflated(fixtureBytes('shop-members.csv.gzip'), 1 << 16)).toBe(strFromU8(gunzipSync(fixtureBytes('shop.csv.gzip'))));
  });

  it('is refused where one of them has another checksum or length', async () => {
    let end = 0;
    for (const { length } of members) {
      end += length;
      for (const at of [end - 8, end - 1]) {
        const changed = whole.slice();
        changed[at] ^= 1;
        for (const pieceBytes of [5, 1 << 16]) await expect(inflated(changed, pieceBytes)).rejects.toThrow('checksum');
      }
    }
    await expect(inflated(whole.subarray(0, whole.length - 3), 64)).rejects.toThrow();
  });
});
