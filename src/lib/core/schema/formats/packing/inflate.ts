import { UserError } from '../../../base/errors';
import type { FileSource, PackedState, Packing } from '../../files';

/**
 * Bytes that are handed to an inflater at once: few, since a hostile piece can inflate to thirty thousand times its size.
 */
const pieceBytes = 1 << 16;
/** Inflated bytes of a block: large enough to be fast, small enough to be heard in between. */
const inflatedBlockBytes = 4 << 20;
/** A table inflates to some ten times its packed size, one row again and again to a hundred times. */
const mostInflation = 300;
/** Below this many bytes nobody minds how much a file inflates. */
const harmlessBytes = 256 << 20;

/** Turns packed bytes into inflated ones, and throws where they make no sense; `open` gives the packed bytes from their beginning. */
export type Inflater = (open: () => AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/** Inflated bytes from the beginning; how many packed ones have been taken in so far is told on the way. */
export type OpenInflated = (tell: (packedBytes: number) => void) => AsyncIterable<Uint8Array>;

/**
 * A file whose bytes are inflated while they are read.
 * @throws UserError `packed_broken`, `packed_too_large` while it is read
 */
export function inflatedSource(of: { name: string; size: number; packing: Packing }, open: OpenInflated): FileSource {
  const { name, size, packing } = of;
  const state = { packing, bytesRead: 0 };
  return {
    name,
    size,
    packed: state,
    async *stream(start = 0, end = Infinity) {
      let at = 0;
      const inflated = open((packedBytes) => (state.bytesRead = Math.min(size, packedBytes)));
      for await (const block of blocksOf(bounded(inflated, name, state))) {
        const from = Math.max(0, start - at);
        const to = Math.min(block.length, end - at);
        at += block.length;
        if (to > from) yield block.subarray(from, to);
        if (at >= end) return;
      }
      state.bytesRead = size;
    },
  };
}

/** The packed bytes of a whole file, through an inflater. */
export function inflatedFile(file: FileSource, packing: Packing, inflate: Inflater): FileSource {
  const of = { name: file.name.replace(/\.(gz|gzip|zst|zstd)$/i, ''), size: file.size, packing };
  return inflatedSource(of, (tell) => inflate(() => counted(file, tell)));
}

async function* counted(file: FileSource, tell: (packedBytes: number) => void): AsyncGenerator<Uint8Array> {
  let packedBytes = 0;
  for await (const block of file.stream()) {
    for (let at = 0; at < block.length; at += pieceBytes) {
      const piece = block.subarray(at, at + pieceBytes);
      // What inflates itself knows best how far it is.
      tell(file.packed?.bytesRead ?? (packedBytes += piece.length));
      yield piece;
    }
  }
}

/** Ends a stream that inflates beyond what any table does. */
async function* bounded(stream: AsyncIterable<Uint8Array>, name: string, state: PackedState): AsyncGenerator<Uint8Array> {
  let inflated = 0;
  try {
    for await (const block of stream) {
      inflated += block.length;
      if (inflated > harmlessBytes && inflated > mostInflation * state.bytesRead) throw tooLarge(name, inflated, state.bytesRead);
      yield block;
    }
  } catch (error) {
    throw error instanceof UserError || isReadError(error) ? error : packedBroken(name, state.packing);
  }
}

/** Inflaters give many small pieces; each block that is read costs some of its own. */
async function* blocksOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let block = new Uint8Array(inflatedBlockBytes);
  let used = 0;
  for await (const piece of stream) {
    for (let at = 0; at < piece.length;) {
      const part = piece.subarray(at, at + block.length - used);
      block.set(part, used);
      used += part.length;
      at += part.length;
      if (used < block.length) continue;
      yield block;
      block = new Uint8Array(inflatedBlockBytes);
      used = 0;
    }
  }
  if (used > 0) yield block.subarray(0, used);
}

/** Failures of the disk, which are told as such. */
function isReadError(error: unknown): boolean {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return ['EISDIR', 'ENOENT', 'EACCES', 'EPERM', 'NotFoundError', 'SecurityError', 'NotReadableError'].includes(String(code ?? name));
}

export function packedBroken(file: string, packing: Packing): UserError {
  return new UserError(
    'packed_broken',
    `"${file}" cannot be unpacked: its ${packing} data is damaged or ends too early.`,
    'Download or export it again; if it still fails, unpack it yourself and choose what comes out.',
    { file, packing },
  );
}

function tooLarge(file: string, inflated: number, packed: number): UserError {
  const ratio = Math.round(inflated / Math.max(1, packed));
  return new UserError(
    'packed_too_large',
    `"${file}" unpacks to more than ${ratio} times its size, which no table does; reading it was stopped.`,
    'If it really is a table, unpack it yourself and choose what comes out.',
    { file, ratio },
  );
}
