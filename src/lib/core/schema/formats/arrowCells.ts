import { DataType, makeVector, type Data, type Vector } from 'apache-arrow';
import { CellWriter } from './cellWriter';

/** Writes the cell of one row of a column; what it does not write is an empty cell. */
type WriteCell = (row: number) => void;

/**
 * Cells of rows `from … to` of an Arrow column, written one after the other: cell i is the bytes `starts[i] … ends[i]`
 * of the writer.
 */
export function writeColumn(data: Data, from: number, to: number, writer: CellWriter, starts: Int32Array, ends: Int32Array): void {
  checkLength(data, to);
  if (DataType.isUtf8(data.type) || DataType.isLargeUtf8(data.type) || DataType.isBinary(data.type) || DataType.isLargeBinary(data.type)) {
    return copyTexts(data, from, to, writer, starts, ends);
  }
  if (DataType.isDictionary(data.type)) return copyWords(data, from, to, writer, starts, ends);
  const write = cellWriterOf(data, writer);
  const isValid = validity(data);
  for (let row = from; row < to; row++) {
    starts[row - from] = writer.used;
    if (isValid(row)) write(row);
    ends[row - from] = writer.used;
  }
}

/** The text of one cell, for nested values that are taken one by one. */
export function cellText(data: Data, row: number): string {
  scratch.clear();
  writeColumn(data, row, row + 1, scratch, oneStart, oneEnd);
  return decoder.decode(scratch.bytes.subarray(oneStart[0], oneEnd[0]));
}

/** A nested value as plain objects, lists and texts; null where it is empty. */
export function plainValue(vector: Vector, row: number): unknown {
  if (!vector.isValid(row)) return null;
  const { type } = vector;
  if (DataType.isStruct(type)) {
    return Object.fromEntries(type.children.map(({ name }, child) => [name, plainValue(vector.getChildAt(child)!, row)]));
  }
  if (DataType.isMap(type)) {
    const [entries, at] = dataAt(vector, row);
    const pairs = entries.children[0];
    const [start, end] = [Number(entries.valueOffsets[at]), Number(entries.valueOffsets[at + 1])];
    checkList(end - start);
    const [keys, values] = pairs.children.map((child) => makeVector(child));
    return Object.fromEntries(
      Array.from({ length: end - start }, (_, i) => [String(plainValue(keys, start + i)), plainValue(values, start + i)]),
    );
  }
  if (isList(type)) {
    const list = vector.get(row) as Vector;
    checkList(list.length);
    return Array.from({ length: list.length }, (_, i) => plainValue(list, i));
  }
  const [data, at] = dataAt(vector, row);
  return cellText(data, at);
}

/** Lists longer than this are no cell of a table, but offsets that went wrong. */
const longestList = 100_000;
const largestScale = 100;
const widestBinary = 1 << 12;

function checkList(length: number): void {
  if (!(length >= 0 && length <= longestList)) throw new Error('a list is absurdly long');
}

export function isNested(type: DataType): boolean {
  return DataType.isStruct(type) || DataType.isMap(type) || isList(type);
}

function isList(type: DataType): boolean {
  return DataType.isList(type) || DataType.isFixedSizeList(type) || /^LargeList/.test(String(type));
}

function dataAt(vector: Vector, row: number): [data: Data, row: number] {
  let at = row;
  for (const data of vector.data) {
    if (at < data.length) return [data, at];
    at -= data.length;
  }
  throw new RangeError('a row beyond the column');
}

/** A column of a damaged file can be shorter than it says. */
function checkLength({ type, values, valueOffsets, nullBitmap, nullCount, offset }: Data, rows: number): void {
  if (nullCount > 0 && nullBitmap && nullBitmap.length * 8 < offset + rows) throw new Error('a column has too few marks');
  if (DataType.isNull(type) || rows === 0) return;
  if (valueOffsets && valueOffsets.length > 0) {
    if (valueOffsets.length < rows + 1) throw new Error('a column has too few offsets');
    return;
  }
  const stride = DataType.isDecimal(type) ? type.bitWidth / 32 : DataType.isFixedSizeBinary(type) ? type.byteWidth : 1;
  const length = (values as ArrayLike<unknown> | undefined)?.length;
  const there = length === undefined ? rows : DataType.isBool(type) ? length * 8 - offset : Math.floor(length / stride);
  if (there < rows && !isNested(type)) throw new Error('a column has too few values');
}

