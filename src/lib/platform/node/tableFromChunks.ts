import { Field, makeData, RecordBatch, Schema, Struct, Table, type Data, type DataType } from 'apache-arrow';
import duckdb, { type Vector } from '@duckdb/node-bindings';
import { DuckDBDecimalType, DuckDBListType, DuckDBTypeId, type DuckDBDataChunk, type DuckDBType } from '@duckdb/node-api';
import { arrowTypeOf, decimalBytes, fixedWidthTypes } from './columnTypes';

/** A part of a column: one chunk's vector and how many of its rows count. */
interface Piece {
  vector: Vector;
  rows: number;
}

/**
 * The chunks of a native result as one Arrow table of a single batch. Columns are copied whole: no object is made for
 * a row, and for a value only where a text is longer than DuckDB keeps inside its vector (12 bytes).
 */
export function tableFromChunks(names: string[], types: DuckDBType[], chunks: readonly DuckDBDataChunk[]): Table {
  const schema = new Schema(names.map((name, c) => new Field(name, arrowTypeOf(types[c]), true)));
  const rows = chunks.reduce((sum, chunk) => sum + chunk.rowCount, 0);
  const children = types.map((type, c) =>
    column(
      type,
      chunks.map((chunk) => ({ vector: duckdb.data_chunk_get_vector(chunk.chunk, c), rows: chunk.rowCount })),
      rows,
    ),
  );
  const data = makeData({ type: new Struct(schema.fields), length: rows, nullCount: 0, children });
  return new Table(schema, [new RecordBatch(schema, data)]);
}

function column(type: DuckDBType, pieces: Piece[], length: number): Data<DataType> {
  const arrow = arrowTypeOf(type);
  const { nullBitmap, nullCount } = validity(pieces, length);
  // makeData's overloads tell types apart statically; the type is only known when the query has run.
  const make = (parts: object) => makeData({ type: arrow, length, nullBitmap, nullCount, ...parts } as never) as Data<DataType>;

  const fixed = fixedWidthTypes.get(type.typeId);
  if (fixed) {
    const bytes = new Uint8Array(length * fixed.bytes);
    eachPiece(pieces, fixed.bytes, (source, offset) => bytes.set(source, offset * fixed.bytes));
    return make({ data: new fixed.array(bytes.buffer, 0, length) });
  }
  if (type instanceof DuckDBDecimalType) return make({ data: widened(pieces, decimalBytes(type.width), length) });
  if (type.typeId === DuckDBTypeId.HUGEINT) return make({ data: widened(pieces, 16, length) });
  if (type.typeId === DuckDBTypeId.BOOLEAN) return make({ data: bits(pieces, length) });
  if (type.typeId === DuckDBTypeId.VARCHAR) return make(texts(pieces, length, nullBitmap));
  if (type instanceof DuckDBListType) return make(lists(type, pieces, length, nullBitmap));
  return makeData({ type: arrow, length } as never) as Data<DataType>;
}

function eachPiece(pieces: Piece[], bytesPerRow: number, use: (bytes: Uint8Array, firstRow: number, rows: number) => void): void {
  let firstRow = 0;
  for (const { vector, rows } of pieces) {
    if (rows > 0) use(duckdb.vector_get_data(vector, rows * bytesPerRow), firstRow, rows);
    firstRow += rows;
  }
}

/** Both sides keep one bit a row, lowest first, 1 for a value. */
function validity(pieces: Piece[], length: number): { nullBitmap?: Uint8Array; nullCount: number } {
  const bitmap = new Uint8Array((length + 7) >>> 3).fill(255);
  let nullCount = 0;
  let firstRow = 0;
  for (const { vector, rows } of pieces) {
    const valid = rows > 0 ? (duckdb.vector_get_validity(vector, Math.ceil(rows / 64) * 8) as Uint8Array | null) : null;
    for (let r = 0; valid && r < rows; r++) {
      if (valid[r >>> 3] & (1 << (r & 7))) continue;
      const row = firstRow + r;
      bitmap[row >>> 3] &= ~(1 << (row & 7));
      nullCount++;
    }
    firstRow += rows;
  }
  return nullCount > 0 ? { nullBitmap: bitmap, nullCount } : { nullCount };
}

