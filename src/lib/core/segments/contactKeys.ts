import { join, sql, identifier, type Sql } from '../store/sql';

/** Whether a column, or the header of one, is called like an address of e-mail or a phone number. */
export const isMailHeader = (header: string) => /(^|[^a-z])e[-_ ]?mails?([^a-z]|$)|邮箱|邮件地址/i.test(header);
export const isPhoneHeader = (header: string) => /(^|[^a-z])(phone|mobile|tel|cell)|手机|电话/i.test(header);

/** Fewer digits are an extension, or an id. */
const fewestDigits = 7;
/** Digits of the longest country calling code: one person has the number with it, another without. */
const longestCallingCode = 3;

/**
 * What one entry of a list is looked for as, where no customer has it as an id: an address in small letters, or a phone
 * number's digits, with a calling code or without. Two numbers are one where the longer ends with the shorter after at most
 * three digits, without leading zeros.
 */
export function contactKeysOf(entry: string): string[] {
  const text = entry.normalize('NFKC').trim();
  if (text.includes('@')) return [`mail:${text.toLowerCase()}`];
  if (!/^\+?[\d\s().\-/]+$/.test(text)) return [];
  const digits = text.replace(/\D/g, '').replace(/^0+/, '');
  if (digits.length < fewestDigits) return [];
  const tails = Array.from({ length: longestCallingCode }, (_, i) => digits.slice(i + 1)).filter((tail) => tail.length >= fewestDigits);
  return [`whole:${digits}`, `tail:${digits}`, ...tails.map((tail) => `whole:${tail}`)];
}

/** `user_index, key` of everybody's addresses and numbers in the users table; null where it has none of these columns. */
export function contactKeysQuery(users: string, columns: readonly { column: string; type: string }[]): Sql | null {
  const parts = columns.flatMap(({ column, type }) => {
    if (type !== 'VARCHAR') return [];
    const [table, text] = [identifier(users), identifier(column)];
    if (isMailHeader(column))
      return [sql`SELECT user_index, 'mail:' || lower(trim(${text})) AS key FROM ${table} WHERE ${text} IS NOT NULL`];
    if (!isPhoneHeader(column)) return [];
    const digits = sql`(SELECT user_index, ltrim(regexp_replace(${text}, '[^0-9]', '', 'g'), '0') AS digits FROM ${table})`;
    const tails = Array.from({ length: longestCallingCode }, (_, i) => {
      return sql`SELECT user_index, 'tail:' || substr(digits, ${i + 2}) AS key FROM ${digits} WHERE length(digits) >= ${fewestDigits + i + 1}`;
    });
    return [sql`SELECT user_index, 'whole:' || digits AS key FROM ${digits} WHERE length(digits) >= ${fewestDigits}`, ...tails];
  });
  return parts.length === 0 ? null : join(parts, ' UNION ALL ');
}
