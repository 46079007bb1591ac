import type { TextPool } from '../../schema/staging/textPool';

/**
 * A running 64-bit hash of a column's cells in order. It is not made to resist an attacker, only to tell data apart
 * at the speed of a memory scan; SHA-256 seals the columns' hashes together.
 */
export class ColumnHash {
  #a = 0x9e3779b9 | 0;
  #b = 0x85ebca6b | 0;

  /** A block of whole numbers. */
  ints(values: Int32Array): void {
    // Locals, because a field of a hash's size is a new object with every write.
    let a = this.#a;
    let b = this.#b;
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      a = Math.imul(a ^ value, 0x01000193);
      a ^= a >>> 13;
      b = Math.imul(b + value, 0x5bd1e995) ^ (b >>> 15);
    }
    this.#a = a;
    this.#b = b;
  }

  /** A block of texts by code; `ofCode` are the pool's {@link textHashes}, -1 is an empty cell. */
  texts(codes: Int32Array, ofCode: Int32Array): void {
    let a = this.#a;
    let b = this.#b;
    for (let i = 0; i < codes.length; i++) {
      const value = codes[i] < 0 ? emptyCell : ofCode[codes[i]];
      a = Math.imul(a ^ value, 0x01000193);
      a ^= a >>> 13;
      b = Math.imul(b + value, 0x5bd1e995) ^ (b >>> 15);
    }
    this.#a = a;
    this.#b = b;
  }

  /** A block of numbers. Empty cells (NaN) are one value, whatever their bits; so are the two zeros. */
  doubles(values: Float64Array): void {
    let a = this.#a;
    let b = this.#b;
    const words = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      let word = emptyCell;
      if (value === value) {
        word = value === 0 ? 0 : words[2 * i];
        a = Math.imul(a ^ word, 0x01000193);
        a ^= a >>> 13;
        b = Math.imul(b + word, 0x5bd1e995) ^ (b >>> 15);
        word = value === 0 ? 0 : words[2 * i + 1];
      }
      a = Math.imul(a ^ word, 0x01000193);
      a ^= a >>> 13;
      b = Math.imul(b + word, 0x5bd1e995) ^ (b >>> 15);
    }
    this.#a = a;
    this.#b = b;
  }

  /** Sixteen hex digits. */
  get digest(): string {
    return hex(this.#a) + hex(this.#b);
  }
}

/** A hash of each text, so that a row costs one lookup. */
export function textHashes(pool: TextPool): Int32Array {
  const hashes = new Int32Array(pool.size);
  for (let code = 0; code < pool.size; code++) {
    let hash = 0x3c6ef372;
    for (let i = pool.offsets[code]; i < pool.offsets[code + 1]; i++) {
      hash = Math.imul(hash ^ pool.bytes[i], 0x5bd1e995);
      hash ^= hash >>> 15;
    }
    hashes[code] = hash ^ (pool.offsets[code + 1] - pool.offsets[code]);
  }
  return hashes;
}

const emptyCell = 0x7ff80000;

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
