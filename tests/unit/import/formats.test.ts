import { describe, expect, it } from 'vitest';
import { Dictionary, Int32, Table, tableFromArrays, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import { UserError } from '../../../src/lib/core/base/errors';
import { CellWriter } from '../../../src/lib/core/schema/formats/cellWriter';
import { kindOfFormat } from '../../../src/lib/core/schema/formats/workbookParts';
import { inspectSource } from '../../../src/lib/core/schema/inspect/inspectSource';
import { fixture, readTable, sampledTable, stage } from './formatsSupport';
import { fileOf } from './support';

describe('typed values are written in one way', () => {
  const moment = '2026-05-01 12:34:56';
  const first = {
    i8: '-5',
    u64: '18446744073709551615',
    i64: '-9223372036854775808',
    f32: '0.1',
    f64: '0.30000000000000004',
    f16: '1.5',
    bool: 'true',
    date: '2026-05-01',
    date64: '2026-05-01',
    s: moment,
    ms: `${moment}.789Z`,
    us: `${moment}.789001Z`,
    ns: `${moment}.789`,
    time: '12:34:56.789',
    dec: '-12.5',
    big: '123456789012345678901234567890.1',
    bin: 'raw',
    fixed: '00010203-0405-0607-0809-0a0b0c0d0e0f',
    list: 'a | b',
    'struct.a': '1',
    'struct.b.c': 'x',
    null: '',
    dict: 'x',
    lists: '1 | 2.5',
  };
  const second = {
    u64: '7',
    i64: '9007199254740993',
    f32: '16777216',
    f64: '1000000000000000000000',
    date: '1899-12-31',
    us: '1960-01-02 03:04:05.000006Z',
    ns: '1969-12-31 23:59:59.999999',
    dec: '0.07',
    list: '',
  };

  it('from Arrow', async () => {
    const [a, b] = await sampledTable(fixture('types.arrow', 1000));
    expect(a).toEqual({ ...first, 'map.k': '1' });
    expect(b).toMatchObject({ ...second, i8: '', 'struct.a': '', bool: '' });
  });

  it('from Parquet', async () => {
    const [a, b] = await sampledTable(fixture('types.parquet'));
    expect(a).toEqual(first);
    expect(b).toMatchObject(second);
  });

  const parquets = ['types', ...['none', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4', 'int96', 'v1', 'decimal', 'polars', 'duckdb', 'fastparquet'].map((kind) => `shop-${kind}`)]; // prettier-ignore
  it.each(parquets)('from %s.parquet, whichever columns are read without the others', async (name) => {
    const file = fixture(`${name}.parquet`);
    const all = await sampledTable(file);
    const columns = Object.keys(all[0]);
    for (const column of columns) {
      for (const wanted of [[column], columns.filter((other) => other !== column)]) {
        const rows = await readTable(file, { columns, keep: wanted } as never);
        expect(rows.length).toBeGreaterThanOrEqual(all.length);
        for (const [at, row] of all.entries())
          expect(wanted.map((own) => (rows[at] as Record<string, string>)[own])).toEqual(wanted.map((own) => row[own]));
      }
    }
  });

  it('from JSON, where numbers keep their digits and lose what says nothing', async () => {
    const record =
      '{"id": 00, "x": 1}\n{"id": 12345678901234567890, "x": -0.0, "y": 12.50, "z": 1e3, "t": true, "n": null}\n{"id":"007","x":1.5e-7}';
    expect(await readTable(fileOf(record), { columns: ['id', 'x', 'y', 'z', 't', 'n'] })).toEqual([
      // No number of JSON, but an id that nobody wants to lose.
      { id: '00', x: '1', y: '', z: '', t: '', n: '' },
      { id: '12345678901234567890', x: '0', y: '12.5', z: '1000', t: 'true', n: '' },
      { id: '007', x: '1.5e-7', y: '', z: '', t: '', n: '' },
    ]);
  });

  it('whatever a double is, its text reads back', () => {
    const writer = new CellWriter();
    let seed = 1;
    const random = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32;
    for (let i = 0; i < 5000; i++) {
      const value = (random() - 0.5) * 10 ** Math.floor(random() * 30 - 10);
      const rounded = i % 2 ? value : Math.round(value * 10_000) / 10_000;
      writer.clear();
      writer.number(rounded);
      const text = new TextDecoder().decode(writer.bytes.subarray(0, writer.used));
      expect(Number(text)).toBe(rounded + 0);
      if (!text.includes('e') && Math.abs(rounded) < 1e15) expect(text).toBe(String(rounded + 0));
    }
  });
});

describe('nested records', () => {
  it('are columns by their paths, and the elements of an array can be the rows', async () => {
    const { arrays } = await inspectSource(fixture('orders.jsonl'));
    expect(arrays).toEqual(['properties.products']);
    for (const name of ['orders.jsonl', 'orders.parquet']) {
      const rows = await readTable(fixture(name, 300), { rowsAt: 'properties.products' });
      // Of four orders the first has no products, and is one row; the others have one, two and three.
      expect(rows.length).toBe(70);
      expect(rows.slice(0, 4)).toMatchObject([
        { userId: 'u0', 'properties.order_id': 'O0', 'properties.products.product_id': '', 'properties.tags': 'new | a|b | 3' },
        { userId: 'u1', 'properties.total': '11.5', 'properties.products.product_id': 'sku-1', 'properties.products.price': '1.5' },
        { userId: 'u2', 'properties.products.product_id': 'sku-1' },
        { userId: 'u2', 'properties.order_id': 'O2', 'properties.products.product_id': 'sku-2', 'properties.products.quantity': '2' },
      ]);
    }
  });

  it('with parameters by key have a column for each key', async () => {
    for (const name of ['ga4.jsonl', 'ga4.parquet']) {
      const rows = await readTable(fixture(name), { rowsAt: 'items' });
      expect(rows.slice(0, 2)).toMatchObject([
        {
          event_name: 'purchase',
          'event_params.page': '/p0',
          'event_params.ga_session_id': '1700000000',
          'event_params.value': '',
          'items.item_id': 's0',
        },
        { event_name: 'view_item', 'event_params.page': '/p1', 'event_params.value': '0.25', 'items.item_id': '' },
      ]);
    }
  });

  it('have texts with escapes and points in keys', async () => {
    const content =
      '{"a":{"b":"x\\ty\\u00e9\\ud83d\\ude00\\ud800"},"a.c":"\\"\\\\\\/","d":{"e.f":["\\n",2,null,"z"]}}\n{"\\u0061":{"b":"k"}}';
    const rows = await readTable(fileOf(content), {});
    expect(rows).toEqual([
      { 'a.b': 'x\tyé😀\ufffd', 'a.c': '"\\/', 'd.e.f': '\n | 2 | z' },
      { 'a.b': 'k', 'a.c': '', 'd.e.f': '' },
    ]);
  });

  it('that are no JSON are rejected one by one, and what nobody mapped is told', async () => {
    const good = (i: number, more = '') => `{"user_id":"u${i}","item_id":"a","timestamp":"2026-01-0${1 + (i % 9)} 10:00:00"${more}}`;
    const deep = `{"user_id":"u","x":${'['.repeat(5000)}${']'.repeat(5000)}}`;
    const lines = [
      good(0),
      '{"user_id":"cut',
      'no json',
      good(1),
      deep,
      '[1]',
      good(2, ',"coupon":"A"'),
      '{"user_id": tru}',
      good(3, ',"coupon":"B"'),
    ];
    const { mapping } = await inspectSource(fileOf(`${good(0)}\n${good(1)}\n`, 'a.jsonl'));
    for (const blockBytes of [7, 64, 1 << 20]) {
      const { rowsRead, rowsRejected, rejectCounts, source, diagnostics } = await stage(fileOf(lines.join('\n'), 'a.jsonl', blockBytes), {
        ...mapping,
        columns: mapping.columns,
      });
      expect([rowsRead, rowsRejected, Object.fromEntries(rejectCounts)]).toEqual([9, 5, { broken_json: 5 }]);
      const rejects = [...source.rejects!];
      expect(rejects.map(({ row }) => row)).toEqual([2, 3, 5, 6, 8]);
      expect(rejects[0].text).toBe('{"user_id":"cut');
      expect(diagnostics.map(({ code }) => code)).toEqual([]);
    }
  });

  it('whose later keys nobody mapped say so, with count and first row', async () => {
    const row = (i: number, more: string) => `{"user_id":"u${i}","item_id":"a","timestamp":"2026-01-01 10:00:00"${more}}\n`;
    const head = Array.from({ length: 1500 }, (_, i) => row(i, '')).join('');
    const file = fileOf(head + row(1, ',"coupon":{"code":"A"}') + row(2, ',"coupon":{"code":"B"},"empty":null'), 'a.jsonl');
    const { mapping } = await inspectSource(file);
    const { diagnostics } = await stage(file, mapping);
    expect(diagnostics).toMatchObject([{ code: 'unmapped_key', row: 1501, column: 'coupon', values: { count: 2 } }]);
  });

  it('come as lines, over several lines, in an array, or wrapped in an object', async () => {
    const records = [{ u: '1', v: [1] }, { u: '2' }, { u: '3', v: [] }];
    const writings = [
      records.map((record) => JSON.stringify(record)).join('\r\n'),
      records.map((record) => JSON.stringify(record, null, 2)).join('\n'),
      JSON.stringify(records),
      `\ufeff  ${JSON.stringify(records, null, 1)}`,
      JSON.stringify({ total: 3, note: '[{', rows: records, next: null }),
    ];
    for (const writing of writings)
      for (const blockBytes of [3, 1000]) {
        const rows = await readTable(fileOf(writing, 'a.json', blockBytes), {});
        expect(rows).toEqual([
          { u: '1', v: '1' },
          { u: '2', v: '' },
          { u: '3', v: '' },
        ]);
      }
  });
});

describe('a workbook', () => {
  it('shows its sheets, and reads the one that is chosen', async () => {
    const preview = await inspectSource(fixture('shop-1904.xlsx'));
    expect([preview.sheets, preview.mapping.sheet, preview.columns[0].name]).toEqual([['Cover', 'Data'], 'Data', 'user_id']);
    await expect(inspectSource(fixture('shop.xlsx'), { sheet: 'Lager' })).rejects.toMatchObject({ code: 'workbook_no_sheet' });
    await expect(inspectSource(fixture('shop.xlsx'), { sheet: 'Notes' })).rejects.toMatchObject({ code: 'file_header_only' });
  });

  it('knows dates by their format', () => {
    const kinds = [
      'yyyy-mm-dd',
      'm/d',
      'mmm',
      '[$-404]e年m月',
      'h:mm AM/PM',
      '[h]:mm:ss',
      '0.00E+00',
      '#,##0 "days"',
      'General',
      '\\d0',
      '[Red]0.0',
    ];
    expect(kinds.map(kindOfFormat)).toEqual([1, 1, 1, 1, 2, 2, 0, 0, 0, 0, 0]);
  });
});

describe('ids of a format that has its cells by column', () => {
  it('are those of the same rows as text, from block to block: guarded, empty and written as a missing one', async () => {
    const ids = (row: number) => ["'00123", '00123', `u${row % 5000}`, '', 'NULL', `u${row}`, '="7"', '茶'][row % 8];
    const rows = Array.from({ length: 40_000 }, (_, row) => ({
      user: ids(row),
      item: ids(row + 3),
      at: `2026-05-01 10:00:${10 + (row % 50)}`,
    }));
    const arrow = tableFromArrays({
      user_id: rows.map(({ user }) => user),
      item_id: rows.map(({ item }) => item),
      timestamp: rows.map(({ at }) => at),
    });
    const lines = rows.map(({ user, item, at }) => `${user},${item},${at}`.replaceAll('"', '""').replace(/="".""/g, '"$&"'));
    const csv = ['user_id,item_id,timestamp', ...lines].join('\n');
    const staged = await Promise.all(
      [fileOf(tableToIPC(arrow, 'stream'), 'events.arrow', 1 << 20), fileOf(csv)].map(async (file) => {
        const { mapping } = await inspectSource(file);
        return stage(file, mapping);
      }),
    );
    const [byColumn, asText] = staged.map(({ source, rowsRead, rejectCounts }) => ({
      rowsRead,
      rejected: [...rejectCounts],
      users: Array.from(source.events!.user.codes, (code) => source.events!.user.pool.text(code)),
      items: Array.from(source.events!.item!.codes, (code) => (code < 0 ? null : source.events!.item!.pool.text(code))),
    }));
    expect(byColumn).toEqual(asText);
    expect(byColumn.rejected).toEqual([['missing_user', 10_000]]);
    expect(new Set(byColumn.users.slice(0, 5))).toEqual(new Set(['00123', 'u2', 'u5', '7']));
  });
});

describe('an Arrow file that JavaScript wrote', () => {
  const rows = Array.from({ length: 3000 }, (_, row) => ({
    user_id: `u${row % 50}`,
    item_id: `i${row % 7}`,
    timestamp: `2026-05-01 10:00:${10 + (row % 50)}`,
  }));
  const ofUsers = vectorFromArray(
    rows.map(({ user_id }) => user_id),
    new Dictionary(new Utf8(), new Int32()),
  );
  const others = tableFromArrays({ item_id: rows.map(({ item_id }) => item_id), timestamp: rows.map(({ timestamp }) => timestamp) });
  const table = others.assign(new Table({ user_id: ofUsers }));
  const read = async (bytes: Uint8Array, name: string) => {
    const file = fileOf(bytes, name, 4096);
    return stage(file, (await inspectSource(file)).mapping);
  };

  it('has its schema at its end alone, and holds what the stream holds', async () => {
    const [whole, stream] = await Promise.all([
      read(tableToIPC(table, 'file'), 'events.arrow'),
      read(tableToIPC(table, 'stream'), 'events.arrow'),
    ]);
    expect(whole.rowsRead).toBe(3000);
    const textsOf = ({ source: { events } }: typeof whole) =>
      Array.from(
        events!.user.codes,
        (code, row) => `${events!.user.pool.text(code)} ${events!.item!.codes[row]} ${events!.ts.values[row]}`,
      );
    expect(textsOf(whole)).toEqual(textsOf(stream));
    expect(textsOf(whole)[51]).toMatch(/^u1 /);
  });

  it('is read, or told, when bytes of its footer went wrong', async () => {
    const good = tableToIPC(table, 'file');
    for (let back = 1; back < 700; back += 7) {
      const broken = good.slice();
      broken[broken.length - back] ^= 1 << (back % 8);
      await read(broken, 'events.arrow').catch((error: unknown) => {
        if (!(error instanceof UserError)) throw error;
      });
    }
  });
});
