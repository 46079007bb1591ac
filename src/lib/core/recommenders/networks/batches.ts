import type { Random } from '../../base/random';
import type { Sequences } from '../trainingData';

/** A piece of a history, as entries of the sequences: each is to be told from those before it. */
export interface Piece {
  start: number;
  end: number;
}

/** Pieces that are learnt from at once, padded in front to the longest. */
export interface Batch {
  rows: number;
  length: number;
  /** rows × length: what is known, -1 before the piece begins. */
  inputs: Int32Array;
  /** Where something follows: row · length + step, ascending. */
  places: Int32Array;
  /** What follows there. */
  targets: Int32Array;
}

/**
 * Histories in pieces of `length` steps, cut from the end, so that every step is learnt from once; a piece begins with
 * the entry with which the one before it ended.
 */
export function cutPieces({ rowStarts }: Pick<Sequences, 'rowStarts'>, length: number): Piece[] {
  const pieces: Piece[] = [];
  for (let row = 0; row + 1 < rowStarts.length; row++) {
    for (let end = rowStarts[row + 1]; end - rowStarts[row] > 1;) {
      const start = Math.max(rowStarts[row], end - length - 1);
      pieces.push({ start, end });
      end = start + 1;
    }
  }
  return pieces;
}

/** All pieces in batches, at random; those of a batch are about as long, so that little is padded. */
export function* drawBatches(pieces: readonly Piece[], size: number, items: Int32Array, random: Random): Generator<Batch> {
  const order = random.shuffle([...pieces]);
  const batches: Piece[][] = [];
  // Sorted among a few batches' worth: sorting all would put the same histories together in each pass.
  for (let first = 0; first < order.length; first += 16 * size) {
    const some = order.slice(first, first + 16 * size).sort((a, b) => a.end - a.start - (b.end - b.start));
    for (let at = 0; at < some.length; at += size) batches.push(some.slice(at, at + size));
  }
  for (const batch of random.shuffle(batches)) yield fillBatch(batch, items);
}

function fillBatch(pieces: readonly Piece[], items: Int32Array): Batch {
  const length = Math.max(...pieces.map(({ start, end }) => end - start - 1));
  const inputs = new Int32Array(pieces.length * length).fill(-1);
  const places: number[] = [];
  const targets: number[] = [];
  pieces.forEach(({ start, end }, row) => {
    for (let entry = start, place = (row + 1) * length - (end - start - 1); entry < end - 1; entry++, place++) {
      inputs[place] = items[entry];
      places.push(place);
      targets.push(items[entry + 1]);
    }
  });
  return { rows: pieces.length, length, inputs, places: Int32Array.from(places), targets: Int32Array.from(targets) };
}
