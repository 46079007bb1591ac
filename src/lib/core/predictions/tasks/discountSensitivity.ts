import { UserError } from '../../base/errors';
import { orderKeyIn } from '../../measures/orderKey';
import { duckdb } from '../../measures/duckdb';
import { keptPlace, queryKeptColumns } from '../../measures/kept';
import { orderEvent } from '../../schema/events';
import { indexesOf, numbersOf } from '../../store/columns';
import { identifier, join, sql, type Sql } from '../../store/sql';
import type { EventScope } from '../features';
import type { DiagnosticsSection } from '../report';
import type { ComputedTask } from './task';

const discountNames = /discount|rebate|coupon|voucher|promo|折扣|优惠|减免|立减|券/i;
const couponEvents = '%coupon%';
/** A price this far below the list price is a discount, not rounding. */
const belowList = 0.98;

/**
 * How much somebody buys at a discount: the share of their orders with one, drawn towards everybody's share the more, the
 * fewer orders there are (beta-binomial, its strength by moments as in Kleinman, JASA 1973). An order has a discount where
 * a column of the file says so (discount, coupon, …), where a coupon event of the same day does, or where an article is
 * cheaper than its list price.
 */
export const discountSensitivity: ComputedTask = {
  id: 'discount-sensitivity',
  asks: [],
  options: [],
  outputs: [
    { name: '', kind: 'share' },
    { name: 'discounted', kind: 'count' },
  ],
  labels: null,

  async compute(scope, { observed: { to } }, _tools, run) {
    const signs = await signsOf(scope, to);
    if (signs.length === 0) throw unknown();
    const table = await scope.store.query(
      sql`SELECT user_index, count(*)::INTEGER AS orders, count_if(discounted)::INTEGER AS discounted FROM (
          SELECT user_index, order_key, bool_or(${join(
            signs.map(({ test }) => sql`coalesce(${test}, FALSE)`),
            ' OR ',
          )}) AS discounted
          FROM (SELECT e.*, i.price AS list_price, ${orderKeyIn(duckdb)} AS order_key FROM ${identifier(scope.tables.events)} e
            LEFT JOIN ${identifier(scope.tables.items)} i USING (item_index)
            WHERE event = ${orderEvent} AND local_ts < ${to}::TIMESTAMP)
          GROUP BY user_index, order_key
        ) GROUP BY user_index ORDER BY user_index`,
      run.signal,
    );
    const people = indexesOf(table, 'user_index');
    const [orders, discounted] = [numbersOf(table, 'orders'), numbersOf(table, 'discounted')];
    const { shares, mean } = shrunkShares(discounted, orders);
    if (people.length === 0 || mean === 0) throw unknown();
    const spread = (values: ArrayLike<number>) => {
      const all = new Float64Array(scope.users).fill(NaN);
      people.forEach((user, row) => (all[user] = values[row]));
      return all;
    };
    return { outputs: { '': spread(shares), discounted: spread(discounted) }, sections: [saidBy(signs.map(({ name }) => name))] };
  },
};

/**
 * Shares of successes, drawn towards the share of all by as many imagined trials as the spread between people asks for.
 * @returns also that share, and how many trials were imagined
 */
export function shrunkShares(
  successes: ArrayLike<number>,
  trials: ArrayLike<number>,
): { shares: Float64Array; mean: number; strength: number } {
  const people = trials.length;
  const sum = (value: (i: number) => number) => {
    let total = 0;
    for (let i = 0; i < people; i++) total += value(i);
    return total;
  };
  const all = sum((i) => trials[i]);
  const mean = all === 0 ? 0 : sum((i) => successes[i]) / all;
  const apart = sum((i) => trials[i] * (successes[i] / trials[i] - mean) ** 2);
  const room = all - sum((i) => trials[i] ** 2) / all - (people - 1);
  const likeness = mean === 0 || mean === 1 || room <= 0 ? 0 : (apart / (mean * (1 - mean)) - (people - 1)) / room;
  // Where people do not differ all have the same share; where they differ wholly the own one nearly stands.
  const bounded = Math.min(0.999, Math.max(0.001, likeness));
  const strength = (1 - bounded) / bounded;
  const shares = Float64Array.from({ length: people }, (_, i) => (successes[i] + strength * mean) / (trials[i] + strength));
  return { shares, mean, strength };
}

/** What the data has that tells a discount, each as a test of an order's line. */
async function signsOf({ store, tables }: Pick<EventScope, 'store' | 'tables'>, to: string): Promise<{ name: string; test: Sql }[]> {
  const kept = (await queryKeptColumns(store, tables)).filter(
    ({ property }) => property.startsWith('event.') && discountNames.test(property),
  );
  const columns = kept.map(({ property, type }) => {
    const column = identifier(keptPlace(property).column);
    const name = property.slice('event.'.length);
    if (type === 'number') return { name, test: sql`${column} > 0` };
    return { name, test: sql`trim(${column}::VARCHAR) NOT IN ('', '0', 'false', 'no', 'FALSE', 'NO', '否', '无')` };
  });
  const found = await store.query(
    sql`SELECT
        (SELECT count(*) FROM ${identifier(tables.events)} WHERE event LIKE ${couponEvents} AND local_ts < ${to}::TIMESTAMP)::DOUBLE AS coupons,
        (SELECT count(price) FROM ${identifier(tables.items)})::DOUBLE AS listed`,
  );
  const has = (name: string) => numbersOf(found, name)[0] > 0;
  return [
    ...columns,
    ...(has('coupons')
      ? [
          {
            name: 'coupon',
            test: sql`(user_index, local_ts::DATE) IN (SELECT (user_index, local_ts::DATE) FROM ${identifier(tables.events)} WHERE event LIKE ${couponEvents})`,
          },
        ]
      : []),
    ...(has('listed') ? [{ name: 'price', test: sql`value < ${belowList}::DOUBLE * list_price * coalesce(quantity, 1)` }] : []),
  ];
}

function saidBy(columns: readonly string[]): DiagnosticsSection {
  const what = columns.join(', ');
  return { kind: 'diagnostics', findings: [{ code: 'discount_by', message: `Discounts are told by: ${what}.`, values: { what } }] };
}

function unknown(): UserError {
  return new UserError(
    'discount_unknown',
    'Nothing in the data tells which orders had a discount.',
    'Import a column with the discount or the coupon of an order, coupon events, or the list prices of the items.',
  );
}
