import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { resolveOptions, type OptionValues } from '$lib/core/base/options';
import { quietContext } from '$lib/core/base/run';
import { googleCustomerMatch } from '$lib/core/exports/destinations/googleCustomerMatch';
import { fieldsTable, mapFields } from '$lib/core/exports/fields';
import { makeFiles } from '$lib/core/exports/makeFiles';
import type { ExportCell } from '$lib/core/exports/table';
import { tableOf } from './nasty';
import { withBytes } from '../../support/writtenFiles';

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** Makes the file from customers: id, then the traits. */
async function google(traits: string[], customers: ExportCell[][], given: OptionValues = {}) {
  const options = resolveOptions(googleCustomerMatch.id, googleCustomerMatch.options, given);
  const source = tableOf(
    ['user', ...traits].map((name) => ({ name, type: 'text' as const })),
    customers,
  );
  const table = fieldsTable(source, googleCustomerMatch, mapFields(googleCustomerMatch, traits, options), options);
  const content = { kind: 'audience' as const, table, rows: customers.length, users: customers.length };
  const made = await makeFiles('spring', content, googleCustomerMatch, given, new Set(), quietContext());
  const files = await withBytes(made.files);
  const text = (at: number) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(files[at].bytes);
  return { ...made, text, lines: text(0).trimEnd().split('\n') };
}

describe('Google Customer Match', () => {
  it('normalises and hashes as Google’s examples say', async () => {
    // Inputs and digests of developers.google.com/data-manager/api/devguides/concepts/formatting, recomputed here.
    const { lines, files } = await google(
      ['email', 'phone', 'country'],
      [
        ['1', ' Cloudy.SanFrancisco+shopping@gmail.com ', '(800)555-0100', 'US'],
        ['2', 'user.name+NYC@Example.com', null, null],
      ],
    );
    expect(files.map(({ name }) => name)).toEqual(['spring-google-customer-match.csv']);
    expect(lines).toEqual([
      'Email,Phone',
      '223ebda6f6889b1494551ba902d9d381daf2f642bae055888e96343d53e9f9c4,fb4f73a6ec5fdb7077d564cdd22c3554b43ce49168550c3b12c547b78c517b30',
      `${sha256('user.name+nyc@example.com')},`,
    ]);
    expect(sha256('cloudysanfrancisco@gmail.com')).toBe('223ebda6f6889b1494551ba902d9d381daf2f642bae055888e96343d53e9f9c4');
    expect(sha256('+18005550100')).toBe('fb4f73a6ec5fdb7077d564cdd22c3554b43ce49168550c3b12c547b78c517b30');
    // segmentio/action-destinations, pull request 2668.
    expect((await google(['email'], [['3', 'Test@Gmail.com']])).lines[1]).toBe(
      '87924606b4131a8aceeeae8868531fbb9712aaa07a5d3a756b26ce0f5d6ca674',
    );
  });

  it('writes an address only whole, with country and postcode as they are', async () => {
    const traits = ['email', 'firstName', 'lastName', 'country', 'zip'];
    const { lines } = await google(traits, [
      ['1', 'ann@example.com', 'Mrs. Ann Marie', "O'Brien Jr.", 'us', '94107-1234'],
      ['2', 'bo@example.com', 'Bo', null, 'us', '94107'],
      ['3', null, '伟', '张', 'CN', '200000'],
    ]);
    expect(lines).toEqual([
      'Email,First Name,Last Name,Country,Zip',
      [sha256('ann@example.com'), sha256('annmarie'), sha256("o'brien"), 'US', '94107-1234'].join(','),
      `${sha256('bo@example.com')},,,,`,
      ['', sha256('伟'), sha256('张'), 'CN', '200000'].join(','),
    ]);
    expect((await google(['email', 'country'], [['1', 'ann@example.com', 'US']])).lines[0]).toBe('Email');
  });

  it('lists what it cannot use, with the customer and the reason, and never hashes a hash', async () => {
    const { lines, text, files, rejects, rows } = await google(
      ['email', 'phone'],
      [
        ['00042', sha256('ann@example.com'), '13800138000'],
        ['bo', 'bo at example', '+8613800138000'],
        ['cy', 'cy@example.com', 'call me'],
        ['dee', null, null],
      ],
    );
    expect(lines).toEqual(['Email,Phone', `,${sha256('+8613800138000')}`, `${sha256('cy@example.com')},`]);
    expect(rows).toBe(2);
    expect(rejects).toEqual({
      rows: { nothing_to_match: 2 },
      values: { already_hashed: 1, phone_without_country: 1, email_malformed: 1, phone_malformed: 1 },
    });
    expect(files[1]).toMatchObject({ name: 'spring-google-customer-match-rejects.csv', role: 'rejects', rows: 6 });
    expect(text(1)).toContain('"=""00042""",Email,"The value is a hash already; hashing it again would match nobody."\r\n');
    expect(text(1)).not.toContain(sha256('ann@example.com'));
    expect(text(1)).not.toContain('13800138000');
  });

  it('writes plain values where Google is to hash them', async () => {
    const { lines } = await google(['email', 'phone'], [['1', 'A.nn@googlemail.com', '138 0013 8000']], { hash: 'plain', country: 'CN' });
    expect(lines[1]).toBe('ann@googlemail.com,+8613800138000');
  });

  it('refuses data without anything to match by', () => {
    expect(() => mapFields(googleCustomerMatch, ['orders', 'country'], {})).toThrow(
      'needs Email, or Phone, or First Name + Last Name + Country + Zip',
    );
    expect(mapFields(googleCustomerMatch, ['contact'], {}, { Email: 'contact' }).fields).toMatchObject([{ trait: 'contact' }]);
  });
});
