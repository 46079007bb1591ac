import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '../../src/lib/core/base/hash';
import { quietContext } from '../../src/lib/core/base/run';
import { brokenByte, Transcoder, type Encoding } from '../../src/lib/core/schema/csv/transcode';
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

/** How many of all pairs of bytes are characters, and what they are. */
const pairsRead: [Encoding, { sound: number; hash: string }][] = [
  ['gb18030', { sound: 24037, hash: '74696dcb9dc14ca56ba8070af2265ec835a9734d7fc379f42972d6e2ae05e0f5' }],
  ['big5', { sound: 13502, hash: '534f5a956a87460e72ea45cd1dd626f59258b018f322f2b11c3ccf2f46e43245' }],
  ['shift_jis', { sound: 19621, hash: 'a6db91534ebf580271864e35253b57f1ac0507360fe322e53f800affb73976d3' }],
  ['windows-1252', { sound: 26937, hash: '6f2fc5d39b5077399ab60f49bc39a56f641a27f4dc95c0d5371553ffb55b7ed1' }],
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

    it('a damaged checksum of any member of a gzip file is told', async () => {
      const file = await openFixture('shop-members.csv.gzip');
      const bytes = new Uint8Array(file.size);
      let length = 0;
      for await (const block of file.stream()) {
        bytes.set(block, length);
        length += block.length;
      }
      // The header of each member but the first, and the end of the last one.
      const starts = Array.from(bytes.keys()).filter((at) => at > 0 && bytes[at] === 0x1f && bytes[at + 1] === 0x8b && bytes[at + 2] === 8);
      expect(starts.length).toBeGreaterThan(0);
      for (const end of [...starts, bytes.length]) {
        const changed = bytes.slice();
        changed[end - 8] ^= 1;
        const damagedFile: FileSource = { name: 'shop.csv.gz', size: changed.length, stream: async function* (from = 0, to = changed.length) { yield changed.subarray(from, to); } }; // prettier-ignore
        await expect(inspectSource(damagedFile)).rejects.toMatchObject({ code: 'packed_broken' });
      }
    });

    // Platforms decode some rare pairs otherwise than others do: those must be no characters at all.
    it.each(pairsRead)('every two bytes of %s are the same text, or broken', (encoding, { sound, hash }) => {
      const lines: string[] = [];
      let broken = 0;
      for (let lead = 0x80; lead <= 0xff; lead++) {
        for (let trail = 0x20; trail <= 0xff; trail++) {
          const utf8 = new Transcoder(encoding).write(Uint8Array.of(lead, trail, 44), true);
          if (utf8.includes(brokenByte)) broken++;
          lines.push(utf8.join(' '));
        }
      }
      expect([lines.length - broken, sha256Hex(lines.join('\n'))]).toEqual([sound, hash]);
    });
  });
}
