import type { OptionValues } from '../../base/options';
import { unfit, type Destination, type Hash, type RowOfTraits, type Unfit } from '../destination';
import { alreadyHashed, fieldReasons, hashOrPlain, noPhone, phoneCountry } from '../fieldOptions';
import { fieldsCheck } from '../fields';
import { linesFormat } from '../formats/lines';
import { looks, sourcesOf } from '../looks';

const hash = (options: OptionValues): Hash => (options.hash === 'sha256' ? 'sha256' : 'none');
const type = (wanted: string) => (options: OptionValues) => options.type === wanted;

/** A list for X's List Custom Audiences: one identifier a line, no header. */
export const x: Destination = {
  id: 'x',
  what: 'A list for X’s Custom Audiences: one e-mail, phone number, user name or advertising id a line, hashed. How X writes phone numbers before hashing was not found; here they have their + and country code.',
  readers: 'platforms',
  group: 'ads',
  takes: ['audience'],
  removals: true,
  rules: { source: 'https://developer.x.com/en/docs/x-ads-api/audiences/overview/user-data', readOn: '2026-11-27' },
  options: [
    {
      name: 'type',
      kind: 'choice',
      choices: ['email', 'phone', 'username', 'device'],
      default: 'email',
      what: 'What stands on the lines; a file holds one kind.',
    },
    hashOrPlain,
    phoneCountry,
    alreadyHashed,
  ],
  fields: [
    { name: 'email', when: type('email'), from: sourcesOf.email, normalise: email, hash, looks: looks.email },
    { name: 'phone', when: type('phone'), from: sourcesOf.phone, normalise: phone, hash, looks: looks.e164 },
    { name: 'username', when: type('username'), from: ['xUsername', 'twitter'], normalise: username, hash, looks: /^[a-z0-9_]+$/ },
    { name: 'device', when: type('device'), from: sourcesOf.advertisingId, normalise: device, hash, looks: looks.deviceId },
  ],
  identifiers: [['email'], ['phone'], ['username'], ['device']],
  reasons: { ...fieldReasons, device_malformed: 'This is no advertising id.', username_malformed: 'This is no user name of X.' },
  shared: ['country'],
  leastRows: 100,
  format: () => linesFormat('txt'),
  check(_kind, columns, options) {
    return fieldsCheck(this, columns, options);
  },
};

function email(value: string): string | Unfit {
  const address = value.trim().toLowerCase();
  return looks.email.test(address) ? address : unfit('email_malformed');
}

function phone(value: string, row: RowOfTraits): string | Unfit {
  const number = row.phone(value);
  return typeof number === 'string' ? noPhone(number) : number.e164;
}

/** Without the `@`, lower case. */
function username(value: string): string | Unfit {
  const name = value.trim().replace(/^@/, '').toLowerCase();
  return /^[a-z0-9_]{1,15}$/.test(name) ? name : unfit('username_malformed');
}

/** Lower case; of Apple and Google with dashes, an Android id without. */
function device(value: string): string | Unfit {
  const id = value.trim().toLowerCase();
  return /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{14,16})$/.test(id) ? id : unfit('device_malformed');
}
