import type { RunContext } from '../../base/run';
import { foldedName } from '../../schema/canonical';
import type { NumberColumn, TextColumn } from '../../schema/staging/columns';
import type { StagedEntities, StagedEvents } from '../../schema/staging/staged';
import type { TextPool } from '../../schema/staging/textPool';
import type { Tell } from './indexProgress';
import { numberOfText } from '../../schema/staging/typedProperties';

/**
 * Order-free sums of rows' hashes: two sums of 64 bits, modulo 2^64, as 32 hex digits. The same rows give the same sum in any
 * order and however they were divided, and a sum of more rows is the sum of sums. They are not made to resist an attacker,
 * only to tell data apart at the speed of a memory scan; SHA-256 seals them.
 */
export type ContentSum = string;

export const emptySum: ContentSum = '0'.repeat(32);

export function addSums(...sums: ContentSum[]): ContentSum {
  let a = 0n;
  let b = 0n;
  for (const sum of sums) {
    a += BigInt(`0x${sum.slice(0, 16)}`);
    b += BigInt(`0x${sum.slice(16)}`);
  }
  return hex(a) + hex(b);
}

/** The sum without rows that were in it. */
export function subtractSums(sum: ContentSum, ...without: ContentSum[]): ContentSum {
  const parts = (of: ContentSum) => [BigInt(`0x${of.slice(0, 16)}`), BigInt(`0x${of.slice(16)}`)];
  const [a, b] = without.map(parts).reduce(([a, b], [c, d]) => [a - c, b - d], parts(sum));
  return hex(a) + hex(b);
}

/** Two 32-bit hashes of each text of a pool, side by side. */
export function textHashes({ size, bytes, offsets }: TextPool): Int32Array {
  const hashes = new Int32Array(size * 2);
  for (let code = 0; code < size; code++) {
    let a = 0x3c6ef372;
    let b = offsets[code + 1] - offsets[code];
    for (let i = offsets[code]; i < offsets[code + 1]; i++) {
      a = Math.imul(a ^ bytes[i], 0x5bd1e995);
      a ^= a >>> 15;
      b = Math.imul(b + bytes[i], 0x01000193) ^ (b >>> 13);
    }
    hashes[2 * code] = a;
    hashes[2 * code + 1] = b;
  }
  return hashes;
}

/** Of what the rows say, ids as text. A column that is missing is one of empty cells. */
export async function sumOfEvents(events: StagedEvents, run: RunContext, tell?: Tell): Promise<ContentSum> {
  const sum = new SumOfRows();
  await overBlocks(events, sum, () => sum.end(), run, tell);
  return sum.total;
}

/** One hash of 53 bits for each row, of all that it says: equal rows have equal ones, also in different files. @throws Cancelled */
export async function hashesOfEvents(events: StagedEvents, run: RunContext): Promise<Float64Array> {
  const sum = new SumOfRows();
  const hashes = new Float64Array(events.rows);
  await overBlocks(events, sum, (start) => sum.hashes(hashes, start), run);
  return hashes;
}

/** Brings a block of rows after the other into `sum`, all columns of it. */
async function overBlocks(
  events: StagedEvents,
  sum: SumOfRows,
  onBlock: (start: number) => void,
  run: RunContext,
  tell?: Tell,
): Promise<void> {
  const texts: Salted<TextColumn>[] = textColumns.flatMap(([name, salt]) => (events[name] ? [{ column: events[name], salt }] : []));
  const numbers: Salted<NumberColumn>[] = numberColumns.flatMap(([name, salt]) => (events[name] ? [{ column: events[name], salt }] : []));
  for (const [name, column] of propertiesInOrder(events)) {
    const salt = hashOfText(`property ${foldedName(name)}`);
    if (column.kind === 'number') numbers.push({ column, salt });
    else {
      const split = withoutNumbers(column);
      texts.push({ column: split.texts, salt });
      if (split.numbers) numbers.push({ column: split.numbers, salt });
    }
  }
  const hashes = texts.map(({ column }) => textHashes(column.pool));
  for (let start = 0; start < events.rows; start += blockRows) {
    const end = Math.min(events.rows, start + blockRows);
    sum.begin(end - start);
    texts.forEach(({ column, salt }, t) => sum.texts(column, hashes[t], salt, start));
    for (const { column, salt } of numbers) sum.numbers(column, salt, start);
    onBlock(start);
    if ((start / blockRows) % 8 !== 0) continue;
    tell?.(start / events.rows);
    await run.breathe();
  }
}

