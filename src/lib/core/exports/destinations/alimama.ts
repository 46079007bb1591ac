import { unfit, type Destination, type RowOfTraits, type Unfit } from '../destination';
import { alreadyHashed, fieldReasons, noPhone, phoneCountry } from '../fieldOptions';
import { fieldsCheck } from '../fields';
import { linesFormat } from '../formats/lines';
import { idListOf } from '../idList';
import { looks, sourcesOf } from '../looks';

const mobileLooks = /^1\d{10}$/;
const imeiLooks = /^[0-9a-f]{14,15}$/;

/** SHA-256 is taken of phone numbers only. */
const { option, fields, identifiers } = idListOf(
  [
    { id: 'phone-md5', from: sourcesOf.phone, normalise: mobile, hash: 'md5', looks: mobileLooks },
    { id: 'phone-sha256', from: sourcesOf.phone, normalise: mobile, hash: 'sha256', looks: mobileLooks },
    { id: 'email-md5', from: sourcesOf.email, normalise: email, hash: 'md5', looks: looks.email },
    { id: 'imei-md5', from: sourcesOf.imei, normalise: imei, hash: 'md5', looks: imeiLooks },
    { id: 'idfa-md5', from: sourcesOf.idfa, normalise: idfa, hash: 'md5', looks: /^[0-9A-F-]{36}$/ },
    { id: 'taobao-id', from: ['taobaoId'], normalise: digits, looks: /^\d+$/ },
    { id: 'taobao-nick', from: ['taobaoNick'], normalise: nick, looks: looks.text },
  ],
  'What stands on the lines; a file holds one kind. 达摩盘 takes SHA-256 of phone numbers only.',
);

/** 达摩盘: kinds of ids, hashes and sizes as Quick Audience's pages have them. */
export const alimama: Destination = {
  id: 'alimama',
  what: 'A list of one kind of id for Alimama’s 达摩盘, of more than 2,000 and fewer than 50 million people. Kinds, hashes and sizes are documented; the layout of a file for hands is not: one id a line without a header is an assumption.',
  readers: 'platforms',
  group: 'ads-china',
  takes: ['audience'],
  rules: { source: 'https://help.aliyun.com/document_detail/420469.html', readOn: '2026-11-24' },
  options: [option, { ...phoneCountry, default: 'CN' }, alreadyHashed],
  fields,
  identifiers,
  reasons: {
    ...fieldReasons,
    not_a_mobile_of_china: 'Only mobile numbers of mainland China, of eleven digits, can be matched.',
    device_malformed: 'This is no id of a device of this kind.',
    id_malformed: 'This is no id of this kind.',
  },
  shared: ['country'],
  leastRows: 2001,
  limits: () => ({ rows: 49_999_999 }),
  format: () => linesFormat('csv'),
  check(_kind, columns, given) {
    return fieldsCheck(this, columns, given);
  },
};

function mobile(value: string, row: RowOfTraits): string | Unfit {
  const number = row.phone(value);
  if (typeof number === 'string') return noPhone(number);
  return number.code === '86' && mobileLooks.test(number.national) ? number.national : unfit('not_a_mobile_of_china');
}

function email(value: string): string | Unfit {
  const address = value.trim().toLowerCase();
  return looks.email.test(address) ? address : unfit('email_malformed');
}

function imei(value: string): string | Unfit {
  const id = value.trim().toLowerCase();
  return imeiLooks.test(id) ? id : unfit('device_malformed');
}

function idfa(value: string): string | Unfit {
  const id = value.trim().toUpperCase();
  return /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/.test(id) ? id : unfit('device_malformed');
}

function digits(value: string): string | Unfit {
  const id = value.trim();
  return /^\d+$/.test(id) ? id : unfit('id_malformed');
}

function nick(value: string): string | Unfit {
  const name = value.trim();
  return looks.text.test(name) ? name : unfit('id_malformed');
}
