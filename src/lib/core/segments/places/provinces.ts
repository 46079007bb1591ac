import { cityNames } from './cities';
import { foldedPlace, placesIn, type PlaceMap, type PlaceTile } from './placeMap';

/** The provinces, autonomous regions, municipalities and special regions, about where they lie. */
const grid = `
  .. .. .. .. .. .. HL
  .. .. .. .. .. NM JL
  XJ GS NX SX BJ TJ LN
  .. QH SN HA HE SD ..
  XZ SC CQ HB AH JS SH
  .. YN GZ HN JX ZJ ..
  .. .. .. GX GD FJ TW
  .. .. .. HI MO HK ..`;

/** Code: full name, short name, the letter of number plates, English. */
const names: Record<string, readonly [full: string, short: string, letter: string, english: string]> = {
  BJ: ['北京市', '北京', '京', 'Beijing'],
  TJ: ['天津市', '天津', '津', 'Tianjin'],
  HE: ['河北省', '河北', '冀', 'Hebei'],
  SX: ['山西省', '山西', '晋', 'Shanxi'],
  NM: ['内蒙古自治区', '内蒙古', '蒙', 'Inner Mongolia'],
  LN: ['辽宁省', '辽宁', '辽', 'Liaoning'],
  JL: ['吉林省', '吉林', '吉', 'Jilin'],
  HL: ['黑龙江省', '黑龙江', '黑', 'Heilongjiang'],
  SH: ['上海市', '上海', '沪', 'Shanghai'],
  JS: ['江苏省', '江苏', '苏', 'Jiangsu'],
  ZJ: ['浙江省', '浙江', '浙', 'Zhejiang'],
  AH: ['安徽省', '安徽', '皖', 'Anhui'],
  FJ: ['福建省', '福建', '闽', 'Fujian'],
  JX: ['江西省', '江西', '赣', 'Jiangxi'],
  SD: ['山东省', '山东', '鲁', 'Shandong'],
  HA: ['河南省', '河南', '豫', 'Henan'],
  HB: ['湖北省', '湖北', '鄂', 'Hubei'],
  HN: ['湖南省', '湖南', '湘', 'Hunan'],
  GD: ['广东省', '广东', '粤', 'Guangdong'],
  GX: ['广西壮族自治区', '广西', '桂', 'Guangxi'],
  HI: ['海南省', '海南', '琼', 'Hainan'],
  CQ: ['重庆市', '重庆', '渝', 'Chongqing'],
  SC: ['四川省', '四川', '川', 'Sichuan'],
  GZ: ['贵州省', '贵州', '黔', 'Guizhou'],
  YN: ['云南省', '云南', '滇', 'Yunnan'],
  XZ: ['西藏自治区', '西藏', '藏', 'Tibet'],
  SN: ['陕西省', '陕西', '陕', 'Shaanxi'],
  GS: ['甘肃省', '甘肃', '甘', 'Gansu'],
  QH: ['青海省', '青海', '青', 'Qinghai'],
  NX: ['宁夏回族自治区', '宁夏', '宁', 'Ningxia'],
  XJ: ['新疆维吾尔自治区', '新疆', '新', 'Xinjiang'],
  TW: ['台湾省', '台湾', '台', 'Taiwan'],
  HK: ['香港特别行政区', '香港', '港', 'Hong Kong'],
  MO: ['澳门特别行政区', '澳门', '澳', 'Macau'],
};

const tiles: readonly PlaceTile[] = placesIn(grid).map((tile) => {
  const [, short, letter, english] = names[tile.id];
  return { ...tile, short: { en: tile.id, zh: letter }, name: { en: english, zh: short } };
});

/** Other ways of writing; number plates have 内 for 蒙 now and then, GB/T 2260 has numbers. */
const others: Record<string, string> = {
  ...{
    neimenggu: 'NM',
    neimengol: 'NM',
    nei: 'NM',
    xizang: 'XZ',
    macao: 'MO',
    aomen: 'MO',
    xianggang: 'HK',
    taiwansheng: 'TW',
    臺灣: 'TW',
    澳門: 'MO',
  },
  ...{
    广西省: 'GX',
    西藏省: 'XZ',
    宁夏省: 'NX',
    新疆省: 'XJ',
    内蒙: 'NM',
    中国香港: 'HK',
    中国澳门: 'MO',
    中国台湾: 'TW',
    香港特区: 'HK',
    澳门特区: 'MO',
  },
  ...{ 11: 'BJ', 12: 'TJ', 13: 'HE', 14: 'SX', 15: 'NM', 21: 'LN', 22: 'JL', 23: 'HL', 31: 'SH', 32: 'JS', 33: 'ZJ', 34: 'AH' },
  ...{ 35: 'FJ', 36: 'JX', 37: 'SD', 41: 'HA', 42: 'HB', 43: 'HN', 44: 'GD', 45: 'GX', 46: 'HI', 50: 'CQ', 51: 'SC', 52: 'GZ' },
  ...{ 53: 'YN', 54: 'XZ', 61: 'SN', 62: 'GS', 63: 'QH', 64: 'NX', 65: 'XJ', 71: 'TW', 81: 'HK', 82: 'MO' },
};

let known: ReadonlyMap<string, string> | undefined;

function knownNames(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const add = (name: string, id: string) => found.set(foldedPlace(name), id);
  // Provinces after cities: Jilin is both.
  for (const [city, id] of cityNames()) add(city, id);
  for (const [id, [full, short, letter, english]] of Object.entries(names)) {
    for (const name of [full, short, letter, english, `${english} Province`, `${english} Sheng`, `${short}省`, `${short}市`]) add(name, id);
    for (const code of [id, `CN-${id}`]) add(code, id);
  }
  for (const [name, id] of Object.entries(others)) {
    add(name, id);
    // Codes of administrative divisions have six digits.
    if (/^\d\d$/.test(name)) add(`${name}0000`, id);
  }
  return found;
}

/**
 * China by province. A city is of its province, also where it stands in both languages ("武汉 Wuhan") or behind its
 * province ("湖北省武汉市").
 */
export const provinces: PlaceMap = {
  id: 'provinces',
  tiles,
  find(value) {
    known ??= knownNames();
    const whole = known.get(foldedPlace(value));
    if (whole) return whole;
    for (const part of value.split(/[\s/,，、·|>()（）-]+/)) {
      const found = part.length > 1 || /\p{Script=Han}/u.test(part) ? known.get(foldedPlace(part)) : undefined;
      if (found) return found;
    }
    const [, before] = /^(.{2,8}?(?:省|自治区|特别行政区|市))./u.exec(value.trim()) ?? [];
    return before === undefined ? undefined : known.get(foldedPlace(before));
  },
};
