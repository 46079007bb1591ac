import { joinedBytes } from '../../../base/bytes';
import { Checksum } from './checksum';
import type { Inflater } from './inflate';

/** Inflates gzip, also several members one after the other, as `cat a.gz b.gz` and block compressors write. */
export const inflateGzip: Inflater = async function* (open) {
  let given = 0;
  try {
    for await (const block of throughStream(open(), new DecompressionStream('gzip'))) {
      given += block.length;
      yield block;
    }
    return;
  } catch (error) {
    if (!endsEarly(error)) throw error;
  }
  // Browsers stop behind the first member: another inflater, slower, reads it again and goes on.
  yield* behind(given, allMembers(open()));
};

/** Bytes through one of the platform's streams, which work beside this thread. */
export async function* throughStream(bytes: AsyncIterable<Uint8Array>, through: GenericTransformStream): AsyncGenerator<Uint8Array> {
  const writer = (through.writable as WritableStream<Uint8Array>).getWriter();
  const reader = (through.readable as ReadableStream<Uint8Array>).getReader();
  let failure: unknown;
  const feeding = (async () => {
    try {
      for await (const block of bytes) {
        await writer.ready;
        await writer.write(block);
      }
      await writer.close();
    } catch (error) {
      failure ??= error;
      // The reader must not wait for what will not come.
      await writer.abort(error).catch(() => {});
    }
  })();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      yield value;
    }
    await feeding;
  } catch (error) {
    throw failure ?? error;
  } finally {
    await reader.cancel().catch(() => {});
    await feeding;
  }
  if (failure) throw failure;
}

/** Whether the platform's inflater only says that something follows what it has inflated. */
function endsEarly(error: unknown): boolean {
  return error instanceof TypeError && /junk|trailing|additional|after the end|extra/i.test(error.message);
}

/**
 * Inflates member after member; the checksum and the length at the end of each must be those of its bytes, as the
 * platform checks them itself. Exported for tests: Node's platform reads all members.
 * @throws Error where they are not
 */
export async function* allMembers(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { Gunzip } = await import('fflate');
  const ready: Uint8Array[] = [];
  let checksum = new Checksum();
  // The latest packed bytes: a member is known to have ended when the header of the next one has been read.
  let recent: Uint8Array = new Uint8Array(0);
  let read = 0;
  const endMember = (end: number) => {
    const at = recent.length - (read - end);
    if (!checksum.agreesWith(recent.subarray(Math.max(0, at - 8), Math.max(0, at)))) throw new Error('a gzip member has another checksum');
    checksum = new Checksum();
  };
  const gunzip = new Gunzip((block) => {
    if (block.length === 0) return;
    checksum.add(block);
    ready.push(block);
  });
  gunzip.onmember = endMember;
  for await (const piece of packed) {
    recent = joinedBytes([recent.length > 2 * longestHeader ? recent.subarray(-longestHeader) : recent, piece]);
    read += piece.length;
    gunzip.push(piece);
    yield* ready.splice(0);
  }
  gunzip.push(new Uint8Array(0), true);
  endMember(read);
  yield* ready.splice(0);
}

/** A header has the name of a file, and a comment at most. */
const longestHeader = 1 << 16;

async function* behind(bytes: number, stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let skip = bytes;
  for await (const block of stream) {
    const rest = block.subarray(skip);
    skip = Math.max(0, skip - block.length);
    if (rest.length > 0) yield rest;
  }
}
