import { parsePhoneNumberFromString, type CountryCode, isSupportedCountry } from 'libphonenumber-js/min';

/** A phone number, taken apart; each platform puts together what it compares. */
export interface PhoneNumber {
  /** `+8613800138000`. */
  e164: string;
  /** Without the `+`, the country code and a trunk prefix: `13800138000`. */
  national: string;
  /** Calling code without the `+`. */
  code: string;
}

export type ReadPhone = PhoneNumber | 'malformed' | 'no country';

/**
 * Reads a phone number by the number plans of libphonenumber (its short metadata: a country's lengths and first digits,
 * not each operator's blocks). Full-width digits, spaces and the usual punctuation are understood, and `00` stands for `+`.
 * @param country ISO code of the country that a number without country code is of, or one that is not known
 */
export function readPhone(written: string, country: string): ReadPhone {
  const text = written.normalize('NFKC').trim();
  // The library also reads numbers out of sentences, letters as digits and extensions; a cell holds one number or none.
  if (!/^\+?[\d\s().\-/‐-―·]+$/.test(text)) return 'malformed';
  const digits = text.replace(/\D/g, '');
  const international = text.startsWith('+') ? text.replace('(0)', '') : digits.startsWith('00') ? `+${digits.slice(2)}` : undefined;
  if (international === undefined && !isSupportedCountry(country)) return digits.length < 5 ? 'malformed' : 'no country';
  const number = parsePhoneNumberFromString(international ?? text, isSupportedCountry(country) ? (country as CountryCode) : undefined);
  if (!number?.isPossible()) return 'malformed';
  return { e164: number.number, national: number.nationalNumber, code: number.countryCallingCode };
}
