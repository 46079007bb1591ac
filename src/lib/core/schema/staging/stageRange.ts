import { UserError, type Diagnostic } from '../../base/errors';
import type { RunContext } from '../../base/run';
import { utf8Blocks } from '../csv/encoding';
import { fileReadError } from '../csv/fileErrors';
import { headerNames } from '../csv/headerNames';
import { cellText, RecordReader } from '../csv/recordReader';
import { plainWord } from '../inspect/headerWords';
import { Found, type Records } from '../records';
import type { FileSource } from '../files';
import { unguardCells } from '../parse/spreadsheetText';
import { TimeZone } from '../parse/timeZone';
import { reshaped } from '../reshape';
import type { Mapping } from '../roles';
import { EntityStager } from './stageEntities';
import { EventStager } from './stageEvents';
import { type RejectCode, type RejectedRow, type StagedSource } from './staged';

export interface RangeOptions {
  sourceId: string;
  zone: TimeZone;
  currency: string;
  run: RunContext;
  /** Instead of {@link keptRejectCharacters}. */
  keptRejectCharacters?: number;
  /** The file's own columns, where they are known and the mapping was fitted to them; the header is not checked again. */
  fileColumns?: readonly string[];
}

/** What a part of a file gave, or all of it; row numbers count from its beginning. */
export interface StagedRange {
  source: StagedSource;
  rowsRead: number;
  rejectCounts: Map<RejectCode, number>;
  negativeQuantities: number;
  /** The first row with bytes that are no character, where there is one. */
  firstBroken: { row: number; column: string } | undefined;
  /** What was wrong with cells of rows that were kept. */
  problems: Diagnostic[];
  /** Bytes behind the last whole record; more than none at the end of a part says that it was cut inside a record. */
  unfinishedBytes: number;
}

/**
 * Rejected rows are kept to be looked at and sent back, all of them until their texts reach this many characters (more
 * than 600,000 order lines); beyond that they are counted only, and `rejectsKept` says how many there are.
 */
export const keptRejectCharacters = 64 << 20;
/** Of one row. */
const rejectCharacters = 500;
const rowsBetweenBreaths = 2048;

/**
 * Reads a file, or a part of one that ends between two records, block by block into staged columns, whatever its rows are
 * worth. Memory grows with the rows that are kept, not with the file.
 *
 * @throws UserError `mapping_…`, `file_…`, `columns_changed`; Cancelled
 */
