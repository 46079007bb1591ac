import { unfit, type Destination, type RowOfTraits, type Unfit } from '../destination';
import { fieldReasons, noPhone, phoneCountry } from '../fieldOptions';
import { fieldsCheck } from '../fields';
import { csvFormat } from '../formats/csv';
import { machineStyle } from '../formats/csvStyle';
import { looks, sourcesOf } from '../looks';

/** Klaviyo's list import: the identifier first, no e-mail and no phone twice. */
export const klaviyo: Destination = {
  id: 'klaviyo',
  what: 'A file for Klaviyo’s list import: e-mail, phone and names, then the audience’s columns as properties. Consent is given to all of an import or to none, so ask for the channel’s consent in the audience.',
  readers: 'platforms',
  group: 'messaging',
  takes: ['audience'],
  rules: { source: 'https://help.klaviyo.com/hc/en-us/articles/115005078967', readOn: '2026-11-24' },
  options: [phoneCountry],
  fields: [
    { name: 'Email Address', from: sourcesOf.email, unique: true, normalise: email, looks: looks.email },
    { name: 'Phone Number', from: sourcesOf.phone, unique: true, normalise: phone, looks: looks.e164 },
    { name: 'First Name', from: sourcesOf.firstName, along: true, normalise: trimmed, looks: looks.anything },
    { name: 'Last Name', from: sourcesOf.lastName, along: true, normalise: trimmed, looks: looks.anything },
  ],
  identifiers: [['Email Address'], ['Phone Number']],
  attribute: (value) => value,
  reasons: fieldReasons,
  shared: ['country'],
  limits: () => ({ bytes: 50_000_000 }),
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