interface Salted<Column> {
  column: Column;
  salt: number;
}

/** Cells are added one after the other, so the order of a row's columns must not be that of its file. */
function propertiesInOrder({ properties }: StagedEvents): [string, TextColumn | NumberColumn][] {
  return [...(properties ?? [])].sort(([a], [b]) => (foldedName(a) < foldedName(b) ? -1 : 1));
}

/** A number counts as itself also in a property that is text: other files may have it as a number. */
function withoutNumbers({ codes, pool }: TextColumn): { texts: TextColumn; numbers?: NumberColumn } {
  const numbers = Float64Array.from(pool.texts(), numberOfText);
  if (numbers.every((number) => number !== number)) return { texts: { kind: 'text', codes, pool } };
  return {
    texts: { kind: 'text', codes: codes.map((code) => (code >= 0 && numbers[code] === numbers[code] ? -1 : code)), pool },
    numbers: { kind: 'number', values: Float64Array.from(codes, (code) => (code < 0 ? NaN : numbers[code])) },
  };
}

/** Of what a source says of users or items: each stated cell by its id, its time and the attribute's name, and each id. */
export function sumOfEntities(entities: StagedEntities, salt: string): ContentSum {
  const ids = textHashes(entities.id.pool);
  const sum = new SumOfRows();
  const rows = entities.id.codes.length;
  const columns = [
    { name: '', column: undefined as TextColumn | undefined },
    ...[...entities.attributes].map(([name, column]) => ({ name, column })),
  ];
  for (const { name, column } of columns) {
    const of = hashOfText(`${salt} ${name}`);
    const hashes = column && textHashes(column.pool);
    for (let start = 0; start < rows; start += blockRows) {
      sum.begin(Math.min(rows, start + blockRows) - start);
      sum.texts(entities.id, ids, of, start);
      if (column && hashes) sum.texts(column, hashes, of, start);
      if (column && entities.times) sum.numbers({ kind: 'number', values: entities.times }, of, start);
      sum.end(column && ((row) => column.codes[start + row] >= 0));
    }
  }
  return sum.total;
}

/** Of other ids of people: row by row, whose it is and the id. */
export function sumOfLinks(user: TextColumn, kind: string, id: TextColumn): ContentSum {
  return sumOfEntities({ id: user, attributes: new Map([[kind, id]]) }, 'links');
}

/** Of pairs of a text and a number, such as an id and what it was given. */
export function sumOfNumbered(codes: Int32Array, pool: TextPool, numbers: Int32Array, salt: string): ContentSum {
  const hashes = textHashes(pool);
  const of = hashOfText(salt);
  const values = Float64Array.from(numbers);
  const sum = new SumOfRows();
  for (let start = 0; start < codes.length; start += blockRows) {
    sum.begin(Math.min(codes.length, start + blockRows) - start);
    sum.texts({ kind: 'text', codes, pool }, hashes, of, start);
    sum.numbers({ kind: 'number', values }, of, start);
    sum.end();
  }
  return sum.total;
}

