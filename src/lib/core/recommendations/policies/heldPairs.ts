import type { RunContext } from '../../base/run';
import { matrixFromPairs } from '../../math/sparseRows';
import { indexesOf } from '../../store/columns';
import type { DataScope } from '../../store/dataScope';
import type { EventWeights } from '../../store/interactionQueries';
import { remember } from '../../store/remember';
import { identifier, sql } from '../../store/sql';
import type { HeldPairs } from './excludedPairs';

/**
 * What customers have by these events before asOf, and for each pair the whole days from the last of them to asOf: 1 is
 * the last day of the data.
 */
export function readHeldPairs(scope: DataScope & { items: number }, events: EventWeights, run: RunContext): Promise<HeldPairs> {
  const names = Object.keys(events).sort();
  return remember(
    scope,
    `held pairs ${names.join(' ')}`,
    async ({ signal }) => {
      const { store, tables, asOf, users, items } = scope;
      const rows = await store.query(
        sql`SELECT user_index, item_index, (${asOf}::TIMESTAMP::DATE - max(local_ts)::DATE)::INTEGER AS days FROM ${identifier(tables.events)}
          WHERE event IN (${names}) AND item_index >= 0 AND user_index >= 0 AND local_ts < ${asOf}::TIMESTAMP
          GROUP BY user_index, item_index ORDER BY user_index, item_index`,
        signal,
      );
      // In the order of rows and columns, so that each entry keeps its place.
      const pairs = matrixFromPairs(users, items, indexesOf(rows, 'user_index'), indexesOf(rows, 'item_index'));
      return { pairs, daysSince: indexesOf(rows, 'days') };
    },
    run,
  );
}
