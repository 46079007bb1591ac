import { orderEvent } from '../../../schema/events';
import { join, sql } from '../../sql';
import { eventsTable, good, hasOrders, records, shownExamples, withIds, type CheckKind } from '../check';
import { repeatedLines } from '../steps/dropDuplicateOrders';

/** Order lines that two sources have, such as the shop's export and the till's. */
export const orderLinesTwice: CheckKind = {
  id: 'order-lines-twice',
  async look(scope) {
    const { sources, facts } = scope.version;
    if (!hasOrders(scope) || sources.filter(({ parts, raw }) => (raw ?? { parts }).parts.length > 0).length < 2) return null;
    const ranks = join(sources.map(({ id }, index) => sql`(${index}, ${sources.filter((other) => other.id < id).length})`));
    const rows = sql`(SELECT e.*, s.source_rank FROM ${eventsTable(scope)} e JOIN (VALUES ${ranks}) s(source_index, source_rank) USING (source_index))`;
    const columns = sql`user_index, item_index, event, local_ts, order_id, value, source_index`;
    const found = await records(
      scope,
      withIds(
        scope,
        sql`SELECT *, count(*) OVER ()::INTEGER AS extra FROM (${repeatedLines(rows, columns)}) ORDER BY local_ts, order_id, item_index LIMIT ${shownExamples}`,
      ),
    );
    if (found.length === 0) return good(facts.events);
    const count = Number(found[0].extra);
    return {
      verdict: 'problem',
      count,
      of: facts.events,
      examples: found.map(({ user, item, local_ts: at, order_id: order, value, source_index: source }) => ({
        ...({ user, item, at, order, value } as object),
        source: sources[Number(source)].id,
      })),
      remedy: { step: 'drop-duplicate-orders', options: {} },
      values: { count },
    };
  },
};

/** Order ids that two people have: ids that start anew each year, or lines without their customer. */
export const orderIdsShared: CheckKind = {
  id: 'order-ids-shared',
  async look(scope) {
    if (!hasOrders(scope)) return null;
    const [{ orders }] = await records(
      scope,
      sql`SELECT count(DISTINCT order_id)::DOUBLE AS orders FROM ${eventsTable(scope)} WHERE event = ${orderEvent}`,
    );
    if (Number(orders) === 0) return null;
    const found = await records(
      scope,
      sql`SELECT order_id AS "order", count(DISTINCT user_index)::INTEGER AS rows, count(*) OVER ()::INTEGER AS n FROM ${eventsTable(scope)}
        WHERE event = ${orderEvent} AND order_id IS NOT NULL GROUP BY order_id HAVING min(user_index) < max(user_index)
        ORDER BY rows DESC, order_id LIMIT ${shownExamples}`,
    );
    if (found.length === 0) return good(Number(orders));
    const count = Number(found[0].n);
    return {
      verdict: count / Number(orders) > 0.01 ? 'warning' : 'note',
      count,
      of: Number(orders),
      examples: found.map(({ order, rows }) => ({ order, rows }) as object),
      values: { count },
    };
  },
};
