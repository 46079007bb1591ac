import { unfit, type Destination, type Unfit } from '../destination';
import { alreadyHashed, fieldReasons, hashOrPlain } from '../fieldOptions';
import { fieldsCheck } from '../fields';
import { csvFormat } from '../formats/csv';
import { machineStyle } from '../formats/csvStyle';
import { looks, sourcesOf } from '../looks';

/** Microsoft Advertising's customer match: e-mails only. */
export const microsoft: Destination = {
  id: 'microsoft',
  what: 'A list of e-mails for Microsoft Advertising’s customer match, hashed. That the header is “Email” is not said on the pages that could be read: compare it with the template there once.',
  readers: 'platforms',
  group: 'ads',
  takes: ['audience'],
  removals: true,
  rules: { source: 'https://help.ads.microsoft.com/apex/index/3/en/56921', readOn: '2026-11-27' },
  options: [hashOrPlain, alreadyHashed],
  fields: [
    {
      name: 'Email',
      from: sourcesOf.email,
      normalise: email,
      hash: ({ hash }) => (hash === 'sha256' ? 'sha256' : 'none'),
      looks: looks.email,
    },
  ],
  identifiers: [['Email']],
  reasons: fieldReasons,
  leastRows: 300,
  format: () => csvFormat(machineStyle),
  check(_kind, columns, options) {
    return fieldsCheck(this, columns, options);
  },
};

function email(value: string): string | Unfit {
  const address = value.trim().toLowerCase();
  return looks.email.test(address) ? address : unfit('email_malformed');
}
