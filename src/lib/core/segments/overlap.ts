import { popcount, type Bitset } from '../base/bitset';
import type { RunContext } from '../base/run';

/** More sets than this have more intersections than a picture can show. */
export const mostOverlapped = 20;

/** How some sets of people lie over each other. */
export interface Overlap {
  counts: number[];
  /** `pairs[a][b]`: how many are in both. */
  pairs: number[][];
  /** The largest combinations that somebody is in exactly: the places of the sets, ascending; the largest first. */
  exact: { sets: number[]; count: number }[];
  /** How many combinations there are at all. */
  combinations: number;
  /** In one at least. */
  union: number;
}

/** More than these nobody looks at. */
const mostCombinations = 500;

/** Words between two pauses: some milliseconds. */
const wordsOfStretch = 1 << 13;

/**
 * Counts pairs by the words of the sets, and combinations by one mask a person, 32 people at a time: no query. 20 sets of
 * a million people take some 90 to 190 ms on a busy machine.
 */
export async function overlapOf(sets: readonly Bitset[], run: RunContext): Promise<Overlap> {
  if (sets.length > mostOverlapped) throw new Error(`${sets.length} sets cannot be laid over each other, only ${mostOverlapped}`);
  const counts = sets.map((set) => set.count);
  const pairs = sets.map((_, i) => sets.map((__, j) => (i === j ? counts[i] : 0)));
  for (const [i, a] of sets.entries()) {
    for (let j = i + 1; j < sets.length; j++) pairs[i][j] = pairs[j][i] = inBoth(a.words, sets[j].words);
    await run.breathe();
  }
  const tally = new Uint32Array(2 ** sets.length);
  const words = sets.map((set) => set.words);
  const length = words[0]?.length ?? 0;
  for (let start = 0; start < length; start += wordsOfStretch) {
    tallyMasks(words, start, Math.min(length, start + wordsOfStretch), tally);
    await run.breathe();
  }
  return { counts, pairs, ...largest(tally, sets.length) };
}

function inBoth(a: Uint32Array, b: Uint32Array): number {
  let total = 0;
  for (let w = 0; w < a.length; w++) total += popcount(a[w] & b[w]);
  return total;
}

/** Turns the bits of 32 people over: a word a set becomes a mask a person (Warren, Hacker's Delight, 7-3). */
function tallyMasks(words: readonly Uint32Array[], start: number, end: number, tally: Uint32Array): void {
  const square = new Uint32Array(32);
  for (let w = start; w < end; w++) {
    let anyone = 0;
    for (let s = 0; s < words.length; s++) anyone |= square[s] = words[s][w];
    if (anyone === 0) continue;
    square.fill(0, words.length);
    for (let size = 16, mask = 0x0000ffff; size !== 0; size >>= 1, mask ^= mask << size)
      for (let k = 0; k < 32; k = (k + size + 1) & ~size) {
        const swapped = ((square[k] >>> size) ^ square[k + size]) & mask;
        square[k] ^= swapped << size;
        square[k + size] ^= swapped;
      }
    for (let person = 0; person < 32; person++) if (square[person] !== 0) tally[square[person]]++;
  }
}

function largest(tally: Uint32Array, sets: number): Pick<Overlap, 'exact' | 'combinations' | 'union'> {
  const masks: number[] = [];
  let union = 0;
  for (let mask = 1; mask < tally.length; mask++) {
    if (tally[mask] === 0) continue;
    union += tally[mask];
    masks.push(mask);
  }
  const places = Array.from({ length: sets }, (_, place) => place);
  const exact = masks
    .filter(above(tally, masks))
    .sort((a, b) => tally[b] - tally[a] || a - b)
    .slice(0, mostCombinations)
    .map((mask) => ({ sets: places.filter((place) => (mask & (1 << place)) !== 0), count: tally[mask] }));
  return { exact, combinations: masks.length, union };
}

/** Tells those that can be among the largest: sorting a million combinations would take longer than counting them. */
function above(tally: Uint32Array, masks: readonly number[]): (mask: number) => boolean {
  const most = 0xffff;
  const ofCount = new Uint32Array(most + 1);
  for (const mask of masks) ofCount[Math.min(most, tally[mask])]++;
  let [cut, found] = [most, ofCount[most]];
  while (found < mostCombinations && cut > 1) found += ofCount[--cut];
  return (mask) => tally[mask] >= cut;
}

/** The people in both, of those in either: 0 … 1. */
export function jaccard({ counts, pairs }: Overlap, a: number, b: number): number {
  const either = counts[a] + counts[b] - pairs[a][b];
  return either === 0 ? 0 : pairs[a][b] / either;
}