function validity({ nullBitmap, nullCount, offset }: Data): (row: number) => boolean {
  if (nullCount === 0 || !nullBitmap || nullBitmap.length === 0) return () => true;
  return (row) => (nullBitmap[(offset + row) >> 3] & (1 << ((offset + row) & 7))) !== 0;
}

/** All texts at once, as they lie in the column. */
function copyTexts(data: Data, from: number, to: number, writer: CellWriter, starts: Int32Array, ends: Int32Array): void {
  const offsets = data.valueOffsets as Int32Array | BigInt64Array;
  const values = data.values as Uint8Array;
  let before = Number(offsets[from]);
  if (!(before >= 0)) throw new Error('a text begins nowhere');
  // Offsets that go back, or beyond the bytes, would make texts of gigabytes.
  for (let row = from; row < to; row++) {
    const end = Number(offsets[row + 1]);
    if (!(end >= before && end <= values.length)) throw new Error('a text ends nowhere');
    before = end;
  }
  const first = Number(offsets[from]);
  const shift = writer.used - first;
  writer.copy(values, first, before);
  const isValid = validity(data);
  for (let row = from; row < to; row++) {
    const there = isValid(row);
    starts[row - from] = there ? Number(offsets[row]) + shift : 0;
    ends[row - from] = there ? Number(offsets[row + 1]) + shift : 0;
  }
}

/** A dictionary's words once, and for each row the place of its word. */
function copyWords(data: Data, from: number, to: number, writer: CellWriter, starts: Int32Array, ends: Int32Array): void {
  const words = wordsOf(data.dictionary!);
  const codes = data.values as ArrayLike<number | bigint>;
  const isValid = validity(data);
  // A dictionary that is larger than what is asked for is not worth a copy of all of it.
  const whole = words.writer.used < largeDictionary || words.count < (to - from) * 4;
  const shift = writer.used;
  if (whole) writer.copy(words.writer.bytes, 0, words.writer.used);
  for (let row = from; row < to; row++) {
    const at = row - from;
    const code = isValid(row) ? Number(codes[row]) : -1;
    if (code < 0 || code >= words.count) starts[at] = ends[at] = 0;
    else if (whole) {
      starts[at] = words.starts[code] + shift;
      ends[at] = words.ends[code] + shift;
    } else {
      starts[at] = writer.used;
      writer.copy(words.writer.bytes, words.starts[code], words.ends[code]);
      ends[at] = writer.used;
    }
  }
}

const largeDictionary = 1 << 18;

interface Words {
  count: number;
  writer: CellWriter;
  starts: Int32Array;
  ends: Int32Array;
}

/** A dictionary serves many batches. */
const knownWords = new WeakMap<Vector, Words>();

function wordsOf(dictionary: Vector): Words {
  const known = knownWords.get(dictionary);
  if (known && known.count === dictionary.length) return known;
  const count = dictionary.length;
  const words: Words = { count, writer: new CellWriter(), starts: new Int32Array(count), ends: new Int32Array(count) };
  let at = 0;
  for (const data of dictionary.data) {
    writeColumn(data, 0, data.length, words.writer, words.starts.subarray(at), words.ends.subarray(at));
    at += data.length;
  }
  knownWords.set(dictionary, words);
  return words;
}

