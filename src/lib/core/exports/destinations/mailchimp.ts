import { unfit, type Destination, type RowOfTraits, type Unfit } from '../destination';
import { fieldReasons, noPhone, phoneCountry } from '../fieldOptions';
import { fieldsCheck } from '../fields';
import { csvFormat } from '../formats/csv';
import { machineStyle } from '../formats/csvStyle';
import { looks, sourcesOf } from '../looks';

const mostBytes = 255;
const shortText = /^[^]{1,255}$/;

/** Mailchimp's import of contacts: one e-mail a contact, texts of 255 bytes, which are about 85 Chinese characters. */
export const mailchimp: Destination = {
  id: 'mailchimp',
  what: 'A file for Mailchimp’s import of contacts: e-mail, names, phone, then the audience’s columns. Texts of more than 255 bytes are clipped at a character.',
  readers: 'platforms',
  group: 'messaging',
  takes: ['audience'],
  rules: { source: 'https://mailchimp.com/help/format-guidelines-for-your-import-file/', readOn: '2026-11-24' },
  options: [phoneCountry],
  fields: [
    { name: 'Email Address', from: sourcesOf.email, unique: true, normalise: email, looks: looks.email },
    { name: 'First Name', from: sourcesOf.firstName, along: true, normalise: clipped, looks: shortText },
    { name: 'Last Name', from: sourcesOf.lastName, along: true, normalise: clipped, looks: shortText },
    { name: 'Phone Number', from: sourcesOf.phone, along: true, normalise: phone, looks: looks.e164 },
  ],
  identifiers: [['Email Address']],
  attribute: clipped,
  reasons: { ...fieldReasons, email_not_ascii: 'Before the @ Mailchimp takes letters of ASCII only.' },
  shared: ['country'],
  format: () => csvFormat(machineStyle),
  check(_kind, columns, options) {
    return fieldsCheck(this, columns, options);
  },
};

function email(value: string): string | Unfit {
  const address = value.trim().toLowerCase();
  if (!looks.email.test(address)) return unfit('email_malformed');
  return /^[\x21-\x7e]+@/.test(address) ? address : unfit('email_not_ascii');
}

function phone(value: string, row: RowOfTraits): string | Unfit {
  const number = row.phone(value);
  return typeof number === 'string' ? noPhone(number) : number.e164;
}

/** As many whole characters as 255 bytes hold: Mailchimp itself cuts wherever the bytes end. */
function clipped(value: string): string {
  const text = value.trim();
  const encoder = new TextEncoder();
  if (encoder.encode(text).length <= mostBytes) return text;
  let bytes = 0;
  let kept = '';
  for (const character of text) {
    bytes += encoder.encode(character).length;
    if (bytes > mostBytes) break;
    kept += character;
  }
  return kept;
}
