import { tableFromIPC, type RecordBatch } from 'apache-arrow';
import type { ParquetFile, ParquetMetaData } from 'parquet-wasm';
import { UserError } from '../../base/errors';
import { fileReadError } from '../csv/fileErrors';
import type { FileSource } from '../files';
import type { Mapping } from '../roles';
import { ArrowTable, sampleBatch } from './arrowRecords';
import { readBytes } from './bytes';
import {
  noTextSettings,
  sampledRows,
  type ChosenSettings,
  type FilePart,
  type OpenOptions,
  type RecordBlock,
  type TableRecords,
  type TableSample,
} from './format';
import { damaged } from './formatErrors';

/** Rows that leave the WebAssembly at once. */
const batchRows = 1 << 16;
/** Parquet takes about this much less than the same rows as text, so smaller parts pay for their threads. */
const denserThanText = 4;

export async function sampleParquet(file: FileSource, chosen: ChosenSettings): Promise<TableSample> {
  return guarded(file, async () => {
    const { parquet, metadata } = await openFile(file);
    const settings = { ...noTextSettings, format: 'parquet', ...(chosen.rowsAt !== undefined && { rowsAt: chosen.rowsAt }) } as const;
    const estimatedRows = metadata.fileMetadata().numRows();
    const groups = groupRows(metadata);
    const first = groups.findIndex((rows) => rows > 0);
    const empty = { settings, columns: [], headerCells: [], rows: [], headRows: 0, estimatedRows, brokenRecords: 0 };
    if (first < 0) return empty;
    const table = await parquet.read({ rowGroups: [first], limit: sampledRows, batchSize: sampledRows });
    const [batch] = tableFromIPC(table.intoIPCStream()).batches;
    if (!batch) return empty;
    const sampled = sampleBatch(batch, chosen.columns, chosen.rowsAt);
    return { ...empty, ...sampled, headRows: sampled.rows.length };
  });
}

export async function parquetColumns(file: FileSource, { rowsAt }: Mapping): Promise<string[]> {
  return (await sampleParquet(file, { rowsAt })).columns;
}

export async function openParquet(file: FileSource, mapping: Mapping, options: OpenOptions): Promise<TableRecords> {
  return { blocks: () => parquetBlocks(file, new ArrowTable(mapping, options), options.part) };
}

/** Groups of rows, shared out evenly. */
export async function cutParquet(file: FileSource, most: number, leastBytes: number): Promise<number[] | undefined> {
  return guarded(file, async () => {
    const parts = Math.min(most, Math.floor((file.size * denserThanText) / leastBytes));
    if (parts < 2) return undefined;
    const groups = groupRows((await openFile(file)).metadata);
    const total = groups.reduce((sum, rows) => sum + rows, 0);
    const cuts = [0];
    let rows = 0;
    groups.forEach((count, group) => {
      rows += count;
      if (rows >= (total * cuts.length) / parts && cuts.length < parts && group + 1 < groups.length) cuts.push(group + 1);
    });
    return [...cuts, groups.length];
  });
}

async function* parquetBlocks(file: FileSource, table: ArrowTable, part: FilePart | undefined): AsyncGenerator<RecordBlock> {
  const { parquet, metadata } = await guarded(file, () => openFile(file));
  const groups = groupRows(metadata);
  const { start, end } = part ?? { start: 0, end: groups.length };
  const total = Math.max(
    1,
    groups.reduce((sum, rows) => sum + rows, 0),
  );
  const columns = table.rootColumns((await guarded(file, async () => tableFromIPC(parquet.schema().intoIPCStream()))).schema);
  let rows = 0;
  for (let group = start; group < end; group++) {
    for await (const batch of groupBatches(file, parquet, group, columns)) {
      const before = rows;
      rows += batch.numRows;
      yield* table.blocks(batch, (share) => Math.round((file.size * (before + batch.numRows * share)) / total));
    }
  }
}

async function* groupBatches(file: FileSource, parquet: ParquetFile, group: number, columns: string[]): AsyncGenerator<RecordBatch> {
  const stream = await guarded(file, () => parquet.stream({ rowGroups: [group], batchSize: batchRows, columns }));
  const reader = (stream as ReadableStream<{ intoIPCStream(): Uint8Array }>).getReader();
  try {
    for (;;) {
      const batches = await guarded(file, async () => {
        const { value, done } = await reader.read();
        return done ? undefined : tableFromIPC(value.intoIPCStream()).batches;
      });
      if (!batches) return;
      yield* batches;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function groupRows(metadata: ParquetMetaData): number[] {
  return Array.from({ length: metadata.numRowGroups() }, (_, group) => metadata.rowGroup(group).numRows());
}

async function openFile(file: FileSource): Promise<{ parquet: ParquetFile; metadata: ParquetMetaData }> {
  const library = await loadLibrary();
  // The library takes a Blob, and only asks it for its size and for slices: so it reads what it needs of any file.
  const blob = {
    size: file.size,
    slice: (start = 0, end = file.size) => ({ arrayBuffer: async () => exactly(await readBytes(file, start, end)) }),
  };
  const parquet = await library.ParquetFile.fromFile(blob as unknown as Blob);
  return { parquet, metadata: parquet.metadata() };
}

function exactly(bytes: Uint8Array<ArrayBuffer>): ArrayBuffer {
  return bytes.length === bytes.buffer.byteLength ? bytes.buffer : bytes.slice().buffer;
}

let loading: Promise<typeof import('parquet-wasm')> | undefined;

/** Loaded with the first Parquet file: 1.6 MB. A load that failed is tried again. */
function loadLibrary(): Promise<typeof import('parquet-wasm')> {
  return (loading ??= import('parquet-wasm').then(
    async (library) => {
      // Where modules are read from the disk it is there already.
      if (typeof library.default === 'function') await library.default();
      return library;
    },
    (error) => {
      loading = undefined;
      throw error;
    },
  ));
}

/** What the library throws, a text or a trap, says that the file is damaged. */
async function guarded<T>(file: FileSource, work: () => Promise<T>): Promise<T> {
  await loadLibrary();
  try {
    return await work();
  } catch (error) {
    const known = fileReadError(error, file);
    if (known instanceof UserError) throw known;
    throw damaged(file, 'Parquet');
  }
}
