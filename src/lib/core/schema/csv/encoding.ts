import type { FileSource } from '../files';
import { big5, fitOf, gbk, shiftJis } from './doubleBytes';
import { Transcoder, type Encoding } from './transcode';

/** Bytes of a block that is cut from a file: large enough to be fast, small enough to be heard in between. */
export const blockBytes = 4 << 20;

/**
 * The encoding of a file by its beginning: a byte order mark, else UTF-8 where it is valid (or nearly), else one of
 * East Asia, which spreadsheets write there, else what Western ones write. `cut` says that the bytes end in the middle of the file, perhaps inside a character.
 */
export function detectEncoding(bytes: Uint8Array, cut: boolean): Encoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (isValid(bytes, 'utf-8', cut)) return 'utf-8';
  if (mostlyUtf8(bytes)) return 'utf-8';
  return eastAsian(bytes) ?? (looksChinese(bytes, isValid(bytes, 'gb18030', cut)) ? 'gb18030' : 'windows-1252');
}

/**
 * Big5 or Shift_JIS, where more of the characters are such as everybody writes than in GB18030, which nearly any bytes
 * are valid in. Read in the wrong one of the three, less than half of a text's characters are.
 */
function eastAsian(bytes: Uint8Array): Encoding | undefined {
  const fits = [big5, shiftJis].map((kind) => ({ kind, ...fitOf(bytes, kind) }));
  const best = fits.reduce((a, b) => (b.common > a.common ? b : a));
  const isText = best.common >= leastCommon && best.beside >= leastBeside;
  return isText && best.common > fitOf(bytes, gbk).common ? best.kind.encoding : undefined;
}

const leastCommon = 0.75;
const leastBeside = 0.4;

/**
 * In GB18030 bytes beyond ASCII come in pairs but for rare characters, in Western text mostly alone. A few broken
 * characters do not make a Chinese file Western, nor does `rève`, which is a pair by chance, make a Western one Chinese.
 */
function looksChinese(bytes: Uint8Array, isSound: boolean): boolean {
  let alone = 0;
  let paired = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] < 0x80) continue;
    const start = at;
    while (at < bytes.length && bytes[at] >= 0x80) at++;
    if (at - start === 1) alone++;
    else paired++;
  }
  return isSound ? alone <= paired * 2 : paired > alone * 4;
}

/** Whether the characters beyond ASCII are UTF-8 but for a few broken ones, whose rows the import then rejects. */
function mostlyUtf8(bytes: Uint8Array): boolean {
  let good = 0;
  let bad = 0;
  for (const character of new TextDecoder().decode(bytes)) {
    if (character === '\ufffd') bad++;
    else if (character > '\u007f') good++;
  }
  return good > bad * 4;
}

function isValid(bytes: Uint8Array, encoding: string, cut: boolean): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: cut });
    return true;
  } catch {
    return false;
  }
}

/** Any bytes of the file as UTF-8, without a byte order mark. */
export function toUtf8(bytes: Uint8Array, encoding: Encoding): Uint8Array {
  return new Transcoder(encoding).write(bytes, true);
}

/** A file's blocks as UTF-8 without its byte order mark, and how many bytes of the file each one ends at. */
export async function* utf8Blocks(file: FileSource, encoding: Encoding): AsyncGenerator<{ bytes: Uint8Array; fileOffset: number }> {
  let fileOffset = 0;
  const transcoder = new Transcoder(encoding);
  for await (const large of file.stream()) {
    for (let start = 0; start < large.length; start += blockBytes) {
      const block = large.subarray(start, start + blockBytes);
      fileOffset += block.length;
      yield { bytes: transcoder.write(block, false), fileOffset };
    }
  }
  const rest = transcoder.write(new Uint8Array(0), true);
  if (rest.length > 0) yield { bytes: rest, fileOffset };
}