function cellWriterOf(data: Data, writer: CellWriter): WriteCell {
  const { type } = data;
  const values = data.values as never;
  if (DataType.isInt(type)) {
    if (type.bitWidth < 64) {
      const numbers = values as Int32Array;
      return (row) => writer.integer(numbers[row]);
    }
    const long = longs(values, type.isSigned);
    return (row) => {
      const value = long.number(row);
      if (Number.isSafeInteger(value)) writer.integer(value);
      else writer.text(String((values as BigInt64Array)[row]));
    };
  }
  if (DataType.isFloat(type)) {
    const numbers = values as Float64Array;
    const write = type.precision === 2 ? (value: number) => writer.number(value) : (value: number) => writer.single(value);
    const read = type.precision === 0 ? (row: number) => halfFloat((values as Uint16Array)[row]) : (row: number) => numbers[row];
    return (row) => {
      const value = read(row);
      // What is no number is an empty cell in a table of numbers.
      if (value === value) write(value);
    };
  }
  if (DataType.isBool(type)) {
    const bits = values as Uint8Array;
    const { offset } = data;
    return (row) => writer.text((bits[(offset + row) >> 3] & (1 << ((offset + row) & 7))) !== 0 ? 'true' : 'false');
  }
  if (DataType.isDecimal(type)) return decimals(data, type.scale, type.bitWidth, writer);
  if (DataType.isDate(type)) {
    if (type.unit === 0) return (row) => writer.day((values as Int32Array)[row]);
    const long = longs(values, true);
    return (row) => writer.day(Math.floor(long.number(row) / 86_400_000));
  }
  if (DataType.isTimestamp(type)) return timestamps(values, type.unit, Boolean(type.timezone), writer);
  if (DataType.isTime(type)) {
    const perSecond = unitsOf[type.unit];
    const read = type.bitWidth === 32 ? (row: number) => (values as Int32Array)[row] : longs(values, true).number;
    return (row) => {
      const value = read(row);
      const seconds = Math.floor(value / perSecond);
      writer.clock(seconds, Math.floor(((value - seconds * perSecond) / perSecond) * 1e6 + 1e-3));
    };
  }
  if (DataType.isFixedSizeBinary(type)) {
    const width = type.byteWidth;
    if (!(width >= 0 && width <= widestBinary)) throw new Error('a column of bytes is absurdly wide');
    return (row) => writer.text(hex((values as Uint8Array).subarray(row * width, (row + 1) * width)));
  }
  if (DataType.isNull(type)) return () => {};
  // Views, durations and rarities: as the library reads them.
  const vector = makeVector(data);
  return (row) => {
    const value: unknown = vector.get(row);
    if (typeof value === 'string') writer.text(value);
    else if (typeof value === 'number' || typeof value === 'bigint') writer.text(String(value));
    else if (value instanceof Uint8Array) writer.copy(value, 0, value.length);
  };
}

/** 64-bit integers as numbers, without a bigint for each. */
function longs(values: never, isSigned: boolean): { number(row: number): number; words: Int32Array } {
  const { buffer, byteOffset, length } = values as BigInt64Array;
  const words = new Int32Array(buffer, byteOffset, length * 2);
  return {
    words,
    number: isSigned
      ? (row) => words[row * 2 + 1] * 4294967296 + (words[row * 2] >>> 0)
      : (row) => (words[row * 2 + 1] >>> 0) * 4294967296 + (words[row * 2] >>> 0),
  };
}

/** Units in a second, by the library's numbers for them: seconds, milli-, micro-, nanoseconds. */
const unitsOf = [1, 1e3, 1e6, 1e9];

function timestamps(values: never, unit: number, isUtc: boolean, writer: CellWriter): WriteCell {
  const { number, words } = longs(values, true);
  if (unit < 3) {
    const perSecond = unitsOf[unit];
    const microsOf = 1e6 / perSecond;
    return (row) => {
      const value = number(row);
      const seconds = Math.floor(value / perSecond);
      writer.time(seconds, (value - seconds * perSecond) * microsOf, isUtc);
    };
  }
  return (row) => {
    // 2^32 is 4,294,967 thousands and 296: so microseconds stay exact, while all of the nanoseconds have no room in a double.
    const high = words[row * 2 + 1];
    const micros = high * 4_294_967 + Math.floor((high * 296 + (words[row * 2] >>> 0)) / 1000);
    const seconds = Math.floor(micros / 1e6);
    writer.time(seconds, micros - seconds * 1e6, isUtc);
  };
}

function decimals(data: Data, scale: number, bitWidth: number, writer: CellWriter): WriteCell {
  if (Math.abs(scale) > largestScale) throw new Error('a decimal has an absurd scale');
  const width = bitWidth / 32;
  const words = data.values as unknown as Uint32Array;
  return (row) => {
    const at = row * width;
    let unscaled = BigInt(words[at + width - 1] | 0);
    for (let word = width - 2; word >= 0; word--) unscaled = (unscaled << 32n) | BigInt(words[at + word]);
    writer.fixed(unscaled, scale);
  };
}

function halfFloat(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const size =
    exponent === 0 ? fraction * 2 ** -24 : exponent === 31 ? (fraction ? NaN : Infinity) : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return bits & 0x8000 ? -size : size;
}

/** Bytes that are no text; sixteen of them as the id that they mostly are. */
function hex(bytes: Uint8Array): string {
  const text = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return bytes.length === 16 ? text.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') : text;
}

const scratch = new CellWriter();
const oneStart = new Int32Array(1);
const oneEnd = new Int32Array(1);
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
