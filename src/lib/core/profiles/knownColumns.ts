import type { KeptProperty } from '../measures/kept';
import { keptType, readKeptColumns } from '../measures/kept';
import { orderEvent } from '../schema/events';
import { numbersOf } from '../store/columns';
import type { DataScope } from '../store/dataScope';
import { remember } from '../store/remember';
import { identifier, sql } from '../store/sql';

/** What the orders and products of the data say beyond what every data set does. */
export interface KnownColumns {
  category: boolean;
  brand: boolean;
  channel: boolean;
  /** List prices and costs of products. */
  price: boolean;
  cost: boolean;
  /** A property of events that is money taken off, by its name. */
  discount: KeptProperty | null;
}

const discountNames = /discount|rebate|coupon_?(amount|value)|折扣|优惠|减免|立减/i;

/** Which of them the data has. */
export function readKnownColumns(scope: DataScope): Promise<KnownColumns> {
  return remember(scope, 'known columns', async ({ signal }) => {
    const kept = await readKeptColumns(scope);
    const cost = keptType(kept, 'item.cost') === 'number' ? sql`count(cost)` : sql`0`;
    const found = await scope.store.query(
      sql`SELECT count(category)::DOUBLE AS category, count(brand)::DOUBLE AS brand, count(price)::DOUBLE AS price, (${cost})::DOUBLE AS cost,
        (SELECT count(channel) FROM ${identifier(scope.tables.events)} WHERE event = ${orderEvent})::DOUBLE AS channel
        FROM ${identifier(scope.tables.items)}`,
      signal,
    );
    const has = (name: string) => numbersOf(found, name)[0] > 0;
    const discount = kept.find(({ property, type }) => type === 'number' && property.startsWith('event.') && discountNames.test(property));
    const [category, brand, channel, price, hasCost] = ['category', 'brand', 'channel', 'price', 'cost'].map(has);
    return { category, brand, channel, price, cost: hasCost, discount: discount?.property ?? null };
  });
}
