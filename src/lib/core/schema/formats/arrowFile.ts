import { CompressionType, compressionRegistry, RecordBatchReader, type RecordBatch } from 'apache-arrow';
import { decompress } from 'fzstd';
import { UserError } from '../../base/errors';
import { fileReadError } from '../csv/fileErrors';
import type { FileSource } from '../files';
import type { Mapping } from '../roles';
import { ArrowTable, sampleBatch } from './arrowRecords';
import { beginsWithSchema, schemaOfFooter } from './arrowFooter';
import { checkSchema } from './arrowSchemaCheck';
import { joinedBytes } from '../../base/bytes';
import { readBytes } from './bytes';
import { noTextSettings, type ChosenSettings, type OpenOptions, type RecordBlock, type TableRecords, type TableSample } from './format';
import { damaged } from './formatErrors';
import { inflateLz4Frame } from './lz4Frame';
import { seekable } from './packing';

/** Behind a file's mark and its two bytes of filling stands what a stream begins with. */
const fileMarkBytes = 8;
/** A schema of some thousand columns has less. */
const mostSchemaBytes = 8 << 20;

export async function sampleArrow(file: FileSource, chosen: ChosenSettings): Promise<TableSample> {
  let bytes = 0;
  for await (const { batch, fileOffset } of batchesOf(file)) {
    bytes = fileOffset;
    if (batch.numRows === 0) continue;
    const sampled = sampleOf(file, batch, chosen);
    const estimatedRows = Math.max(batch.numRows, Math.round((batch.numRows * file.size) / Math.max(1, bytes)));
    return {
      ...sampled,
      settings: { ...noTextSettings, format: 'arrow', ...(chosen.rowsAt !== undefined && { rowsAt: chosen.rowsAt }) },
      headerCells: [],
      headRows: sampled.rows.length,
      estimatedRows,
      brokenRecords: 0,
    };
  }
  return {
    settings: { ...noTextSettings, format: 'arrow' },
    columns: [],
    headerCells: [],
    rows: [],
    headRows: 0,
    estimatedRows: 0,
    brokenRecords: 0,
  };
}

function sampleOf(file: FileSource, batch: RecordBatch, { columns, rowsAt }: ChosenSettings) {
  try {
    return sampleBatch(batch, columns, rowsAt);
  } catch (error) {
    throw error instanceof UserError ? error : damaged(file, 'Arrow');
  }
}

export async function arrowColumns(file: FileSource, { rowsAt }: Mapping): Promise<string[]> {
  return (await sampleArrow(file, { rowsAt })).columns;
}

export async function openArrow(file: FileSource, mapping: Mapping, options: OpenOptions): Promise<TableRecords> {
  return { blocks: () => arrowBlocks(file, new ArrowTable(mapping, options)) };
}

async function* arrowBlocks(file: FileSource, table: ArrowTable): AsyncGenerator<RecordBlock> {
  let from = 0;
  for await (const { batch, fileOffset } of batchesOf(file)) {
    const start = from;
    try {
      yield* table.blocks(batch, (share) => Math.round(start + (fileOffset - start) * share));
    } catch (error) {
      throw error instanceof UserError ? error : damaged(file, 'Arrow');
    }
    from = fileOffset;
  }
}

/** @throws UserError `file_damaged`, `file_…` */
async function* batchesOf(file: FileSource): AsyncGenerator<{ batch: RecordBatch; fileOffset: number }> {
  registerCodecs();
  let bytesRead = 0;
  let added: Uint8Array | undefined;
  async function* messages() {
    let skip = -1;
    if (added) yield added;
    for await (const block of file.stream()) {
      bytesRead = file.packed?.bytesRead ?? bytesRead + block.length;
      if (skip < 0) skip = block[0] === 0xff ? 0 : fileMarkBytes;
      yield block.subarray(skip);
      skip = Math.max(0, skip - block.length);
    }
  }
  const bytes = aligned(messages());
  try {
    const start = await readBytes(file, 0, Math.min(file.size, mostSchemaBytes));
    const stream = start.subarray(start[0] === 0xff ? 0 : fileMarkBytes);
    if (!beginsWithSchema(stream)) added = await schemaOfFooter(await seekable(file));
    checkSchema(added ?? stream);
    const reader = await RecordBatchReader.from(bytes);
    for await (const batch of reader) {
      if (batch.numRows > 0 && batch.data.children.some(({ length }) => length < batch.numRows)) throw new Error('a column is too short');
      yield { batch, fileOffset: Math.min(file.size, bytesRead) };
    }
  } catch (error) {
    const known = fileReadError(error, file);
    throw known instanceof UserError ? known : damaged(file, 'Arrow');
  } finally {
    // The library leaves the file open when somebody stops early.
    await bytes.return(undefined);
  }
}

/** The same bytes in blocks that begin and end where numbers of eight bytes can: the library takes them as they lie. */
async function* aligned(blocks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let carried = new Uint8Array(0);
  for await (const block of blocks) {
    const isAligned = carried.length === 0 && block.byteOffset % 8 === 0;
    const whole = isAligned ? block : joinedBytes([carried, block]);
    const end = whole.length - (whole.length % 8);
    carried = whole.slice(end);
    if (end > 0) yield whole.subarray(0, end);
  }
  if (carried.length > 0) yield carried;
}

function registerCodecs(): void {
  // Copies, since the library takes the bytes as they lie in memory.
  compressionRegistry.set(CompressionType.ZSTD, { decode: (data) => decompress(data).slice() });
  compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: inflateLz4Frame });
}
