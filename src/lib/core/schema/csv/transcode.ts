import { joinedBytes } from '../../base/bytes';
import type { Mapping } from '../roles';
import { big5, shiftJis, type DoubleBytes } from './doubleBytes';

export type Encoding = Mapping['encoding'];

/**
 * Stands in the UTF-8 for bytes that are no character in the file's encoding: no valid UTF-8 has it, so that whoever
 * looks at the cell sees that it is broken, while a U+FFFD that the file really holds passes.
 */
export const brokenByte = 0xff;

/**
 * A file's bytes as UTF-8 without a byte order mark, block by block: a character that runs over the end of a block
 * waits for the next one. Bytes that are no character become {@link brokenByte}; in UTF-8 they stay as they are.
 */
export class Transcoder {
  readonly #codec: Codec | undefined;
  #carried: Uint8Array = new Uint8Array(0);
  #atStart = true;

  constructor(encoding: Encoding) {
    this.#codec = codecs[encoding];
  }

  /** `last` says that the file ends with these bytes. */
  write(block: Uint8Array, last: boolean): Uint8Array {
    if (!this.#codec) return this.#withoutMark(block);
    const bytes = this.#carried.length > 0 ? joinedBytes([this.#carried, block]) : block;
    const end = last ? bytes.length : this.#codec.wholeCharacters(bytes);
    this.#carried = bytes.slice(end);
    return this.#withoutMark(this.#codec.toUtf8(bytes.subarray(0, end)));
  }

  #withoutMark(bytes: Uint8Array): Uint8Array {
    if (!this.#atStart || bytes.length === 0) return bytes;
    this.#atStart = false;
    return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
  }
}

interface Codec {
  /** How many of the first bytes end between two characters. */
  wholeCharacters(bytes: Uint8Array): number;
  toUtf8(bytes: Uint8Array): Uint8Array;
}

/** Bytes without a space, comma or line end beyond which a block is cut anywhere. */
const longestRun = 1 << 20;

const codecs: Record<Encoding, Codec | undefined> = {
  'utf-8': undefined,
  gb18030: { wholeCharacters: beforeSafeByte, toUtf8: (bytes) => decodedByLines(bytes, 'gb18030', brokenGb18030) },
  big5: pairs(big5),
  shift_jis: pairs(shiftJis),
  'utf-16le': utf16('utf-16le', 1),
  'utf-16be': utf16('utf-16be', 0),
  'windows-1252': { wholeCharacters: (bytes) => bytes.length, toUtf8: fromWindows1252 },
};

/** Below "0" no byte is part of a longer character, so that cutting after one is safe; text has one soon. */
function beforeSafeByte(bytes: Uint8Array): number {
  const end = bytes.findLastIndex((byte) => byte < 0x30) + 1;
  return bytes.length - end > longestRun ? bytes.length : end;
}

/** Whole blocks at once where they are sound; of one that is not, only the lines with broken characters are walked. */
function decodedByLines(
  bytes: Uint8Array,
  encoding: string,
  walk: (line: Uint8Array, parts: Uint8Array[]) => void,
  isSound = (_: Uint8Array) => true,
): Uint8Array {
  const strict = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  const whole = isSound(bytes) ? decoded(strict, bytes) : undefined;
  if (whole) return whole;
  const parts: Uint8Array[] = [];
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(10, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    const line = bytes.subarray(start, end);
    const sound = isSound(line) ? decoded(strict, line) : undefined;
    if (sound) parts.push(sound);
    else walk(line, parts);
    start = end;
  }
  return joinedBytes(parts);
}

function decoded(strict: TextDecoder, bytes: Uint8Array): Uint8Array | undefined {
  try {
    return encoder.encode(strict.decode(bytes));
  } catch {
    return undefined;
  }
}

/** Character by character, as the Encoding Standard resumes after an error: an ASCII byte is never swallowed. */
function brokenGb18030(line: Uint8Array, parts: Uint8Array[]): void {
  const strict = new TextDecoder('gb18030', { fatal: true });
  for (let at = 0; at < line.length;) {
    const second = line[at + 1] ?? 0;
    const length = line[at] <= 0x80 ? 1 : second >= 0x30 && second <= 0x39 ? 4 : 2;
    const sound = decoded(strict, line.subarray(at, at + length));
    parts.push(sound ?? broken);
    at += sound ? length : length === 2 && second >= 0x80 && line[at] !== 0xff ? 2 : 1;
  }
}

/** Control characters that some platforms read as one another in Shift_JIS. */
const isSwapped = (byte: number) => byte === 0x1a || byte === 0x1c || byte === 0x7f;

/** An encoding of pairs of bytes; like that of GB18030, with the bytes looked at first, since platforms take more or fewer of them. */
function pairs(kind: DoubleBytes): Codec {
  const { encoding, isSingle, isLead, isPair } = kind;
  /** Bytes of the character that begins there; 0 where none does. */
  const lengthAt = (bytes: Uint8Array, at: number) => (bytes[at] < 0x80 || isSingle(bytes[at]) ? 1 : isPair(bytes[at], bytes[at + 1] ?? 0) ? 2 : 0); // prettier-ignore
  const isSound = (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length;) {
      const length = lengthAt(bytes, at);
      if (length === 0 || isSwapped(bytes[at])) return false;
      at += length;
    }
    return true;
  };
  const walk = (line: Uint8Array, parts: Uint8Array[]) => {
    const strict = new TextDecoder(encoding, { fatal: true });
    for (let at = 0; at < line.length;) {
      const length = lengthAt(line, at);
      const character = line.subarray(at, at + length);
      const sound = line[at] < 0x80 ? character : length > 0 ? decoded(strict, character) : undefined;
      parts.push(sound ?? broken);
      at += sound ? length : isLead(line[at]) && (line[at + 1] ?? 0) >= 0x80 ? 2 : 1;
    }
  };
  return { wholeCharacters: beforeSafeByte, toUtf8: (bytes) => decodedByLines(bytes, encoding, walk, isSound) };
}

