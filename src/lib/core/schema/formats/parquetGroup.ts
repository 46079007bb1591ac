import { joinedBytes } from '../../base/bytes';
import type { ColumnMetaData, FileMetaData, SchemaElement } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';
import type { FileSource } from '../files';
import { readBytes } from './bytes';

/** A group that takes more than this in its packed form is not read at once. */
const mostGroupBytes = 1 << 30;

/**
 * One group of rows of a Parquet file as a small file of its own, with the columns that are wanted: so that memory holds
 * one group, and the reader works on bytes that are all there. A reader that waits for bytes can fail where nobody
 * hears it; one that has them throws to whoever called.
 * @param wanted names of columns of the table
 */
export async function groupAsFile(
  file: FileSource,
  metadata: FileMetaData,
  group: number,
  wanted: ReadonlySet<string>,
): Promise<Uint8Array> {
  const source = metadata.row_groups[group];
  const parts: Uint8Array[] = [magic];
  let at = magic.length;
  const columns: typeof source.columns = [];
  for (const column of source.columns) {
    const { meta_data: meta } = column;
    if (!meta || column.file_path !== undefined) throw new Error('a column lies in another file');
    const { start, length } = placeOf(meta, file.size);
    const isWanted = wanted.has(meta.path_in_schema[0]);
    if (isWanted) {
      if (at + length > mostGroupBytes) throw new Error('a group of rows is too large');
      parts.push(await readBytes(file, start, start + length));
    }
    const shift = BigInt((isWanted ? at : magic.length) - start);
    if (isWanted) at += length;
    columns.push({ file_offset: 0n, meta_data: moved(meta, shift) });
  }
  const { num_rows, total_byte_size } = source;
  const writer = new ByteWriter();
  writeMetadata(writer, {
    version: metadata.version,
    schema: metadata.schema.map(withoutLogicalInteger),
    num_rows,
    row_groups: [{ columns, num_rows, total_byte_size }],
    key_value_metadata: metadata.key_value_metadata,
    created_by: metadata.created_by,
    metadata_length: 0,
  });
  parts.push(writer.getBytes(), magic);
  return joinedBytes(parts);
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
