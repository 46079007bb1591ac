import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '$lib/core/base/random';
import { spark } from '$lib/core/measures/spark';
import { planSchema, type PlanTrait } from '$lib/core/plan/schema';
import { readKnownColumns } from '$lib/core/profiles/knownColumns';
import { fromLibrary, traitLibrary } from '$lib/core/profiles/library';
import { brokenTraits, openProfiles } from '$lib/core/profiles/materialize';
import { profilesQuery } from '$lib/core/profiles/profilesQuery';
import { traitColumns } from '$lib/core/profiles/profileRelation';
import type { Cell } from '$lib/core/profiles/page';
import { readRows } from '$lib/core/profiles/profilesPage';
import type { SegmentScope } from '$lib/core/segments/evaluate';
import { sql } from '$lib/core/store/sql';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { openTinyShop, type TinyEvent } from '../../support/tinyShop';

const asOf = '2026-06-01T00:00:00';
const line = (user: string, item: string, value: number, quantity: number, order: string, event = 'order_completed'): TinyEvent => ({
  user,
  item,
  value,
  quantity,
  order,
  event,
  at: `2026-05-0${event === 'order_completed' ? 1 : 2}T10:00:00`,
});

const traits: PlanTrait[] = [
  { id: 'margin', margin: 'money' },
  { id: 'rate', margin: 'share' },
  { id: 'discount', discount: 'item.price' },
  { id: 'taken', discount: 'event.coupon' },
  { id: 'teaShare', affinity: { property: 'category', value: 'Tea', strength: 4 } },
  { id: 'teaLift', affinity: { property: 'category', value: 'Tea', as: 'lift', strength: 4 } },
  { id: 'favored', affinity: { property: 'category', strength: 4 } },
  { id: 'brand', affinity: { property: 'brand' } },
];

