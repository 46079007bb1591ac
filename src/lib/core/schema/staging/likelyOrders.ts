import type { RunContext } from '../../base/run';
import { fileReadError } from '../csv/fileErrors';
import type { FileSource } from '../files';
import { openMapped } from '../formats';
import { unguardCells } from '../parse/spreadsheetText';
import { Found } from '../records';
import { reshaped } from '../reshape';
import type { Mapping } from '../roles';
import { fitToFile } from './fitToFile';
import type { OrderPool } from './orderIndex';

/** Rows of a file of lines that are looked at. */
const lookedAt = 20_000;

/**
 * From which files of orders a file of lines takes its orders: places, the likeliest first. That is the file which has
 * most of the orders of its first lines; of equal ones the file at the same place, as months stand in the order of their
 * names. The others follow, since a line of the last of October may be of an order in November's file.
 * @param place of the file of lines among its own
 * @throws UserError what reading a file throws; Cancelled
 */
export async function likelyOrders(pool: OrderPool, file: FileSource, given: Mapping, place: number, run: RunContext): Promise<number[]> {
  const places = Array.from({ length: pool.files }, (_, at) => at);
  if (places.length < 2) return places;
  const found = await ordersFound(pool, file, given, run);
  const apart = (at: number) => (at === place ? 0 : 1);
  return places.sort((a, b) => found[b] - found[a] || apart(a) - apart(b) || a - b);
}

/** How many of the first lines have their order in each file of orders. */
async function ordersFound(pool: OrderPool, packed: FileSource, given: Mapping, run: RunContext): Promise<Float64Array> {
  const found = new Float64Array(pool.files);
  try {
    const { file, format } = await openMapped(packed, given);
    const { mapping, fileColumns = mapping.columns } = await fitToFile({ file, format }, given);
    const cell = mapping.columns.indexOf(mapping.roles.order ?? '');
    const table = await format.open(file, mapping, { fileColumns });
    let rows = 0;
    for await (const { records } of table.blocks()) {
      const read = reshaped(records, mapping, fileColumns);
      for (let at = read.next(); at !== Found.end; at = read.next()) {
        rows++;
        if (at === Found.broken || cell < 0 || cell >= read.cells) continue;
        unguardCells(read);
        const order = pool.numberOf(read.bytes, read.starts[cell], read.ends[cell]);
        if (order >= 0) for (let one = 0; one < found.length; one++) if (pool.rowIn(one, order) >= 0) found[one]++;
      }
      if (rows >= lookedAt) break;
      await run.breathe();
    }
  } catch (error) {
    throw fileReadError(error, packed);
  }
  return found;
}
