/**
 * Countries by ISO 3166 code: calling code, digits of a national number without its trunk prefix, and that prefix.
 * Lengths are the widest that ITU-T E.164 lists for the country; they only tell whether a number without `+` already
 * begins with its calling code.
 */
export const callingCodes: Readonly<Record<string, { code: string; digits: [number, number]; trunk: string }>> = {
  AE: { code: '971', digits: [8, 9], trunk: '0' },
  AR: { code: '54', digits: [10, 11], trunk: '0' },
  AT: { code: '43', digits: [7, 13], trunk: '0' },
  AU: { code: '61', digits: [9, 9], trunk: '0' },
  BE: { code: '32', digits: [8, 9], trunk: '0' },
  BR: { code: '55', digits: [10, 11], trunk: '0' },
  CA: { code: '1', digits: [10, 10], trunk: '1' },
  CH: { code: '41', digits: [9, 9], trunk: '0' },
  CN: { code: '86', digits: [10, 11], trunk: '0' },
  CZ: { code: '420', digits: [9, 9], trunk: '' },
  DE: { code: '49', digits: [6, 11], trunk: '0' },
  DK: { code: '45', digits: [8, 8], trunk: '' },
  ES: { code: '34', digits: [9, 9], trunk: '' },
  FI: { code: '358', digits: [6, 11], trunk: '0' },
  FR: { code: '33', digits: [9, 9], trunk: '0' },
  GB: { code: '44', digits: [9, 10], trunk: '0' },
  GR: { code: '30', digits: [10, 10], trunk: '' },
  HK: { code: '852', digits: [8, 8], trunk: '' },
  ID: { code: '62', digits: [8, 12], trunk: '0' },
  IE: { code: '353', digits: [7, 9], trunk: '0' },
  IL: { code: '972', digits: [8, 9], trunk: '0' },
  IN: { code: '91', digits: [10, 10], trunk: '0' },
  // A landline's 0 belongs to the number.
  IT: { code: '39', digits: [6, 11], trunk: '' },
  JP: { code: '81', digits: [9, 10], trunk: '0' },
  KR: { code: '82', digits: [8, 10], trunk: '0' },
  MO: { code: '853', digits: [8, 8], trunk: '' },
  MX: { code: '52', digits: [10, 10], trunk: '' },
  MY: { code: '60', digits: [8, 10], trunk: '0' },
  NL: { code: '31', digits: [9, 9], trunk: '0' },
  NO: { code: '47', digits: [8, 8], trunk: '' },
  NZ: { code: '64', digits: [8, 10], trunk: '0' },
  PH: { code: '63', digits: [8, 10], trunk: '0' },
  PL: { code: '48', digits: [9, 9], trunk: '' },
  PT: { code: '351', digits: [9, 9], trunk: '' },
  RU: { code: '7', digits: [10, 10], trunk: '8' },
  SE: { code: '46', digits: [7, 9], trunk: '0' },
  SG: { code: '65', digits: [8, 8], trunk: '' },
  TH: { code: '66', digits: [8, 9], trunk: '0' },
  TR: { code: '90', digits: [10, 10], trunk: '0' },
  TW: { code: '886', digits: [8, 9], trunk: '0' },
  UA: { code: '380', digits: [9, 9], trunk: '0' },
  US: { code: '1', digits: [10, 10], trunk: '1' },
  VN: { code: '84', digits: [9, 10], trunk: '0' },
  ZA: { code: '27', digits: [9, 9], trunk: '0' },
};

export const countryCodes: readonly string[] = Object.keys(callingCodes);

/**
 * A phone number as E.164, `+8613800138000`. Full-width digits, spaces and the usual punctuation are understood, `00`
 * stands for `+`, and a `(0)` after the country code goes.
 * @param country ISO code of the country that a number without country code is of, or one that is not known
 */
export function internationalNumber(written: string, country: string): string | 'malformed' | 'no country' {
  const text = written.normalize('NFKC').trim();
  if (!/^\+?[\d\s().\-/‐-―·]+$/.test(text)) return 'malformed';
  const hasPlus = text.startsWith('+');
  const digits = (hasPlus ? text.replace('(0)', '') : text).replace(/\D/g, '');
  if (hasPlus || digits.startsWith('00')) return asNumber(hasPlus ? digits : digits.slice(2));
  const home = callingCodes[country];
  if (!home) return digits.length < 5 ? 'malformed' : 'no country';
  const fits = (national: string) => national.length >= home.digits[0] && national.length <= home.digits[1];
  const bare = home.trunk !== '' && digits.startsWith(home.trunk) && !fits(digits) ? digits.slice(home.trunk.length) : digits;
  const withoutZero = home.trunk === '0' ? bare.replace(/^0/, '') : bare;
  if (fits(withoutZero)) return asNumber(home.code + withoutZero);
  const isWhole = digits.startsWith(home.code) && fits(digits.slice(home.code.length));
  return isWhole ? asNumber(digits) : 'malformed';
}

/** E.164 numbers have at most 15 digits and never begin with 0. */
function asNumber(digits: string): string | 'malformed' {
  return /^[1-9]\d{6,14}$/.test(digits) ? `+${digits}` : 'malformed';
}