describe('ratios of the library', () => {
  let store: TableStore;
  beforeAll(async () => void (store = await openNativeStore({ threads: 2 })));
  afterAll(() => store.close());

  /** Each person's figures, by id. */
  async function figures(scope: SegmentScope & { ids: string[] }, of = traits): Promise<Record<string, Record<string, Cell>>> {
    const opened = await openProfiles(scope, { traits: of, scores: new Map() });
    const columns = (await traitColumns(opened)).filter(({ origin }) => origin === 'plan');
    const people = scope.ids.map((_, number) => number);
    const rows = await readRows(opened, columns, people);
    return Object.fromEntries(
      rows.map(([id, ...cells]) => [String(id), Object.fromEntries(columns.map((column, i) => [column.id, cells[i]]))]),
    );
  }

  it('are those that a hand works out', async () => {
    const scope = await openTinyShop(
      store,
      {
        items: [
          { id: 'green', category: 'Tea / Green', brand: 'Leaf', price: 10 },
          { id: 'black', category: 'Tea / Black', brand: 'Leaf', price: 8 },
          { id: 'cup', category: 'Home', price: 20 },
          { id: 'gift', category: 'Home' },
        ],
        events: [
          // Two green at 9 instead of 10, one cup at full price; one green comes back.
          line('ann', 'green', 18, 2, 'a1'),
          line('ann', 'cup', 20, 1, 'a1'),
          line('ann', 'green', -9, 1, 'a1', 'order_refunded'),
          // The whole order is undone: nothing is left of it.
          line('bo', 'black', 8, 1, 'b1'),
          { user: 'bo', event: 'order_refunded', order: 'b1', at: '2026-05-02T10:00:00' },
          line('bo', 'cup', 15, 1, 'b2'),
          // Dearer than the list: no discount. What has no cost and no price counts for neither.
          line('cy', 'black', 9, 1, 'c1'),
          line('cy', 'gift', 50, 1, 'c1'),
          { user: 'di', event: 'product_viewed', item: 'green', at: '2026-05-01T10:00:00' },
        ],
      },
      asOf,
    );
    await store.execute(sql`ALTER TABLE items ADD COLUMN cost DECIMAL(18,4)`);
    await store.execute(sql`UPDATE items SET cost = CASE item_id WHEN 'green' THEN 4 WHEN 'black' THEN 3 WHEN 'cup' THEN 12 END`);
    await store.execute(sql`ALTER TABLE events ADD COLUMN p_coupon DOUBLE`);
    await store.execute(sql`UPDATE events SET p_coupon = -2 WHERE order_id = 'a1' AND event = 'order_completed' AND value = 18`);
    const found = await figures(scope);
    expect(found.ann).toMatchObject({ margin: 18 + 20 - 9 - (2 * 4 + 12 - 4), taken: 2 / 40 });
    expect(found.ann.rate).toBeCloseTo(13 / 29, 12);
    expect(found.ann.discount).toBeCloseTo(2 / 40, 12);
    expect(found.bo).toMatchObject({ margin: 3, taken: 0 });
    expect(found.bo.discount).toBeCloseTo(5 / 28, 12);
    expect(found.cy).toMatchObject({ margin: 6, discount: 0 });
    expect(found.di).toEqual({ margin: null, rate: null, discount: null, taken: null, teaShare: null, teaLift: null, favored: null, brand: null }); // prettier-ignore
    // Three of six lines are tea; ann has one of two, m is 4: (1 + 4 · ½) / (2 + 4).
    expect([found.ann.teaShare, found.bo.teaShare, found.cy.teaShare]).toEqual([0.5, 0.5, 0.5]);
    expect(found.ann.teaLift).toBe(1);
    expect(found.ann.brand).toBe('Leaf');
    expect(await readKnownColumns(scope)).toEqual({ category: true, brand: true, channel: false, price: true, cost: true, discount: null });
  });

  it('smooth a share towards everybody’s, as one pass over the lines does', async () => {
    const random = new Random(31);
    const categories = ['Tea', 'Tea / Green', 'Home', 'Toys'];
    const items = categories.map((category, i) => ({ id: `i${i}`, category, brand: i % 2 ? 'B' : 'A' }));
    const events = Array.from({ length: 300 }, (_, n) =>
      line(`u${random.below(30)}`, `i${random.below(4) && random.below(4)}`, 5, 1, `o${n}`),
    );
    const scope = { ...(await openTinyShop(store, { items, events }, asOf)), dataKey: 'random' };
    const found = await figures(scope, traits.slice(4));
    const bought = events.map(({ user, item }) => ({ user, category: items.find(({ id }) => id === item)!.category }));
    const ofAll = (holds: (category: string) => boolean) => bought.filter(({ category }) => holds(category)).length / bought.length;
    const lift = (user: string, holds: (category: string) => boolean) => {
      const own = bought.filter((one) => one.user === user);
      const n = own.filter(({ category }) => holds(category)).length;
      const p = ofAll(holds);
      return { share: (n + 4 * p) / (own.length + 4), lift: (n + 4 * p) / (own.length + 4) / p };
    };
    for (const user of new Set(events.map((event) => event.user))) {
      const tea = lift(user, (category) => category.startsWith('Tea'));
      expect(found[user].teaShare).toBeCloseTo(tea.share, 12);
      expect(found[user].teaLift).toBeCloseTo(tea.lift, 12);
      const best = Math.max(...categories.map((each) => lift(user, (category) => category === each).lift));
      expect(lift(user, (category) => category === found[user].favored).lift).toBeCloseTo(best, 12);
    }
    // Smoothed shares add up to one over the values, and more strength brings everybody nearer to the average.
    const of = (strength: number) =>
      figures({ ...scope, dataKey: `m${strength}` }, [{ id: 's', affinity: { property: 'brand', value: 'A', strength } }]);
    const spread = (all: Awaited<ReturnType<typeof figures>>) => {
      const shares = Object.values(all).map(({ s }) => Number(s));
      return Math.max(...shares) - Math.min(...shares);
    };
    expect(spread(await of(50))).toBeLessThan(spread(await of(5)));
  });

  it('are offered where the data has the columns, and broken with a reason where it has not', async () => {
    const scope = {
      ...(await openTinyShop(store, { items: [{ id: 'a' }], events: [line('ann', 'a', 5, 1, 'o')] }, asOf)),
      dataKey: 'plain',
    };
    expect(await readKnownColumns(scope)).toEqual({
      category: false,
      brand: false,
      channel: false,
      price: false,
      cost: false,
      discount: null,
    });
    const broken = await brokenTraits(scope, traits);
    expect([...broken].map(([id, { code }]) => [id, code]).sort()).toEqual([
      ['margin', 'margin_needs_cost'],
      ['rate', 'margin_needs_cost'],
      ['taken', 'discount_needs_numbers'],
    ]);
    const entry = traitLibrary.find(({ id }) => id === 'discount_taken')!;
    const known = { category: true, brand: true, channel: true, price: true, cost: true, discount: 'event.优惠金额' as const };
    expect(fromLibrary(entry, [], (id) => id, known)).toEqual([
      { id: 'discount_taken', name: 'discount_taken', discount: 'event.优惠金额' },
    ]);
    expect(planSchema.parse({ muster: 2, name: 'x', traits }).traits).toEqual(traits);
    const text = profilesQuery({ ...scope, traits, dialect: spark }).text;
    expect(text).toContain('min_by(v, struct(');
  });
});
