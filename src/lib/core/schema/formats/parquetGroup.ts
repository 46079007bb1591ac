import { joinedBytes } from '../../base/bytes';
import type { ColumnMetaData, FileMetaData, KeyValue, SchemaElement } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';
import { RecordBatchReader, Schema, Table, tableToIPC } from 'apache-arrow';
import type { FileSource } from '../files';
import { readBytes } from './bytes';

/** A group that takes more than this in its packed form is not read at once. */
const mostGroupBytes = 1 << 30;

/**
 * One group of rows of a Parquet file as a small file of its own, with the columns that are wanted: so that memory holds
 * one group, and the reader works on bytes that are all there. A reader that waits for bytes can fail where nobody
 * hears it; one that has them throws to whoever called. The reader reads all columns that a file says it has, so that
 * the small one says nothing of the others; where the types cannot be told without them, it has all.
 * @param wanted names of columns of the table
 */
export async function groupAsFile(
  file: FileSource,
  metadata: FileMetaData,
  group: number,
  wanted: ReadonlySet<string>,
): Promise<Uint8Array> {
  const source = metadata.row_groups[group];
  const told = keyValuesOf(metadata, wanted);
  const isWanted = (name: string) => told === undefined || wanted.has(name);
  const parts: Uint8Array[] = [magic];
  let at = magic.length;
  const columns: typeof source.columns = [];
  for (const column of source.columns) {
    const { meta_data: meta } = column;
    if (!meta || column.file_path !== undefined) throw new Error('a column lies in another file');
    const { start, length } = placeOf(meta, file.size);
    if (!isWanted(meta.path_in_schema[0])) continue;
    if (at + length > mostGroupBytes) throw new Error('a group of rows is too large');
    parts.push(await readBytes(file, start, start + length));
    columns.push({ file_offset: 0n, meta_data: moved(meta, BigInt(at - start)) });
    at += length;
  }
  const { num_rows, total_byte_size } = source;
  const writer = new ByteWriter();
  writeMetadata(writer, {
    version: metadata.version,
    schema: withRoots(metadata.schema, isWanted).map(withoutLogicalInteger),
    num_rows,
    row_groups: [{ columns, num_rows, total_byte_size }],
    key_value_metadata: (told ?? metadata).key_value_metadata,
    created_by: metadata.created_by,
    metadata_length: 0,
  });
  parts.push(writer.getBytes(), magic);
  return joinedBytes(parts);
}

/** The elements of a schema, which stand in the order of a walk through it, of those columns of the table. */
function withRoots([root, ...elements]: readonly SchemaElement[], isWanted: (name: string) => boolean): SchemaElement[] {
  const kept: SchemaElement[] = [];
  let roots = 0;
  for (let at = 0; at < elements.length;) {
    const end = endOf(elements, at);
    if (isWanted(elements[at].name)) {
      kept.push(...elements.slice(at, end));
      roots++;
    }
    at = end;
  }
  return [{ ...root, num_children: roots }, ...kept];
}

/** Where the elements below the one at a place end. */
function endOf(elements: readonly SchemaElement[], at: number): number {
  let end = at + 1;
  for (let child = 0; child < (elements[at].num_children ?? 0) && end < elements.length; child++) end = endOf(elements, end);
  return end;
}

const arrowKey = 'ARROW:schema';

/**
 * What the file says of itself besides, with the Arrow types of the wanted columns alone: the reader holds them against
 * the columns. Undefined where they cannot be read.
 */
function keyValuesOf(
  { key_value_metadata: pairs }: FileMetaData,
  wanted: ReadonlySet<string>,
): Pick<FileMetaData, 'key_value_metadata'> | undefined {
  const narrowed = ({ key, value }: KeyValue): KeyValue =>
    key === arrowKey && value ? { key, value: arrowSchemaOf(value, wanted) } : { key, value };
  try {
    return { key_value_metadata: pairs?.map(narrowed) };
  } catch {
    return undefined;
  }
}

/** An Arrow schema as Parquet keeps it: a message of the stream format in base 64. */
function arrowSchemaOf(base64: string, wanted: ReadonlySet<string>): string {
  const reader = RecordBatchReader.from(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))).open();
  const { fields, metadata } = reader.schema;
  const schema = new Schema(
    fields.filter(({ name }) => wanted.has(name)),
    metadata,
  );
  const stream = tableToIPC(new Table(schema), 'stream');
  const length = new DataView(stream.buffer, stream.byteOffset).getInt32(4, true);
  return btoa(String.fromCharCode(...stream.subarray(0, 8 + length)));
}

function placeOf({ dictionary_page_offset: words, data_page_offset: data, total_compressed_size }: ColumnMetaData, size: number) {
  const start = Number(words !== undefined && words > 0n && words < data ? words : data);
  const length = Number(total_compressed_size);
  if (!(start >= 0 && length >= 0 && start + length <= size)) throw new Error('a column lies outside of the file');
  return { start, length };
}

/** What is known of a column without what only a search needs. */
function moved(meta: ColumnMetaData, shift: bigint): ColumnMetaData {
  const { type, encodings, path_in_schema, codec, num_values, total_uncompressed_size, total_compressed_size } = meta;
  const { data_page_offset: data, dictionary_page_offset: words } = meta;
  return {
    type,
    encodings,
    path_in_schema,
    codec,
    num_values,
    total_uncompressed_size,
    total_compressed_size,
    data_page_offset: data + shift,
    ...(words !== undefined && words > 0n && words < data && { dictionary_page_offset: words + shift }),
  };
}

/** The older writing of an integer's width, since the writer does not write the newer one as readers want it. */
function withoutLogicalInteger(element: SchemaElement): SchemaElement {
  const { logical_type: logical } = element;
  if (logical?.type !== 'INTEGER') return element;
  const converted = `${logical.isSigned ? '' : 'U'}INT_${logical.bitWidth}` as SchemaElement['converted_type'];
  return { ...element, logical_type: undefined, converted_type: element.converted_type ?? converted };
}

const magic = new TextEncoder().encode('PAR1');
