import { Bool, Decimal, Dictionary, Float64, Int32, TimestampMicrosecond, Utf8, Vector, makeData, type DataType } from 'apache-arrow';
import { atOnce, inSteps, type RunContext } from '../../base/run';
import type { TextPool } from '../../schema/staging/textPool';

/** Codes into a pool of at most this many texts travel as codes; larger pools would be sent again with every slice. */
const dictionaryLimit = 1 << 14;

export function int32Column(values: Int32Array): Vector<Int32> {
  return new Vector([makeData({ type: new Int32(), data: values, length: values.length })]);
}

/** NaN becomes NULL. */
export function float64Column(values: Float64Array): Vector<Float64> {
  const { nullBitmap, nullCount } = validNumbers(values);
  return new Vector([makeData({ type: new Float64(), data: values, length: values.length, nullBitmap, nullCount })]);
}

/** Whole microseconds; NaN becomes NULL. */
export function timestampColumn(microseconds: Float64Array): Vector<TimestampMicrosecond> {
  const rows = microseconds.length;
  const words = new Int32Array(rows * 2);
  for (let row = 0; row < rows; row++) {
    const value = microseconds[row];
    if (value !== value) continue;
    const high = Math.floor(value / 4294967296);
    words[2 * row] = (value - high * 4294967296) | 0;
    words[2 * row + 1] = high;
  }
  const { nullBitmap, nullCount } = validNumbers(microseconds);
  const data = new BigInt64Array(words.buffer);
  return new Vector([makeData({ type: new TimestampMicrosecond(), data, length: rows, nullBitmap, nullCount })]);
}

/** Ten-thousandths as DECIMAL(18,4); NaN becomes NULL. */
export function moneyColumn(tenThousandths: Float64Array): Vector<Decimal> {
  const rows = tenThousandths.length;
  const words = new Int32Array(rows * 4);
  for (let row = 0; row < rows; row++) {
    const value = tenThousandths[row];
    if (value !== value) continue;
    const high = Math.floor(value / 4294967296);
    words[4 * row] = (value - high * 4294967296) | 0;
    words[4 * row + 1] = high;
    if (high < 0) words[4 * row + 2] = words[4 * row + 3] = -1;
  }
  const { nullBitmap, nullCount } = validNumbers(tenThousandths);
  const data = new Uint32Array(words.buffer);
  return new Vector([makeData({ type: new Decimal(4, 18, 128), data, length: rows, nullBitmap, nullCount })]);
}

/** -1 becomes NULL. */
export function textColumn(codes: Int32Array, pool: TextPool): TextVector {
  return atOnce(textColumnSteps(codes, pool));
}

/** The same, with pauses. @throws Cancelled */
export function textColumnInSteps(codes: Int32Array, pool: TextPool, run: RunContext): Promise<TextVector> {
  return inSteps(textColumnSteps(codes, pool), run);
}

type TextVector = Vector<Utf8 | Dictionary<Utf8, Int32>>;

const rowsBetweenPauses = 1 << 16;

function* textColumnSteps(codes: Int32Array, pool: TextPool): Generator<void, TextVector> {
  const rows = codes.length;
  const { nullBitmap, nullCount } = validCodes(codes);
  // Codes pay where texts repeat; and a stream without rows has no dictionary, which DuckDB-WASM refuses.
  if (pool.size <= dictionaryLimit && pool.size * 4 <= rows && rows > 0) {
    const indices = nullCount > 0 ? codes.map((code) => Math.max(0, code)) : codes;
    const type = new Dictionary<Utf8, Int32>(new Utf8(), new Int32());
    return new Vector([makeData({ type, data: indices, length: rows, nullBitmap, nullCount, dictionary: poolVector(pool) })]);
  }
  const valueOffsets = new Int32Array(rows + 1);
  for (let row = 0; row < rows; row++) {
    const code = codes[row];
    valueOffsets[row + 1] = valueOffsets[row] + (code < 0 ? 0 : pool.offsets[code + 1] - pool.offsets[code]);
  }
  const data = new Uint8Array(valueOffsets[rows]);
  for (let start = 0; start < rows; start += rowsBetweenPauses) {
    if (start > 0) yield;
    copyTexts(codes, pool, start, Math.min(rows, start + rowsBetweenPauses), data, valueOffsets[start]);
  }
  return new Vector([makeData({ type: new Utf8(), data, valueOffsets, length: rows, nullBitmap, nullCount })]);
}

function copyTexts(codes: Int32Array, { bytes, offsets }: TextPool, start: number, end: number, data: Uint8Array, from: number): void {
  let at = from;
  for (let row = start; row < end; row++) {
    const code = codes[row];
    if (code < 0) continue;
    const stop = offsets[code + 1];
    for (let i = offsets[code]; i < stop; i++) data[at++] = bytes[i];
  }
}

/** 1 yes, 0 no, -1 NULL. */
export function booleanColumn(values: Int8Array): Vector<Bool> {
  const { nullBitmap, nullCount } = validCodes(values);
  const data = bitmapOf(values.length);
  values.forEach((value, row) => {
    if (value === 1) data[row >> 3] |= 1 << (row & 7);
  });
  return new Vector([makeData({ type: new Bool(), data, length: values.length, nullBitmap, nullCount })]);
}

export type Columns = Record<string, Vector<DataType>>;

function poolVector(pool: TextPool): Vector<Utf8> {
  const valueOffsets = pool.offsets.slice(0, Math.max(1, pool.size) + 1);
  // An all-empty column still needs a dictionary with one entry for its codes to point at.
  const length = Math.max(1, pool.size);
  return new Vector([makeData({ type: new Utf8(), data: pool.bytes.slice(0, valueOffsets[length]), valueOffsets, length, nullCount: 0 })]);
}

interface Validity {
  nullBitmap?: Uint8Array;
  nullCount: number;
}

/** Arrow buffers are read eight bytes at a time. */
const bitmapOf = (rows: number) => new Uint8Array(((rows + 63) >> 6) << 3);

/** NaN is an empty cell. */
function validNumbers(values: Float64Array): Validity {
  let first = 0;
  while (first < values.length && values[first] === values[first]) first++;
  if (first === values.length) return { nullCount: 0 };
  const nullBitmap = bitmapOf(values.length);
  let set = 0;
  for (let row = 0; row < values.length; row++) {
    if (values[row] !== values[row]) continue;
    set++;
    nullBitmap[row >> 3] |= 1 << (row & 7);
  }
  return { nullBitmap, nullCount: values.length - set };
}

/** Below zero is an empty cell. */
function validCodes(codes: Int32Array | Int8Array): Validity {
  let first = 0;
  while (first < codes.length && codes[first] >= 0) first++;
  if (first === codes.length) return { nullCount: 0 };
  const nullBitmap = bitmapOf(codes.length);
  let set = 0;
  for (let row = 0; row < codes.length; row++) {
    if (codes[row] < 0) continue;
    set++;
    nullBitmap[row >> 3] |= 1 << (row & 7);
  }
  return { nullBitmap, nullCount: codes.length - set };
}
