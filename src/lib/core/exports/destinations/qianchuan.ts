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

/** The numbers are Qianchuan's data_type. */
const { option, fields, identifiers } = idListOf(
  [
    { id: '17-phone-md5', from: sourcesOf.phone, normalise: mobile, hash: 'md5', looks: mobileLooks },
    { id: '14-phone-sha256', from: sourcesOf.phone, normalise: mobile, hash: 'sha256', looks: mobileLooks },
    { id: '4-phone', from: sourcesOf.phone, normalise: mobile, hash: 'none', looks: mobileLooks },
    { id: '11-imei-md5', from: sourcesOf.imei, normalise: imei, hash: 'md5', looks: imeiLooks },
    { id: '1-imei', from: sourcesOf.imei, normalise: imei, looks: imeiLooks },
    { id: '12-idfa-md5', from: sourcesOf.idfa, normalise: idfa, hash: 'md5', looks: idfaLooks },
    { id: '2-idfa', from: sourcesOf.idfa, normalise: idfa, looks: idfaLooks },
    { id: '16-oaid-md5', from: sourcesOf.oaid, normalise: word, hash: 'md5', looks: looks.word },
    { id: '15-oaid', from: sourcesOf.oaid, normalise: word, looks: looks.word },
    { id: '3-uid', from: ['douyinUid'], normalise: word, looks: looks.word },
    { id: '18-openid', from: sourcesOf.openId, normalise: word, looks: looks.word },
  ],
  'Qianchuan’s data_type: what stands on the lines; a file holds one kind.',
);

/** 巨量千川: one id a line without a header, zipped, up to 25 MB uploaded directly. */
export const qianchuan: Destination = {
  id: 'qianchuan',
  what: 'A list of one kind of id for Qianchuan (巨量千川), one a line, zipped. Its rules are known from code that uses its interface, not from its own pages; the name of an audience has up to 30 characters there.',
  readers: 'platforms',
  group: 'ads-china',
  takes: ['audience'],
  removals: true,
  rules: { source: 'https://github.com/bububa/oceanengine', readOn: '2026-11-24' },
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
  limits: () => ({ bytes: 25_000_000 }),
  format: () => zipped(linesFormat('txt')),
  check(_kind, columns, given) {
    return fieldsCheck(this, columns, given);
  },
};

function mobile(value: string, row: RowOfTraits): string | Unfit {
  const number = row.phone(value);
  if (typeof number === 'string') return noPhone(number);
  return number.code === '86' && mobileLooks.test(number.national) ? number.national : unfit('not_a_mobile_of_china');
}

function imei(value: string): string | Unfit {
  const id = value.trim().toLowerCase();
  return imeiLooks.test(id) ? id : unfit('device_malformed');
}

function idfa(value: string): string | Unfit {
  const id = value.trim().toUpperCase();
  return /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/.test(id) ? id : unfit('device_malformed');
}

function word(value: string): string | Unfit {
  const id = value.trim();
  return looks.word.test(id) ? id : unfit('id_malformed');
}
