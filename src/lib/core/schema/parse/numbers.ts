import type { DecimalMark } from '../roles';

/** Reads a number from a cell's bytes; NaN where it is not one. */
export type NumberReader = (bytes: Uint8Array, start: number, end: number) => number;

/**
 * How the numbers of a file are read. With `point`: `1,299.00`, `1 299.00`, `1'299.00`; with `comma`: `1.299,00`,
 * `1 299,00`, `1'299,00`. A mark between thousands has three digits on its right.
 */
export function numberReaders(decimal: DecimalMark = 'point'): { number: NumberReader; tenThousandths: NumberReader } {
  if (decimal === 'point') return { number: parseNumber, tenThousandths: parseTenThousandths };
  return {
    number: (bytes, start, end) => parseNumber(bytes, start, end, comma),
    tenThousandths: (bytes, start, end) => parseTenThousandths(bytes, start, end, comma),
  };
}

const point = 46;
const comma = 44;

/**
 * Reads a decimal number from UTF-8 bytes; NaN where it is not one. Spaces around it, a currency sign before it and
 * marks between thousands (`¥1,299.00`) are accepted; an exponent is too. Beyond the largest double it is infinite.
 */
export function parseNumber(bytes: Uint8Array, start: number, end: number, mark = point): number {
  const plain = parsePlain(bytes, start, end, mark);
  return plain === plain ? plain : parseOddNumber(bytes, start, end, mark);
}

/** The same, in ten-thousandths, rounded half away from zero: money without binary fractions. */
export function parseTenThousandths(bytes: Uint8Array, start: number, end: number, mark = point): number {
  let at = start;
  let stop = end;
  while (at < stop && bytes[at] === 32) at++;
  while (stop > at && bytes[stop - 1] === 32) stop--;
  let negative = false;
  if (bytes[at] === 45) {
    negative = true;
    at++;
  }
  let whole = 0;
  let digits = 0;
  let scale = -1;
  for (; at < stop; at++) {
    const digit = bytes[at] - 48;
    if (digit >= 0 && digit <= 9) {
      digits++;
      if (scale < 4) whole = whole * 10 + digit;
      else if (scale === 4 && digit >= 5) whole++;
      if (scale >= 0) scale++;
    } else if (bytes[at] === mark && scale < 0) scale = 0;
    else return oddTenThousandths(bytes, start, end, mark);
  }
  if (digits === 0) return NaN;
  for (let s = Math.max(0, scale); s < 4; s++) whole *= 10;
  // Zero has no sign.
  return negative ? 0 - whole : whole;
}

export function roundedTenThousandths(value: number): number {
  return value < 0 ? 0 - Math.round(-value * 10_000) : Math.round(value * 10_000);
}

/** Digits with at most one point and a minus sign: nearly every cell. NaN for anything else. */
function parsePlain(bytes: Uint8Array, start: number, end: number, mark: number): number {
  let at = start;
  let negative = false;
  if (at < end && bytes[at] === 45) {
    negative = true;
    at++;
  }
  let whole = 0;
  let decimals = -1;
  const first = at;
  for (; at < end; at++) {
    const digit = bytes[at] - 48;
    if (digit >= 0 && digit <= 9) {
      whole = whole * 10 + digit;
      if (decimals >= 0) decimals++;
    } else if (bytes[at] === mark && decimals < 0) decimals = 0;
    else return NaN;
  }
  // Beyond 15 digits, or a lone point, the careful way decides.
  if (at === first || at - first > 15 || (decimals === 0 && at - first === 1)) return NaN;
  const value = decimals > 0 ? whole / 10 ** decimals : whole;
  return negative ? 0 - value : value;
}

function parseOddNumber(bytes: Uint8Array, start: number, end: number, mark: number): number {
  const text = plainText(bytes, start, end, mark);
  return text === undefined ? NaN : Number(text) + 0;
}

function oddTenThousandths(bytes: Uint8Array, start: number, end: number, mark: number): number {
  const text = plainText(bytes, start, end, mark);
  if (text === undefined) return NaN;
  if (/e/i.test(text)) return roundedTenThousandths(Number(text));
  // Digit by digit, since a double has no room for the last decimals of a large sum.
  const plain = encoder.encode(text);
  return parseTenThousandths(plain, 0, plain.length);
}

/** The number as `-1234.5e6`; undefined where the cell is none. */
function plainText(bytes: Uint8Array, start: number, end: number, mark: number): string | undefined {
  const text = decoder
    .decode(bytes.subarray(start, end))
    .trim()
    .replace(/^([-+]?)[¥￥$€£]\s*/, '$1');
  const match = (mark === comma ? commaNumber : pointNumber).exec(text);
  if (!match) return undefined;
  const [, sign, whole, , fraction = '', exponent = ''] = match;
  return `${sign === '-' ? '-' : ''}${whole.replace(/\D/g, '') || '0'}.${fraction || '0'}${exponent}`;
}

// Sign, whole part in plain digits or in groups with one kind of mark between them, fraction, exponent.
const pointNumber = /^([-+]?)(?=[^e]*\d)(\d*|\d{1,3}(?:([, '’\u00a0\u202f])\d{3})(?:\3\d{3})*)(?:\.(\d*))?(e[-+]?\d+)?$/i;
const commaNumber = /^([-+]?)(?=[^e]*\d)(\d*|\d{1,3}(?:([. '’\u00a0\u202f])\d{3})(?:\3\d{3})*)(?:,(\d*))?(e[-+]?\d+)?$/i;

const decoder = new TextDecoder();
const encoder = new TextEncoder();
