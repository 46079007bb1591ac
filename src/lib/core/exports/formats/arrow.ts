import {
  Bool,
  DateDay,
  Field,
  Float64,
  Int64,
  makeData,
  RecordBatch,
  RecordBatchReader,
  Schema,
  Struct,
  Table,
  tableToIPC,
  TimestampMillisecond,
  Utf8,
  type Data,
  type DataType,
} from 'apache-arrow';
import { joinedBytes } from '../../base/bytes';
import { emptyBlock, type FileFormat } from '../format';
import type { ExportCell, ExportColumn, ExportColumnType } from '../table';

/** Rows of a record batch, written between two pauses. */
const batchRows = 10_000;

/** Arrow's IPC file format (Feather version 2), uncompressed: pandas, Polars, R and DuckDB read it as it lies. */
export const arrowFormat: FileFormat = {
  extension: 'arrow',

  async *write(table, run) {
    const types = table.columns.map(({ type }) => typeOf(type));
    const schema = new Schema(table.columns.map(({ name, required }, c) => new Field(name, types[c], !required)));
    const batches: RecordBatch[] = [];
    for await (const block of table.blocks()) {
      for (let start = 0; start < block.rows; start += batchRows) {
        const length = Math.min(batchRows, block.rows - start);
        const children = table.columns.map(({ type }, c) => dataOf(block.cells[c].slice(start, start + length), type, types[c]));
        batches.push(new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, nullCount: 0, children })));
        await run.breathe();
      }
    }
    yield tableToIPC(new Table(schema, batches), 'file');
  },

  async *read(bytes, columns, run) {
    const reader = RecordBatchReader.from(bytes.slice()).open();
    // It forgets its schema when it has been read to the end.
    const names = reader.schema.fields.map(({ name }) => name);
    const batches = [...reader];
    for (const batch of batches) {
      const cells = names.map((_, c) => cellsOf(batch, c, columns[c]));
      yield { rows: batch.numRows, names, cells };
      await run.breathe();
    }
    if (batches.length === 0) yield emptyBlock(names);
  },
};

function typeOf(type: ExportColumnType): DataType {
  switch (type) {
    case 'text':
      return new Utf8();
    case 'integer':
      return new Int64();
    case 'decimal':
    case 'number':
      return new Float64();
    case 'boolean':
      return new Bool();
    case 'date':
      return new DateDay();
    case 'time':
      return new TimestampMillisecond();
  }
}

/** A column's buffers, filled by hand: the library's builders make functions from text, which the page forbids. */
function dataOf(cells: readonly ExportCell[], type: ExportColumnType, arrow: DataType): Data {
  const length = cells.length;
  const nullBitmap = bitmap(cells.map((cell) => cell !== null));
  const nullCount = cells.reduce<number>((count, cell) => count + (cell === null ? 1 : 0), 0);
  // makeData's overloads tell types apart statically; here the type is a value.
  const make = (parts: object) => makeData({ type: arrow, length, nullCount, nullBitmap, ...parts } as never) as Data;
  switch (type) {
    case 'text': {
      const encoder = new TextEncoder();
      const texts = cells.map((cell) => encoder.encode(cell === null ? '' : String(cell)));
      const valueOffsets = new Int32Array(length + 1);
      texts.forEach((text, row) => (valueOffsets[row + 1] = valueOffsets[row] + text.length));
      return make({ valueOffsets, data: joinedBytes(texts) });
    }
    case 'boolean':
      return make({ data: bitmap(cells.map((cell) => cell === true)) });
    case 'integer':
    case 'time':
      return make({ data: BigInt64Array.from(cells, (cell) => BigInt(Number(cell ?? 0))) });
    case 'date':
      return make({ data: Int32Array.from(cells, (cell) => Number(cell ?? 0)) });
    case 'decimal':
    case 'number':
      return make({ data: Float64Array.from(cells, (cell) => Number(cell ?? 0)) });
  }
}

/** One bit a row, lowest first. */
function bitmap(rows: readonly boolean[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(rows.length / 8));
  rows.forEach((set, row) => {
    if (set) bytes[row >> 3] |= 1 << (row & 7);
  });
  return bytes;
}

function cellsOf(batch: RecordBatch, c: number, column: ExportColumn | undefined): ExportCell[] {
  const vector = batch.getChildAt(c)!;
  const type = column?.type ?? 'text';
  const cells = (read: (row: number) => ExportCell) =>
    Array.from({ length: batch.numRows }, (_, row) => (vector.isValid(row) ? read(row) : null));
  if (type !== 'text') return cells((row) => fromArrow(vector.get(row), type));
  const [{ valueOffsets, values }] = vector.data;
  if (!(values instanceof Uint8Array)) throw new Error(`the column ${c} holds no texts`);
  return cells((row) => strictText.decode(values.subarray(valueOffsets[row], valueOffsets[row + 1])));
}

/** The library's own decoder would drop a leading byte order mark and hide broken text. */
const strictText = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function fromArrow(value: unknown, type: ExportColumnType): ExportCell {
  const plain = value instanceof Date ? value.getTime() : typeof value === 'bigint' ? Number(value) : (value as ExportCell);
  return type === 'date' ? Number(plain) / 86_400_000 : plain;
}
