import { describe, expect, it } from 'vitest';
import { readPhone } from '$lib/core/exports/phones';

describe('readPhone', () => {
  it.each([
    ['13800138000', 'CN', '+8613800138000'],
    ['8613800138000', 'CN', '+8613800138000'],
    ['+86 138-0013-8000', 'US', '+8613800138000'],
    ['００86 13800138000', '', '+8613800138000'],
    ['021-12345678', 'CN', '+862112345678'],
    ['(800)555-0100', 'US', '+18005550100'],
    ['1 800 555 0100', 'US', '+18005550100'],
    ['+44 (0)20 7183 8750', 'DE', '+442071838750'],
    ['020 7183 8750', 'GB', '+442071838750'],
    ['030 1234567', 'DE', '+49301234567'],
    ['06 1234 5678', 'IT', '+390612345678'],
    ['8 916 123-45-67', 'RU', '+79161234567'],
    ['13800138000', '', 'no country'],
    ['12', 'CN', 'malformed'],
    ['1380013800x', 'CN', 'malformed'],
    ['+0012345678', 'CN', 'malformed'],
    ['+1234567890123456', 'CN', 'malformed'],
  ])('reads %s of %s as %s', (written, country, wanted) => {
    const number = readPhone(written, country);
    expect(typeof number === 'string' ? number : number.e164).toBe(wanted);
  });

  it('gives the national number without its trunk prefix, and the calling code', () => {
    expect(readPhone('(021) 1234 5678', 'CN')).toEqual({ e164: '+862112345678', national: '2112345678', code: '86' });
    // A country that the short table of calling codes does not have.
    expect(readPhone('0771 234 567', 'ZW')).toEqual({ e164: '+263771234567', national: '771234567', code: '263' });
  });
});
