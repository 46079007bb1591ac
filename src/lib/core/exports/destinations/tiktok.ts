import type { OptionValues } from '../../base/options';
import { unfit, type Destination, type Hash, type RowOfTraits, type Unfit } from '../destination';
import { alreadyHashed, fieldReasons, hashOrPlain, noPhone, phoneCountry } from '../fieldOptions';
import { fieldsCheck } from '../fields';
import { csvFormat } from '../formats/csv';
import { machineStyle } from '../formats/csvStyle';
import { looks, sourcesOf } from '../looks';

const hash = (options: OptionValues): Hash => (options.hash === 'sha256' ? 'sha256' : 'none');
const maidHash = ({ maidHash: kind }: OptionValues): Hash => (kind === 'plain' ? 'none' : (kind as Hash));
const headerOf = (name: string, kind: Hash): string => (kind === 'none' ? name : `${name}_${kind.toUpperCase()}`);

/**
 * TikTok's customer file. Its rules changed twice in two years and its own example of a hashed phone number is hashed
 * without the `+` that stands in the same row, so which rules and whether with `+` are options.
 */
export const tiktok: Destination = {
  id: 'tiktok',
  what: 'A customer file for TikTok’s Custom Audiences, by the rules of the version that you choose.',
  readers: 'platforms',
  group: 'ads',
  takes: ['audience'],
  removals: true,
  rules: { source: 'https://ads.tiktok.com/help/article/list-of-supported-ids-and-formats-for-a-customer-file', readOn: '2026-11-27' },
  options: [
    {
      name: 'rules',
      kind: 'choice',
      choices: ['newest', 'august-2025', 'july-2024'],
      default: 'newest',
      what: 'Newest: lower case without spaces, phones with +. August 2025: +suffix of e-mails goes, phones without +. July 2024: +suffix and dots go, phones with +.',
    },
    {
      name: 'plus',
      kind: 'choice',
      choices: ['as-the-rules', 'with', 'without'],
      default: 'as-the-rules',
      what: 'Whether phone numbers begin with + before they are hashed. TikTok’s own example was hashed without.',
    },
    hashOrPlain,
    {
      name: 'maidHash',
      kind: 'choice',
      choices: ['sha256', 'md5', 'plain'],
      default: 'sha256',
      what: 'How advertising ids of devices are hashed.',
    },
    phoneCountry,
    alreadyHashed,
  ],
  fields: [
    {
      name: 'Email',
      header: (options) => headerOf('Email', hash(options)),
      from: sourcesOf.email,
      normalise: email,
      hash,
      looks: looks.email,
    },
    {
      name: 'Phone',
      header: (options) => headerOf('Phone', hash(options)),
      from: sourcesOf.phone,
      normalise: phone,
      hash,
      looks: /^\+?\d{7,15}$/,
    },
    {
      name: 'MAID',
      header: (options) => headerOf('MAID', maidHash(options)),
      from: sourcesOf.advertisingId,
      normalise: maid,
      hash: maidHash,
      looks: /^[0-9a-f-]{36}$/,
    },
  ],
  identifiers: [['Email'], ['Phone'], ['MAID']],
  reasons: { ...fieldReasons, device_malformed: 'This is no advertising id.' },
  shared: ['country'],
  format: () => csvFormat(machineStyle),
  check(_kind, columns, options) {
    return fieldsCheck(this, columns, options);
  },
};

function email(value: string, { options }: RowOfTraits): string | Unfit {
  const address = value.toLowerCase().replace(/\s+/g, '');
  // An id begins with a letter or a digit.
  if (!looks.email.test(address) || !/^[\p{L}\p{N}]/u.test(address)) return unfit('email_malformed');
  if (options.rules === 'newest') return address;
  const [local, domain] = address.split('@');
  const mailbox = local.replace(/\+.*$/, '');
  return `${options.rules === 'july-2024' ? mailbox.replaceAll('.', '') : mailbox}@${domain}`;
}

function phone(value: string, row: RowOfTraits): string | Unfit {
  const number = row.phone(value);
  if (typeof number === 'string') return noPhone(number);
  const { plus, rules } = row.options;
  const withPlus = plus === 'as-the-rules' ? rules !== 'august-2025' : plus === 'with';
  return withPlus ? number.e164 : number.e164.slice(1);
}

/** All lower case, as capitals and small letters must not be mixed in a file. */
function maid(value: string): string | Unfit {
  const id = value.trim().toLowerCase();
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) ? id : unfit('device_malformed');
}
