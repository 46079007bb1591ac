import { orderEvent, refundEvents } from '../../../schema/events';
import { sql, type Sql } from '../../sql';
import { countOfEvent, eventsTable, good, hasOrders, records, shownExamples, withIds, type CheckKind, type CheckScope } from '../check';
import { farBeyond, roundBound } from '../farBeyond';

/** Lines whose money is far beyond all others: a price without its decimal mark, an order that was never meant. */
export const amountOutliers: CheckKind = {
  id: 'amount-outliers',
  async look(scope) {
    if (!hasOrders(scope)) return null;
    const sales = countOfEvent(scope, orderEvent);
    const bound = await farBeyond(scope, sql`SELECT value AS x FROM ${eventsTable(scope)} WHERE event = ${orderEvent}`);
    if (bound === null) return null;
    const found = await lines(scope, sql`abs(value) > ${bound}`, sql`abs(value) DESC`);
    if (found.length === 0) return good(sales);
    const [{ n: count, least }] = found;
    const above = roundBound(bound, Number(least));
    return {
      verdict: 'warning',
      count: Number(count),
      of: sales,
      examples: found.map(example),
      remedy: { step: 'drop-amounts', options: { above } },
      values: { count: Number(count), above },
    };
  },
};

/** Sales for nothing: gifts, samples and entries that somebody corrected. */
export const freeSales: CheckKind = {
  id: 'free-sales',
  async look(scope) {
    if (!hasOrders(scope)) return null;
    const sales = countOfEvent(scope, orderEvent);
    const [{ priced }] = await records(
      scope,
      sql`SELECT count(value)::INTEGER AS priced FROM ${eventsTable(scope)} WHERE event = ${orderEvent} AND value <> 0`,
    );
    // A file in which nothing has a price has no money.
    if (Number(priced) === 0) return null;
    const found = await lines(scope, sql`event = ${orderEvent} AND value = 0`, sql`local_ts`);
    if (found.length === 0) return good(sales);
    const count = Number(found[0].n);
    return {
      verdict: count / sales > 0.01 ? 'warning' : 'note',
      count,
      of: sales,
      examples: found.map(example),
      remedy: { step: 'drop-amounts', options: { free: true } },
      values: { count },
    };
  },
};

/** Amounts below zero where nothing was given back; sales below zero are refunds already. */
export const negativeAmounts: CheckKind = {
  id: 'negative-amounts',
  async look(scope) {
    const { events } = scope.version.facts;
    if (events === 0) return null;
    const found = await lines(scope, sql`event NOT IN (${[...refundEvents]}) AND (value < 0 OR price < 0 OR quantity < 0)`, sql`value`);
    if (found.length === 0) return good(events);
    const count = Number(found[0].n);
    return {
      verdict: 'warning',
      count,
      of: events,
      examples: found.map(example),
      remedy: { step: 'drop-amounts', options: { negative: true } },
      values: { count },
    };
  },
};

/** Refunds of what the person never bought, as far as the data goes: their sale lies before it, or bears another name. */
export const refundsWithoutSale: CheckKind = {
  id: 'refunds-without-sale',
  async look(scope) {
    const refunds = refundEvents.reduce((sum, event) => sum + countOfEvent(scope, event), 0);
    if (!hasOrders(scope) || refunds === 0) return null;
    const events = eventsTable(scope);
    const found = await lines(
      scope,
      sql`event IN (${[...refundEvents]}) AND item_index >= 0 AND (user_index, item_index) NOT IN (
        SELECT DISTINCT (user_index, item_index) FROM ${events} WHERE event = ${orderEvent})`,
      sql`value`,
    );
    if (found.length === 0) return good(refunds);
    const count = Number(found[0].n);
    return {
      verdict: count > 0.2 * refunds ? 'warning' : 'note',
      count,
      of: refunds,
      examples: found.map(example),
      values: { count },
    };
  },
};

type Line = Awaited<ReturnType<typeof records>>[number];

/** The first lines that fit, with how many there are (`n`) and the least of their amounts. */
function lines(scope: CheckScope, fits: Sql, order: Sql): Promise<Line[]> {
  return records(
    scope,
    withIds(
      scope,
      sql`SELECT user_index, item_index, event, local_ts, order_id, value, quantity, count(*) OVER ()::INTEGER AS n,
        min(abs(value)) OVER ()::DOUBLE AS least FROM ${eventsTable(scope)} WHERE ${fits}
        ORDER BY ${order}, local_ts, user_index, item_index LIMIT ${shownExamples}`,
    ),
  );
}

function example({ user, item, local_ts: at, order_id: order, value, quantity }: Line): object {
  return { user, item, at, order, value, quantity };
}
