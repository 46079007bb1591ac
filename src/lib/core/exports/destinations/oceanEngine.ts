import { unfit, type Destination, type RowOfTraits, type Unfit } from '../destination';
import { alreadyHashed, fieldReasons, noPhone, phoneCountry } from '../fieldOptions';
import { fieldsCheck } from '../fields';
import { dmpData } from '../formats/dmpData';
import { linesFormat } from '../formats/lines';
import { zipped } from '../formats/zipped';
import { idListOf } from '../idList';
import { sourcesOf } from '../looks';

const mobileLooks = /^1\d{10}$/;
const imeiLooks = /^[0-9a-f]{14,15}$/;
const lowerWord = /^[^\sA-Z]+$/;

/** The `DataType` of dmp.proto, by the option's choice. */
const dataTypes: Readonly<Record<string, number>> = {
  MOBILE_HASH_SHA256: 6,
  IMEI_MD5: 4,
  IMEI: 0,
  IDFA_MD5: 5,
  IDFA: 1,
  OAID_MD5: 8,
  OAID: 7,
  UID: 2,
};

/** Ids stand in lower case, hashes too. */
const { option, fields, identifiers } = idListOf(
  [
    { id: 'MOBILE_HASH_SHA256', from: sourcesOf.phone, normalise: mobile, hash: 'sha256', looks: mobileLooks },
    { id: 'IMEI_MD5', from: sourcesOf.imei, normalise: imei, hash: 'md5', looks: imeiLooks },
    { id: 'IMEI', from: sourcesOf.imei, normalise: imei, looks: imeiLooks },
    // Hashed as the device gives it; only the plain id is put in lower case.
    { id: 'IDFA_MD5', from: sourcesOf.idfa, normalise: idfa, hash: 'md5', looks: /^[0-9A-F-]{36}$/ },
    { id: 'IDFA', from: sourcesOf.idfa, normalise: lower, looks: lowerWord },
    { id: 'OAID_MD5', from: sourcesOf.oaid, normalise: asGiven, hash: 'md5', looks: /^\S+$/ },
    { id: 'OAID', from: sourcesOf.oaid, normalise: lower, looks: lowerWord },
    { id: 'UID', from: ['douyinUid'], normalise: lower, looks: lowerWord },
  ],
  'Ocean Engine’s DataType: what the lines hold; a file holds one kind.',
);

/** 巨量引擎 DMP: lines of base64 around protocol buffers, zipped, up to 50 MB a zip. */
export const oceanEngine: Destination = {
  id: 'ocean-engine',
  what: 'A data source for Ocean Engine’s DMP (巨量引擎): each line a base64 of its DmpData message, zipped. Its rules are known from code that uses its interface, not from its own pages.',
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
  limits: () => ({ bytes: 50_000_000 }),
  format: ({ type }) => zipped(linesFormat('txt', dmpData(dataTypes[String(type)]))),
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

function lower(value: string): string | Unfit {
  const id = value.trim().toLowerCase();
  return lowerWord.test(id) ? id : unfit('id_malformed');
}

function asGiven(value: string): string | Unfit {
  const id = value.trim();
  return /^\S+$/.test(id) ? id : unfit('id_malformed');
}
