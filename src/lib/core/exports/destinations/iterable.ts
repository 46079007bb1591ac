import { unfit, type Destination, type RowOfTraits, type Unfit } from '../destination';
import { fieldReasons, noPhone, phoneCountry } from '../fieldOptions';
import { fieldsCheck } from '../fields';
import { csvFormat } from '../formats/csv';
import { machineStyle } from '../formats/csvStyle';
import { looks, sourcesOf } from '../looks';

/** Iterable's list import: `email`, `userId` or both; names of fields count letter case. */
export const iterable: Destination = {
  id: 'iterable',
  what: 'A file for Iterable’s list import: email or userId as the project has it, then the audience’s columns as profile fields, whose names and types stay for good.',
  readers: 'platforms',
  group: 'messaging',
  takes: ['audience'],
  rules: { source: 'https://support.iterable.com/hc/en-us/articles/115000770906', readOn: '2026-11-27' },
  options: [
    {
      name: 'key',
      kind: 'choice',
      choices: ['email', 'userId', 'both'],
      default: 'email',
      what: 'By what the project knows its users; with both, either is enough.',
    },
    phoneCountry,
  ],
  fields: [
    { name: 'email', when: ({ key }) => key !== 'userId', from: sourcesOf.email, unique: true, normalise: email, looks: looks.email },
    { name: 'userId', when: ({ key }) => key !== 'email', from: ['user'], unique: true, normalise: asGiven, looks: looks.anything },
    { name: 'firstName', from: sourcesOf.firstName, along: true, normalise: asGiven, looks: looks.anything },
    { name: 'lastName', from: sourcesOf.lastName, along: true, normalise: asGiven, looks: looks.anything },
    { name: 'phoneNumber', from: sourcesOf.phone, along: true, normalise: phone, looks: looks.e164 },
  ],
  identifiers: [['email'], ['userId']],
  attribute: (value) => value,
  reasons: fieldReasons,
  shared: ['country'],
  limits: () => ({ rows: 2_000_000 }),
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
