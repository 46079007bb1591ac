import type { RunContext } from '../../base/run';
import type { FileSource } from '../../schema/files';
import { TimeZone } from '../../schema/parse/timeZone';
import type { ErasedId } from '../../schema/privacy/erasedIds';
import { leaveOutOf } from '../../schema/privacy/leaveOut';
import type { ImportReport } from '../../schema/report';
import type { Mapping } from '../../schema/roles';
import { likelyOrders } from '../../schema/staging/likelyOrders';
import type { OrderPool } from '../../schema/staging/orderIndex';
import { readOrders } from '../../schema/staging/readOrders';
import { stageFile, type StageOptions } from '../../schema/staging/stageFile';
import type { StageHelpers } from '../../schema/staging/stageInParallel';
import type { StagedEvents } from '../../schema/staging/staged';
import type { TableStore } from '../tableStore';
import type { NewSource } from './buildVersion';
import { countDuplicates } from './duplicates';
import { refuseTooLargeImport } from './importEstimate';
import { reportOf } from './importReport';
import { sortByUserAndTime } from './sortEvents';

export interface StageRequest {
  /** Read one after the other, each with this mapping. */
  files: readonly { file: FileSource; sourceId: string }[];
  mapping: Mapping;
  /** Where their rows are lines of orders: the files that say whose the orders are, and when. */
  orders?: { files: readonly FileSource[]; mapping: Mapping };
  timeZone: string;
  currency: string;
  /** Who was erased before and is left out. */
  erased?: readonly ErasedId[];
  /** Other threads that can read parts of a file. */
  helpers?: StageHelpers;
  /** Bytes that the import may take; what would not fit is refused before it starts. */
  room?: number;
  run: RunContext;
}

/** Files that were read and are not in the data yet: all in memory, as columns. */
export interface StagedFiles {
  sources: NewSource[];
  /** One a file, in their order. */
  reports: ImportReport[];
  /** One a file, where their rows are lines of orders: the places of the files of orders that it takes from, the likeliest first. */
  ordersByFile?: number[][];
}

/**
 * Reads files in blocks and keeps or rejects each row; nothing but memory changes.
 * @throws UserError `file_…`, `mapping_…`, `columns_changed`, `all_rows_rejected`, `all_rows_erased`,
 * `unknown_time_zone`, `import_too_large`; Cancelled
 */
export async function stageFiles(store: TableStore, request: StageRequest): Promise<StagedFiles> {
  const { files, mapping, timeZone, currency, erased, helpers, room, run } = request;
  const zone = new TimeZone(timeZone);
  if (room !== undefined) {
    await refuseTooLargeImport(
      files.map(({ file }) => file),
      mapping,
      room - ((await store.memoryBytes()) ?? 0),
    );
  }
  const pool = request.orders && (await ordersOf(request.orders, { sourceId: files[0].sourceId, zone, currency, run }));
  const sources: NewSource[] = [];
  const reports: ImportReport[] = [];
  const ordersByFile: number[][] = [];
  const total = files.reduce((sum, { file }) => sum + file.size, 0);
  let read = 0;
  let rows = 0;
  for (const [place, { file, sourceId }] of files.entries()) {
    const started = performance.now();
    if (pool) ordersByFile.push(await likelyOrders(pool, file, mapping, place, run));
    const orders = pool?.seenBy(ordersByFile[place]);
    const staged = await stageFile(file, mapping, { sourceId, zone, currency, helpers, orders, run: partOf(run, { read, rows, total }) });
    await leaveOutOf(staged, erased, run);
    read += file.size;
    rows += staged.rowsRead;
    const report = await reportOf(file.name, mapping.kind, staged, (performance.now() - started) / 1000, run);
    sources.push({ staged: staged.source, files: [file.name] });
    reports.push(report);
    await run.breathe();
  }
  // Which orders have no line is known after the last file of lines.
  reports.at(-1)?.diagnostics.push(...(pool?.problems() ?? []));
  return { sources, reports, ...(pool && { ordersByFile }) };
}

function ordersOf({ files, mapping }: NonNullable<StageRequest['orders']>, options: StageOptions): Promise<OrderPool> {
  return readOrders(
    files.map((file) => ({ file, mapping })),
    options,
  );
}

/** The run as one file of several sees it: it reports its own progress, which is a part of that of all. */
function partOf(run: RunContext, { read, rows, total }: { read: number; rows: number; total: number }): RunContext {
  return {
    signal: run.signal,
    breathe: () => run.breathe(),
    report: (progress) =>
      run.report(
        progress.stage !== 'read'
          ? progress
          : { ...progress, done: read + progress.done, total, values: { ...progress.values, rows: rows + (progress.values?.rows ?? 0) } },
      ),
  };
}

/** Rows of one source that equal an earlier one of it in every staged column. */
export async function countEqualRows(events: StagedEvents, run: RunContext): Promise<number> {
  const { codes, pool } = events.user;
  const { order } = await sortByUserAndTime(codes, pool.size, events.ts.values, run);
  return countDuplicates(events, order, codes, run);
}
