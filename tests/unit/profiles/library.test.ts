import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planSchema, type PlanTrait } from '$lib/core/plan/schema';
import { fromLibrary, traitLibrary } from '$lib/core/profiles/library';
import { brokenTraits, openProfiles } from '$lib/core/profiles/materialize';
import { planTraitProblems } from '$lib/core/profiles/planTraits';
import { readTraits } from '$lib/core/profiles/traitSummary';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import en from '../../../messages/en/profiles.json';
import zh from '../../../messages/zh/profiles.json';
import { openTinyShop } from '../../support/tinyShop';

const words: Record<string, Record<string, string>> = { en, zh };

describe('the library of traits', () => {
  let store: TableStore;
  beforeAll(async () => void (store = await openNativeStore({ threads: 1 })));
  afterAll(() => store.close());

  /** The whole library as a person would take it, one after the other. */
  const whole = () =>
    traitLibrary.reduce<PlanTrait[]>(
      (plan, entry) => [...plan, ...fromLibrary(entry, plan, (id) => en[`profiles_library_${id}` as keyof typeof en])],
      [],
    );

  it('has a name and a sentence for each, in both languages', () => {
    for (const { id } of traitLibrary)
      for (const language of ['en', 'zh'])
        for (const key of [`profiles_library_${id}`, `profiles_library_${id}_what`])
          expect([language, key, words[language][key]]).not.toContain(undefined);
    expect(new Set(traitLibrary.map(({ id }) => id)).size).toBe(traitLibrary.length);
  });

  it('gives traits that a plan takes, each with what it is made of before it, and once', () => {
    const traits = whole();
    expect(planSchema.parse({ muster: 2, name: 'All', traits }).traits).toEqual(traits);
    expect(planTraitProblems(traits, [])).toEqual([]);
    expect(traits).toHaveLength(traitLibrary.length);
    const rate = traitLibrary.find(({ id }) => id === 'click_rate_90')!;
    expect(fromLibrary(rate, [], (id) => id).map(({ id }) => id)).toEqual(['campaign_clicks_90', 'campaigns_sent_90', 'click_rate_90']);
    expect(fromLibrary(rate, traits, (id) => id)).toEqual([]);
  });

  it('is worked out to the figures of a hand-made shop', async () => {
    const order = (at: string, value: number, item: string, order: string) => ({
      user: 'ann',
      event: 'order_completed',
      at,
      value,
      quantity: 2,
      item,
      order,
      channel: 'app',
    });
    const scope = await openTinyShop(
      store,
      {
        items: [
          { id: 'tea', category: 'Drinks', brand: 'Leaf' },
          { id: 'cup', category: 'Home', brand: 'Blue' },
        ],
        events: [
          order('2026-01-01T09:30:00', 10, 'tea', 'a1'),
          order('2026-01-11T09:10:00', 20, 'cup', 'a2'),
          order('2026-01-31T21:00:00', 30, 'tea', 'a3'),
          { user: 'ann', event: 'order_refunded', at: '2026-02-01T10:00:00', value: -10, order: 'a1' },
          { user: 'ann', event: 'campaign_received', at: '2026-01-20T08:00:00', campaign: 'Winter' },
          { user: 'ann', event: 'campaign_received', at: '2026-01-21T08:00:00', campaign: 'Spring' },
          { user: 'ann', event: 'campaign_clicked', at: '2026-01-21T09:00:00', campaign: 'Spring' },
          { user: 'bo', event: 'product_viewed', at: '2026-01-05T10:00:00', item: 'cup' },
        ],
      },
      '2026-02-10T00:00:00',
    );
    const traits = whole();
    // The shop says nothing of costs and discounts.
    expect([...(await brokenTraits(scope, traits)).keys()].sort()).toEqual(['discount_taken', 'gross_margin', 'margin_share']);
    const opened = await openProfiles(scope, { traits, scores: new Map() });
    const { readRows } = await import('$lib/core/profiles/profilesPage');
    const { traitColumns } = await import('$lib/core/profiles/profileRelation');
    const columns = await traitColumns(opened);
    const [[, ...cells]] = await readRows(opened, columns, [scope.ids.indexOf('ann')]);
    const ann = Object.fromEntries(columns.map(({ id }, i) => [id, cells[i]]));
    expect(ann).toMatchObject({
      spend_30: 40,
      spend_365: 50,
      orders_30: 2,
      orders_365: 3,
      items_per_order: 2,
      different_categories: 2,
      usual_brand: 'Leaf',
      favored_channel: 'app',
      discount_share: null,
      usual_channel: 'app',
      last_category: 'Drinks',
      usual_hour: 9,
      first_order: '2026-01-01T00:00:00',
      last_campaign: 'Spring',
      campaigns_sent_90: 2,
      click_rate_90: 0.5,
      order_span: 30,
      spend_place: 1,
      // Ten and twenty days; ten days since the last.
      typical_gap: 15,
      last_gap: 20,
      next_order_in: 5,
      funnel_stage: 'Ordered',
      price_band: null,
    });
    expect(Number(ann.pause_ratio)).toBeCloseTo(10 / 15, 12);
    expect(Number(ann.refund_rate)).toBeCloseTo(1 / 3, 12);
    expect(Number(ann.refunded_share)).toBeCloseTo(10 / 60, 12);
    expect(Number(ann.spend_share_90)).toBe(1);
    expect((await readTraits(opened)).some(({ id }) => id === 'usual_weekday')).toBe(true);
  });
});
