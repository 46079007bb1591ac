import { readBoolean } from '../parse/booleans';
import { guessTime } from '../parse/guessTime';

/** The ways in which a person can agree to be reached. A file of people can say yes or no for each, and since when. */
export const consentChannels = ['email', 'sms', 'push', 'phone', 'post', 'wechat'] as const;
export type ConsentChannel = (typeof consentChannels)[number];

/** Attribute of the users table, yes or no. */
export const consentColumn = (channel: ConsentChannel) => `consent_${channel}`;

const columns = new Set(consentChannels.map(consentColumn));

export const isConsentColumn = (attribute: string): boolean => columns.has(attribute);
/** When the person said so, where the file tells. */
export const consentTimeColumn = (column: string) => `${column}_at`;
export const isConsentTime = (attribute: string): boolean => attribute.endsWith('_at') && columns.has(attribute.slice(0, -3));

const yes = new Set([
  ...['opted_in', 'opt_in', 'optin', 'optedin', 'granted', 'grant', 'accepted', 'accept', 'consented', 'agreed', 'active', 'confirmed'],
  ...['已授权', '授权', '接受', '已接受', '允许', '开启', '已开启', '同意接收'],
]);
const no = new Set([
  ...[
    'opted_out',
    'opt_out',
    'optout',
    'optedout',
    'denied',
    'deny',
    'declined',
    'revoked',
    'withdrawn',
    'refused',
    'rejected',
    'redacted',
  ],
  ...['never_subscribed', 'not_subscribed', 'notsubscribed', 'neversubscribed', 'never', 'blocked', 'bounced', 'cleaned', 'invalid'],
  ...['未授权', '拒绝', '已拒绝', '拒收', '不接受', '不允许', '关闭', '已关闭', '已退订', '取消订阅', '取消授权'],
]);

/**
 * What a cell says of a consent: 1 yes, 0 no, -1 neither (`pending`, a question mark: nobody agreed yet). A date is the
 * moment at which the person agreed.
 */
export function readConsent(text: string): 1 | 0 | -1 {
  const answer = readBoolean(text);
  if (answer >= 0) return answer;
  const word = text
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
  if (yes.has(word)) return 1;
  if (no.has(word)) return 0;
  return isConsentDate(text) ? 1 : -1;
}

/** Whether the answer is a date: a yes of that moment. */
export function isConsentDate(text: string): boolean {
  return /\d{4}/.test(text) && guessTime([text.trim()])?.share === 1;
}
