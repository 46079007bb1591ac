import { Random } from '$lib/core/base/random';
import type { TinyEvent, TinyShop } from '../../support/tinyShop';

export const order = (user: string, day: string, value: number, id = `${user} ${day}`): TinyEvent => ({
  user,
  event: 'order_completed',
  at: `${day}T10:00:00`,
  value,
  order: id,
});

/** Random people with orders over half a year, refunds, whole cancellations, views, and some with no order. */
export function randomShop(seed: number, people = 60): TinyShop {
  const random = new Random(seed);
  const day = () => new Date(Date.UTC(2026, 0, 1 + random.below(180))).toISOString().slice(0, 10);
  const events = Array.from({ length: people }, (_, i) => {
    const user = `u${String(i).padStart(3, '0')}`;
    const orders = Array.from({ length: random.below(9) }, () => order(user, day(), random.below(9000) / 100));
    const undone: TinyEvent[] = orders
      .filter(() => random.below(8) === 0)
      .map(({ order, at, value }) => ({
        user,
        event: random.below(2) ? 'order_cancelled' : 'order_refunded',
        at: at.replace('T10', 'T12'),
        order,
        ...(random.below(2) ? { value: -value! / 2 } : {}),
      }));
    const views: TinyEvent[] = Array.from({ length: random.below(3) }, () => ({ user, event: 'product_viewed', at: `${day()}T09:00:00` }));
    return [...orders, ...undone, ...views];
  }).flat();
  return { events, numbers: undefined };
}
