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
    hashOf('user_index').ints(userIndex);
    columns.user_index = int32Column(userIndex);

    const itemIndex = new Int32Array(rows.length).fill(-1);
    const itemCodes = events.item?.codes;
    if (itemCodes) {
      for (let i = 0; i < rows.length; i++) {
        const code = itemCodes[rows[i]];
        if (code >= 0) itemIndex[i] = itemIndexOfCode[code];
      }
    }
    hashOf('item_index').ints(itemIndex);
    columns.item_index = int32Column(itemIndex);
    columns.event = texts(events.event, rows, hashOf('event'));
    await run.breathe();

    const ts = gatherNumbers(events.ts, rows, hashOf('ts'));
    columns.ts = timestampColumn(ts);
    const local = new Float64Array(ts.length);
    for (let i = 0; i < ts.length; i++) local[i] = zone.toLocal(ts[i]);
    hashOf('local_ts').doubles(local);
    columns.local_ts = timestampColumn(local);
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
    const from = column.codes;
    for (let i = 0; i < rows.length; i++) codes[i] = from[rows[i]];
    hash.texts(codes, ofCode);
    return textColumn(codes, column.pool);
  }
}

function gatherNumbers(column: NumberColumn, rows: Int32Array, hash: ColumnHash): Float64Array {
  const from = column.values;
  const values = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) values[i] = from[rows[i]];
  hash.doubles(values);
  return values;
}
