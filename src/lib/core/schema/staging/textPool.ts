import { atOnce, inSteps, type RunContext } from '../../base/run';

export interface TextPoolParts {
  size: number;
  bytes: Uint8Array;
  offsets: Int32Array;
  slots: Int32Array;
}

/**
 * Distinct texts as one run of UTF-8 bytes, each with a dense code in order of first sight. Interning reads bytes
 * straight from a file's block, so a row that repeats a known id costs one hash and no string. The layout is that of
 * an Arrow Utf8 column, which it becomes without a copy.
 */
export class TextPool {
  /** Distinct texts so far. */
  size = 0;
  /** All texts one after the other. */
  bytes: Uint8Array;
  /** size + 1 entries are in use. */
  offsets: Int32Array;
  /** Open addressing in pairs: hash, and code + 1, which is 0 where free. Side by side, so that both come at once. */
  #slots: Int32Array;
  #mask: number;

  constructor(expected = 1024) {
    this.bytes = new Uint8Array(Math.max(64, expected * 8));
    this.offsets = new Int32Array(expected + 1);
    const slots = 2 ** Math.ceil(Math.log2(expected * 2));
    this.#slots = new Int32Array(slots * 2);
    this.#mask = slots - 1;
  }

  /** A pool from what {@link parts} gave in another thread. */
  static from({ size, bytes, offsets, slots }: TextPoolParts): TextPool {
    const pool = new TextPool(1);
    pool.size = size;
    pool.bytes = bytes;
    pool.offsets = offsets;
    pool.#slots = slots;
    pool.#mask = slots.length / 2 - 1;
    return pool;
  }

  /** All of it as arrays that can be handed to another thread; whoever hands them over no longer uses the pool. */
  get parts(): TextPoolParts {
    return { size: this.size, bytes: this.bytes, offsets: this.offsets, slots: this.#slots };
  }

  /** The code of `source[start … end)`, new or known. */
  intern(source: Uint8Array, start: number, end: number): number {
    const length = end - start;
    const hash = hashOf(source, start, end);
    const slots = this.#slots;
    let slot = hash & this.#mask;
    for (let entry = slots[2 * slot + 1]; entry !== 0; entry = slots[2 * slot + 1]) {
      if (slots[2 * slot] === hash) {
        const { bytes, offsets } = this;
        const from = offsets[entry - 1];
        if (offsets[entry] - from === length) {
          let i = 0;
          while (i < length && bytes[from + i] === source[start + i]) i++;
          if (i === length) return entry - 1;
        }
      }
      slot = (slot + 1) & this.#mask;
    }
    return this.#add(source, start, length, hash, slot);
  }

  /**
   * Codes of the texts that are there already, -1 of the others and of empty ones. Many at once, step by step: the
   * processor asks for the places of the next ones while it waits for that of one.
   */
  findAll(source: Uint8Array, starts: Int32Array, ends: Int32Array, count: number, codes: Int32Array): void {
    const slots = this.#slots;
    const mask = this.#mask;
    for (let i = 0; i < count; i++) codes[i] = hashOf(source, starts[i], ends[i]);
    for (let i = 0; i < count; i++) {
      const hash = codes[i];
      let slot = hash & mask;
      let entry = slots[2 * slot + 1];
      while (entry !== 0 && slots[2 * slot] !== hash) {
        slot = (slot + 1) & mask;
        entry = slots[2 * slot + 1];
      }
      codes[i] = starts[i] === ends[i] ? -1 : entry - 1;
    }
    const { bytes, offsets } = this;
    for (let i = 0; i < count; i++) {
      const code = codes[i];
      if (code < 0) continue;
      const from = offsets[code];
      const start = starts[i];
      const length = ends[i] - start;
      let same = offsets[code + 1] - from === length ? 0 : -1;
      while (same >= 0 && same < length && bytes[from + same] === source[start + same]) same++;
      // Two texts of one hash: `intern` looks further.
      if (same !== length) codes[i] = -1;
    }
  }

  internText(text: string): number {
    const encoded = encoder.encode(text);
    return this.intern(encoded, 0, encoded.length);
  }

  /** The code of a text that is there already, -1 otherwise. */
  find(text: string): number {
    const before = this.size;
    const code = this.internText(text);
    if (this.size === before) return code;
    this.#forgetLast();
    return -1;
  }

  text(code: number): string {
    return decoder.decode(this.bytes.subarray(this.offsets[code], this.offsets[code + 1]));
  }

  texts(): string[] {
    return Array.from({ length: this.size }, (_, code) => this.text(code));
  }

  /** Codes in byte order of their texts. */
  sortedCodes(): Int32Array {
    return atOnce(sortByBytes(this));
  }

  /** The same, with pauses. @throws Cancelled */
  sortedCodesInSteps(run: RunContext): Promise<Int32Array> {
    return inSteps(sortByBytes(this), run);
  }

  /** Which of two texts comes later in byte order: above 0 for `a`. */
  compare(a: number, b: number): number {
    return compareBytes(this.bytes, this.offsets, a, b, 0);
  }

  #add(source: Uint8Array, start: number, length: number, hash: number, slot: number): number {
    const code = this.size++;
    const from = this.offsets[code];
    if (from + length > this.bytes.length) this.bytes = grown(this.bytes, from + length);
    if (code + 2 > this.offsets.length) this.offsets = grown(this.offsets, code + 2);
    for (let i = 0; i < length; i++) this.bytes[from + i] = source[start + i];
    this.offsets[code + 1] = from + length;
    this.#slots[2 * slot] = hash;
    this.#slots[2 * slot + 1] = code + 1;
    if (this.size * 2 > this.#mask) this.#rehash((this.#mask + 1) * 2);
    return code;
  }

  #rehash(slotCount: number): void {
    const before = this.#slots;
    const slots = new Int32Array(slotCount * 2);
    const mask = slotCount - 1;
    for (let from = 0; from < before.length; from += 2) {
      if (before[from + 1] === 0) continue;
      let slot = before[from] & mask;
      while (slots[2 * slot + 1] !== 0) slot = (slot + 1) & mask;
      slots[2 * slot] = before[from];
      slots[2 * slot + 1] = before[from + 1];
    }
    this.#slots = slots;
    this.#mask = mask;
  }

