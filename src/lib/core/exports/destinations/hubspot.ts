import { unfit, type Destination, type RowOfTraits, type Unfit } from '../destination';
import { fieldReasons, noPhone, phoneCountry } from '../fieldOptions';
import { fieldsCheck } from '../fields';
import { csvFormat } from '../formats/csv';
import { machineStyle } from '../formats/csvStyle';
import { looks, sourcesOf } from '../looks';

/** HubSpot's import of contacts: e-mail is what it tells contacts apart by. */
export const hubspot: Destination = {
  id: 'hubspot',
  what: 'A file for HubSpot’s import of contacts: e-mail, names, phone, then the audience’s columns as properties.',
  readers: 'platforms',
  group: 'messaging',
  takes: ['audience'],
  rules: { source: 'https://knowledge.hubspot.com/import-and-export/set-up-your-import-file', readOn: '2026-11-27' },
  options: [
    {
      name: 'account',
      kind: 'choice',
      choices: ['paid', 'free'],
      default: 'paid',
      what: 'Files of up to 512 MB for Starter, Professional and Enterprise; of up to 20 MB for the free tools.',
    },
    phoneCountry,
  ],
  fields: [
    { name: 'Email', from: sourcesOf.email, unique: true, normalise: email, looks: looks.email },
    { name: 'First Name', from: sourcesOf.firstName, along: true, normalise: trimmed, looks: looks.anything },
    { name: 'Last Name', from: sourcesOf.lastName, along: true, normalise: trimmed, looks: looks.anything },
    { name: 'Phone Number', from: sourcesOf.phone, along: true, normalise: phone, looks: looks.e164 },
  ],
  identifiers: [['Email']],
  attribute: (value) => value,
  reasons: fieldReasons,
  shared: ['country'],
  // A row of the 1,048,576 is the header.
  limits: ({ account }) => ({ rows: 1_048_575, bytes: account === 'free' ? 20_000_000 : 512_000_000 }),
  format: () => csvFormat(machineStyle),
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

function trimmed(value: string): string {
  return value.trim();
}
