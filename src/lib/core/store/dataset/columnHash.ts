import type { TextPool } from '../../schema/staging/textPool';

/**
 * A running 64-bit hash of a column's cells in order. It is not made to resist an attacker, only to tell data apart
 * at the speed of a memory scan; SHA-256 seals the columns' hashes together.
 */
export class ColumnHash {
  #a = 0x9e3779b9 | 0;
  #b = 0x85ebca6b | 0;

  int(value: number): void {
    this.#a = Math.imul(this.#a ^ value, 0x01000193);
    this.#a ^= this.#a >>> 13;
    this.#b = Math.imul(this.#b + value, 0x5bd1e995) ^ (this.#b >>> 15);
  }

  /** Empty cells (NaN) are one value, whatever their bits. */
  double(value: number): void {
    if (value !== value) {
      this.int(0x7ff80000);
      return;
    }
    scratch[0] = value + 0;
    this.int(bits[0]);
    this.int(bits[1]);
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

const scratch = new Float64Array(1);
const bits = new Int32Array(scratch.buffer);

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
