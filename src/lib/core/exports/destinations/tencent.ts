import { unfit, type Destination, type RowOfTraits, type Unfit } from '../destination';
import { alreadyHashed, fieldReasons, noPhone, phoneCountry } from '../fieldOptions';
import { fieldsCheck } from '../fields';
import { linesFormat } from '../formats/lines';
import { zipped } from '../formats/zipped';
import { idListOf } from '../idList';
import { looks, sourcesOf } from '../looks';

const mobileLooks = /^1\d{10}$/;
const imeiLooks = /^[0-9a-f]{14,15}$/;
const idfaLooks = /^[0-9A-F-]{36}$/;

/** HASH_… is MD5; the vectors of Tencent's page show that an IDFA keeps its dashes, whatever the prose says. */
const { option, fields, identifiers } = idListOf(
  [
    { id: 'HASH_MOBILE_PHONE', from: sourcesOf.phone, normalise: mobile, hash: 'md5', looks: mobileLooks },
    { id: 'SHA256_MOBILE_PHONE', from: sourcesOf.phone, normalise: mobile, hash: 'sha256', looks: mobileLooks },
    { id: 'WX_OPENID', from: sourcesOf.openId, normalise: word, looks: looks.word },
    { id: 'WX_UNIONID', from: sourcesOf.unionId, normalise: word, looks: looks.word },
    { id: 'WECHAT_OPENID', from: sourcesOf.openId, normalise: word, looks: looks.word },
    { id: 'HASH_IMEI', from: sourcesOf.imei, normalise: imei, hash: 'md5', looks: imeiLooks },
    { id: 'IMEI', from: sourcesOf.imei, normalise: imei, looks: imeiLooks },
    { id: 'HASH_IDFA', from: sourcesOf.idfa, normalise: idfa, hash: 'md5', looks: idfaLooks },
    { id: 'IDFA', from: sourcesOf.idfa, normalise: idfa, looks: idfaLooks },
    { id: 'HASH_OAID', from: sourcesOf.oaid, normalise: oaid, hash: 'md5', looks: looks.word },
    { id: 'OAID', from: sourcesOf.oaid, normalise: oaid, looks: looks.word },
    { id: 'HASH_MAC', from: ['mac'], normalise: mac, hash: 'md5', looks: /^[0-9A-F]{12}$/ },
  ],
  'Tencent’s user_id_type: what stands on the lines; a file holds one kind. HASH_… is MD5. HASH_MAC stands in the older list only.',
);

/** 腾讯广告: one id a line without a header, zipped, up to 100 MB a zip. */
export const tencent: Destination = {
  id: 'tencent',
  what: 'A list of one kind of id for Tencent Ads (腾讯广告), hashed as its type says, one a line, zipped.',
  readers: 'platforms',
  group: 'ads-china',
  takes: ['audience'],
  removals: true,
  rules: { source: 'https://developers.e.qq.com/docs/api/user_data/custom_audience/custom_audience_files_add', readOn: '2026-11-24' },
  options: [option, { ...phoneCountry, default: 'CN' }, alreadyHashed],
  fields,
  identifiers,
  reasons: {
    ...fieldReasons,
    not_a_mobile_of_china: 'Only mobile numbers of mainland China, of eleven digits, can be matched.',
    device_malformed: 'This is no id of a device of this kind.',
    id_malformed: 'An id has no spaces.',
  },
  shared: ['country'],
  limits: () => ({ bytes: 100_000_000 }),
  format: () => zipped(linesFormat('txt')),
  check(_kind, columns, given) {
    return fieldsCheck(this, columns, given);
  },
};

/** Eleven digits, without +86. */
function mobile(value: string, row: RowOfTraits): string | Unfit {
  const number = row.phone(value);
  if (typeof number === 'string') return noPhone(number);
  return number.code === '86' && mobileLooks.test(number.national) ? number.national : unfit('not_a_mobile_of_china');
}

/** 14 or 15 characters in lower case. */
function imei(value: string): string | Unfit {
  const id = value.trim().toLowerCase();
  return imeiLooks.test(id) ? id : unfit('device_malformed');
}

/** Capitals, with the dashes. */
function idfa(value: string): string | Unfit {
  const id = value.trim().toUpperCase();
  return /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/.test(id) ? id : unfit('device_malformed');
}

/** As the device gives it. */
function oaid(value: string): string | Unfit {
  const id = value.trim();
  return /^[0-9A-Za-z-]{16,64}$/.test(id) ? id : unfit('device_malformed');
}

/** Capitals without colons. */
function mac(value: string): string | Unfit {
  const id = value.trim().toUpperCase().replace(/[:-]/g, '');
  return /^[0-9A-F]{12}$/.test(id) ? id : unfit('device_malformed');
}

function word(value: string): string | Unfit {
  const id = value.trim();
  return looks.word.test(id) ? id : unfit('id_malformed');
}
