import { callingCodes, countryCodes, internationalNumber } from '../callingCodes';
import { unfit, type Destination, type RowOfTraits, type Unfit } from '../destination';
import { fieldsCheck, isHash, nothingToMatch } from '../fields';
import { csvFormat } from '../formats/csv';
import { machineStyle } from '../formats/csvStyle';
import type { OptionValues } from '../../base/options';

const isHashed = ({ hash }: OptionValues): boolean => hash === 'sha256';

/**
 * The customer list that Google Ads takes as a file: English headers, UTF-8, one customer a row, e-mail, phone and
 * names hashed, country and postcode not.
 */
export const googleCustomerMatch: Destination = {
  id: 'google-customer-match',
  what: 'A customer list for Google Ads Customer Match: e-mail, phone and names normalised and hashed as Google wants them.',
  readers: 'platforms',
  takes: ['audience'],
  rules: { source: 'https://support.google.com/google-ads/answer/7659867', readOn: '2026-11-24' },
  options: [
    {
      name: 'hash',
      kind: 'choice',
      choices: ['sha256', 'plain'],
      default: 'sha256',
      what: 'Hashed here with SHA-256, or plain, for Google to hash on upload.',
    },
    {
      name: 'country',
      kind: 'choice',
      choices: ['none', ...countryCodes],
      default: 'none',
      what: 'Whose phone numbers are those that are written without a country code, where the customer’s own country is not known.',
    },
  ],
  fields: [
    { name: 'Email', from: ['email'], normalise: email, hashed: isHashed, looks: /^[^\s@,]+@[^\s@,]+\.[^\s@,]+$/ },
    { name: 'Phone', from: ['phone'], normalise: phone, hashed: isHashed, looks: /^\+\d{7,15}$/ },
    { name: 'First Name', from: ['firstName', 'first_name', 'first name'], normalise: personName, hashed: isHashed, looks: /^\S+$/ },
    { name: 'Last Name', from: ['lastName', 'last_name', 'last name'], normalise: personName, hashed: isHashed, looks: /^\S+$/ },
    { name: 'Country', from: ['country'], normalise: country, looks: /^[A-Z]{2}$/ },
    { name: 'Zip', from: ['zip', 'postcode', 'postal_code', 'zipCode'], normalise: postcode, looks: /^[^\s].*$/ },
  ],
  // An address is matched by all four of its parts only.
  identifiers: [['Email'], ['Phone'], ['First Name', 'Last Name', 'Country', 'Zip']],
  reasons: {
    already_hashed: 'The value is a hash already; hashing it again would match nobody.',
    email_malformed: 'This is no e-mail address.',
    phone_malformed: 'This is no phone number.',
    phone_without_country: 'The number has no country code, and the customer’s country is not known.',
    name_malformed: 'There is no name beside the title.',
    country_malformed: 'This is no country code of two letters.',
    postcode_malformed: 'This is no postcode.',
    [nothingToMatch]: 'Neither e-mail nor phone nor a whole address can be used, so the row is left out.',
  },
  shared: ['country'],
  format: () => csvFormat(machineStyle),
  check(_kind, columns, options) {
    return fieldsCheck(this, columns, options);
  },
};

/** Lower case, no spaces; at gmail.com and googlemail.com no dots and no `+suffix` either. */
function email(value: string): string | Unfit {
  if (isHash(value)) return unfit('already_hashed');
  const address = value.toLowerCase().replace(/\s+/g, '');
  const [, local, domain] = /^([^@,]+)@([^@,]+\.[^@,]+)$/.exec(address) ?? [];
  if (!local) return unfit('email_malformed');
  if (domain !== 'gmail.com' && domain !== 'googlemail.com') return address;
  const mailbox = local.replace(/\+.*$/, '').replaceAll('.', '');
  return mailbox === '' ? unfit('email_malformed') : `${mailbox}@${domain}`;
}

/** E.164 with its `+`. */
function phone(value: string, { options, shared }: RowOfTraits): string | Unfit {
  if (isHash(value)) return unfit('already_hashed');
  const own = shared('country')?.trim().toUpperCase() ?? '';
  const number = internationalNumber(value, own in callingCodes ? own : String(options.country));
  if (number === 'malformed') return unfit('phone_malformed');
  return number === 'no country' ? unfit('phone_without_country') : number;
}

/** Lower case without titles; Google's template and Display & Video 360 want no spaces, not even inside. */
function personName(value: string): string | Unfit {
  if (isHash(value)) return unfit('already_hashed');
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
