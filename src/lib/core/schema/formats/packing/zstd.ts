import type { Inflater } from './inflate';

/** Inflates Zstandard, which no browser does by itself yet. */
export const inflateZstd: Inflater = async function* (open) {
  const { Decompress } = await import('fzstd');
  const ready: Uint8Array[] = [];
  const inflater = new Decompress((block) => void (block.length > 0 && ready.push(block.slice())));
  for await (const piece of open()) {
    // A few bytes can stand for a block of 128 kB: piece by piece, so that whoever counts can stop it.
    for (let at = 0; at < piece.length; at += piecesOf) {
      inflater.push(piece.subarray(at, at + piecesOf));
      yield* ready.splice(0);
    }
  }
  inflater.push(new Uint8Array(0), true);
  yield* ready.splice(0);
};

const piecesOf = 1 << 12;
