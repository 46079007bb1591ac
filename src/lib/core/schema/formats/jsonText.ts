/*
 * What JSON is made of, byte by byte: signs, numbers, words and texts.
 */

export const newline = 10;
export const quote = 34;
export const comma = 44;
export const colon = 58;
export const openBracket = 91;
export const backslash = 92;
export const closeBracket = 93;
export const letterN = 110;
export const openBrace = 123;
export const closeBrace = 125;

/**
 * Writes a string's text to another place of its bytes, and says where that ends. A surrogate without its other half
 * becomes U+FFFD, as everywhere.
 * @param from where the text goes; it takes no more bytes than it has with its escapes
 */
export function unescapeText(bytes: Uint8Array, start: number, end: number, from: number): number {
  let to = from;
  for (let at = start; at < end; at++) {
    if (bytes[at] !== backslash) {
      bytes[to++] = bytes[at];
      continue;
    }
    at++;
    const escape = escapes[bytes[at]];
    if (escape !== 0) {
      bytes[to++] = escape;
      continue;
    }
    let code = hexAt(bytes, at + 1);
    at += 4;
    if (code >= 0xd800 && code < 0xdc00 && bytes[at + 1] === backslash && bytes[at + 2] === 117) {
      const low = hexAt(bytes, at + 3);
      if (low >= 0xdc00 && low < 0xe000) {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        at += 6;
      }
    }
    if (code < 0 || (code >= 0xd800 && code < 0xe000)) code = 0xfffd;
    if (code < 0x80) bytes[to++] = code;
    else {
      if (code < 0x800) bytes[to++] = 0xc0 | (code >> 6);
      else {
        if (code < 0x10000) bytes[to++] = 0xe0 | (code >> 12);
        else {
          bytes[to++] = 0xf0 | (code >> 18);
          bytes[to++] = 0x80 | ((code >> 12) & 63);
        }
        bytes[to++] = 0x80 | ((code >> 6) & 63);
      }
      bytes[to++] = 0x80 | (code & 63);
    }
  }
  return to;
}

/** What a letter behind a backslash stands for; 0 for `u` (and for what is no escape, which then is U+FFFD). */
const escapes = new Uint8Array(256);
for (const [letter, stands] of Object.entries({ '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }))
  escapes[letter.charCodeAt(0)] = stands.charCodeAt(0);

export function isSpace(byte: number): boolean {
  return byte === 32 || byte === 10 || byte === 13 || byte === 9;
}

/** Letters, digits, signs and points: of what numbers and words are made. */
export function isPlain(byte: number): boolean {
  return (byte >= 48 && byte <= 57) || (byte >= 97 && byte <= 122) || byte === 45 || byte === 46 || byte === 43 || byte === 69;
}

export function isPlainValue(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start];
  if (first === 116) return isText(bytes, start, end, 'true');
  if (first === 102) return isText(bytes, start, end, 'false');
  if (first === letterN) return isText(bytes, start, end, 'null');
  let at = first === 45 ? start + 1 : start;
  const digits = () => {
    const from = at;
    while (at < end && bytes[at] >= 48 && bytes[at] <= 57) at++;
    return at > from;
  };
  if (!digits()) return false;
  if (bytes[at] === 46 && at < end) {
    at++;
    if (!digits()) return false;
  }
  if ((bytes[at] | 32) === 101 && at < end) {
    at++;
    if (bytes[at] === 43 || bytes[at] === 45) at++;
    if (!digits()) return false;
  }
  return at === end;
}

/** Where a number ends without zeros behind its last decimal; below 0 where it has an exponent. */
export function plainEnd(bytes: Uint8Array, start: number, end: number): number {
  let point = -1;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte === 46) point = at;
    else if ((byte | 32) === 101 && bytes[start] <= 57) return -1;
  }
  if (point < 0) return end;
  let stop = end;
  while (bytes[stop - 1] === 48) stop--;
  return stop - 1 === point ? point : stop;
}

function isText(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  if (end - start !== text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text.charCodeAt(i)) return false;
  return true;
}

export function isWord(bytes: Uint8Array, start: number, end: number, word: Uint8Array): boolean {
  if (end - start !== word.length) return false;
  for (let i = 0; i < word.length; i++) if (bytes[start + i] !== word[i]) return false;
  return true;
}

/** Whether a brace stands where an element of an array begins: behind a comma that is behind a closed brace. */
export function followsElement(bytes: Uint8Array, brace: number, from: number): boolean {
  let at = brace - 1;
  while (at > from && isSpace(bytes[at])) at--;
  if (bytes[at] !== comma) return false;
  at--;
  while (at > from && isSpace(bytes[at])) at--;
  return bytes[at] === closeBrace;
}

function hexAt(bytes: Uint8Array, at: number): number {
  let code = 0;
  for (let i = 0; i < 4; i++) {
    const byte = bytes[at + i] | 32;
    const digit = byte >= 48 && byte <= 57 ? byte - 48 : byte >= 97 && byte <= 102 ? byte - 87 : -1;
    if (digit < 0) return -1;
    code = code * 16 + digit;
  }
  return code;
}