  #forgetLast(): void {
    const code = --this.size;
    let slot = hashOf(this.bytes, this.offsets[code], this.offsets[code + 1]) & this.#mask;
    while (this.#slots[2 * slot + 1] !== code + 1) slot = (slot + 1) & this.#mask;
    this.#slots[2 * slot] = this.#slots[2 * slot + 1] = 0;
  }
}

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  // Ids that count up differ in their last byte, which alone would reach only a few of the low bits.
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

/** A longer copy: at least `needed`, and half as much again as before, so that growing stays cheap. */
export function grown<T extends Uint8Array | Int32Array | Float64Array>(array: T, needed: number): T {
  const longer = new (array.constructor as new (length: number) => T)(Math.max(needed, Math.ceil(array.length * 1.5)));
  longer.set(array as never);
  return longer;
}

const textsBetweenPauses = 1 << 14;

/** Fewer texts than this are put in order one by one. */
const fewTexts = 24;

/** By the first byte into buckets, each of those by the second, and so on: no text is compared with many others. */
function* sortByBytes({ size, bytes, offsets }: TextPool): Generator<void, Int32Array> {
  const codes = Int32Array.from({ length: size }, (_, code) => code);
  const other = new Int32Array(size);
  const counts = new Int32Array(258);
  // A text that has ended comes before all that go on.
  const keyAt = (code: number, depth: number) => (offsets[code] + depth < offsets[code + 1] ? bytes[offsets[code] + depth] + 1 : 0);
  const waiting = [[0, size, 0]];
  let sinceLast = 0;
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [start, end, depth] = next;
    sinceLast += end - start;
    if (sinceLast > textsBetweenPauses) {
      sinceLast = 0;
      yield;
    }
    if (end - start < fewTexts) {
      insertionSort(codes, start, end, depth, bytes, offsets);
      continue;
    }
    counts.fill(0);
    for (let i = start; i < end; i++) counts[keyAt(codes[i], depth) + 1]++;
    for (let key = 0; key < 257; key++) counts[key + 1] += counts[key];
    // Equal texts do not occur in a pool, so only buckets of texts that go on have to be looked into.
    for (let key = 1; key < 257; key++)
      if (counts[key + 1] - counts[key] > 1) waiting.push([start + counts[key], start + counts[key + 1], depth + 1]);
    for (let i = start; i < end; i++) other[start + counts[keyAt(codes[i], depth)]++] = codes[i];
    codes.set(other.subarray(start, end), start);
  }
  return codes;
}

function insertionSort(codes: Int32Array, start: number, end: number, depth: number, bytes: Uint8Array, offsets: Int32Array): void {
  for (let i = start + 1; i < end; i++) {
    const code = codes[i];
    let at = i;
    while (at > start && compareBytes(bytes, offsets, codes[at - 1], code, depth) > 0) {
      codes[at] = codes[at - 1];
      at--;
    }
    codes[at] = code;
  }
}

/** Two texts whose first `depth` bytes are equal. */
function compareBytes(bytes: Uint8Array, offsets: Int32Array, a: number, b: number, depth: number): number {
  const aLength = offsets[a + 1] - offsets[a];
  const bLength = offsets[b + 1] - offsets[b];
  const shared = Math.min(aLength, bLength);
  for (let i = depth; i < shared; i++) {
    const difference = bytes[offsets[a] + i] - bytes[offsets[b] + i];
    if (difference !== 0) return difference;
  }
  return aLength - bLength;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
