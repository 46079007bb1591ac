import { DuckDBInstance } from '@duckdb/node-api';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '$lib/core/base/random';
import { arrowFormat as arrow } from '$lib/core/exports/formats/arrow';
import { csvFormat } from '$lib/core/exports/formats/csv';
import { machineStyle, spreadsheetStyle } from '$lib/core/exports/formats/csvStyle';
import { jsonlFormat as jsonl } from '$lib/core/exports/formats/jsonl';
import { parquetFormat as parquet } from '$lib/core/exports/formats/parquet';
import { xlsxFormat as xlsx } from '$lib/core/exports/formats/xlsx';
import type { ExportCell, ExportColumn } from '$lib/core/exports/table';
import { columns, nastyRows, nastyTexts, readRows, tableOf, write } from './nasty';

const text = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
const customers: ExportColumn[] = [
  { name: 'user', type: 'text', required: true },
  { name: 'phone', type: 'text' },
  { name: 'revenue', type: 'decimal' },
];

const csv = csvFormat(machineStyle);
const formats = {
  csv,
  'spreadsheet CSV': csvFormat(spreadsheetStyle(',')),
  'spreadsheet CSV with semicolons': csvFormat(spreadsheetStyle(';')),
  jsonl,
  parquet,
  arrow,
};

describe.each(Object.entries(formats))('%s', (_, format) => {
  it('gives back every value as it was', async () => {
    expect(await readRows(format, await write(format, tableOf(columns, nastyRows)))).toEqual(nastyRows);
  });

  it('gives the same bytes however the rows come in blocks, for text formats, and every time', async () => {
    const once = await write(format, tableOf(columns, nastyRows, 7));
    expect(await write(format, tableOf(columns, nastyRows, 7))).toEqual(once);
    if (format !== parquet && format !== arrow) expect(await write(format, tableOf(columns, nastyRows, 3))).toEqual(once);
  });

  it('writes a readable file without rows', async () => {
    const bytes = await write(format, tableOf(columns, []));
    expect(await readRows(format, bytes)).toEqual([]);
  });
});

describe('CSV', () => {
  it('leaves leading zeros, + and Chinese alone, without a byte order mark', async () => {
    const bytes = await write(
      csv,
      tableOf(customers, [
        ['00042', '+8613800138000', 12.5],
        ['张伟', null, -3],
        ['', '', 0],
      ]),
    );
    expect(text(bytes)).toBe('user,phone,revenue\n00042,+8613800138000,12.5\n张伟,,-3\n"","",0\n');
  });

  it('is read alike by DuckDB', async () => {
    // DuckDB's CSV reader cannot take NUL.
    const readable = nastyRows.filter((row) => !row.some((cell) => String(cell).includes('\0'))).map(withoutMark);
    const read = await duckDb(
      'csv',
      await write(csv, tableOf(columns, readable)),
      (path) =>
        `SELECT "user", "note, ""quoted""" FROM read_csv('${path}', header = true, all_varchar = true, nullstr = '∅', strict_mode = true, max_line_size = 4000000)`,
    );
    expect(read.map(([user]) => user)).toEqual(readable.map(([user]) => user));
    expect(read.map(([, note]) => note ?? '')).toEqual(readable.map(([, note]) => note ?? ''));
  });

  it('refuses to read what it would never write', async () => {
    const read = (file: string) => readRows(csv, new TextEncoder().encode(file));
    await expect(read('a,b\n1,2')).rejects.toThrow('does not end');
    await expect(read('a,b\n1,"2\n')).rejects.toThrow('never closes');
    await expect(read('a,b\n1\n')).rejects.toThrow('has 1 cells, not 2');
    await expect(readRows(csv, new Uint8Array([97, 10, 0xff, 10]))).rejects.toThrow();
  });
});

describe('JSON Lines', () => {
  it('writes one object a row with the column names as keys', async () => {
    const bytes = await write(
      jsonl,
      tableOf(customers, [
        ['00042', '=1+1', 12.5],
        ['张"伟', null, 0],
      ]),
    );
    expect(text(bytes)).toBe('{"user":"00042","phone":"=1+1","revenue":12.5}\n{"user":"张\\"伟","phone":null,"revenue":0}\n');
  });
});

describe('Parquet', () => {
  it('is read by native DuckDB with the same values and types', async () => {
    const bytes = await write(parquet, tableOf(columns, nastyRows));
    const read = await duckDb(
      'parquet',
      bytes,
      (path) =>
        `SELECT "user", "note, ""quoted""", "订单"::DOUBLE, revenue::DOUBLE, score, consent, date_diff('day', DATE '1970-01-01', born)::DOUBLE, epoch_ms(lastSeen)::DOUBLE FROM '${path}'`,
    );
    expect(read).toEqual(nastyRows.map(withoutMark));
    const types = await duckDb('parquet', bytes, (path) => `SELECT column_type FROM (DESCRIBE FROM '${path}')`);
    expect(types.flat()).toEqual(['VARCHAR', 'VARCHAR', 'BIGINT', 'DECIMAL(18,4)', 'DOUBLE', 'BOOLEAN', 'DATE', 'TIMESTAMP']);
  });

  it('holds many row groups', async () => {
    const random = new Random(3);
    const rows = Array.from({ length: 25_000 }, (_, i) => [`u${i}`, nastyTexts[random.below(10)], random.below(10_000_000) / 10_000]);
    const bytes = await write(parquet, tableOf(customers, rows, 12_000));
    expect(JSON.stringify(await readRows(parquet, bytes, customers))).toBe(JSON.stringify(rows));
    const [[count, sum]] = await duckDb('parquet', bytes, (path) => `SELECT count(*)::DOUBLE, sum(revenue)::DOUBLE FROM '${path}'`);
    expect(count).toBe(25_000);
    expect(sum).toBeCloseTo(
      rows.reduce((total, row) => total + (row[2] as number), 0),
      3,
    );
  });
});

/** DuckDB's client for Node drops a byte order mark at the beginning of a text. */
const withoutMark = (row: ExportCell[]): ExportCell[] => row.map((cell) => (typeof cell === 'string' ? cell.replace(/^\uFEFF/, '') : cell));

/** Another program's reading of the file. */
async function duckDb(extension: string, bytes: Uint8Array, query: (path: string) => string): Promise<unknown[][]> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-test-'));
  try {
    const path = join(folder, `file.${extension}`);
    writeFileSync(path, bytes);
    const connection = await (await DuckDBInstance.create()).connect();
    return (await connection.runAndReadAll(query(path))).getRows();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('xlsx', () => {
  it('is a workbook that others read: texts stay texts, dates are dates', async () => {
    const rows = nastyRows.filter((row) => row.every((cell) => String(cell).length <= 32_767));
    const bytes = await write(xlsx, tableOf(columns, rows));
    expect(await readRows(xlsx, bytes)).toEqual(rows);
    expect(await write(xlsx, tableOf(columns, rows, 3))).toEqual(bytes);
  });

  it('keeps what looks like an escape, and refuses what no cell holds', async () => {
    const one: ExportColumn[] = [{ name: 'a_x000D_b', type: 'text' }];
    const values = [['_x0041_'], ['a\rb'], ['<&>"'], [''], ['\ufffe']];
    expect(await readRows(xlsx, await write(xlsx, tableOf(one, values)), one)).toEqual(values);
    await expect(write(xlsx, tableOf(one, [['x'.repeat(32_768)]]))).rejects.toMatchObject({ code: 'export_text_too_long' });
  });
});
