import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detectEncoding } from '../../../src/lib/core/schema/csv/encoding';
import { Transcoder, type Encoding } from '../../../src/lib/core/schema/csv/transcode';
import { inspectSource } from '../../../src/lib/core/schema/inspect/inspectSource';
import { readRejects } from '../../../src/lib/core/store/dataset';
import { sql } from '../../../src/lib/core/store/sql';
import type { TableStore } from '../../../src/lib/core/store/tableStore';
import { openNativeStore } from '../../../src/lib/platform/node/nativeStore';
import { currentVersion, fileOf, importFile, rowsOf } from './support';

let store: TableStore;
beforeAll(async () => void (store = await openNativeStore()));
afterAll(() => store.close());

const ascii = (text: string) => [...text].map((character) => character.charCodeAt(0));
const wide = (text: string, littleEndian: boolean) =>
  Array.from(text).flatMap((_, i) => {
    const code = text.charCodeAt(i);
    return littleEndian ? [code & 255, code >> 8] : [code >> 8, code & 255];
  });
const head = 'user,item,time\n';
const tail = ',tea,2026-01-01\n';

/** Two different broken ids, a sound one, and one whose text really holds U+FFFD. */
const files: [Encoding, bytes: number[], sound: string[], broken: number][] = [
  [
    'gb18030',
    [
      ...ascii(`${head}a`),
      ...[0x81, 0x20], // a lead byte without its second
      ...ascii(`${tail}a`),
      ...[0xff, 0x20],
      ...ascii(tail),
      ...[0xd5, 0xc5, 0xc8, 0xfd], // 张三
      ...ascii(tail),
      ...[0x84, 0x31, 0xa4, 0x37], // U+FFFD
      ...ascii(tail),
    ],
    ['张三', '\ufffd'],
    2,
  ],
  ['windows-1252', [...ascii(`${head}a`), 0x81, ...ascii(`${tail}a`), 0x9d, ...ascii(tail), 0x80, 0xe9, ...ascii(tail)], ['€é'], 2],
  ...([true, false] as const).map((little): [Encoding, number[], string[], number] => [
    little ? 'utf-16le' : 'utf-16be',
    [...(little ? [0xff, 0xfe] : [0xfe, 0xff]), ...wide(`${head}a\ud800${tail}a\udc00${tail}a\ud83d\ude00\ufffd${tail}`, little)],
    ['a\u{1f600}\ufffd'],
    2,
  ]),
  ['utf-8', [...ascii(`${head}a`), 0xe9, ...ascii(`${tail}a`), 0xe8, ...ascii(tail), 0xef, 0xbf, 0xbd, ...ascii(tail)], ['\ufffd'], 2],
];

describe.each(files)('%s', (encoding, bytes, sound, broken) => {
  it('rejects ids with bytes that are no character, so that no two become one', async () => {
    for (const blockBytes of [1, 5, 1 << 20]) {
      const file = fileOf(new Uint8Array(bytes), 'shop.csv', blockBytes);
      const { report } = await importFile(store, file, { mapping: { encoding } });
      expect(report.rejectReasons).toMatchObject([{ code: 'bad_encoding', count: broken }]);
      expect(report.diagnostics).toMatchObject([
        { code: 'broken_characters', row: 1, column: 'user', values: { count: broken, encoding } },
      ]);
      expect((await readRejects(store, currentVersion(store)!, 'shop')).map(({ row }) => row)).toEqual([1, 2]);
      expect((await rowsOf(store, sql`SELECT user_id FROM users ORDER BY user_id`)).map((row) => row.user_id)).toEqual(sound);
    }
  });

  it('says so before the import, and not of a U+FFFD that the file holds', async () => {
    const { diagnostics } = await inspectSource(fileOf(new Uint8Array(bytes)), { encoding });
    expect(diagnostics).toMatchObject([{ code: 'invalid_characters', row: 1, column: 'user' }]);
  });
});

describe('the encoding of a file', () => {
  it.each([
    [
      'one broken character in a Chinese file',
      [
        ...ascii('a,'),
        0xd5,
        0xc5,
        0xc8,
        0xfd,
        0xb2,
        0xe8,
        44,
        0xd6,
        0xd0,
        10,
        0x81,
        0x20,
        10,
        0xb9,
        0xfa,
        44,
        0xb2,
        0xe8,
        10,
        0xd5,
        0xc5,
        10,
      ],
      'gb18030',
    ],
    ['accents that are pairs by chance', ascii('rêve,très,crème,père,fêtes\n'), 'windows-1252'],
    ['a few euro signs', [...ascii('price,'), 0x80, ...ascii(' 5\nrêve\n')], 'windows-1252'],
  ] as const)('with %s is seen', (_, bytes, encoding) => {
    expect(detectEncoding(new Uint8Array(bytes), false)).toBe(encoding);
  });
});

describe('the transcoder', () => {
  it('knows every byte of windows-1252', () => {
    const bytes = Uint8Array.from({ length: 128 }, (_, i) => 128 + i);
    const text = new TextDecoder().decode(new Transcoder('windows-1252').write(bytes, true));
    const latin = String.fromCharCode(...Array.from({ length: 96 }, (_, i) => 160 + i));
    expect(text).toBe(`€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ${latin}`);
  });

  it.each(['gb18030', 'utf-16le', 'utf-16be'] as const)(
    'agrees with the platform on any bytes of %s, wherever they are cut',
    (encoding) => {
      let seed = 7;
      const random = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) >> 8;
      // Without digits, since the platforms do not agree on characters of four bytes that break off.
      const ascii = [...Array.from({ length: 30 }, (_, i) => 10 + i), ...Array.from({ length: 60 }, (_, i) => 60 + i)];
      const byte = () => {
        const any = random() % 256;
        return random() % 3 === 0 || (encoding === 'gb18030' && any >= 0x30 && any <= 0x39) ? ascii[random() % ascii.length] : any;
      };
      for (let round = 0; round < 60; round++) {
        const bytes = Uint8Array.from({ length: 400 }, byte);
        const transcoder = new Transcoder(encoding);
        const parts: number[] = [];
        for (let at = 0; at < bytes.length;) {
          const end = Math.min(bytes.length, at + 1 + (random() % 50));
          parts.push(...transcoder.write(bytes.subarray(at, end), end === bytes.length));
          at = end;
        }
        const ours = new TextDecoder('utf-8', { ignoreBOM: true }).decode(new Uint8Array(parts));
        expect(ours).toBe(new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes));
      }
    },
  );
});
