import type { Bitset } from '../base/bitset';
import type { RunContext } from '../base/run';
import type { ProfileScope } from '../profiles/profileRelation';
import { remember } from '../store/remember';
import { identifier, sql } from '../store/sql';

/** What a set of people has bought, beside what everyone has. */
export interface Worth {
  /** Sales minus refunds, of all time before asOf. */
  revenue: number;
  orders: number;
  revenueOfAll: number;
  ordersOfAll: number;
}

/** Money is DECIMAL(38,4): as whole ten-thousandths its sum is exact in a double up to some 900 billion. */
const parts = 10_000;

export async function worthOf(scope: ProfileScope, members: Bitset, run?: RunContext): Promise<Worth> {
  const { revenue, orders } = await remember(scope, `worth ${scope.profiles}`, ({ signal }) => readWorth(scope, signal), run);
  const worth: Worth = { revenue: 0, orders: 0, revenueOfAll: 0, ordersOfAll: 0 };
  for (let user = 0; user < revenue.length; user++) {
    worth.revenueOfAll += revenue[user];
    worth.ordersOfAll += orders[user];
    if (!members.has(user)) continue;
    worth.revenue += revenue[user];
    worth.orders += orders[user];
  }
  return { ...worth, revenue: worth.revenue / parts, revenueOfAll: worth.revenueOfAll / parts };
}

/** By person number; whoever has no profile yet has nothing. */
async function readWorth({ store, profiles, users }: ProfileScope, signal?: AbortSignal) {
  const table = await store.query(
    sql`SELECT user_index, round(coalesce(revenue, 0) * ${parts})::DOUBLE AS r, coalesce(orders, 0)::DOUBLE AS o FROM ${identifier(profiles)}`,
    signal,
  );
  const column = (name: string) => table.getChild(name)!.toArray() as Float64Array;
  const [numbers, r, o] = [table.getChild('user_index')!.toArray() as Int32Array, column('r'), column('o')];
  const revenue = new Float64Array(users);
  const orders = new Float64Array(users);
  numbers.forEach((user, row) => {
    revenue[user] = r[row];
    orders[user] = o[row];
  });
  return { revenue, orders };
}
