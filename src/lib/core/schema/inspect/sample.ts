import { UserError } from '../../base/errors';
import { detectEncoding, toUtf8 } from '../csv/encoding';
import { fileReadError } from '../csv/fileErrors';
import type { Encoding } from '../csv/transcode';
import type { FileSource } from '../files';

/** Bytes of the beginning and of the end that inspection looks at. */
const headBytes = 1 << 20;
const tailBytes = 1 << 16;

/** A file's beginning and end as UTF-8, cut at line ends. */
export interface FileSample {
  encoding: Encoding;
  head: Uint8Array;
  /** Whole lines from the end; empty where the head is the whole file. */
  tail: Uint8Array;
  /** Bytes of the file that the head stands for. */
  headFileBytes: number;
}

/** @throws UserError `file_empty`, `file_binary`, `file_…` where it cannot be read */
export async function readSample(file: FileSource, encoding?: Encoding): Promise<FileSample> {
  if (file.size === 0)
    throw new UserError('file_empty', `"${file.name}" is empty.`, 'Export the file again, or choose another one.', { file: file.name });
  const start = await readRange(file, 0, Math.min(file.size, headBytes));
  const whole = file.size <= headBytes;
  const rest = whole ? new Uint8Array(0) : await readRange(file, Math.max(headBytes, file.size - tailBytes), file.size);
  const kind = binaryKind(start);
  const guessed = encoding ?? (looksLikeUtf16(start) ? 'utf-16le' : detectEncoding(start, !whole));
  const what = kind ?? (!guessed.startsWith('utf-16') && start.includes(0) ? 'it has zero bytes' : undefined);
  if (what !== undefined) {
    throw new UserError(
      'file_binary',
      `"${file.name}" is not a text file (${what}).`,
      'Save it as CSV (UTF-8) first, then choose that file.',
      { file: file.name, what },
    );
  }
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
    headFileBytes: (start.length * (cut.length > 0 ? cut.length : head.length)) / Math.max(1, head.length),
  };
}

async function readRange(file: FileSource, start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - start);
  let at = 0;
  try {
    for await (const block of file.stream(start, end)) {
      bytes.set(block.subarray(0, bytes.length - at), at);
      at += block.length;
      if (at >= bytes.length) break;
    }
  } catch (error) {
    throw fileReadError(error, file);
  }
  return bytes.subarray(0, Math.min(at, bytes.length));
}

const signatures: readonly [bytes: readonly number[], what: string][] = [
  [[0x50, 0x4b, 0x03, 0x04], 'an Excel workbook or a zip archive'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'an old Excel workbook'],
  [[0x1f, 0x8b], 'a gzip archive'],
  [[0x50, 0x41, 0x52, 0x31], 'a Parquet file'],
  [[0x25, 0x50, 0x44, 0x46], 'a PDF document'],
  [[0x53, 0x51, 0x4c, 0x69, 0x74, 0x65], 'an SQLite database'],
  [[0x89, 0x50, 0x4e, 0x47], 'a picture'],
  [[0xff, 0xd8, 0xff], 'a picture'],
];

function binaryKind(bytes: Uint8Array): string | undefined {
  return signatures.find(([signature]) => signature.every((byte, i) => bytes[i] === byte))?.[1];
}

/** UTF-16 without a byte order mark: mostly ASCII with a zero after each character. */
function looksLikeUtf16(bytes: Uint8Array): boolean {
  const length = Math.min(bytes.length, 2000);
  let zeros = 0;
  for (let i = 1; i < length; i += 2) if (bytes[i] === 0 && bytes[i - 1] !== 0) zeros++;
  return zeros > length * 0.35;
}
