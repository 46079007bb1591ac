import { Table, type DataType, type Vector } from 'apache-arrow';
import type { RunContext } from '../../base/run';
import { canonicalTables } from '../../schema/canonical';
import type { TimeZone } from '../../schema/parse/timeZone';
import type { NumberColumn, TextColumn } from '../../schema/staging/columns';
import { float64Column, int32Column, moneyColumn, textColumn, timestampColumn } from './arrowColumns';
import { ColumnHash, textHashes } from './columnHash';
import type { MergedEvents } from './mergeStaged';

/** Rows that are made into Arrow at a time: large enough to insert fast, small enough to hold twice. */
const sliceRows = 1 << 19;

export interface EventsToWrite {
  events: MergedEvents;
  /** Row numbers in the order of the table. */
  order: Int32Array;
  userStarts: Int32Array;
  /** Code → dense index. */
  itemIndexOfCode: Int32Array;
  zone: TimeZone;
}

/** The columns of `events` that a source can lack, and where they are staged. */
const optionalColumns = [
  ['quantity', 'quantity'],
  ['price', 'price'],
  ['value', 'value'],
  ['order_id', 'order'],
  ['session_id', 'session'],
  ['channel', 'channel'],
  ['campaign', 'campaign'],
  ['device', 'device'],
  ['rating', 'rating'],
] as const;

/**
 * Hands the rows of `events` over in slices, in table order, and returns the hash of each column. A slice holds only
 * the columns that have data; `source_index` is not part of the hash, because the same rows are the same data
 * however many files they came in.
 */
export async function writeEvents(
  { events, order, userStarts, itemIndexOfCode, zone }: EventsToWrite,
  write: (slice: Table) => Promise<void>,
  run: RunContext,
): Promise<Record<string, string>> {
  const hashes = new Map<string, ColumnHash>();
  const hashOf = (name: string): ColumnHash => {
    let hash = hashes.get(name);
    if (!hash) hashes.set(name, (hash = new ColumnHash()));
    return hash;
  };
  const hashesOfTexts = new Map<TextColumn, Int32Array>();
  let written: Promise<void> = Promise.resolve();
  let user = 0;

  for (let start = 0; start < order.length; start += sliceRows) {
    const rows = order.subarray(start, start + sliceRows);
    const columns: Record<string, Vector<DataType>> = {};

    const userIndex = new Int32Array(rows.length);
    for (let i = 0; i < rows.length; i++) {
      while (userStarts[user + 1] <= start + i) user++;
      userIndex[i] = user;
    }
    columns.user_index = int32Column(hashInts(userIndex, hashOf('user_index')));

    const itemIndex = new Int32Array(rows.length).fill(-1);
    const itemCodes = events.item?.codes;
    if (itemCodes) {
      for (let i = 0; i < rows.length; i++) {
        const code = itemCodes[rows[i]];
        if (code >= 0) itemIndex[i] = itemIndexOfCode[code];
      }
    }
    columns.item_index = int32Column(hashInts(itemIndex, hashOf('item_index')));
    columns.event = texts(events.event, rows, hashOf('event'));
    await run.breathe();

    const ts = gatherNumbers(events.ts, rows, hashOf('ts'));
    columns.ts = timestampColumn(ts);
    const local = ts.map((utc) => zone.toLocal(utc));
    columns.local_ts = timestampColumn(hashDoubles(local, hashOf('local_ts')));
    await run.breathe();

    for (const [name, staged] of optionalColumns) {
      const column = events[staged];
      if (!column) continue;
      if (column.kind === 'text') columns[name] = texts(column, rows, hashOf(name));
      else {
        const values = gatherNumbers(column, rows, hashOf(name));
        columns[name] = canonicalTables.events[name] === 'DOUBLE' ? float64Column(values) : moneyColumn(values);
      }
      await run.breathe();
    }
    const { sourceOfRow } = events;
    columns.source_index = int32Column(sourceOfRow ? Int32Array.from(rows, (row) => sourceOfRow[row]) : new Int32Array(rows.length));

    run.report({ stage: 'index', done: start, total: order.length, unit: 'rows' });
    // The engine takes one slice in while the next one is made.
    await written;
    written = write(new Table(columns));
    // A failure is met at the next await; until then it must not count as unhandled.
    written.catch(() => {});
  }
  await written;
  return Object.fromEntries([...hashes].map(([name, hash]) => [name, hash.digest]));

  function texts(column: TextColumn, rows: Int32Array, hash: ColumnHash): Vector<DataType> {
    let ofCode = hashesOfTexts.get(column);
    if (!ofCode) hashesOfTexts.set(column, (ofCode = textHashes(column.pool)));
    const codes = new Int32Array(rows.length);
    for (let i = 0; i < rows.length; i++) {
      const code = (codes[i] = column.codes[rows[i]]);
      hash.int(code < 0 ? 0x7ff80000 : ofCode[code]);
    }
    return textColumn(codes, column.pool);
  }
}

function gatherNumbers(column: NumberColumn, rows: Int32Array, hash: ColumnHash): Float64Array {
  const values = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) values[i] = column.values[rows[i]];
  return hashDoubles(values, hash);
}

function hashDoubles(values: Float64Array, hash: ColumnHash): Float64Array {
  for (let i = 0; i < values.length; i++) hash.double(values[i]);
  return values;
}

function hashInts(values: Int32Array, hash: ColumnHash): Int32Array {
  for (let i = 0; i < values.length; i++) hash.int(values[i]);
  return values;
}
