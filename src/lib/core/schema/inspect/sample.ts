import { detectEncoding, toUtf8 } from '../csv/encoding';
import type { Encoding } from '../csv/transcode';
import type { FileSource } from '../files';
import { joinedBytes } from '../../base/bytes';
import { readBytes } from '../formats/bytes';
import { unreadableKind } from '../formats/formatErrors';

/** Bytes of the beginning and of the end that inspection looks at. */
const headBytes = 1 << 20;
const tailBytes = 1 << 16;
const previewCharacters = 2000;

/** A file's beginning and end as UTF-8, cut at line ends. */
export interface FileSample {
  encoding: Encoding;
  head: Uint8Array;
  /** Whole lines from the end; empty where the head is the whole file. */
  tail: Uint8Array;
  /** Bytes of the file that the head stands for. */
  headFileBytes: number;
  /** The head is all of the file. */
  whole: boolean;
}

/** @throws UserError `file_binary`, `file_…` where it cannot be read */
export async function readSample(file: FileSource, encoding?: Encoding): Promise<FileSample> {
  const { start, whole, fileBytes } = await readStart(file);
  const rest = whole || file.packed ? new Uint8Array(0) : await readBytes(file, Math.max(headBytes, file.size - tailBytes), file.size);
  const guessed = encoding ?? (looksLikeUtf16(start) ? 'utf-16le' : detectEncoding(start, !whole));
  // Whoever says what the encoding is has seen the text.
  if (encoding === undefined && !guessed.startsWith('utf-16') && start.includes(0)) throw unreadableKind(file, '0x00');
  const wide = guessed.startsWith('utf-16') ? 2 : 1;
  const head = toUtf8(start.subarray(0, start.length - (start.length % wide)), guessed);
  // UTF-16 has to be cut between its units.
  const tail = toUtf8(rest.subarray((file.size - rest.length) % wide), guessed);
  const cut = whole ? head : head.subarray(0, head.lastIndexOf(10) + 1);
  const tailStart = tail.indexOf(10) + 1;
  return {
    encoding: guessed,
    head: cut.length > 0 ? cut : head,
    tail: tailStart > 0 ? tail.subarray(tailStart) : new Uint8Array(0),
    headFileBytes: (fileBytes * (cut.length > 0 ? cut.length : head.length)) / Math.max(1, head.length),
    whole,
  };
}

/** The first bytes, whether they are all, and how many bytes of the file (packed ones of a packed one) they stand for. */
async function readStart(file: FileSource): Promise<{ start: Uint8Array; whole: boolean; fileBytes: number }> {
  if (!file.packed) {
    const start = await readBytes(file, 0, Math.min(file.size, headBytes));
    return { start, whole: file.size <= headBytes, fileBytes: start.length };
  }
  const blocks: Uint8Array[] = [];
  let length = 0;
  for await (const block of file.stream()) {
    blocks.push(block);
    length += block.length;
    if (length > headBytes) break;
  }
  const start = joinedBytes(blocks).subarray(0, headBytes);
  return { start, whole: length <= headBytes, fileBytes: (file.packed.bytesRead * start.length) / Math.max(1, length) };
}

/** What a person sees of a text when choosing its encoding. */
export function textPreview(utf8: Uint8Array): string {
  return new TextDecoder().decode(utf8.subarray(0, previewCharacters * 4)).slice(0, previewCharacters);
}

/** UTF-16 without a byte order mark: mostly ASCII with a zero after each character. */
function looksLikeUtf16(bytes: Uint8Array): boolean {
  const length = Math.min(bytes.length, 2000);
  let zeros = 0;
  for (let i = 1; i < length; i += 2) if (bytes[i] === 0 && bytes[i - 1] !== 0) zeros++;
  return zeros > length * 0.35;
}
