import { Table } from 'apache-arrow';
import { inStretches, type RunContext } from '../../base/run';
import { canonicalTables, propertyColumn } from '../../schema/canonical';
import type { TimeZone } from '../../schema/parse/timeZone';
import { hasData, type NumberColumn } from '../../schema/staging/columns';
import type { StagedEvents } from '../../schema/staging/staged';
import { float64Column, int32Column, moneyColumn, textColumnInSteps, timestampColumn, type Columns } from './arrowColumns';
import { IndexProgress, type Tell } from './indexProgress';

/**
 * Rows of a part: each becomes a table of its own with one copy into the engine, is saved as one file and put back as
 * it is. Large enough to scan fast, small enough to hold twice.
 */
export const partRows = 1 << 19;

export interface EventsToWrite {
  events: StagedEvents;
  /** Row numbers in the order of the tables. */
  order: Int32Array;
  userOfRow: Int32Array;
  /** Code → number. */
  itemOfCode: Int32Array | undefined;
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
  ['currency', 'currency'],
] as const;

/**
 * Hands the rows over in slices, in table order; a slice has the columns of which the source has any cell.
 * @param meanwhile what else there is to do, while the last slice is written
 */
export async function writeEvents(
  { events, order, userOfRow, itemOfCode, zone }: EventsToWrite,
  write: (slice: Table, index: number, onShare: Tell) => Promise<void>,
  run: RunContext,
  tell: Tell = new IndexProgress(run, order.length).step(),
  meanwhile: () => Promise<void> = async () => {},
): Promise<void> {
  const optional = optionalColumns.flatMap(([name, staged]) => {
    const column = events[staged];
    return column && hasData(column) ? [{ name: name as string, column, isMoney: canonicalTables.events[name] === 'DECIMAL(18,4)' }] : [];
  });
  for (const [name, column] of events.properties ?? [])
    if (hasData(column)) optional.push({ name: propertyColumn(name), column, isMoney: false });
  const item = events.item && hasData(events.item) ? events.item : undefined;
  const placed = await inFileOrder(order, events.rows, run);
  let written: Promise<void> = Promise.resolve();
  for (let start = 0; start < order.length; start += partRows) {
    const rows: PlacedRows = { from: placed.from.subarray(start, start + partRows), to: placed.to.subarray(start, start + partRows) };
    const count = rows.from.length;
    const columns: Columns = { user_index: int32Column(gathered(userOfRow, rows)) };
    await run.breathe();
    if (item && itemOfCode) {
      const codes = gathered(item.codes, rows);
      for (let i = 0; i < codes.length; i++) if (codes[i] >= 0) codes[i] = itemOfCode[codes[i]];
      columns.item_index = int32Column(codes);
    }
    columns.event = await textColumnInSteps(gathered(events.event.codes, rows), events.event.pool, run);
    await run.breathe();
    const ts = gatheredNumbers(events.ts, rows);
    columns.ts = timestampColumn(ts);
    const local = new Float64Array(ts.length);
    for (let i = 0; i < ts.length; i++) {
      local[i] = zone.toLocal(ts[i]);
      if ((i & 0xffff) === 0xffff) await run.breathe();
    }
    columns.local_ts = timestampColumn(local);
    await run.breathe();
    for (const [c, { name, column, isMoney }] of optional.entries()) {
      tell((start + (count * c) / (2 * optional.length)) / order.length);
      if (column.kind === 'text') columns[name] = await textColumnInSteps(gathered(column.codes, rows), column.pool, run);
      else {
        const values = gatheredNumbers(column, rows);
        columns[name] = isMoney ? moneyColumn(values) : float64Column(values);
      }
      await run.breathe();
    }
    tell((start + count / 2) / order.length);
    // The engine takes one slice in while the next one is made.
    await written;
    tell((start + count / 2) / order.length);
    if (run.signal.aborted) await run.breathe();
    written = write(new Table(columns), start / partRows, (share) => tell((start + (count * (1 + share)) / 2) / order.length));
    // A failure is met at the next await; until then it must not count as unhandled.
    written.catch(() => {});
  }
  await meanwhile();
  await written;
  tell(1);
}

/** Rows of the source, and where in their slice each goes. */
interface PlacedRows {
  from: Int32Array;
  to: Int32Array;
}

/**
 * The rows of each slice in the order of the source, not of the table: a column is then read from one end to the other
 * and written here and there within one slice, which is a third of the time of reading here and there in all of it.
 */
async function inFileOrder(order: Int32Array, sourceRows: number, run: RunContext): Promise<PlacedRows> {
  const placeOf = new Int32Array(sourceRows);
  if (order.length < sourceRows) placeOf.fill(-1);
  await inStretches(order.length, run, (start, end) => {
    for (let place = start; place < end; place++) placeOf[order[place]] = place;
  });
  const placed = { from: new Int32Array(order.length), to: new Int32Array(order.length) };
  const next = Int32Array.from({ length: Math.ceil(order.length / partRows) }, (_, slice) => slice * partRows);
  await inStretches(sourceRows, run, (start, end) => {
    for (let row = start; row < end; row++) {
      const place = placeOf[row];
      if (place < 0) continue;
      const slice = Math.floor(place / partRows);
      const at = next[slice]++;
      placed.from[at] = row;
      placed.to[at] = place - slice * partRows;
    }
  });
  return placed;
}

function gathered(column: Int32Array, { from, to }: PlacedRows): Int32Array {
  const values = new Int32Array(from.length);
  for (let i = 0; i < from.length; i++) values[to[i]] = column[from[i]];
  return values;
}

function gatheredNumbers({ values: column }: NumberColumn, { from, to }: PlacedRows): Float64Array {
  const values = new Float64Array(from.length);
  for (let i = 0; i < from.length; i++) values[to[i]] = column[from[i]];
  return values;
}
