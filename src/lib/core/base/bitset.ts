/** A set of dense indexes 0 … size-1, one bit each: how segments are held, counted and combined. */
export class Bitset {
  readonly words: Uint32Array;

  constructor(
    readonly size: number,
    words?: Uint32Array,
  ) {
    this.words = words ?? new Uint32Array((size + 31) >>> 5);
  }

  static of(size: number, indexes: Iterable<number>): Bitset {
    const set = new Bitset(size);
    for (const index of indexes) set.add(index);
    return set;
  }

  static all(size: number): Bitset {
    return new Bitset(size).not();
  }

  add(index: number): void {
    this.words[index >>> 5] |= 1 << (index & 31);
  }

  has(index: number): boolean {
    return (this.words[index >>> 5] & (1 << (index & 31))) !== 0;
  }

  /** How many are in the set. */
  get count(): number {
    let total = 0;
    for (const word of this.words) total += popcount(word);
    return total;
  }

  and(other: Bitset): Bitset {
    return this.#combine(other, (a, b) => a & b);
  }

  or(other: Bitset): Bitset {
    return this.#combine(other, (a, b) => a | b);
  }

  andNot(other: Bitset): Bitset {
    return this.#combine(other, (a, b) => a & ~b);
  }

  not(): Bitset {
    const result = new Bitset(this.size);
    for (let i = 0; i < result.words.length; i++) result.words[i] = ~this.words[i];
    const spare = this.size & 31;
    // Bits past the end would be counted as members.
    if (spare !== 0) result.words[result.words.length - 1] &= (1 << spare) - 1;
    return result;
  }

  /** The members in ascending order. */
  toIndexes(): Int32Array {
    const indexes = new Int32Array(this.count);
    let at = 0;
    for (let w = 0; w < this.words.length; w++) {
      let word = this.words[w];
      while (word !== 0) {
        const lowest = word & -word;
        indexes[at++] = (w << 5) + (31 - Math.clz32(lowest));
        word ^= lowest;
      }
    }
    return indexes;
  }

  #combine(other: Bitset, operation: (a: number, b: number) => number): Bitset {
    if (other.size !== this.size) throw new Error(`bitsets of ${this.size} and ${other.size} cannot be combined`);
    const result = new Bitset(this.size);
    for (let i = 0; i < result.words.length; i++) result.words[i] = operation(this.words[i], other.words[i]);
    return result;
  }
}

/** How many bits are set. */
export function popcount(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