/** Salts keep a text in one column apart from the same text in another; they are part of the hash and never change. */
const textColumns = [
  ['user', 0x1b873593],
  ['item', 0x2545f491],
  ['event', 0x3ad8025f],
  ['order', 0x4cf5ad43],
  ['session', 0x52dce729],
  ['channel', 0x6c62272e],
  ['campaign', 0x7b97a2c5],
  ['device', 0x0f1bbcdc],
  ['currency', 0x64d3e8ab],
] as const;
const numberColumns = [
  ['ts', 0x11d3a5b7],
  ['quantity', 0x23c6ef37],
  ['price', 0x35a5d1e9],
  ['value', 0x47b2c3d5],
  ['rating', 0x59e3779b],
] as const;

const blockRows = 4096;

/** Adds rows up, a block and a column at a time. */
class SumOfRows {
  #a = new Int32Array(blockRows);
  #b = new Int32Array(blockRows);
  #rows = 0;
  #first = 0n;
  #second = 0n;

  begin(rows: number): void {
    this.#rows = rows;
    this.#a.fill(0x9e3779b9, 0, rows);
    this.#b.fill(0x85ebca6b, 0, rows);
  }

  texts({ codes }: TextColumn, hashes: Int32Array, salt: number, start: number): void {
    const a = this.#a;
    const b = this.#b;
    for (let row = 0; row < this.#rows; row++) {
      const code = codes[start + row];
      if (code < 0) continue;
      a[row] = step(a[row], hashes[2 * code] ^ salt);
      b[row] = otherStep(b[row], hashes[2 * code + 1] + salt);
    }
  }

  /** Empty cells (NaN) are nothing, whatever their bits; the two zeros are one. */
  numbers({ values }: NumberColumn, salt: number, start: number): void {
    const a = this.#a;
    const b = this.#b;
    for (let row = 0; row < this.#rows; row++) {
      const value = values[start + row];
      if (value !== value) continue;
      scratch[0] = value === 0 ? 0 : value;
      const low = words[0];
      const high = words[1];
      a[row] = step(step(a[row], low ^ salt), high);
      b[row] = otherStep(otherStep(b[row], low + salt), high);
    }
  }

  /** Adds the block's rows, or those that count. */
  end(counts?: (row: number) => boolean): void {
    let lowA = 0;
    let highA = 0;
    let lowB = 0;
    let highB = 0;
    for (let row = 0; row < this.#rows; row++) {
      if (counts && !counts(row)) continue;
      const a = this.#a[row];
      const b = this.#b[row];
      lowA += finished(a + Math.imul(b, 0x27d4eb2f)) >>> 0;
      highA += finished(b ^ Math.imul(a, 0x165667b1)) >>> 0;
      lowB += finished(a ^ Math.imul(b, 0x9e3779b1)) >>> 0;
      highB += finished(b + Math.imul(a, 0x85ebca77)) >>> 0;
    }
    this.#first += (BigInt(highA) << 32n) + BigInt(lowA);
    this.#second += (BigInt(highB) << 32n) + BigInt(lowB);
  }

  /** The block's rows by themselves, into `out` from `start` on. */
  hashes(out: Float64Array, start: number): void {
    for (let row = 0; row < this.#rows; row++) {
      const a = this.#a[row];
      const b = this.#b[row];
      out[start + row] = (finished(a + Math.imul(b, 0x27d4eb2f)) >>> 0) * 0x200000 + (finished(b ^ Math.imul(a, 0x165667b1)) >>> 11);
    }
  }

  get total(): ContentSum {
    return hex(this.#first) + hex(this.#second);
  }
}

function step(state: number, word: number): number {
  const mixed = Math.imul(state ^ word, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

function otherStep(state: number, word: number): number {
  const mixed = Math.imul(state + word, 0xc2b2ae35);
  return mixed ^ (mixed >>> 13);
}

function finished(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function hashOfText(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = step(hash, byte);
  return hash;
}

const scratch = new Float64Array(1);
const words = new Int32Array(scratch.buffer);

function hex(value: bigint): string {
  return BigInt.asUintN(64, value).toString(16).padStart(16, '0');
}
