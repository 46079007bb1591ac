import { parquetMetadataAsync, parquetRead, type SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { musterVersion } from '../../base/version';
import { emptyBlock, type FileFormat } from '../format';
import type { ExportCell, ExportColumn, ExportColumnType } from '../table';

/** A group is written between two pauses: 10,000 rows of five columns took 32 ms. */
const rowGroupRows = 10_000;

/**
 * Written in plain JavaScript on every engine, so that the bytes are the same; DuckDB-WASM has no Parquet of its own
 * (it would fetch it from a remote host).
 */
export const parquetFormat: FileFormat = {
  extension: 'parquet',

  async *write(table, run) {
    const bytes = new ByteWriter();
    const schema: SchemaElement[] = [{ name: 'root', num_children: table.columns.length }, ...table.columns.map(schemaElement)];
    const writer = new ParquetWriter({ writer: bytes, schema, createdBy: `muster version ${musterVersion}` });
    for await (const block of table.blocks()) {
      for (let start = 0; start < block.rows; start += rowGroupRows) {
        const rows = Math.min(rowGroupRows, block.rows - start);
        await writer.write({
          columnData: table.columns.map(({ name, type }, c) => ({
            name,
            data: block.cells[c].slice(start, start + rows).map(toParquet(type)),
          })),
          rowGroupSize: rows,
        });
        await run.breathe();
      }
    }
    await writer.finish();
    yield bytes.getBytes();
  },

  async *read(bytes, columns, run) {
    const file = bytes.slice().buffer;
    const metadata = await parquetMetadataAsync(file);
    const names = metadata.schema.slice(1).map(({ name }) => name);
    const typeOf = new Map(columns.map(({ name, type }) => [name, type]));
    let rowStart = 0;
    for (const group of metadata.row_groups) {
      const rowEnd = rowStart + Number(group.num_rows);
      const columnOf = new Map<string, ExportCell[]>(names.map((name) => [name, []]));
      await parquetRead({
        file,
        metadata,
        rowStart,
        rowEnd,
        parsers: { stringFromBytes },
        onChunk({ columnName, columnData }) {
          const type = typeOf.get(columnName) ?? 'text';
          const column = columnOf.get(columnName)!;
          for (const value of columnData) column.push(fromParquet(value, type));
        },
      });
      yield { rows: rowEnd - rowStart, names, cells: [...columnOf.values()] };
      rowStart = rowEnd;
      await run.breathe();
    }
    if (metadata.row_groups.length === 0) yield emptyBlock(names);
  },
};

function schemaElement({ name, type, required }: ExportColumn): SchemaElement {
  const element: SchemaElement = { name, repetition_type: required ? 'REQUIRED' : 'OPTIONAL' };
  switch (type) {
    case 'text':
      return { ...element, type: 'BYTE_ARRAY', converted_type: 'UTF8' };
    case 'integer':
      return { ...element, type: 'INT64' };
    case 'decimal':
      return { ...element, type: 'INT64', converted_type: 'DECIMAL', precision: 18, scale: 4 };
    case 'number':
      return { ...element, type: 'DOUBLE' };
    case 'boolean':
      return { ...element, type: 'BOOLEAN' };
    case 'date':
      return { ...element, type: 'INT32', converted_type: 'DATE' };
    case 'time':
      return { ...element, type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' };
  }
}

function toParquet(type: ExportColumnType): (cell: ExportCell) => unknown {
  return type === 'integer' || type === 'time' ? (cell) => (cell === null ? null : BigInt(cell)) : (cell) => cell;
}

function fromParquet(value: unknown, type: ExportColumnType): ExportCell {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return type === 'date' ? value.getTime() / 86_400_000 : value.getTime();
  // The reader multiplies by 0.0001, which is not exact.
  if (type === 'decimal') return Math.round((value as number) * 10_000) / 10_000;
  return typeof value === 'bigint' ? Number(value) : (value as ExportCell);
}

const strictText = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The reader's own decoder would drop a leading byte order mark and hide broken text. */
function stringFromBytes(bytes: Uint8Array): string | undefined {
  return bytes && strictText.decode(bytes);
}
