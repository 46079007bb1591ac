import type { OptionValues } from '../../base/options';
import { unfit, type Destination, type RowOfTraits, type Unfit } from '../destination';
import { fieldReasons, noPhone, phoneCountry } from '../fieldOptions';
import { fieldsCheck } from '../fields';
import { csvFormat } from '../formats/csv';
import { machineStyle } from '../formats/csvStyle';
import { looks, sourcesOf } from '../looks';

const by = (wanted: string) => (options: OptionValues) => options.key === wanted;

/** Braze's user import: an external id or an alias, never both kinds in one file. */
export const braze: Destination = {
  id: 'braze',
  what: 'A file for Braze’s user import, by external id or by alias; then the audience’s columns as attributes. It overwrites what Braze has, and every column costs data points.',
  readers: 'platforms',
  group: 'messaging',
  takes: ['audience'],
  rules: { source: 'https://www.braze.com/docs/user_guide/data/unification/user_data/user_import/', readOn: '2026-11-24' },
  options: [
    {
      name: 'key',
      kind: 'choice',
      choices: ['external-id', 'alias'],
      default: 'external-id',
      what: 'By what Braze knows the customers: the external id, which is the customer’s id, or an alias with its label.',
    },
    phoneCountry,
  ],
  fields: [
    { name: 'external_id', when: by('external-id'), from: ['user'], unique: true, normalise: asGiven, looks: looks.anything },
    { name: 'user_alias_name', when: by('alias'), from: ['aliasName', 'user'], normalise: asGiven, looks: looks.anything },
    { name: 'user_alias_label', when: by('alias'), from: ['aliasLabel'], normalise: asGiven, looks: looks.anything },
    { name: 'email', from: sourcesOf.email, along: true, normalise: email, looks: looks.email },
    { name: 'phone', from: sourcesOf.phone, along: true, normalise: phone, looks: looks.e164 },
    { name: 'first_name', from: sourcesOf.firstName, along: true, normalise: asGiven, looks: looks.anything },
    { name: 'last_name', from: sourcesOf.lastName, along: true, normalise: asGiven, looks: looks.anything },
    { name: 'country', from: sourcesOf.country, along: true, normalise: country, looks: /^[A-Z]{2}$/ },
  ],
  identifiers: [['external_id'], ['user_alias_name', 'user_alias_label']],
  attribute: (value) => value,
  reasons: { ...fieldReasons, country_malformed: 'This is no country code of two letters.' },
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

function country(value: string): string | Unfit {
  const code = value.trim().toUpperCase();
  return /^[A-Z]{2}$/.test(code) ? code : unfit('country_malformed');
}
