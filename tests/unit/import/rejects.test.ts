import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietContext } from '../../../src/lib/core/base/run';
import { inspectSource } from '../../../src/lib/core/schema/inspect/inspectSource';
import { TimeZone } from '../../../src/lib/core/schema/parse/timeZone';
import { RejectLog } from '../../../src/lib/core/schema/staging/rejectLog';
import type { RejectedRow } from '../../../src/lib/core/schema/staging/staged';
import { stageFile } from '../../../src/lib/core/schema/staging/stageFile';
import { readRejects, rejectsCsv, rejectTables } from '../../../src/lib/core/store/dataset';
import type { TableStore } from '../../../src/lib/core/store/tableStore';
import { openNativeStore } from '../../../src/lib/platform/node/nativeStore';
import { currentVersion, fileOf, importFile } from './support';

const stage = async (text: string, mappedBy = text) => {
  const file = fileOf(text);
  const { mapping } = await inspectSource(fileOf(mappedBy));
  return stageFile(file, mapping, { sourceId: 'shop', zone: new TimeZone('UTC'), currency: 'USD', run: quietContext() });
};

describe('rejected rows', () => {
  it('are kept with their row, column, cell and reason', async () => {
    const { source } = await stage(
      'user,item,time,price\nann,tea,2026-01-01 10:00,4\n,tea,2026-01-01 10:00,4\nbo,"say ""hi""",2026-01-01 10:00,four\nal,tea,2026-01-01 10:00,4\n',
    );
    expect([...source.rejects!]).toEqual([
      { row: 2, column: 'user', code: 'missing_user', text: ',tea,2026-01-01 10:00,4', value: '' },
      { row: 3, column: 'price', code: 'bad_number', text: 'bo,"say ""hi""",2026-01-01 10:00,four', value: 'four' },
    ]);
    const csv = new TextDecoder('utf-8', { ignoreBOM: true }).decode(rejectsCsv([...source.rejects!], true, 'shop.csv'));
    expect(csv.split('\r\n')).toEqual([
      '\ufeffrow,column,value,code,reason,text,file',
      '2,user,,missing_user,The row has no user.,",tea,2026-01-01 10:00,4",shop.csv',
      '3,price,four,bad_number,The cell is not a number.,"bo,""say """"hi"""""",2026-01-01 10:00,four",shop.csv',
      '',
    ]);
  });

  it('are harmless where a spreadsheet would run them', () => {
    const csv = new TextDecoder().decode(
      rejectsCsv([{ row: 1, column: '=x', code: 'bad_number', text: '=cmd(),1', value: '+1+cmd' }], false, '@file'),
    );
    expect(csv).toBe(`1,'=x,'+1+cmd,bad_number,The cell is not a number.,"'=cmd(),1",'@file\r\n`);
  });

  it('and kept ones are all rows of the file, whatever is in it', async () => {
    const cell = fc.oneof(
      fc.constantFrom('', 'ann', '2026-01-01 10:00', '4', '"', '"a,b"', "x'", '=1+1', '4,5', '\ufffd', '1e309', '\t'),
      fc.string({ maxLength: 6 }),
    );
    const line = fc.array(cell, { minLength: 1, maxLength: 6 }).map((cells) => cells.join(',').replaceAll(/[\r\n]/g, ' '));
    const good = 'ann,tea,2026-01-01 10:00,4';
    const header = 'user,item,time,price';
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 30 }), async (lines) => {
        const { source, rowsRead, rowsRejected } = await stage([header, good, ...lines, good].join('\n'), `${header}\n${good}\n`);
        expect(source.events!.rows + rowsRejected).toBe(rowsRead);
        expect(source.rejects!.length).toBe(rowsRejected);
        const rows = [...source.rejects!].map(({ row }) => row);
        expect(rows).toEqual([...new Set(rows)].sort((a, b) => a - b));
      }),
      { seed: 6, numRuns: 60 },
    );
  });
});

describe('a log of rejected rows', () => {
  const rows = (count: number, from = 1): RejectedRow[] =>
    Array.from({ length: count }, (_, i) => ({
      row: from + i,
      column: 'user',
      code: 'missing_user',
      text: `,${'绿茶 '.repeat(20)},${from + i}`,
      value: '',
    }));

  it('gives them back in order, however many, and takes a fraction of their size', () => {
    const log = RejectLog.of(rows(100_000));
    expect(log.length).toBe(100_000);
    expect(log.bytes).toBeLessThan(100_000 * 80 * 0.25);
    let at = 0;
    for (const row of log) if (row.row !== ++at) throw new Error(`row ${row.row} is at ${at}`);
    expect(at).toBe(100_000);
    expect(log.first).toEqual(rows(1)[0]);
  });

  it('is put together from parts of a file, through another thread', () => {
    const [one, two] = [RejectLog.of(rows(20_000)), RejectLog.of(rows(5))];
    const carried = RejectLog.from(structuredClone(two.parts()));
    const log = new RejectLog();
    log.append(one, 0);
    log.append(carried, 50_000);
    expect(log.length).toBe(20_005);
    expect([...log].slice(-5).map(({ row }) => row)).toEqual([50_001, 50_002, 50_003, 50_004, 50_005]);
  });
});

describe('rejected rows in tables', () => {
  let store: TableStore;
  beforeAll(async () => void (store = await openNativeStore()));
  afterAll(() => store.close());

  it('are complete, in several tables where they are many', async () => {
    const long = 'x'.repeat(900);
    const lines = Array.from({ length: 9000 }, (_, i) => `${i % 1000 === 0 ? 'ann' : ''},tea,2026-01-01 10:00,${long}${i}`);
    const { report } = await importFile(store, fileOf(`user,item,time,note\n${lines.join('\n')}\n`));
    expect([report.rowsRejected, report.rejectsKept]).toEqual([8991, 8991]);
    const version = currentVersion(store)!;
    expect(rejectTables(version, 'shop').length).toBeGreaterThan(1);
    const kept = await readRejects(store, version, 'shop');
    expect(kept.map(({ row }) => row)).toEqual(lines.flatMap((line, i) => (line.startsWith('ann') ? [] : [i + 1])));
    expect(kept.at(-1)!.text).toBe(lines.at(-1));
  });
});