function utf16(encoding: 'utf-16le' | 'utf-16be', highByte: 0 | 1): Codec {
  const isHigh = (bytes: Uint8Array, at: number) => (bytes[at + highByte] & 0xfc) === 0xd8;
  const isLow = (bytes: Uint8Array, at: number) => (bytes[at + highByte] & 0xfc) === 0xdc;
  return {
    wholeCharacters(bytes) {
      const even = bytes.length - (bytes.length % 2);
      return even >= 2 && isHigh(bytes, even - 2) ? even - 2 : even;
    },
    toUtf8(bytes) {
      const strict = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
      const whole = decoded(strict, bytes);
      if (whole) return whole;
      const parts: Uint8Array[] = [];
      let soundFrom = 0;
      const endSound = (at: number) => {
        if (at > soundFrom) parts.push(decoded(strict, bytes.subarray(soundFrom, at)) ?? broken);
      };
      for (let at = 0; at < bytes.length; at += 2) {
        const isPair = at + 3 < bytes.length && isHigh(bytes, at) && isLow(bytes, at + 2);
        if (isPair) {
          at += 2;
        } else if (at + 1 >= bytes.length || isHigh(bytes, at) || isLow(bytes, at)) {
          endSound(at);
          parts.push(broken);
          soundFrom = at + 2;
        }
      }
      endSound(bytes.length);
      return joinedBytes(parts);
    },
  };
}

/** What 0x80 … 0x9f are; 0 where they are nothing. Everything else has the number of its byte. */
const windows1252 = [
  ...[0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0],
  ...[0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178],
];

function fromWindows1252(bytes: Uint8Array): Uint8Array {
  // No character of it takes more than three bytes.
  const utf8 = new Uint8Array(bytes.length * 3);
  let length = 0;
  for (const byte of bytes) {
    const code = byte >= 0x80 && byte < 0xa0 ? windows1252[byte - 0x80] : byte;
    if (code === 0 && byte !== 0) utf8[length++] = brokenByte;
    else if (code < 0x80) utf8[length++] = code;
    else if (code < 0x800) {
      utf8[length++] = 0xc0 | (code >> 6);
      utf8[length++] = 0x80 | (code & 63);
    } else {
      utf8[length++] = 0xe0 | (code >> 12);
      utf8[length++] = 0x80 | ((code >> 6) & 63);
      utf8[length++] = 0x80 | (code & 63);
    }
  }
  return utf8.slice(0, length);
}

/** Whether bytes are UTF-8. */
export function isValidUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  let ascii = true;
  for (let i = start; i < end && ascii; i++) ascii = bytes[i] < 128;
  return ascii || isSound(bytes.subarray(start, end));
}

function isSound(bytes: Uint8Array): boolean {
  try {
    strictUtf8.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

const broken = new Uint8Array([brokenByte]);
const encoder = new TextEncoder();
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });
