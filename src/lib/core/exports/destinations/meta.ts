import type { OptionValues } from '../../base/options';
import { unfit, type Destination, type Hash, type RowOfTraits, type Unfit } from '../destination';
import { alreadyHashed, fieldReasons, hashOrPlain, noPhone, phoneCountry } from '../fieldOptions';
import { fieldsCheck } from '../fields';
import { csvFormat } from '../formats/csv';
import { machineStyle } from '../formats/csvStyle';
import { looks, sourcesOf } from '../looks';

const hash = (options: OptionValues): Hash => (options.hash === 'sha256' ? 'sha256' : 'none');

/**
 * The customer list that Meta's Ads Manager takes as a file. Headers as in Meta's own sample file; how each is written
 * before hashing as its API's connectors have it. Device and app user ids and values are not hashed.
 */
export const meta: Destination = {
  id: 'meta',
  what: 'A customer list for Custom Audiences on Facebook and Instagram: each column normalised as Meta compares it, and hashed.',
  readers: 'platforms',
  group: 'ads',
  takes: ['audience'],
  removals: true,
  rules: { source: 'https://www.facebook.com/business/help/2082575038703844', readOn: '2026-11-27' },
  options: [hashOrPlain, phoneCountry, alreadyHashed],
  fields: [
    { name: 'email', from: sourcesOf.email, normalise: email, hash, looks: looks.email },
    { name: 'phone', from: sourcesOf.phone, normalise: phone, hash, looks: looks.digits },
    { name: 'madid', from: sourcesOf.advertisingId, normalise: madid, looks: /^[0-9a-f-]{32,36}$/ },
    { name: 'fn', from: sourcesOf.firstName, along: true, normalise: personName, hash, looks: looks.text },
    { name: 'ln', from: sourcesOf.lastName, along: true, normalise: personName, hash, looks: looks.text },
    { name: 'zip', from: sourcesOf.postcode, along: true, normalise: zip, hash, looks: looks.word },
    { name: 'ct', from: sourcesOf.city, along: true, normalise: place, hash, looks: /^[a-z]+$/ },
    { name: 'st', from: sourcesOf.state, along: true, normalise: state, hash, looks: /^[a-z]+$/ },
    { name: 'country', from: sourcesOf.country, along: true, normalise: country, hash, looks: /^[a-z]{2}$/ },
    { name: 'doby', from: ['birthYear', 'birth_year'], along: true, normalise: birthYear, hash, looks: /^(19|20)\d\d$/ },
    { name: 'gen', from: ['gender', 'sex'], along: true, normalise: gender, hash, looks: /^[mf]$/ },
    { name: 'uid', from: ['facebookUserId'], normalise: digits, looks: /^\d+$/ },
    // What somebody is worth goes out only where the person says which column that is.
    { name: 'value', from: [], along: true, normalise: worth, looks: /^\d+(\.\d+)?$/ },
  ],
  identifiers: [['email'], ['phone'], ['madid'], ['uid'], ['fn', 'ln', 'zip', 'country'], ['fn', 'ln', 'ct', 'st', 'country']],
  reasons: {
    ...fieldReasons,
    not_latin: 'Meta compares places in the letters a to z only, and this has others; it is left empty rather than hashed to nothing.',
    state_not_two_letters: 'Of a state of the US Meta takes the two letters.',
    gender_unknown: 'This says neither female nor male; it is not guessed.',
    device_malformed: 'This is no advertising id.',
    country_malformed: 'This is no country code of two letters.',
    postcode_malformed: 'This is no postcode.',
    year_malformed: 'This is no year of birth.',
    number_malformed: 'This is no number, or one below zero.',
  },
  shared: ['country'],
  leastRows: 100,
  format: () => csvFormat(machineStyle),
  check(_kind, columns, options) {
    return fieldsCheck(this, columns, options);
  },
};

/** Only the ends trimmed and lower case: dots and `+suffix` stay, unlike at Google. */
function email(value: string): string | Unfit {
  const address = value.trim().toLowerCase();
  return looks.email.test(address) ? address : unfit('email_malformed');
}

/** Digits with the country code, without `+`: a leading `+` matches nobody. */
function phone(value: string, row: RowOfTraits): string | Unfit {
  const number = row.phone(value);
  return typeof number === 'string' ? noPhone(number) : number.e164.slice(1);
}

function madid(value: string): string | Unfit {
  const id = value.trim().toLowerCase();
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) ? id : unfit('device_malformed');
}

/** Lower case without punctuation of ASCII; accents and other scripts stay. */
function personName(value: string): string | Unfit {
  const name = value
    .normalize('NFC')
    .toLowerCase()
    .replace(/[!-/:-@[-`{-~]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  return name === '' ? unfit('name_malformed') : name;
}

function zip(value: string, { shared }: RowOfTraits): string | Unfit {
  const code = value.toLowerCase().replace(/[\s-]/g, '');
  if (!/^[a-z0-9]+$/.test(code)) return unfit('postcode_malformed');
  if (shared('country')?.trim().toUpperCase() !== 'US') return code;
  return /^\d{5}(\d{4})?$/.test(code) ? code.slice(0, 5) : unfit('postcode_malformed');
}

/** a to z only. An accent goes, as it is still the place; a name in another script would become nothing. */
function place(value: string): string | Unfit {
  const letters = value.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  if (/[^\p{Script=Latin}\P{L}]/u.test(letters)) return unfit('not_latin');
  const plain = letters.replace(/[^a-z]/g, '');
  return plain === '' ? unfit('not_latin') : plain;
}

function state(value: string, { shared }: RowOfTraits): string | Unfit {
  const name = place(value);
  const isUs = shared('country')?.trim().toUpperCase() === 'US';
  return typeof name === 'string' && isUs && name.length !== 2 ? unfit('state_not_two_letters') : name;
}

function country(value: string): string | Unfit {
  const code = value.trim().toLowerCase();
  return /^[a-z]{2}$/.test(code) ? code : unfit('country_malformed');
}

function birthYear(value: string): string | Unfit {
  const year = value.trim();
  return /^(19|20)\d\d$/.test(year) ? year : unfit('year_malformed');
}

/** Never guessed: what is neither is left empty. */
function gender(value: string): string | Unfit {
  const word = value.trim().toLowerCase();
  if (['f', 'female', 'woman', '女', '女性'].includes(word)) return 'f';
  return ['m', 'male', 'man', '男', '男性'].includes(word) ? 'm' : unfit('gender_unknown');
}

function digits(value: string): string | Unfit {
  const id = value.trim();
  return /^\d+$/.test(id) ? id : unfit('number_malformed');
}

function worth(value: string): string | Unfit {
  const amount = value.trim();
  return /^\d+(\.\d+)?$/.test(amount) ? amount : unfit('number_malformed');
}
