import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bitset } from '$lib/core/base/bitset';
import { quietContext } from '$lib/core/base/run';
import { countries } from '$lib/core/segments/places/countries';
import { readPlaceShares } from '$lib/core/segments/places/placeShares';
import { provinces } from '$lib/core/segments/places/provinces';
import { recognisePlaces } from '$lib/core/segments/places/recognise';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { openTinyShop } from '../../support/tinyShop';

describe('the map of provinces', () => {
  it('has 34 squares, no two in one place', () => {
    expect(provinces.tiles).toHaveLength(34);
    expect(new Set(provinces.tiles.map(({ id }) => id)).size).toBe(34);
    expect(new Set(provinces.tiles.map(({ column, row }) => `${column} ${row}`)).size).toBe(34);
    expect(new Set(provinces.tiles.map(({ short }) => short.zh)).size).toBe(34);
  });

  it('has neighbours where they lie', () => {
    const at = (id: string) => provinces.tiles.find((tile) => tile.id === id)!;
    expect(at('HL').row).toBeLessThan(at('JL').row);
    expect(at('JL').row).toBeLessThan(at('LN').row);
    expect(at('XZ').column).toBeLessThan(at('SC').column);
    expect(at('HI').row).toBeGreaterThan(at('GX').row);
    for (const tile of provinces.tiles) expect(tile.column).toBeGreaterThanOrEqual(at('XJ').column);
  });

  it.each([
    ['广东', 'GD'],
    ['广东省', 'GD'],
    ['粤', 'GD'],
    ['Guangdong', 'GD'],
    ['guangdong province', 'GD'],
    ['CN-GD', 'GD'],
    ['GD', 'GD'],
    ['440000', 'GD'],
    ['北京市', 'BJ'],
    ['内蒙古自治区', 'NM'],
    ['内蒙古', 'NM'],
    ['Inner Mongolia', 'NM'],
    ['广西壮族自治区', 'GX'],
    ['广西', 'GX'],
    ['新疆维吾尔自治区', 'XJ'],
    ['香港特别行政区', 'HK'],
    ['澳门', 'MO'],
    ['臺灣', 'TW'],
    ['陕西', 'SN'],
    ['Shaanxi', 'SN'],
    ['山西', 'SX'],
    ['Shanxi', 'SX'],
    ['吉林市', 'JL'],
    ['武汉 Wuhan', 'HB'],
    ['湖北省武汉市', 'HB'],
    ['湖北省 / 武汉市', 'HB'],
    ["Xi'an", 'SN'],
    ['海南', 'HI'],
  ])('knows %s', (value, id) => expect(provinces.find(value)).toBe(id));

  it.each(['Berlin', '', '未知', 'Gold', 'XX'])('does not know "%s"', (value) => expect(provinces.find(value)).toBeUndefined());
});

describe('the map of countries', () => {
  it('has every square once, each with a name in both languages', () => {
    expect(countries.tiles.length).toBeGreaterThan(200);
    expect(new Set(countries.tiles.map(({ id }) => id)).size).toBe(countries.tiles.length);
    expect(new Set(countries.tiles.map(({ column, row }) => `${column} ${row}`)).size).toBe(countries.tiles.length);
    for (const { id, name } of countries.tiles) {
      expect(name.en, id).not.toBe(id);
      expect(name.zh, id).toMatch(/\p{Script=Han}/u);
    }
  });

  it.each([
    ['EIRE', 'IE'],
    ['USA', 'US'],
    ['United Kingdom', 'GB'],
    ['RSA', 'ZA'],
    ['Channel Islands', 'JE'],
    ['Czech Republic', 'CZ'],
    ['CN', 'CN'],
    ['chn', 'CN'],
    ['中国', 'CN'],
    ['法国', 'FR'],
    ['韩国', 'KR'],
    ['United Arab Emirates', 'AE'],
    ["Côte d'Ivoire", 'CI'],
    ['Türkiye', 'TR'],
  ])('knows %s', (value, id) => expect(countries.find(value)).toBe(id));
});

describe('recognising places', () => {
  const of = (counts: Record<string, number>) => recognisePlaces(Object.keys(counts), Object.values(counts));

  it('takes cities of the sample shop for their provinces', () => {
    const found = of({ '上海 Shanghai': 9, '深圳 Shenzhen': 5, '苏州 Suzhou': 4 });
    expect(found).toEqual({ map: 'provinces', tileOf: ['SH', 'GD', 'JS'] });
  });

  it('takes countries for countries, though CN and DE might be something else', () => {
    expect(of({ CN: 90, DE: 10 })).toEqual({ map: 'countries', tileOf: ['CN', 'DE'] });
  });

  it('lets a few be nowhere, and counts nobody whose value says nothing', () => {
    expect(of({ 广东: 10, 北京: 8, 火星: 2, 未知: 500 })?.tileOf).toEqual(['GD', 'BJ', null, null]);
  });

  it('takes neither levels nor names nor one place alone for places', () => {
    expect(of({ 金: 3, 银: 4, 铜: 9 })).toBeNull();
    expect(of({ '1': 5, '2': 6 })).toBeNull();
    expect(of({ 广东: 10 })).toBeNull();
    expect(of({ Ann: 3, Chad: 1, Jordan: 1, Bob: 2, Cy: 3 })).toBeNull();
  });

  const uci = '../shared/data/uci-online-retail/online_retail.csv';
  it.skipIf(!existsSync(uci))(
    'knows every country of UCI Online Retail, but what is none (skipped where ../shared/data is missing)',
    () => {
      const counts: Record<string, number> = {};
      for (const line of readFileSync(uci, 'utf8').split('\n').slice(1)) {
        const country = line.trimEnd().split(',').at(-1)!;
        if (country) counts[country] = (counts[country] ?? 0) + 1;
      }
      const names = Object.keys(counts);
      const { map, tileOf } = of(counts)!;
      expect(map).toBe('countries');
      expect(names.filter((_, i) => tileOf[i] === null).sort()).toEqual(['European Community', 'Unspecified']);
    },
  );
});

describe('people by place', () => {
  let store: TableStore;
  beforeAll(async () => void (store = await openNativeStore({ threads: 1 })));
  afterAll(() => store.close());

  it('are counted of both groups, with the values that a condition asks for', async () => {
    const countriesOf = ['CN', '中国', 'DE', 'DE', 'FR', 'Unspecified', undefined];
    const users = Object.fromEntries(countriesOf.map((country, n) => [`u${n}`, { country }]));
    const scope = await openTinyShop(store, { users, events: [] }, '2026-02-01T00:00:00');
    const first = Bitset.of(7, [0, 1, 2]);
    const shares = await readPlaceShares(scope, 'country', first, first.not(), quietContext());
    expect(shares).toEqual({
      trait: 'country',
      map: 'countries',
      places: [
        { id: 'CN', first: 2, second: 0, values: ['CN', '中国'] },
        { id: 'DE', first: 1, second: 1, values: ['DE'] },
        { id: 'FR', first: 0, second: 1, values: ['FR'] },
      ],
      firstKnown: 3,
      secondKnown: 3,
      unplaced: 1,
    });
    expect(await readPlaceShares(scope, 'favoriteItem', first, first.not(), quietContext())).toBeNull();
  });
});