/** Whole numbers of 2, 4, 8 or 16 bytes as Arrow's 16-byte decimals (four 32-bit words, lowest first). */
function widened(pieces: Piece[], bytesPerRow: 2 | 4 | 8 | 16, length: number): Uint32Array {
  const words = new Int32Array(length * 4);
  eachPiece(pieces, bytesPerRow, (bytes, firstRow, rows) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let r = 0; r < rows; r++) {
      const at = (firstRow + r) * 4;
      if (bytesPerRow === 2) words.fill(view.getInt16(r * 2, true) >> 31, at, at + 4)[at] = view.getInt16(r * 2, true);
      else {
        for (let w = 0; w < bytesPerRow / 4; w++) words[at + w] = view.getInt32(r * bytesPerRow + w * 4, true);
        words.fill(words[at + bytesPerRow / 4 - 1] >> 31, at + bytesPerRow / 4, at + 4);
      }
    }
  });
  return new Uint32Array(words.buffer);
}

function bits(pieces: Piece[], length: number): Uint8Array {
  const bitmap = new Uint8Array((length + 7) >>> 3);
  eachPiece(pieces, duckdb.sizeof_bool, (bytes, firstRow, rows) => {
    for (let r = 0; r < rows; r++) {
      if (bytes[r * duckdb.sizeof_bool]) bitmap[(firstRow + r) >>> 3] |= 1 << ((firstRow + r) & 7);
    }
  });
  return bitmap;
}

const isValid = (bitmap: Uint8Array | undefined, row: number) => !bitmap || (bitmap[row >>> 3] & (1 << (row & 7))) !== 0;

/** DuckDB's string_t: 4 bytes of length, then the text itself or (past 12 bytes) 4 bytes of prefix and a pointer. */
function texts(pieces: Piece[], length: number, nullBitmap: Uint8Array | undefined) {
  const valueOffsets = new Int32Array(length + 1);
  eachPiece(pieces, 16, (bytes, firstRow, rows) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let r = 0; r < rows; r++) {
      const row = firstRow + r;
      valueOffsets[row + 1] = valueOffsets[row] + (isValid(nullBitmap, row) ? view.getUint32(r * 16, true) : 0);
    }
  });
  const data = new Uint8Array(valueOffsets[length]);
  eachPiece(pieces, 16, (bytes, firstRow, rows) => {
    for (let r = 0; r < rows; r++) {
      const to = valueOffsets[firstRow + r];
      const size = valueOffsets[firstRow + r + 1] - to;
      if (size > 12) data.set(duckdb.get_data_from_pointer(bytes.buffer as ArrayBuffer, bytes.byteOffset + r * 16 + 8, size), to);
      else for (let b = 0; b < size; b++) data[to + b] = bytes[r * 16 + 4 + b];
    }
  });
  return { valueOffsets, data };
}

/** DuckDB's list entries are (offset, length) pairs into the piece's child vector. */
function lists(type: DuckDBListType, pieces: Piece[], length: number, nullBitmap: Uint8Array | undefined) {
  const valueOffsets = new Int32Array(length + 1);
  const children = pieces.map(({ vector }) => ({
    vector: duckdb.list_vector_get_child(vector),
    rows: duckdb.list_vector_get_size(vector),
  }));
  let childStart = 0;
  let piece = 0;
  eachPiece(pieces, 16, (bytes, firstRow, rows) => {
    const entries = new BigUint64Array(bytes.buffer, bytes.byteOffset, rows * 2);
    for (let r = 0; r < rows; r++) {
      const row = firstRow + r;
      const size = isValid(nullBitmap, row) ? Number(entries[r * 2 + 1]) : 0;
      if (size > 0 && childStart + Number(entries[r * 2]) !== valueOffsets[row])
        throw new Error('list entries of a result do not lie in order');
      valueOffsets[row + 1] = valueOffsets[row] + size;
    }
    childStart += children[piece++].rows;
  });
  return { valueOffsets, child: column(type.valueType, children, childStart) };
}
