import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../../../src/lib/core/store/sql';
import type { FileSource } from '../../../src/lib/core/schema/files';
import { inspectSource } from '../../../src/lib/core/schema/inspect/inspectSource';
import type { Mapping } from '../../../src/lib/core/schema/roles';
import type { TableStore } from '../../../src/lib/core/store/tableStore';
import { openFile } from '../../../src/lib/platform/node/files';
import { openNativeStore } from '../../../src/lib/platform/node/nativeStore';
import { cancelledRun, fileOf, importFile, rowsOf } from './support';

let store: TableStore;
beforeAll(async () => void (store = await openNativeStore()));
afterAll(() => store.close());

describe('a file that is no table', () => {
  it.each([
    ['file_empty', ''],
    ['packed_broken', new Uint8Array([0x50, 0x4b, 3, 4, 20, 0, 6, 0])],
    ['file_binary', '%PDF-1.7\n\0'],
    ['file_binary', Uint8Array.from({ length: 5000 }, (_, i) => (i * 131) % 256)],
    ['file_one_column', 'name\nann\nbob\ncid\n'],
    ['file_header_only', 'user_id,item_id,timestamp\n'],
    ['file_too_many_columns', `${Array.from({ length: 1_000_000 }, (_, i) => `c${i}`).join(',')}\n${'1,'.repeat(999_999)}1\n`],
  ] as const)('is refused with %s', async (code, content) => {
    await expect(inspectSource(fileOf(content))).rejects.toMatchObject({ name: 'UserError', code });
  });

  it('may be a folder, or gone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'muster-test-'));
    await expect(openFile(folder)).rejects.toMatchObject({ name: 'UserError' });
    await expect(openFile(join(folder, 'nothing.csv'))).rejects.toMatchObject({ name: 'UserError' });
    const path = join(folder, 'shop.csv');
    await writeFile(path, 'user,item,time\nann,tea,2026-01-01\n');
    const file = await openFile(path);
    await rm(folder, { recursive: true });
    await expect(importFile(store, file)).rejects.toMatchObject({ code: 'file_gone' });
  });

  it('that changes while it is read is refused, and nothing is lost', async () => {
    await importFile(store, fileOf('user,item,time\nann,tea,2026-01-01\n'));
    const whole = fileOf('user,item,time\nann,tea,2026-01-01\nbob,tea,2026-01-02\n');
    const shrinking: FileSource = {
      ...whole,
      async *stream(start, end) {
        for await (const block of whole.stream(start, end)) yield start === undefined ? block.subarray(0, 30) : block;
      },
    };
    await expect(importFile(store, shrinking)).rejects.toMatchObject({ code: 'file_changed' });
    expect(await rowsOf(store, sql`SELECT count(*)::INTEGER AS n FROM events`)).toEqual([{ n: 1 }]);
  });
});

describe('a doubtful file', () => {
  const codes = async (content: string | Uint8Array) => (await inspectSource(fileOf(content))).diagnostics.map(({ code }) => code);

  it('without times or users says which column is missing', async () => {
    expect(await codes('user_id,item_id,quantity\nann,tea,1\nbob,cup,2\n')).toEqual(['mapping_no_time']);
    expect(await codes('colour,when\nred,2026-01-01\nblue,2026-01-02\n')).toEqual(['mapping_no_user']);
    await expect(importFile(store, fileOf('user_id,item_id,quantity\nann,tea,1\n'))).rejects.toMatchObject({ code: 'mapping_no_time' });
  });

  it('with dates in two formats names the first other one', async () => {
    const mixed = 'user,item,time\nann,tea,2026-01-13\nann,tea,2026-01-14\nbob,tea,14.01.2026\n';
    const [problem] = (await inspectSource(fileOf(mixed))).diagnostics;
    expect(problem).toMatchObject({ code: 'mixed_times', row: 3, column: 'time', values: { example: '14.01.2026' } });
    const { report } = await importFile(store, fileOf(mixed));
    expect(report.rejectReasons).toMatchObject([{ code: 'bad_time', count: 1 }]);
  });

  it('with times that no clock or calendar has keeps the others, also those of the same day', async () => {
    const times = [
      '2027-01-01 09:00:00',
      '2026-13-01 09:00:00',
      '2026-12-32 09:00:00',
      '2027-01-01 24:00:00',
      '2027-01-01 09:6a:00',
      '2027-01-01T23:59:59',
      '2027-01-01 09:00:00Z',
    ];
    const file = fileOf(`user,item,time\n${times.map((time) => `ann,tea,${time}`).join('\n')}\n`);
    const mapping: Partial<Mapping> = { timeFormat: { kind: 'text', pattern: '%Y-%m-%d %H:%M:%S' } };
    const { report } = await importFile(store, file, { mapping, timeZone: 'Asia/Shanghai' });
    expect(report.rejectReasons).toMatchObject([{ code: 'bad_time', count: 4 }]);
    const kept = await store.query(sql`SELECT strftime(ts, '%d %H:%M:%S') AS utc FROM events ORDER BY ts`);
    expect(kept.toArray().map(({ utc }) => utc)).toEqual(['01 01:00:00', '01 09:00:00', '01 15:59:59']);
  });

  it('with dates that can be read either way says so', async () => {
    expect(await codes('user,item,time\nann,tea,03/04/2026\nbob,tea,05/06/2026\n')).toEqual(['ambiguous_dates']);
    expect(await codes('user,item,time\nann,tea,03/04/2026\nbob,tea,25/06/2026\n')).toEqual([]);
  });

  it('with repeated headers tells them apart', async () => {
    const { mapping, diagnostics } = await inspectSource(fileOf('user,item,time,item\nann,tea,2026-01-01,x\nbob,cup,2026-01-02,y\n'));
    expect(mapping.columns).toEqual(['user', 'item', 'time', 'item 2']);
    expect(diagnostics.map(({ code }) => code)).toEqual(['repeated_header']);
  });

  it('with ragged rows or rounded ids is warned about', async () => {
    expect(await codes('user,item,time\nann,tea,2026-01-01\nbob,cup\n')).toEqual(['ragged_rows']);
    expect(await codes('user,item,time\n1.23457E+11,tea,2026-01-01\n1.23458E+11,cup,2026-01-02\n')).toEqual(['rounded_ids']);
  });
});

