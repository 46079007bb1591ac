import type { RunContext } from '../base/run';
import { netLines, pathSeparator } from '../measures/scan';
import { orderEvent } from '../schema/events';
import { numbersOf } from '../store/columns';
import type { DataScope } from '../store/dataScope';
import { identifier, join, sql, type Sql } from '../store/sql';
import { customerColumns, type SeriesSplit } from './promotionSeries';

/** More units than this are no groups that anybody would compare. */
const mostUnits = 2000;

/** By what orders can be split into at least two units. */
export async function seriesSplits(scope: DataScope, run: RunContext): Promise<{ split: SeriesSplit; units: number }[]> {
  const columns = await customerColumns(scope, run);
  const splits: [SeriesSplit, Sql][] = [
    ['category', sql`split_part(i.category, ${pathSeparator}, 1)`],
    ['subcategory', sql`i.category`],
    ['brand', sql`i.brand`],
    ['channel', sql`l.channel`],
    ['device', sql`l.device`],
    ...columns.map((column): [SeriesSplit, Sql] => [`user.${column}`, sql`u.${identifier(column)}::VARCHAR`]),
  ];
  const counts = splits.map(([, unit], i) => sql`count(DISTINCT nullif(${unit}, ''))::DOUBLE AS ${identifier(`n${i}`)}`);
  const table = await scope.store.query(
    sql`SELECT ${join(counts)} FROM ${netLines(scope)} l
      LEFT JOIN ${identifier(scope.tables.items)} i ON i.item_index = l.item_index
      LEFT JOIN ${identifier(scope.tables.users)} u ON u.user_index = l.user_index
      WHERE l.event = ${orderEvent} AND NOT l.taken_back`,
    run.signal,
  );
  return splits
    .map(([split], i) => ({ split, units: numbersOf(table, `n${i}`)[0] }))
    .filter(({ split, units }, _, all) => {
      // A category without levels is the same as its subcategories.
      const isTwin = split === 'subcategory' && units === all[0].units;
      return units >= 2 && units <= mostUnits && !isTwin;
    });
}
