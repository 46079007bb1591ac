import type { Diagnostic } from '../../base/errors';
import { inSteps, type RunContext } from '../../base/run';
import { fileReadError } from '../csv/fileErrors';
import type { OpenedTable } from '../formats';
import type { FilePart } from '../formats/format';
import { unguardCells } from '../parse/spreadsheetText';
import { TimeZone } from '../parse/timeZone';
import { Found, type Records } from '../records';
import { reshaped } from '../reshape';
import type { Mapping } from '../roles';
import { EntityStager } from './stageEntities';
import { LinesWithOrders, type OrderIndex } from './orderIndex';
import { EventStager } from './stageEvents';
import { RejectLog } from './rejectLog';
import type { Stager } from './stager';
import { type RejectCode, type StagedSource } from './staged';

export interface RangeOptions {
  sourceId: string;
  zone: TimeZone;
  currency: string;
  run: RunContext;
  /** The file's own columns, where they are known and the mapping was fitted to them; the header is not checked again. */
  fileColumns?: readonly string[];
  /** What takes the rows in, instead of what the mapping's kind says. */
  stagerOf?: (mapping: Mapping) => Stager;
  /** The orders that the rows are lines of; the mapping is joined with theirs. */
  orders?: OrderIndex;
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
  /** Of delimited text: bytes behind the last whole record; more than none at the end of a part says that it was cut inside a record. */
  unfinishedBytes: number;
}

/** Characters of one rejected row, and of the cell at fault, that are kept. */
const rejectCharacters = 2000;
const valueCharacters = 500;
const rowsBetweenBreaths = 2048;

/**
 * Reads a file of any format, or a part of it, block by block into staged columns, whatever its rows are worth. Memory
 * grows with the rows that are kept, not with the file.
 *
 * @throws UserError `mapping_…`, `file_…`, `columns_changed`; Cancelled
 */
export async function stageRange(
  { file, format }: OpenedTable,
  mapping: Mapping,
  options: RangeOptions,
  part?: FilePart,
): Promise<StagedRange> {
  const { run } = options;
  const columns = mapping.columns.length;
  // Local times of the file; the local times of the data are the plan's, and made later.
  const zone = mapping.timeZone === undefined ? options.zone : new TimeZone(mapping.timeZone);
  const stager =
    options.stagerOf?.(mapping) ??
    (mapping.kind === 'events' ? new EventStager(mapping, zone, options.currency) : new EntityStager(mapping, zone));
  const lastMapped = Math.max(...Object.values(mapping.roles).map((name) => mapping.columns.indexOf(name)));
  const rejects = new RejectLog();
  const rejectCounts = new Map<RejectCode, number>();
  let firstBroken: { row: number; column: string } | undefined;
  const started = performance.now();
  let rowsRead = 0;
  let rowsAtLastBreath = 0;
  let unfinishedBytes = 0;

  const fileColumns = options.fileColumns ?? mapping.columns;
  // A reshaping remembers rows of earlier blocks, so that there is one of it for all of them.
  let read: Records | undefined;
  let reshapedRecords: Records | undefined;
  const recordsOf = (records: Records): Records => {
    if (records === read && reshapedRecords) return reshapedRecords;
    read = records;
    const shaped = reshaped(records, mapping, fileColumns);
    lines = options.orders && new LinesWithOrders(shaped, options.orders, mapping);
    return (reshapedRecords = lines ?? shaped);
  };
  let lines: LinesWithOrders | undefined;
  const orderCell = mapping.columns.indexOf(mapping.roles.order ?? '');
  const takeRow = (records: Records): RejectCode | undefined => {
    if (!lines?.isOrphan) return stager.row(records, rowsRead);
    stager.faultyCell = orderCell;
    return 'orphan_order';
  };
  const readRecords = async (records: Records) => {
    for (let found = records.next(); found !== Found.end; found = records.next()) {
      if (!records.added) rowsRead++;
      if (found === Found.record) unguardCells(records);
      const code = found === Found.broken ? format.brokenCode : (misshapen(records, columns, lastMapped) ?? takeRow(records));
      if (code !== undefined && !records.added) reject(records, code, found === Found.broken ? -1 : stager.faultyCell);
      if (rowsRead - rowsAtLastBreath >= rowsBetweenBreaths) {
        rowsAtLastBreath = rowsRead;
        await run.breathe();
      }
    }
  };
  const reject = (records: Records, code: RejectCode, cell: number) => {
    rejectCounts.set(code, (rejectCounts.get(code) ?? 0) + 1);
    const wholeRow = code === 'too_few_columns' || code === 'too_many_columns' || cell < 0;
    const column = wholeRow ? '' : mapping.columns[cell];
    if (code === 'bad_encoding') firstBroken ??= { row: rowsRead, column };
    const text = records.text(rejectCharacters);
    rejects.add({ row: rowsRead, column, code, text, ...(!wholeRow && { value: valueOf(records, cell) }) });
  };
  const reportProgress = (bytesRead: number) => {
    const seconds = (performance.now() - started) / 1000;
    const values = { rows: rowsRead, rowsPerSecond: Math.round(rowsRead / Math.max(seconds, 0.001)) };
    run.report({ stage: 'read', done: bytesRead, total: part ? part.end - part.start : file.size, unit: 'bytes', values });
  };

  let table;
  try {
    table = await format.open(file, mapping, { part, fileColumns: options.fileColumns });
    reportProgress(0);
    for await (const block of table.blocks()) {
      await readRecords(recordsOf(block.records));
      unfinishedBytes = block.unfinishedBytes ?? 0;
      reportProgress(block.fileOffset);
      await run.breathe();
    }
  } catch (error) {
    throw fileReadError(error, file);
  }
  const source: StagedSource = { ...(await inSteps(stager.finish(), run)), sourceId: options.sourceId, rejects };
  const { negativeQuantities } = stager;
  const problems = [...stager.problems(), ...(table.problems?.() ?? [])];
  return { source, rowsRead, rejectCounts, negativeQuantities, firstBroken, problems, unfinishedBytes };
}

function misshapen(reader: Records, columns: number, lastMapped: number): RejectCode | undefined {
  if (reader.cells === columns) return undefined;
  if (reader.cells <= lastMapped) return 'too_few_columns';
  if (reader.cells > columns + 1) return 'too_many_columns';
  return reader.cells > columns && reader.ends[columns] > reader.starts[columns] ? 'too_many_columns' : undefined;
}

/** The cell at fault as it stands in the file, at most so much of it. */
function valueOf({ bytes, starts, ends }: Records, cell: number): string {
  if (cell >= starts.length) return '';
  return decoder.decode(bytes.subarray(starts[cell], Math.min(ends[cell], starts[cell] + 4 * valueCharacters))).slice(0, valueCharacters);
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
