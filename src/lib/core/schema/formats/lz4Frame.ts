/**
 * Inflates LZ4 frames, as Arrow files have them. Blocks may refer to what earlier ones gave.
 * Format: the LZ4 frame and block descriptions of the LZ4 project.
 * @throws Error where the bytes make no sense
 */
export function inflateLz4Frame(frame: Uint8Array): Uint8Array {
  let output = new Uint8Array(frame.length * 3 + 64);
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  let at = 0;
  let written = 0;
  while (at + 7 <= frame.length && view.getUint32(at, true) === 0x184d2204) {
    const flags = frame[at + 4];
    const hasBlockSum = (flags & 16) !== 0;
    // Magic, flags, block size; a content size and a dictionary's number where the flags say so; a checksum of these.
    at += 6 + ((flags & 8) !== 0 ? 8 : 0) + ((flags & 1) !== 0 ? 4 : 0) + 1;
    for (;;) {
      const header = view.getUint32(at, true);
      at += 4;
      if (header === 0) break;
      const length = header & 0x7fffffff;
      const block = frame.subarray(at, at + length);
      if (block.length < length) throw new Error('an LZ4 block ends too early');
      // A byte stands for 255 at most.
      const most = written + length * 255 + 64;
      if (most > output.length) output = longer(output, Math.min(most, Math.max(output.length * 2, written + largestBlock)));
      if (header >>> 31 === 1) {
        output.set(block, written);
        written += length;
      } else written = inflateBlock(block, output, written);
      at += length + (hasBlockSum ? 4 : 0);
    }
    if ((flags & 4) !== 0) at += 4;
  }
  return output.subarray(0, written);
}

/** Blocks are at most 4 MB, whatever they were packed into. */
const largestBlock = 4 << 20;

function longer(bytes: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(length);
  larger.set(bytes);
  return larger;
}

function inflateBlock(block: Uint8Array, output: Uint8Array, from: number): number {
  let at = 0;
  let to = from;
  const length = (first: number): number => {
    let total = first;
    if (first < 15) return total;
    for (;;) {
      const more = block[at++];
      if (more === undefined) throw new Error('an LZ4 block ends too early');
      total += more;
      if (more < 255) return total;
    }
  };
  while (at < block.length) {
    const token = block[at++];
    const literals = length(token >> 4);
    if (at + literals > block.length || to + literals > output.length) throw new Error('an LZ4 block is too long');
    output.set(block.subarray(at, at + literals), to);
    at += literals;
    to += literals;
    if (at >= block.length) break;
    const back = block[at] | (block[at + 1] << 8);
    at += 2;
    const match = length(token & 15) + 4;
    if (back === 0 || back > to || to + match > output.length) throw new Error('an LZ4 match reaches outside');
    for (let i = 0; i < match; i++, to++) output[to] = output[to - back];
  }
  return to;
}
