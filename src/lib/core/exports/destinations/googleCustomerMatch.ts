import { unfit, type Destination, type Hash, type RowOfTraits, type Unfit } from '../destination';
import { fieldsCheck, isHash } from '../fields';
import { alreadyHashed, fieldReasons, noPhone, phoneCountry } from '../fieldOptions';
import { csvFormat } from '../formats/csv';
import { machineStyle } from '../formats/csvStyle';
import type { OptionValues } from '../../base/options';

const hash = (options: OptionValues): Hash => (options.hash === 'sha256' ? 'sha256' : 'none');

/**
 * The customer list that Google Ads takes as a file: English headers, UTF-8, one customer a row, e-mail, phone and
 * names hashed, country and postcode not.
 */
export const googleCustomerMatch: Destination = {
  id: 'google-customer-match',
  what: 'A customer list for Google Ads Customer Match: e-mail, phone and names normalised and hashed as Google wants them.',
  readers: 'platforms',
  group: 'ads',
  takes: ['audience'],
  removals: true,
  rules: { source: 'https://support.google.com/google-ads/answer/7659867', readOn: '2026-11-24' },
  options: [
    {
      name: 'hash',
      kind: 'choice',
      choices: ['sha256', 'plain'],
      default: 'sha256',
      what: 'Hashed here with SHA-256, or plain, for Google to hash on upload.',
    },
    phoneCountry,
    alreadyHashed,
  ],
  fields: [
    { name: 'Email', from: ['email'], normalise: email, hash, looks: /^[^\s@,]+@[^\s@,]+\.[^\s@,]+$/ },
    { name: 'Phone', from: ['phone'], normalise: phone, hash, looks: /^\+\d{7,15}$/ },
    { name: 'First Name', from: ['firstName', 'first_name', 'first name'], normalise: personName, hash, looks: /^\S+$/ },
    { name: 'Last Name', from: ['lastName', 'last_name', 'last name'], normalise: personName, hash, looks: /^\S+$/ },
    { name: 'Country', from: ['country'], normalise: country, looks: /^[A-Z]{2}$/ },
    { name: 'Zip', from: ['zip', 'postcode', 'postal_code', 'zipCode'], normalise: postcode, looks: /^[^\s].*$/ },
  ],
  // An address is matched by all four of its parts only.
  identifiers: [['Email'], ['Phone'], ['First Name', 'Last Name', 'Country', 'Zip']],
  reasons: {
    ...fieldReasons,
    country_malformed: 'This is no country code of two letters.',
    postcode_malformed: 'This is no postcode.',
    nothing_to_match: 'Neither e-mail nor phone nor a whole address can be used, so the row is left out.',
  },
  shared: ['country'],
  format: () => csvFormat(machineStyle),
  check(_kind, columns, options) {
    return fieldsCheck(this, columns, options);
  },
};

/** Lower case, no spaces; at gmail.com and googlemail.com no dots and no `+suffix` either. */
function email(value: string): string | Unfit {
  const address = value.toLowerCase().replace(/\s+/g, '');
  const [, local, domain] = /^([^@,]+)@([^@,]+\.[^@,]+)$/.exec(address) ?? [];
  if (!local) return unfit('email_malformed');
  if (domain !== 'gmail.com' && domain !== 'googlemail.com') return address;
  const mailbox = local.replace(/\+.*$/, '').replaceAll('.', '');
  return mailbox === '' ? unfit('email_malformed') : `${mailbox}@${domain}`;
}

/** E.164 with its `+`. */
function phone(value: string, row: RowOfTraits): string | Unfit {
  const number = row.phone(value);
  return typeof number === 'string' ? noPhone(number) : number.e164;
}

/** Lower case without titles; Google's template and Display & Video 360 want no spaces, not even inside. */
function personName(value: string): string | Unfit {
  const name = value
    .normalize('NFC')
    .toLowerCase()
    .trim()
    .replace(/^(mr|mrs|ms|miss|dr|prof)(\.|\s)+/, '')
    .replace(/[\s,]+(jr|sr|ii|iii|iv|phd|md)\.?$/, '')
    .replace(/\s+/g, '');
  return name === '' ? unfit('name_malformed') : name;
}

function country(value: string): string | Unfit {
  const code = value.trim().toUpperCase();
  return /^[A-Z]{2}$/.test(code) ? code : unfit('country_malformed');
}

function postcode(value: string, { shared }: RowOfTraits): string | Unfit {
  const code = value.trim();
  if (code === '' || isHash(code)) return unfit('postcode_malformed');
  if (shared('country')?.trim().toUpperCase() === 'US' && !/^\d{5}(-?\d{4})?$/.test(code)) return unfit('postcode_malformed');
  return code;
}
