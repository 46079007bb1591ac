import { tableFromIPC, type RecordBatch } from 'apache-arrow';
import { parquetMetadataAsync, type FileMetaData } from 'hyparquet';
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
import { groupAsFile } from './parquetGroup';

/** Rows that leave the WebAssembly at once: some fifty milliseconds of it. */
const rowsAtOnce = 1 << 19;
const batchRows = 1 << 16;
/** Parquet takes about this much less than the same rows as text, so smaller parts pay for their threads. */
const denserThanText = 4;

export async function sampleParquet(file: FileSource, chosen: ChosenSettings): Promise<TableSample> {
  const metadata = await metadataOf(file);
  const settings = { ...noTextSettings, format: 'parquet', ...(chosen.rowsAt !== undefined && { rowsAt: chosen.rowsAt }) } as const;
  const estimatedRows = Number(metadata.num_rows);
  const empty = { settings, columns: [], headerCells: [], rows: [], headRows: 0, estimatedRows, brokenRecords: 0 };
  const group = metadata.row_groups.findIndex(({ num_rows }) => num_rows > 0n);
  if (group < 0) return empty;
  const [batch] = await readGroup(file, metadata, group, rootsOf(metadata), { limit: sampledRows });
  if (!batch) return empty;
  return guarded(file, async () => {
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
  const parts = Math.min(most, Math.floor((file.size * denserThanText) / leastBytes));
  if (parts < 2) return undefined;
  const groups = groupRows(await metadataOf(file));
  const total = groups.reduce((sum, rows) => sum + rows, 0);
  const cuts = [0];
  let rows = 0;
  groups.forEach((count, group) => {
    rows += count;
    if (rows >= (total * cuts.length) / parts && cuts.length < parts && group + 1 < groups.length) cuts.push(group + 1);
  });
  return [...cuts, groups.length];
}

async function* parquetBlocks(file: FileSource, table: ArrowTable, part: FilePart | undefined): AsyncGenerator<RecordBlock> {
  const metadata = await metadataOf(file);
  const groups = groupRows(metadata);
  const { start, end } = part ?? { start: 0, end: groups.length };
  const total = Math.max(
    1,
    groups.reduce((sum, rows) => sum + rows, 0),
  );
  const wanted = new Set(table.rootColumns([...rootsOf(metadata)]));
  let rows = 0;
  for (let group = start; group < end; group++) {
    for (let offset = 0; offset < groups[group]; offset += rowsAtOnce) {
      for (const batch of await readGroup(file, metadata, group, wanted, { offset, limit: rowsAtOnce })) {
        const before = rows;
        rows += batch.numRows;
        try {
          yield* table.blocks(batch, (share) => Math.round((file.size * (before + batch.numRows * share)) / total));
        } catch (error) {
          throw error instanceof UserError ? error : damaged(file, 'Parquet');
        }
      }
    }
  }
}

/** Some rows of a group, with the wanted columns of the table. */
async function readGroup(
  file: FileSource,
  metadata: FileMetaData,
  group: number,
  wanted: ReadonlySet<string>,
  range: { offset?: number; limit: number },
): Promise<RecordBatch[]> {
  const { readParquet } = await loadLibrary();
  return guarded(file, async () => {
    const bytes = await groupAsFile(file, metadata, group, wanted);
    const table = readParquet(bytes, { ...range, batchSize: Math.min(batchRows, range.limit) });
    return tableFromIPC(table.intoIPCStream()).batches.filter(({ numRows }) => numRows > 0);
  });
}

function groupRows({ row_groups }: FileMetaData): number[] {
  return row_groups.map(({ num_rows }) => Number(num_rows));
}

/** Names of the columns of the table, whatever they hold. */
function rootsOf({ row_groups, schema }: FileMetaData): Set<string> {
  const first = row_groups[0];
  return new Set(
    first ? first.columns.map(({ meta_data }) => meta_data?.path_in_schema[0] ?? '') : schema.slice(1).map(({ name }) => name),
  );
}

/** What a file says of itself, which is read several times on its way in. */
const known = new WeakMap<FileSource, FileMetaData>();

async function metadataOf(file: FileSource): Promise<FileMetaData> {
  const before = known.get(file);
  if (before) return before;
  const slice = async (start: number, end = file.size) => exactly(await readBytes(file, start, end));
  const metadata = await guarded(file, () => parquetMetadataAsync({ byteLength: file.size, slice }, { geoparquet: false }));
  known.set(file, metadata);
  return metadata;
}

function exactly(bytes: Uint8Array<ArrayBuffer>): ArrayBuffer {
  return bytes.length === bytes.buffer.byteLength ? bytes.buffer : bytes.slice().buffer;
}

let loading: Promise<typeof import('parquet-wasm')> | undefined;

/** Loaded with the first Parquet file: 1.6 MB. A load that failed is tried again. */
function loadLibrary(): Promise<typeof import('parquet-wasm')> {
  loading ??= import('parquet-wasm').then(async (library) => {
    // Where modules are read from the disk it is there already.
    if (typeof library.default === 'function') await library.default();
    return library;
  });
  loading.catch(() => (loading = undefined));
  return loading;
}

/** What the library throws, a text or a trap, says that the file is damaged. */
async function guarded<T>(file: FileSource, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const told = fileReadError(error, file);
    throw told instanceof UserError ? told : damaged(file, 'Parquet');
  }
}
