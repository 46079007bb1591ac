import { UserError } from '../base/errors';
import { matrixFromPairs, type InteractionMatrix } from '../math/sparseRows';
import { orderEvent } from '../schema/events';
import { indexesOf, numbersOf, textsOf } from './columns';
import type { DataTables } from './dataScope';
import { identifier, join, sql, type Sql } from './sql';
import type { TableStore } from './tableStore';

/** Which events count as an interaction, and how much each says of a taste. */
export type EventWeights = Record<string, number>;

/** An order says more than a look. Weights matter for models that read strengths (iALS with alpha above 0). */
export const defaultEventWeights: EventWeights = {
  product_viewed: 1,
  product_clicked: 1,
  product_added_to_wishlist: 2,
  product_added: 3,
  product_rated: 3,
  product_reviewed: 3,
  [orderEvent]: 5,
};

/** The data set that is read: sizes of the dense indexes, and the local midnight before which events are seen. */
export interface InteractionScope {
  tables: DataTables;
  users: number;
  items: number;
  asOf: string;
}

/** Interactions one by one, in order of time. */
export interface InteractionList {
  users: number;
  items: number;
  userOfEvent: Int32Array;
  itemOfEvent: Int32Array;
  /** Weight of each event. */
  valueOfEvent: Float32Array;
  /** Microseconds since 1970, UTC. */
  timeOfEvent: Float64Array;
}

/** Everybody's interactions before asOf, with the weights of one pair summed. */
export async function readInteractionMatrix(
  store: TableStore,
  scope: InteractionScope,
  weights: EventWeights,
  signal?: AbortSignal,
): Promise<InteractionMatrix> {
  // Decimal sums are exact, so they do not depend on the order in which threads add.
  const rows = await store.query(
    sql`SELECT user_index, item_index, sum(weight)::DOUBLE AS value FROM (${weighted(scope, weights)}) GROUP BY ALL ORDER BY user_index, item_index`,
    signal,
  );
  return matrixFromPairs(scope.users, scope.items, indexesOf(rows, 'user_index'), indexesOf(rows, 'item_index'), numbersOf(rows, 'value'));
}

/**
 * The interactions themselves, for splits.
 * @throws UserError `no_interactions`
 */
export async function readInteractionList(
  store: TableStore,
  scope: InteractionScope,
  weights: EventWeights,
  signal?: AbortSignal,
): Promise<InteractionList> {
  const rows = await store.query(
    sql`SELECT user_index, item_index, weight::DOUBLE AS value, epoch_us(ts)::DOUBLE AS time FROM (${weighted(scope, weights)}) ORDER BY time, user_index, item_index, value`,
    signal,
  );
  if (rows.numRows === 0) {
    const events = Object.keys(weights).join(', ');
    throw new UserError(
      'no_interactions',
      `The data has no interaction between a customer and an item (looked for: ${events}).`,
      'Choose events that occur in the data, or map the item column when importing.',
      { events },
    );
  }
  return {
    users: scope.users,
    items: scope.items,
    userOfEvent: indexesOf(rows, 'user_index'),
    itemOfEvent: indexesOf(rows, 'item_index'),
    valueOfEvent: Float32Array.from(numbersOf(rows, 'value')),
    timeOfEvent: numbersOf(rows, 'time'),
  };
}

/** When and where each event of {@link readInteractionList} was, one row an event in the same order. */
export async function readInteractionContext(
  store: TableStore,
  scope: InteractionScope,
  weights: EventWeights,
  signal?: AbortSignal,
): Promise<{ hours: Int32Array; weekdays: Int32Array; channels: (string | null)[] }> {
  const rows = await store.query(
    sql`SELECT hour(local_ts) AS hour, isodow(local_ts) AS weekday, channel, user_index, item_index, weight::DOUBLE AS value, epoch_us(ts)::DOUBLE AS time FROM (${weighted(scope, weights, true)}) ORDER BY time, user_index, item_index, value, local_ts, channel`,
    signal,
  );
  return { hours: indexesOf(rows, 'hour'), weekdays: indexesOf(rows, 'weekday'), channels: textsOf(rows, 'channel') };
}

function weighted({ tables, asOf }: InteractionScope, weights: EventWeights, withContext = false): Sql {
  const lines = Object.entries(weights).map(([event, weight]) => sql`(${event}, CAST(${weight} AS DECIMAL(18, 6)))`);
  return sql`
    SELECT user_index, item_index, ts, weight${withContext ? sql`, local_ts, channel` : sql``}
    FROM ${identifier(tables.events)} JOIN (VALUES ${join(lines)}) AS weights(event, weight) USING (event)
    WHERE item_index >= 0 AND user_index >= 0 AND local_ts < ${asOf}::TIMESTAMP`;
}
