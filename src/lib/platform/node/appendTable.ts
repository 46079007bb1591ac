import { DataType, type Data, type Table, type Vector as ArrowVector } from 'apache-arrow';
import duckdb, { type Vector } from '@duckdb/node-bindings';
import { DuckDBDataChunk, type DuckDBAppender } from '@duckdb/node-api';
import { nextTask } from '../../core/base/run';
import { decimalBytes, type ValueArray } from './columnTypes';

const millisecondsPerDay = 86_400_000;

/** Appends an Arrow table's rows, a column of a chunk at a time. The target's columns are those of `sqlTypeOf`. */
export async function appendTable(appender: DuckDBAppender, table: Table): Promise<void> {
  const types = table.schema.fields.map((_, c) => appender.columnType(c));
  const chunkRows = duckdb.vector_size();
  let chunks = 0;
  for (const batch of table.batches) {
    for (let start = 0; start < batch.numRows; start += chunkRows) {
      const rows = Math.min(chunkRows, batch.numRows - start);
      const chunk = DuckDBDataChunk.create(types, rows);
      batch.data.children.forEach((column, c) => writeColumn(duckdb.data_chunk_get_vector(chunk.chunk, c), column, start, rows));
      appender.appendDataChunk(chunk);
      if (++chunks % 64 === 0) await nextTask();
    }
  }
}

function writeColumn(vector: Vector, column: Data<DataType>, start: number, rows: number): void {
  const { type } = column;
  if (column.nullCount > 0) writeValidity(vector, column, start, rows);
  if (DataType.isDictionary(type) || DataType.isUtf8(type) || DataType.isLargeUtf8(type)) writeTexts(vector, column, start, rows);
  else if (DataType.isBool(type)) writeBytes(vector, booleans(column, start, rows));
  else if (DataType.isDecimal(type)) writeBytes(vector, narrowed(column.values as Uint32Array, decimalBytes(type.precision), start, rows));
  else if (DataType.isDate(type) && column.values instanceof BigInt64Array)
    writeBytes(
      vector,
      Int32Array.from(column.values.subarray(start, start + rows), (ms) => Math.floor(Number(ms) / millisecondsPerDay)),
    );
  else writeBytes(vector, (column.values as ValueArray).slice(start, start + rows));
}

function writeBytes(vector: Vector, values: ValueArray): void {
  duckdb.copy_data_to_vector(vector, 0, values.buffer as ArrayBuffer, values.byteOffset, values.byteLength);
}

function isValid(column: Data, row: number): boolean {
  if (column.nullCount === 0) return true;
  const bit = column.offset + row;
  return (column.nullBitmap[bit >>> 3] & (1 << (bit & 7))) !== 0;
}

function writeValidity(vector: Vector, column: Data, start: number, rows: number): void {
  const bitmap = new Uint8Array(Math.ceil(rows / 64) * 8);
  for (let r = 0; r < rows; r++) if (isValid(column, start + r)) bitmap[r >>> 3] |= 1 << (r & 7);
  duckdb.vector_ensure_validity_writable(vector);
  duckdb.copy_data_to_vector_validity(vector, 0, bitmap.buffer, 0, bitmap.byteLength);
}

function booleans(column: Data, start: number, rows: number): Uint8Array {
  const bytes = new Uint8Array(rows * duckdb.sizeof_bool);
  for (let r = 0; r < rows; r++) {
    const bit = column.offset + start + r;
    if (column.values[bit >>> 3] & (1 << (bit & 7))) bytes[r * duckdb.sizeof_bool] = 1;
  }
  return bytes;
}

/** Arrow's four words of a decimal, cut to the bytes that DuckDB keeps. */
function narrowed(words: Uint32Array, bytesPerRow: 2 | 4 | 8 | 16, start: number, rows: number): ValueArray {
  if (bytesPerRow === 16) return words.slice(start * 4, (start + rows) * 4);
  if (bytesPerRow === 2) return Int16Array.from({ length: rows }, (_, r) => words[(start + r) * 4]);
  const wordsPerRow = bytesPerRow / 4;
  const kept = new Uint32Array(rows * wordsPerRow);
  for (let r = 0; r < rows; r++) for (let w = 0; w < wordsPerRow; w++) kept[r * wordsPerRow + w] = words[(start + r) * 4 + w];
  return kept;
}

function writeTexts(vector: Vector, column: Data, start: number, rows: number): void {
  const dictionary = DataType.isDictionary(column.type) ? bytesOfDictionary(column.dictionary!) : undefined;
  const { valueOffsets, values } = column;
  for (let r = 0; r < rows; r++) {
    if (!isValid(column, start + r)) continue;
    // By bytes, because a text may hold NUL and the text call would stop there.
    const bytes = dictionary
      ? dictionary[Number(values[start + r])]
      : (values as Uint8Array).subarray(Number(valueOffsets[start + r]), Number(valueOffsets[start + r + 1]));
    duckdb.vector_assign_string_element_len(vector, r, bytes);
  }
}

/** Each text of a dictionary in bytes, made once for all rows that point at it. */
function bytesOfDictionary(dictionary: ArrowVector): Uint8Array[] {
  let bytes = encoded.get(dictionary);
  if (!bytes) encoded.set(dictionary, (bytes = Array.from(dictionary, (text) => encoder.encode(String(text)))));
  return bytes;
}

const encoder = new TextEncoder();
const encoded = new WeakMap<ArrowVector, Uint8Array[]>();
