/**
 * Reads a decimal number from ASCII bytes; NaN where it is not one. Spaces around it, a currency sign before it and
 * commas between thousands (`¥1,299.00`) are accepted; an exponent is too.
 */
export function parseNumber(bytes: Uint8Array, start: number, end: number): number {
  const plain = parsePlain(bytes, start, end);
  return plain === plain ? plain : parseOddNumber(bytes, start, end);
}

/** The same, in ten-thousandths, rounded half away from zero: money without binary fractions. */
export function parseTenThousandths(bytes: Uint8Array, start: number, end: number): number {
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
    } else if (bytes[at] === 46 && scale < 0) scale = 0;
    else return roundedTenThousandths(parseOddNumber(bytes, start, end));
  }
  if (digits === 0) return NaN;
  for (let s = Math.max(0, scale); s < 4; s++) whole *= 10;
  return negative ? -whole : whole;
}

export function roundedTenThousandths(value: number): number {
  return value < 0 ? -Math.round(-value * 10_000) : Math.round(value * 10_000);
}

/** Digits with at most one point and a minus sign: nearly every cell. NaN for anything else. */
function parsePlain(bytes: Uint8Array, start: number, end: number): number {
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
    } else if (bytes[at] === 46 && decimals < 0) decimals = 0;
    else return NaN;
  }
  // Beyond 15 digits, or a lone point, the careful way decides.
  if (at === first || at - first > 15 || (decimals === 0 && at - first === 1)) return NaN;
  const value = decimals > 0 ? whole / 10 ** decimals : whole;
  return negative ? -value : value;
}

function parseOddNumber(bytes: Uint8Array, start: number, end: number): number {
  const text = decoder
    .decode(bytes.subarray(start, end))
    .trim()
    .replace(/^([-+]?)[¥￥$€£]\s*/, '$1');
  const plain = /^[-+]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(text) ? text.replaceAll(',', '') : text;
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain) ? Number(plain) : NaN;
}

const decoder = new TextDecoder();
