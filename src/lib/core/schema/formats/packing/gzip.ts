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

async function* allMembers(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { Gunzip } = await import('fflate');
  const ready: Uint8Array[] = [];
  const gunzip = new Gunzip((block) => void (block.length > 0 && ready.push(block)));
  for await (const piece of packed) {
    gunzip.push(piece);
    yield* ready.splice(0);
  }
  gunzip.push(new Uint8Array(0), true);
  yield* ready.splice(0);
}

async function* behind(bytes: number, stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let skip = bytes;
  for await (const block of stream) {
    const rest = block.subarray(skip);
    skip = Math.max(0, skip - block.length);
    if (rest.length > 0) yield rest;
  }
}
