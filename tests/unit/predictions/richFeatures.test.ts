import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '$lib/core/base/random';
import { readFeatures, type RawFeature } from '$lib/core/predictions/features';
import { richTraits } from '$lib/core/predictions/richFeatures';
import { addDays } from '$lib/core/schema/asOf';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { openTinyShop, type TinyEvent } from '../../support/tinyShop';

const cutoff = '2026-05-01T00:00:00';
const items = [
  { id: 'sencha', category: 'Tea / Green' },
  { id: 'assam', category: 'Tea / Black' },
  { id: 'pot', category: 'Ware' },
];

describe('what a model looks at beside the profiles', () => {
  let store: TableStore;
  beforeAll(async () => void (store = await openNativeStore({ threads: 2 })));
  afterAll(() => store.close());

  const at = (day: number) => `${addDays('2026-05-01', day)}T12:00:00`;
  const order = (user: string, item: string, day: number): TinyEvent => ({ user, event: 'order_completed', at: at(day), item, value: 5, order: `${user}${item}${day}`, channel: 'app' }); // prettier-ignore

  async function featuresOf(events: TinyEvent[]) {
    const scope = await openTinyShop(store, { events, items }, cutoff);
    const planTraits = await richTraits(scope, cutoff, new Set());
    const { features, userIndexes } = await readFeatures({ ...scope, planTraits }, cutoff);
    return { features, people: Array.from(userIndexes, (user) => scope.ids[user]) };
  }
  const valuesOf = (features: readonly RawFeature[], id: string) => features.find((feature) => feature.id === id)!.values;

  it('says what share of the orders is of each category, its subcategories in it', async () => {
    const { features, people } = await featuresOf([
      order('ann', 'sencha', -9),
      order('ann', 'assam', -6),
      order('ann', 'pot', -3),
      order('bo', 'pot', -2),
    ]);
    expect(people).toEqual(['ann', 'bo']);
    expect(Array.from(valuesOf(features, 'category_share_Tea') as Float64Array, (share) => share || 0)).toEqual([2 / 3, 0]);
    expect([...valuesOf(features, 'category_share_Ware')]).toEqual([1 / 3, 1]);
  });

  it('changes nothing whatever comes after the cut-off', async () => {
    for (const seed of [1, 2, 3]) {
      const random = new Random(seed);
      const some = (count: number, from: number, days: number) =>
        Array.from({ length: count }, (): TinyEvent => {
          const day = from + random.below(days);
          const user = `c${random.below(12)}`;
          return random.below(2)
            ? order(user, items[random.below(items.length)].id, day)
            : { user, event: ['product_viewed', 'campaign_received', 'campaign_clicked'][random.below(3)], at: at(day), channel: 'email' };
        });
      const past = some(120, -120, 120);
      const before = await featuresOf(past);
      // Everybody is known already, so that people stay the same.
      const after = await featuresOf([...past, ...some(200, 0, 60).filter(({ user }) => past.some((event) => event.user === user))]);
      expect(after.people).toEqual(before.people);
      expect(after.features.map(({ id }) => id)).toEqual(before.features.map(({ id }) => id));
      expect(before.features.length).toBeGreaterThan(60);
      for (const feature of before.features) expect([feature.id, valuesOf(after.features, feature.id)]).toEqual([feature.id, feature.values]);
    }
  });
});
