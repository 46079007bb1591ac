import type { RunContext } from '../base/run';
import { netLines } from '../measures/scan';
import { orderEvent } from '../schema/events';
import { numbersOf } from '../store/columns';
import type { DataScope } from '../store/dataScope';
import { identifier, join, sql } from '../store/sql';
import { customerColumns, customersOfLines, itemsOfLines, unitOfSplit, type SeriesSplit } from './promotionSeries';

/** More units than this are no groups that anybody would compare. */
const mostUnits = 2000;

/** By what orders can be split into at least two units. */
export async function seriesSplits(scope: DataScope, run: RunContext): Promise<{ split: SeriesSplit; units: number }[]> {
  const columns = await customerColumns(scope, run);
  const splits = ['category', 'subcategory', 'brand', 'channel', 'device', ...columns.map((column) => `user.${column}` as const)] as const;
  const counts = splits.map((split, i) => sql`count(DISTINCT nullif(${unitOfSplit(split)}, ''))::DOUBLE AS ${identifier(`n${i}`)}`);
  const table = await scope.store.query(
    sql`SELECT ${join(counts)} FROM ${netLines(scope)} l ${itemsOfLines(scope)} ${customersOfLines(scope)}
      WHERE l.event = ${orderEvent} AND NOT l.taken_back`,
    run.signal,
  );
  return splits
    .map((split, i) => ({ split, units: numbersOf(table, `n${i}`)[0] }))
    .filter(({ split, units }, _, all) => {
      // A category without levels is the same as its subcategories.
      const isTwin = split === 'subcategory' && units === all[0].units;
      return units >= 2 && units <= mostUnits && !isTwin;
    });
}
