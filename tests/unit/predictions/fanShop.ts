import { Random } from '$lib/core/base/random';
import { addDays } from '$lib/core/schema/asOf';
import type { TinyEvent, TinyShop } from '../../support/tinyShop';

export const [firstDay, days] = ['2026-01-01', 140];
export const asOf = `${addDays(firstDay, days)}T00:00:00`;
const kinds = ['fan', 'looker', 'gone'] as const;

/**
 * 100 fans, who order about every twelve days to the end; 100 who only look; and 100 who ordered as eagerly until day 50
 * and never came back. Nobody's consent or country says anything.
 */
export function makeShop(): TinyShop {
  const random = new Random(4);
  const events: TinyEvent[] = [];
  const users: TinyShop['users'] = {};
  for (let n = 0; n < 300; n++) {
    const kind = kinds[n % 3];
    const user = `${kind}-${String(n).padStart(3, '0')}`;
    users[user] = { country: n % 2 ? 'CN' : 'DE', consentEmail: random.uniform() < 0.5, email: `${user}@example.com` };
    const end = kind === 'gone' ? 50 : days;
    for (let day = random.below(8); day < end; day += 1 + Math.floor(random.exponential(1 / 11))) {
      const event = kind === 'looker' ? 'product_viewed' : 'order_completed';
      const value = event === 'order_completed' ? 10 + random.below(50) : undefined;
      events.push({
        user,
        event,
        at: `${addDays(firstDay, day)}T12:00:00`,
        value,
        quantity: value && 1,
        order: value ? `${user}-${day}` : undefined,
      });
    }
  }
  return { events, users };
}