describe('encodings', () => {
  const chinese = '用户ID,商品,下单时间\n张三,龙井茶,2026/05/01 09:30\n李四,普洱茶,2026/05/02 10:00\n';

  it('reads what a Chinese spreadsheet wrote (GBK)', async () => {
    const gbk = gbkBytes(chinese);
    const preview = await inspectSource(fileOf(gbk));
    expect(preview.mapping).toMatchObject({ encoding: 'gb18030', roles: { user: '用户ID', item: '商品', time: '下单时间' } });
    await importFile(store, fileOf(gbk, 'shop.csv', 13));
    expect((await rowsOf(store, sql`SELECT user_id FROM users ORDER BY user_index`)).map((row) => row.user_id)).toEqual(['张三', '李四']);
  });

  it('reads UTF-16 and a byte order mark', async () => {
    const utf16 = new Uint8Array(2 + chinese.length * 2);
    utf16.set([0xff, 0xfe]);
    [...chinese].forEach((character, i) => utf16.set([character.charCodeAt(0) & 255, character.charCodeAt(0) >> 8], 2 + i * 2));
    for (const content of [utf16, `\ufeff${chinese}`]) {
      const { facts } = await importFile(store, fileOf(content, 'shop.csv', 11));
      expect([facts.users, facts.items]).toEqual([2, 2]);
    }
  });

  it('rejects only the row whose bytes are not valid', async () => {
    const bytes = new TextEncoder().encode(chinese + '王五,碧螺春,2026/05/03 11:00\n');
    const at = bytes.lastIndexOf(0xe7);
    bytes[at + 1] = 0x20;
    const { report } = await importFile(store, fileOf(bytes));
    expect([report.rowsKept, report.rejectReasons.map(({ code }) => code)]).toEqual([2, ['bad_encoding']]);
  });
});

describe('ids', () => {
  it('stay text exactly as given', async () => {
    const ids = ['007', '7', '+7', '7.0', '１', '客户-1', 'NULLA', ' 7', "O'Brien"];
    await importFile(store, fileOf(`user,item,time\n${ids.map((id) => `${id},tea,2026-01-01`).join('\n')}\n`));
    const found = (await rowsOf(store, sql`SELECT user_id FROM users`)).map((row) => row.user_id);
    expect(found.toSorted()).toEqual(ids.toSorted());
  });

  it('of nothing but spaces are none, unless they are in quotes', async () => {
    const { report } = await importFile(store, fileOf('user,item,time\nann,tea,2026-01-01\n ,tea,2026-01-01\n"  ",tea,2026-01-01\n'));
    expect([report.rowsKept, report.rejectReasons.map(({ code, count }) => [code, count])]).toEqual([2, [['missing_user', 1]]]);
  });
});

describe('a file of 2 GB', () => {
  /** One row again and again, made when it is asked for: it fits nowhere but in a stream. */
  function hugeFile(bytes: number): FileSource {
    const header = new TextEncoder().encode('user,item,time\n');
    const row = new TextEncoder().encode('ann,tea,2026-01-01\n');
    const block = new Uint8Array(row.length * 100_000);
    for (let at = 0; at < block.length; at += row.length) block.set(row, at);
    const blocks = Math.floor(bytes / block.length);
    const size = header.length + blocks * block.length;
    return {
      name: 'huge.csv',
      size,
      async *stream(start = 0, end = size) {
        if (start > 0) return yield block.slice(0, Math.min(block.length, end - start));
        yield header;
        for (let i = 0; i < blocks && header.length + i * block.length < end; i++) yield block;
      },
    };
  }

  it('is read in blocks, and can be cancelled in the middle', async () => {
    await importFile(store, fileOf('user,item,time\nann,tea,2026-01-01\n'));
    const file = hugeFile(2 ** 31);
    const preview = await inspectSource(file);
    expect(preview.estimatedRows).toBeGreaterThan(100_000_000);
    let heldBytes = 0;
    const run = cancelledRun((_stage, rows) => {
      heldBytes = process.memoryUsage().arrayBuffers;
      return rows > 500_000;
    });
    await expect(importFile(store, file, { run })).rejects.toThrow('Cancelled');
    // A few blocks and the rows' columns, not the file.
    expect(heldBytes).toBeLessThan(400e6);
    expect(await rowsOf(store, sql`SELECT count(*)::INTEGER AS n FROM events`)).toEqual([{ n: 1 }]);
  });
});

/** GBK of a text, by looking each character up in what the decoder knows. */
function gbkBytes(text: string): Uint8Array {
  const decoder = new TextDecoder('gbk');
  const bytesOf = new Map<string, number[]>();
  for (let high = 0x81; high <= 0xfe; high++)
    for (let low = 0x40; low <= 0xfe; low++) bytesOf.set(decoder.decode(new Uint8Array([high, low])), [high, low]);
  return new Uint8Array([...text].flatMap((character) => (character < '\u0080' ? [character.charCodeAt(0)] : bytesOf.get(character)!)));
}
