import { orderEvent } from '../../../schema/events';
import { orderKey } from '../../orderKey';
import { identifier, sql, type Sql } from '../../sql';
import { eventsTable, good, hasOrders, records, shownExamples, type CheckKind, type CheckScope } from '../check';
import { farBeyond, roundBound } from '../farBeyond';

/** Orders with far more lines or pieces than all others: wholesale, tests, a thousand typed for a ten. */
export const basketOutliers: CheckKind = {
  id: 'basket-outliers',
  async look(scope) {
    if (!hasOrders(scope)) return null;
    const baskets = basketsOf(scope);
    const [lines, quantity] = [
      await farBeyond(scope, sql`SELECT lines AS x FROM (${baskets})`),
      await farBeyond(scope, sql`SELECT quantity AS x FROM (${baskets})`),
    ];
    if (lines === null && quantity === null) return null;
    const [{ n: orders }] = await records(scope, sql`SELECT count(*)::INTEGER AS n FROM (${baskets})`);
    const [manyLines, manyPieces] = [sql`lines > ${lines ?? 1e9}`, sql`quantity > ${quantity ?? 1e12}`];
    const found = await records(
      scope,
      sql`SELECT u.user_id AS "user", b.order_key AS "order", b.lines, b.quantity, b.at, count(*) OVER ()::INTEGER AS n,
          min(lines) FILTER (${manyLines}) OVER ()::DOUBLE AS least_lines, min(quantity) FILTER (${manyPieces}) OVER ()::DOUBLE AS least_quantity
        FROM (${baskets}) b LEFT JOIN ${users(scope)} u USING (user_index) WHERE ${manyLines} OR ${manyPieces}
        ORDER BY b.quantity DESC, b.lines DESC, b.at LIMIT ${shownExamples}`,
    );
    if (found.length === 0) return good(Number(orders));
    const [{ n: count, least_lines: leastLines, least_quantity: leastQuantity }] = found;
    const options = {
      ...(leastLines !== null && { lines: Math.floor(roundBound(lines!, Number(leastLines))) }),
      ...(leastQuantity !== null && { quantity: roundBound(quantity!, Number(leastQuantity)) }),
    };
    return {
      verdict: 'note',
      count: Number(count),
      of: Number(orders),
      examples: found.map(({ user, order, at, lines: rows, quantity: pieces }) => ({ user, order, at, rows, quantity: pieces }) as object),
      remedy: { step: 'drop-baskets', options },
      values: { count: Number(count), ...options },
    };
  },
};

/** `user_index, order_key, lines, quantity, at` of every order. */
function basketsOf(scope: CheckScope): Sql {
  return sql`SELECT user_index, ${orderKey} AS order_key, count(*)::INTEGER AS lines, coalesce(sum(quantity), 0)::DOUBLE AS quantity, min(local_ts) AS at
    FROM ${eventsTable(scope)} WHERE event = ${orderEvent} GROUP BY user_index, order_key`;
}

const users = ({ version }: CheckScope): Sql => sql`(SELECT user_index, user_id FROM ${identifier(version.tables.users)})`;
