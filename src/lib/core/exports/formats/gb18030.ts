/**
 * Chinese text in bytes: GBK's two bytes where GBK has the character, GB18030's four for all the others, so that nothing
 * is lost (GB 18030-2005; the WHATWG Encoding Standard's tables, turned round from the platform's own decoder).
 */
export interface Gb18030Encoder {
  encode(text: string): Uint8Array;
  /** Characters of four bytes: programs that know only GBK (Windows' code page 936) show others for them. */
  beyondGbk(text: string): number;
}

/** Of code units; 0 where there is none. */
interface Tables {
  /** Both bytes of GBK's characters, the first in the high byte. */
  twoBytes: Uint16Array;
  /** Places among those of four bytes, and one more. */
  fourBytes: Uint16Array;
}

let tables: Tables | undefined;

export function gb18030Encoder(): Gb18030Encoder {
  const { twoBytes, fourBytes } = (tables ??= readTables());
  return {
    encode(text) {
      const bytes = new Uint8Array(text.length * 4);
      let at = 0;
      const four = (place: number) => {
        bytes[at++] = 0x81 + Math.floor(place / 12_600);
        bytes[at++] = 0x30 + (Math.floor(place / 1260) % 10);
        bytes[at++] = 0x81 + (Math.floor(place / 10) % 126);
        bytes[at++] = 0x30 + (place % 10);
      };
      for (let i = 0; i < text.length; i++) {
        const unit = text.charCodeAt(i);
        if (unit < 0x80) bytes[at++] = unit;
        else if (twoBytes[unit] > 0) {
          bytes[at++] = twoBytes[unit] >> 8;
          bytes[at++] = twoBytes[unit] & 0xff;
        } else {
          const point = text.codePointAt(i)!;
          if (point > 0xffff) {
            four(firstSupplementary + point - 0x10000);
            i++;
          } else if (fourBytes[point] > 0) four(fourBytes[point] - 1);
          // Half a character, as UTF-8 encoders have it: U+FFFD.
          else four(fourBytes[0xfffd] - 1);
        }
      }
      return bytes.subarray(0, at);
    },

    beyondGbk(text) {
      let count = 0;
      for (let i = 0; i < text.length; i++) {
        const unit = text.charCodeAt(i);
        if (unit < 0x80 || twoBytes[unit] > 0) continue;
        count++;
        // The second half of a pair is no character of its own.
        if (text.codePointAt(i)! > 0xffff) i++;
      }
      return count;
    },
  };
}

/** Where the characters beyond U+FFFF begin among those of four bytes. */
const firstSupplementary = 189_000;
/** Places of four bytes that stand for characters up to U+FFFF. */
const mostFourBytes = 39_420;

function readTables(): Tables {
  const decoder = new TextDecoder('gb18030');
  const twoBytes = new Uint16Array(0x10000);
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      if (trail === 0x7f) continue;
      const text = decoder.decode(Uint8Array.of(lead, trail));
      const unit = text.charCodeAt(0);
      // Two codes may stand for one character: the first is the one that is written.
      if (text.length === 1 && unit !== 0xfffd && twoBytes[unit] === 0) twoBytes[unit] = (lead << 8) | trail;
    }
  }
  const fourBytes = new Uint16Array(0x10000);
  for (let place = 0; place < mostFourBytes; place++) {
    const bytes = Uint8Array.of(
      0x81 + Math.floor(place / 12_600),
      0x30 + (Math.floor(place / 1260) % 10),
      0x81 + (Math.floor(place / 10) % 126),
      0x30 + (place % 10),
    );
    const text = decoder.decode(bytes);
    if (text.length === 1 && (text !== '\uFFFD' || place === replacementPlace)) fourBytes[text.charCodeAt(0)] = place + 1;
  }
  return { twoBytes, fourBytes };
}

/** U+FFFD is a character itself: 84 31 A4 37. */
const replacementPlace = 3 * 12_600 + 1 * 1260 + (0xa4 - 0x81) * 10 + 7;
