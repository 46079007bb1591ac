/** Text in GBK, as a Chinese Excel writes its CSV. */
export function gbkBytes(text: string): Uint8Array<ArrayBuffer> {
  return encodedIn(text, 'gb18030');
}

/** Text in an encoding of pairs of bytes. There is no encoder to call: the decoder, turned around. */
export function encodedIn(text: string, encoding: 'gb18030' | 'big5' | 'shift_jis'): Uint8Array<ArrayBuffer> {
  const codeOf = codesOf(encoding);
  return Uint8Array.from(
    [...text].flatMap((letter) => {
      const code = letter < '\u0080' ? [letter.charCodeAt(0)] : codeOf.get(letter);
      if (!code) throw new Error(`${encoding} has no "${letter}"`);
      return code;
    }),
  );
}

const known = new Map<string, Map<string, number[]>>();

function codesOf(encoding: string): Map<string, number[]> {
  const made = known.get(encoding) ?? new Map<string, number[]>();
  if (made.size > 0) return made;
  known.set(encoding, made);
  const decoder = new TextDecoder(encoding);
  const add = (...bytes: number[]) => {
    const letter = decoder.decode(Uint8Array.from(bytes));
    if ([...letter].length === 1 && letter !== '\ufffd' && letter >= '\u0080' && !made.has(letter)) made.set(letter, bytes);
  };
  // Those that everybody has come first: leads from 0xa1 on in Big5, all in the others.
  for (let lead = encoding === 'big5' ? 0xa1 : 0x81; lead <= 0xfe; lead++) {
    if (encoding === 'shift_jis') add(lead);
    for (let trail = 0x40; trail <= 0xfe; trail++) if (trail !== 0x7f) add(lead, trail);
  }
  return made;
}