export async function stageRange(file: FileSource, mapping: Mapping, options: RangeOptions): Promise<StagedRange> {
  const { run } = options;
  const columns = mapping.columns.length;
  // Local times of the file; the local times of the data are the plan's, and made later.
  const zone = mapping.timeZone === undefined ? options.zone : new TimeZone(mapping.timeZone);
  const stager = mapping.kind === 'events' ? new EventStager(mapping, zone, options.currency) : new EntityStager(mapping, zone);
  const lastMapped = Math.max(...Object.values(mapping.roles).map((name) => mapping.columns.indexOf(name)));
  // One more than the columns: a line that ends with a delimiter has an empty cell too many.
  const fileColumns = options.fileColumns ?? mapping.columns;
  const reader = new RecordReader(mapping, Math.max(columns, fileColumns.length) + 1);
  const records = reshaped(reader, mapping, fileColumns);
  const rejects: RejectedRow[] = [];
  const rejectCounts = new Map<RejectCode, number>();
  let rejectedCharacters = 0;
  let firstBroken: { row: number; column: string } | undefined;
  const started = performance.now();
  let rowsRead = 0;
  let headerPending = mapping.header;
  let carried: Uint8Array = new Uint8Array(0);
  let bytesRead = 0;
  let rowsAtLastBreath = 0;

  const readRecords = async (bytes: Uint8Array, last: boolean) => {
    reader.load(bytes, last);
    if (headerPending && reader.next() !== Found.end) {
      if (!options.fileColumns) checkHeader(reader, mapping);
      headerPending = false;
    }
    if (headerPending) return;
    for (let found = records.next(); found !== Found.end; found = records.next()) {
      if (!records.added) rowsRead++;
      if (found === Found.record) unguardCells(records);
      const code = found === Found.broken ? 'broken_quotes' : (misshapen(records, columns, lastMapped) ?? stager.row(records, rowsRead));
      if (code !== undefined && !records.added) reject(code, found === Found.broken ? -1 : stager.faultyCell);
      if (rowsRead - rowsAtLastBreath >= rowsBetweenBreaths) {
        rowsAtLastBreath = rowsRead;
        await run.breathe();
      }
    }
  };
  const reject = (code: RejectCode, cell: number) => {
    rejectCounts.set(code, (rejectCounts.get(code) ?? 0) + 1);
    const wholeRow = code === 'too_few_columns' || code === 'too_many_columns' || cell < 0;
    const column = wholeRow ? '' : mapping.columns[cell];
    if (code === 'bad_encoding') firstBroken ??= { row: rowsRead, column };
    if (rejectedCharacters >= (options.keptRejectCharacters ?? keptRejectCharacters)) return;
    const text = reader.text(rejectCharacters);
    rejectedCharacters += text.length;
    rejects.push({ row: rowsRead, column, code, text });
  };
  const reportProgress = () => {
    const seconds = (performance.now() - started) / 1000;
    const values = { rows: rowsRead, rowsPerSecond: Math.round(rowsRead / Math.max(seconds, 0.001)) };
    run.report({ stage: 'read', done: bytesRead, total: file.size, unit: 'bytes', values });
  };

  try {
    for await (const { bytes, fileOffset } of ahead(utf8Blocks(file, mapping.encoding))) {
      await readRecords(carried.length > 0 ? concatenated(carried, bytes) : bytes, false);
      carried = reader.bytes.slice(reader.consumed);
      bytesRead = fileOffset;
      reportProgress();
      await run.breathe();
    }
  } catch (error) {
    throw fileReadError(error, file);
  }
  if (bytesRead !== file.size) throw fileChanged(file);
  const unfinishedBytes = carried.length;
  await readRecords(carried, true);
  reportProgress();
  const source: StagedSource = { ...stager.finish(), sourceId: options.sourceId, rejects };
  const { negativeQuantities } = stager;
  return { source, rowsRead, rejectCounts, negativeQuantities, firstBroken, problems: stager.problems(), unfinishedBytes };
}

function misshapen(reader: Records, columns: number, lastMapped: number): RejectCode | undefined {
  if (reader.cells === columns) return undefined;
  if (reader.cells <= lastMapped) return 'too_few_columns';
  if (reader.cells > columns + 1) return 'too_many_columns';
  return reader.cells > columns && reader.ends[columns] > reader.starts[columns] ? 'too_many_columns' : undefined;
}

function checkHeader(reader: Records, mapping: Mapping): void {
  const cells = Array.from({ length: Math.min(reader.cells, reader.starts.length) }, (_, cell) => cellText(reader, cell, mapping.quote));
  const found = headerNames(cells);
  const needed = [...Object.values(mapping.roles), ...(mapping.keep ?? [])];
  // A mapping from before may tell repeated names apart in another way.
  const isThere = (name: string, cell: number) =>
    found[cell] === name || cells[cell]?.trim() === name || plainWord(found[cell] ?? '') === plainWord(name);
  const missing = needed.find((name) => !isThere(name, mapping.columns.indexOf(name)));
  if (missing === undefined) return;
  throw new UserError(
    'columns_changed',
    `The file has no column "${missing}" where the mapping expects it; its header says ${found.slice(0, 8).join(', ')}.`,
    'Map the columns of this file anew.',
    { column: missing, header: found.slice(0, 8).join(', ') },
  );
}

export function fileChanged(file: FileSource): UserError {
  return new UserError(
    'file_changed',
    `"${file.name}" changed while it was read.`,
    'Wait until nothing writes to it, then choose it again.',
    {
      file: file.name,
    },
  );
}

function concatenated(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}

/** Asks for the next block before the one at hand is worked on, so that reading and parsing overlap. */
async function* ahead<T>(blocks: AsyncGenerator<T>): AsyncGenerator<T> {
  try {
    let next = blocks.next();
    for (;;) {
      const { value, done } = await next;
      if (done) return;
      next = blocks.next();
      // Whoever stops early never looks at this one.
      next.catch(() => {});
      yield value;
    }
  } finally {
    await blocks.return(undefined);
  }
}
