/**
 * Countries by ISO 3166 code: calling code, digits of a national number without its trunk prefix, and that prefix; for
 * comparing numbers in SQL and for choosing a country. What an export writes is read by `phones.ts`. Lengths are the widest that ITU-T E.164 lists for the country; they only tell whether a number without `+` already
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
