import { unfit, type Destination, type RowOfTraits, type Unfit } from '../destination';
import { fieldReasons, noPhone, phoneCountry } from '../fieldOptions';
import { fieldsCheck } from '../fields';
import { csvFormat } from '../formats/csv';
import { machineStyle } from '../formats/csvStyle';
import { looks, sourcesOf } from '../looks';

/** Customer.io's import of people: a column for `id` or `email`, every other an attribute, told apart by letter case. */
export const customerIo: Destination = {
  id: 'customer-io',
  what: 'A file for Customer.io’s import of people, by id or by e-mail; then the audience’s columns as attributes, of which it takes up to 100.',
  readers: 'platforms',
  group: 'messaging',
  takes: ['audience'],
  rules: { source: 'https://customer.io/docs/journeys/uploading-people/', readOn: '2026-11-27' },
  options: [
    {
      name: 'key',
      kind: 'choice',
      choices: ['id', 'email'],
      default: 'id',
      what: 'By what the workspace identifies people: the customer’s id, or the e-mail.',
    },
    phoneCountry,
  ],
  fields: [
    { name: 'id', when: ({ key }) => key === 'id', from: ['user'], unique: true, normalise: asGiven, looks: looks.anything },
    { name: 'email', from: sourcesOf.email, along: true, unique: true, normalise: email, looks: looks.email },
    { name: 'phone', from: sourcesOf.phone, along: true, normalise: phone, looks: looks.e164 },
    { name: 'first_name', from: sourcesOf.firstName, along: true, normalise: asGiven, looks: looks.anything },
    { name: 'last_name', from: sourcesOf.lastName, along: true, normalise: asGiven, looks: looks.anything },
  ],
  identifiers: [['id'], ['email']],
  attribute: (value) => value,
  reasons: fieldReasons,
  shared: ['country'],
  limits: () => ({ bytes: 100_000_000 }),
  format: () => csvFormat(machineStyle),
  check(_kind, columns, options) {
    return fieldsCheck(this, columns, options);
  },
};

function asGiven(value: string): string {
  return value;
}

function email(value: string): string | Unfit {
  const address = value.trim().toLowerCase();
  return looks.email.test(address) ? address : unfit('email_malformed');
}

function phone(value: string, row: RowOfTraits): string | Unfit {
  const number = row.phone(value);
  return typeof number === 'string' ? noPhone(number) : number.e164;
}
