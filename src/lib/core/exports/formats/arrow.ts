import {
  Bool,
  DateDay,
  Field,
  Float64,
  Int64,
  RecordBatchReader,
  Schema,
  Table,
  tableToIPC,
  TimestampMillisecond,
  Utf8,
  vectorFromArray,
  type DataType,
  type RecordBatch,
} from 'apache-arrow';
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
        const end = Math.min(block.rows, start + batchRows);
        const vectors = table.columns.map(({ type }, c) => vectorFromArray(block.cells[c].slice(start, end).map(toArrow(type)), types[c]));
        batches.push(...new Table(schema, Object.fromEntries(vectors.map((vector, c) => [table.columns[c].name, vector]))).batches);
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

function toArrow(type: ExportColumnType): (cell: ExportCell) => unknown {
  if (type === 'integer') return (cell) => (cell === null ? null : BigInt(cell));
  return type === 'date' ? (cell) => (cell === null ? null : new Date(Number(cell) * 86_400_000)) : (cell) => cell;
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
