import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietContext } from '../../src/lib/core/base/run';
import type { FileSource } from '../../src/lib/core/schema/files';
import { inspectSource } from '../../src/lib/core/schema/inspect/inspectSource';
import type { FileFormat } from '../../src/lib/core/schema/roles';
import { importSource } from '../../src/lib/core/store/dataset';
import type { TableStore } from '../../src/lib/core/store/tableStore';

/** One shop in every format, as other tools wrote it (scripts/reference/write_formats.py). */
const files: [name: string, format: FileFormat][] = [
  ['shop.csv', 'delimited'],
  ['shop.csv.gzip', 'delimited'],
  ['shop-members.csv.gzip', 'delimited'],
  ['shop.csv.zst', 'delimited'],
  ['shop.zip', 'delimited'],
  ['zip64.zip', 'delimited'],
  ['shop.jsonl', 'json'],
  ['shop.json', 'json'],
  ['shop-wrapped.json', 'json'],
  ...['none', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4', 'int96', 'v1', 'decimal', 'polars', 'duckdb', 'fastparquet'].map(
    (kind): [string, FileFormat] => [`shop-${kind}.parquet`, 'parquet'],
  ),
  ...['uncompressed', 'lz4', 'zstd', 'stream'].map((kind): [string, FileFormat] => [`shop-${kind}.arrow`, 'arrow']),
  ['shop.xlsx', 'xlsx'],
  ['shop-inline.xlsx', 'xlsx'],
  ['shop-1904.xlsx', 'xlsx'],
];

/** The same rows are the same data, whatever they came in: hash, report and rejected rows, on every engine. */
export function importFormatsContract(
  name: string,
  open: () => Promise<TableStore>,
  openFixture: (name: string) => Promise<FileSource>,
): void {
  describe(`files of every format into ${name}`, () => {
    let store: TableStore;
    /** Of the shop as plain CSV, the first of the files. */
    let shopHash: string | undefined;
    beforeAll(async () => void (store = await open()));
    afterAll(() => store.close());

    it.each(files)('%s is the shop', async (fileName, format) => {
      const file = await openFixture(fileName);
      const preview = await inspectSource(file);
      expect([preview.format, preview.estimatedRows > 0, preview.diagnostics]).toEqual([format, true, []]);
      const { mapping } = preview;
      const request = { file, sourceId: 'shop', mapping, mode: 'replace', timeZone: 'Europe/Berlin', currency: 'EUR' } as const;
      const { version, report } = await importSource(store, null, { ...request, run: quietContext() });
      shopHash ??= version.facts.dataHash;
      expect(version.facts.dataHash).toBe(shopHash);
      expect(report).toMatchObject({
        rowsRead: 240,
        rowsKept: 238,
        rowsRejected: 2,
        missingUsers: 2,
        users: 92,
        items: 17,
        diagnostics: [],
      });
      expect(mapping.columns).toEqual(['user_id', 'item_id', 'event', 'timestamp', 'quantity', 'price', 'order_id', 'gift']);
    });
  });
}
