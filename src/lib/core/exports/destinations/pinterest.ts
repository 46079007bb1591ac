import type { OptionValues } from '../../base/options';
import { unfit, type Destination, type Hash, type Unfit } from '../destination';
import { alreadyHashed, fieldReasons } from '../fieldOptions';
import { fieldsCheck } from '../fields';
import { linesFormat } from '../formats/lines';
import { looks, sourcesOf } from '../looks';

/** Pinterest's customer list: e-mails in lower case, plain or hashed; advertising ids always hashed. */
export const pinterest: Destination = {
  id: 'pinterest',
  what: 'A customer list for Pinterest: one e-mail or advertising id a line. What may stand in it is documented, the layout of the file for hands is not: that it has one column without a header is an assumption.',
  readers: 'platforms',
  group: 'ads',
  takes: ['audience'],
  removals: true,
  rules: { source: 'https://developers.pinterest.com/docs/api/v5/customer_lists-create', readOn: '2026-11-27' },
  options: [
    {
      name: 'type',
      kind: 'choice',
      choices: ['email', 'device'],
      default: 'email',
      what: 'What stands on the lines; a file holds one kind.',
    },
    {
      name: 'hash',
      kind: 'choice',
      choices: ['sha256', 'md5', 'plain'],
      default: 'sha256',
      what: 'How e-mails are hashed. Advertising ids are never plain: where this says plain, they are hashed with SHA-256.',
    },
    alreadyHashed,
  ],
  fields: [
    { name: 'email', when: ({ type }) => type === 'email', from: sourcesOf.email, normalise: email, hash: emailHash, looks: looks.email },
    {
      name: 'device',
      when: ({ type }) => type === 'device',
      from: sourcesOf.advertisingId,
      normalise: device,
      hash: (options) => (options.hash === 'md5' ? 'md5' : 'sha256'),
      looks: looks.deviceId,
    },
  ],
  identifiers: [['email'], ['device']],
  reasons: { ...fieldReasons, device_malformed: 'This is no advertising id.' },
  leastRows: 100,
  format: () => linesFormat('csv'),
  check(_kind, columns, options) {
    return fieldsCheck(this, columns, options);
  },
};

function emailHash({ hash }: OptionValues): Hash {
  return hash === 'plain' ? 'none' : (hash as Hash);
}

function email(value: string): string | Unfit {
  const address = value.trim().toLowerCase();
  return looks.email.test(address) ? address : unfit('email_malformed');
}

function device(value: string): string | Unfit {
  const id = value.trim().toLowerCase();
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) ? id : unfit('device_malformed');
}
