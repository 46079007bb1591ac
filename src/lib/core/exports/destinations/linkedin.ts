import { unfit, type Destination, type Unfit } from '../destination';
import { alreadyHashed, fieldReasons, hashOrPlain } from '../fieldOptions';
import { fieldsCheck } from '../fields';
import { csvFormat } from '../formats/csv';
import { machineStyle } from '../formats/csvStyle';
import { looks, sourcesOf } from '../looks';

/**
 * LinkedIn's contact list. Its help page gives the sizes and says to keep the template's header; the header itself is
 * that of `LinkedIn_Ads_Contact_Match_Template.csv` as others who downloaded it print it.
 */
export const linkedin: Destination = {
  id: 'linkedin',
  what: 'A contact list for LinkedIn’s Matched Audiences, with the header of its template; e-mail hashed, the rest plain as LinkedIn asks. Compare the header with the template in Campaign Manager once.',
  readers: 'platforms',
  group: 'ads',
  takes: ['audience'],
  rules: { source: 'https://www.linkedin.com/help/lms/answer/a1489764', readOn: '2026-11-27' },
  options: [hashOrPlain, alreadyHashed],
  fields: [
    {
      name: 'email',
      from: sourcesOf.email,
      always: true,
      normalise: email,
      hash: ({ hash }) => (hash === 'sha256' ? 'sha256' : 'none'),
      looks: looks.email,
    },
    { name: 'firstname', from: sourcesOf.firstName, always: true, along: true, normalise: short(35), looks: looks.text },
    { name: 'lastname', from: sourcesOf.lastName, always: true, along: true, normalise: short(35), looks: looks.text },
    { name: 'jobtitle', from: ['jobTitle', 'job_title'], always: true, along: true, normalise: short(50), looks: looks.text },
    { name: 'employeecompany', from: ['company'], always: true, along: true, normalise: short(50), looks: looks.text },
    { name: 'country', from: sourcesOf.country, always: true, along: true, normalise: country, looks: /^[A-Z]{2}$/ },
    { name: 'googleaid', from: ['gaid', 'aaid'], always: true, normalise: googleId, looks: /^[0-9a-f-]{36}$/ },
  ],
  identifiers: [['email'], ['firstname', 'lastname'], ['googleaid']],
  reasons: {
    ...fieldReasons,
    country_malformed: 'This is no country code of two letters.',
    device_malformed: 'This is no advertising id.',
    text_too_long: 'This is longer than LinkedIn takes.',
  },
  leastRows: 300,
  limits: () => ({ rows: 300_000, bytes: 20_000_000 }),
  format: () => csvFormat(machineStyle),
  check(_kind, columns, options) {
    return fieldsCheck(this, columns, options);
  },
};

function email(value: string): string | Unfit {
  const address = value.toLowerCase().replace(/\s+/g, '');
  return looks.email.test(address) ? address : unfit('email_malformed');
}

function short(most: number) {
  return (value: string): string | Unfit => {
    const text = value.replace(/\s+/g, ' ').trim();
    return [...text].length > most ? unfit('text_too_long') : text;
  };
}

function country(value: string): string | Unfit {
  const code = value.trim().toUpperCase();
  return /^[A-Z]{2}$/.test(code) ? code : unfit('country_malformed');
}

function googleId(value: string): string | Unfit {
  const id = value.trim().toLowerCase();
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) ? id : unfit('device_malformed');
}
