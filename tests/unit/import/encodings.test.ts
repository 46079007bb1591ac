import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detectEncoding } from '../../../src/lib/core/schema/csv/encoding';
import { Transcoder, type Encoding } from '../../../src/lib/core/schema/csv/transcode';
import { inspectSource } from '../../../src/lib/core/schema/inspect/inspectSource';
import { readRejects } from '../../../src/lib/core/store/dataset';
import { sql } from '../../../src/lib/core/store/sql';
import type { TableStore } from '../../../src/lib/core/store/tableStore';
import { openNativeStore } from '../../../src/lib/platform/node/nativeStore';
import { encodedIn, gbkBytes } from '../../support/gbk';
import { fixture } from './presetSupport';
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
  [
    'big5',
    // A lead byte without its second, a byte that is none, and three characters whose second byte looks like a backslash.
    [...ascii(`${head}a`), 0xa4, 0x20, ...ascii(`${tail}a`), 0xff, 0x20, ...ascii(tail), ...encodedIn('許功蓋', 'big5'), ...ascii(tail)],
    ['許功蓋'],
    2,
  ],
  [
    'shift_jis',
    [...ascii(`${head}a`), 0x82, 0x20, ...ascii(`${tail}a`), 0xfd, 0x20, ...ascii(tail), ...encodedIn('ソ表示ｱ', 'shift_jis'), ...ascii(tail)], // prettier-ignore
    ['ソ表示ｱ'],
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

/** The same shop's orders, as its people would write them. */
const shops = {
  gb18030: `订单编号,买家会员名,商品名称,数量,金额,下单时间
1001,茶客一号,明前龙井 250克礼盒装,1,598.00,2026-05-23 22:02:11
1002,李女士,普洱茶饼（勐海）,2,88.00,2026-05-24 08:30:00
1003,王先生,景德镇手绘青花瓷茶具套装,1,266.00,2026-05-24 09:10:00`,
  big5: `訂單編號,會員名稱,商品名稱,數量,金額,下單時間
1001,陳小姐,阿里山高山烏龍茶禮盒,1,1280,2026-05-23 22:02:11
1002,林先生,東方美人茶（特級）,2,960,2026-05-24 08:30:00
1003,黃太太,鶯歌陶瓷手繪茶具組,1,2680,2026-05-24 09:10:00`,
  shift_jis: `注文番号,お客様名,商品名,数量,金額,注文日時
1001,佐藤様,宇治抹茶セット（ギフト）,1,3980,2026-05-23 22:02:11
1002,鈴木様,ほうじ茶ティーバッグ 50個入,2,1200,2026-05-24 08:30:00
1003,高橋様,ｶﾌｪｵﾚ ボトル,1,640,2026-05-24 09:10:00`,
} as const;
const languages = Object.keys(shops) as (keyof typeof shops)[];

describe('text of East Asia', () => {
  it.each(languages)('in %s is told by its characters, from the header alone as from the whole file', async (encoding) => {
    const bytes = encodedIn(shops[encoding], encoding);
    expect(detectEncoding(bytes, false)).toBe(encoding);
    const [header] = shops[encoding].split('\n');
    expect(detectEncoding(encodedIn(`${header}\n1,2,3,4,5,6\n`, encoding), false)).toBe(encoding);
    const { mapping, columns } = await inspectSource(fileOf(bytes, 'orders.csv'));
    expect([mapping.encoding, columns.map(({ name }) => name).join(',')]).toEqual([encoding, header]);
    // In UTF-8 it is the same.
    expect(detectEncoding(new TextEncoder().encode(shops[encoding]), false)).toBe('utf-8');
  });

  it('is never taken for another one, whichever words of it a file has', () => {
    const words = Object.fromEntries(languages.map((encoding) => [encoding, shops[encoding].split(/[\n,（） ]/).filter((word) => /[\u3041-\u9fff]{3}/.test(word))])); // prettier-ignore
    for (const encoding of languages) {
      fc.assert(
        fc.property(fc.array(fc.constantFrom(...words[encoding]), { minLength: 2, maxLength: 12 }), (chosen) => {
          expect(detectEncoding(encodedIn(`id,name\n${chosen.map((word, at) => `${at},${word}`).join('\n')}\n`, encoding), false)).toBe(encoding); // prettier-ignore
        }),
        { seed: 20261126 },
      );
    }
  });

  it('is Chinese of the mainland in every fixture that is', () => {
    for (const name of ['taobao-order-list', 'taobao-order-details', 'youzan-orders', 'youzan-goods', 'youzan-customers'])
      expect(detectEncoding(gbkBytes(new TextDecoder().decode(fixture(`${name}.csv`))), false), name).toBe('gb18030');
    // Traditional characters in GBK, as an Excel of the mainland writes them.
    expect(detectEncoding(gbkBytes(shops.big5), false)).toBe('gb18030');
  });

  it('is none where accented letters stand among others', () => {
    for (const text of [
      'Größe,Käse,Äpfel,Übung,ÄÖÜ,Straße',
      'rêve,très,crème,père,CAFÉ',
      'niño,año,señor,corazón,ÑOÑO',
      'ação,não,coração,ÇÃO',
    ]) {
      // prettier-ignore
      const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
      expect(['big5', 'shift_jis'], text).not.toContain(detectEncoding(bytes, false));
    }
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
