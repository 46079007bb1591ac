/**
 * An encoding whose characters beyond ASCII are mostly pairs of bytes, of which the second can look like ASCII: what its
 * bytes can be, and which of them texts of its language are made of.
 */
export interface DoubleBytes {
  encoding: 'gb18030' | 'big5' | 'shift_jis';
  /** Bytes beyond ASCII that are a character by themselves. */
  isSingle(byte: number): boolean;
  isLead(byte: number): boolean;
  isPair(lead: number, trail: number): boolean;
  /** Whether a pair is one of the characters that everybody writes: the first of the two levels of its standard, kana, full-width signs. */
  isCommon(lead: number, trail: number): boolean;
}

const within = (byte: number, from: number, to: number) => byte >= from && byte <= to;
const isTrail = (trail: number) => within(trail, 0x40, 0x7e) || within(trail, 0x80, 0xfe);
const none = () => false;

/** Level 1 of GB 2312 (0xb0 … 0xd7, by sound) and its signs: nearly all of simplified Chinese. */
export const gbk: DoubleBytes = {
  encoding: 'gb18030',
  isSingle: none,
  isLead: (byte) => within(byte, 0x81, 0xfe),
  isPair: (lead, trail) => within(lead, 0x81, 0xfe) && isTrail(trail),
  isCommon: (lead, trail) => trail >= 0xa1 && (within(lead, 0xb0, 0xd7) || within(lead, 0xa1, 0xa3)),
};

/**
 * Level 1 of Big5 (0xa4 … 0xc6, by strokes) and its signs: nearly all of traditional Chinese. Only what Windows writes is
 * a character: of the supplements before, between and behind it (Hong Kong's, kana) browsers make letters and others
 * private ones or nothing, and one file must be the same data everywhere.
 */
export const big5: DoubleBytes = {
  encoding: 'big5',
  isSingle: none,
  isLead: (byte) => within(byte, 0x81, 0xfe),
  isPair: (lead, trail) => {
    if (!within(trail, 0x40, 0x7e) && !within(trail, 0xa1, 0xfe)) return false;
    if (lead === 0xa3) return !within(trail, 0xc0, 0xe0);
    if (lead === 0xc6) return trail <= 0x7e;
    if (lead === 0xf9) return trail !== 0xfe;
    return within(lead, 0xa1, 0xc5) || within(lead, 0xc9, 0xf8);
  },
  isCommon: (lead) => within(lead, 0xa1, 0xc6),
};

/** Kana, level 1 of JIS X 0208 (0x889f … 0x9872) and signs. */
export const shiftJis: DoubleBytes = {
  encoding: 'shift_jis',
  // Half-width katakana.
  isSingle: (byte) => within(byte, 0xa1, 0xdf),
  isLead: (byte) => within(byte, 0x81, 0x9f) || within(byte, 0xe0, 0xfc),
  isPair: (lead, trail) => (within(lead, 0x81, 0x9f) || within(lead, 0xe0, 0xfc)) && isTrail(trail) && trail <= 0xfc,
  isCommon: (lead, trail) => within(lead, 0x81, 0x83) || (lead === 0x88 ? trail >= 0x9f : within(lead, 0x89, 0x97)),
};

/** How well bytes read in an encoding. */
export interface Fit {
  /** Of its characters beyond ASCII the share that everybody writes, from 0 to 1; what is no character counts as one that nobody does. */
  common: number;
  /** The share of them beside another one: words of these languages are, accented letters of others are not. */
  beside: number;
}

export function fitOf(bytes: Uint8Array, { isSingle, isPair, isCommon }: DoubleBytes): Fit {
  let characters = 0;
  let common = 0;
  let beside = 0;
  let endOfLast = -1;
  for (let at = 0; at < bytes.length;) {
    const byte = bytes[at];
    if (byte < 0x80) {
      at++;
      continue;
    }
    const length = isPair(byte, bytes[at + 1] ?? 0) ? 2 : 1;
    characters++;
    if (endOfLast === at) beside++;
    if (length === 2 && isCommon(byte, bytes[at + 1])) common++;
    // Half-width signs are rare where they belong, and common in bytes of other encodings.
    else if (length === 1 && isSingle(byte)) common += 0.2;
    endOfLast = at += length;
  }
  return { common: common / Math.max(1, characters), beside: beside / Math.max(1, characters) };
}
