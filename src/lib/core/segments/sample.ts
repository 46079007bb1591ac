import type { Bitset } from '../base/bitset';
import { Random } from '../base/random';

/** Some of a set, in an order that the seed alone decides: the next ones (`offset`) are others, and none comes twice. */
export function samplePeople(people: Bitset, { seed, offset = 0, limit }: { seed: number; offset?: number; limit: number }): number[] {
  const shuffled = new Random(seed).shuffle(people.toIndexes());
  return [...shuffled.subarray(offset, offset + limit)];
}
