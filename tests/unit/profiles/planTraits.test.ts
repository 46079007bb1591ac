import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { audienceTable, firstRows } from '$lib/core/exports/audienceTable';
import { readPlan } from '$lib/core/plan/read';
import { writePlan } from '$lib/core/plan/write';
import { readFeatures } from '$lib/core/predictions/features';
import { brokenTraits, openProfiles } from '$lib/core/profiles/materialize';
import { readHistogram } from '$lib/core/profiles/histogram';
import type { EventMeasure } from '$lib/core/measures/measure';
import { sectionOf } from '$lib/core/predictions/report';
import { predictionStaleReasons } from '$lib/core/predictions/staleness';
import { trainPrediction } from '$lib/core/predictions/trainPrediction';
import { featureDefinitions, planTraitProblems, type PlanTrait } from '$lib/core/profiles/planTraits';
import { openNodeTensors } from '$lib/platform/node/tensors';
import { asOf as fanShopAsOf, makeShop } from '../predictions/fanShop';
import { traitColumns } from '$lib/core/profiles/profileRelation';
import { readProfilesPage } from '$lib/core/profiles/profilesPage';
import { readTraits } from '$lib/core/profiles/traitSummary';
import { membersOf, type SegmentScope } from '$lib/core/segments/evaluate';
import { sql } from '$lib/core/store/sql';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { plainScope } from '../../support/scope';
import { namesIn, openTinyShop, type TinyShop } from '../../support/tinyShop';
import { toolsOf } from '../../support/tools';

/** What a person writes: the proof of the joint is the first. */
const teaShop = `
muster: 2
name: Tea
traits:
  - id: tea-share
    name: 近 90 天茶类订单占比
    feature: true
    measure: { aggregate: shareOf, events: order_completed, where: [{ property: category, oneOf: [Tea] }], window: { withinDays: 90 } }
  - { id: basket, formula: revenue / orders, kind: money }
  - { id: keen, formula: "[tea-share] * coalesce(basket, 0)" }
  - { id: standing, rank: { of: revenue, as: percent } }
  - { id: place, rank: { of: revenue, as: place } }
  - { id: home, attribute: country }
  - { id: lastChannel, measure: { aggregate: last, of: channel, events: order_completed } }
  - { id: firstOrder, measure: { aggregate: first, of: day, events: order_completed } }
segments:
  - { id: tea-people, all: [{ trait: tea-share, atLeast: 0.5 }] }
`;

const asOf = '2026-06-01T00:00:00';
const shop: TinyShop = {
  items: [
    { id: 'cup', category: 'Kitchen' },
    { id: 'oolong', category: 'Tea / Green' },
  ],
  users: { ann: { country: 'CN' }, bo: { country: 'DE' }, zoe: {} },
  events: [
    { user: 'ann', event: 'order_completed', at: '2026-05-01T10:00:00', item: 'oolong', value: 20, order: 'A1', channel: 'app' },
    { user: 'ann', event: 'order_completed', at: '2026-05-02T10:00:00', item: 'cup', value: 10, order: 'A2', channel: 'web' },
    { user: 'bo', event: 'order_completed', at: '2026-05-03T10:00:00', item: 'cup', value: 30, order: 'B1' },
    { user: 'bo', event: 'order_completed', at: '2026-01-03T10:00:00', item: 'oolong', value: 30, order: 'B0' },
    { user: 'cy', event: 'order_completed', at: '2026-05-04T10:00:00', item: 'oolong', value: 5, order: 'C1' },
  ],
};

describe("a plan's own traits", () => {
  let store: TableStore;
  let scope: SegmentScope & { ids: string[] };
  const { plan } = readPlan(teaShop);
  beforeAll(async () => {
    store = await openNativeStore({ threads: 2 });
    const opened = await openTinyShop(store, shop, asOf);
    scope = { ...opened, ...(await openProfiles(opened, { traits: plan.traits, scores: new Map() })), segments: plan.segments };
  });
  afterAll(() => store.close());

  it('are read from a plan and written back as they were', () => {
    expect(plan.traits).toHaveLength(8);
    const written = writePlan(plan);
    expect(readPlan(written).plan.traits).toEqual(plan.traits);
    expect(written).toContain(`  - name: 近 90 天茶类订单占比
    id: tea-share
    measure:
      aggregate: shareOf
      events: order_completed
      where:
        - property: category
          oneOf:
            - Tea
      window:
        withinDays: 90
    feature: true
`);
  });

  it('hold in a rule, alone and in a saved segment', async () => {
    expect(namesIn(await membersOf(scope, { trait: 'tea-share', atLeast: 0.5 }), scope)).toEqual(['ann', 'cy']);
    expect(namesIn(await membersOf(scope, { segment: 'tea-people' }), scope)).toEqual(['ann', 'cy']);
    expect(namesIn(await membersOf(scope, { trait: 'tea-share', exists: false }), scope)).toEqual(['zoe']);
    expect(namesIn(await membersOf(scope, { trait: 'home', is: 'DE' }), scope)).toEqual(['bo']);
    expect(namesIn(await membersOf(scope, { trait: 'firstOrder', before: '2026-02-01' }), scope)).toEqual(['bo']);
  });

  it('are columns of the table and of an audience’s file', async () => {
    const page = await readProfilesPage(scope, { sort: { column: 'tea-share', descending: true }, offset: 0, limit: 9 });
    expect(page.rows.map(([id]) => id)).toEqual(['cy', 'ann', 'bo', 'zoe']);
    const wanted = ['tea-share', 'basket', 'keen', 'standing', 'place', 'home', 'lastChannel'];
    const cells = page.rows.map((row) => wanted.map((id) => row[page.columns.indexOf(id)]));
    expect(cells).toEqual([
      [1, 5, 5, 0.5, 3, null, null],
      [0.5, 15, 7.5, 0.75, 2, 'CN', 'web'],
      [0, 30, 0, 1, 1, 'DE', null],
      [null, null, null, 0.25, 4, null, null],
    ]);
    const everyone = Int32Array.from(['ann', 'bo'], (id) => scope.ids.indexOf(id));
    const file = await audienceTable(scope, everyone, ['tea-share', 'orders'], quietContext());
    expect(file.columns.map(({ name }) => name)).toEqual(['user', 'tea-share', 'orders']);
    expect(await firstRows(file, 9)).toEqual([
      ['ann', 0.5, 2],
      ['bo', 0, 2],
    ]);
  });

  it('stand in the list of traits with their kind, and as bars', async () => {
    const traits = await readTraits(scope);
    expect(traits.find(({ id }) => id === 'tea-share')).toMatchObject({ kind: 'share', origin: 'plan', min: 0, max: 1, missing: 1 });
    expect(traits.find(({ id }) => id === 'basket')).toMatchObject({ kind: 'money', max: 30 });
    expect(traits.find(({ id }) => id === 'firstOrder')).toMatchObject({ kind: 'date' });
    expect(traits.find(({ id }) => id === 'lastChannel')?.values).toEqual([{ value: 'web', count: 1 }]);
    expect(await readHistogram(scope, 'tea-share', 2)).toMatchObject({ counts: [1, 2], missing: 1 });
  });

  it('are features as of any cut-off where the plan says so', async () => {
    const { features, userIndexes } = await readFeatures({ ...scope, planTraits: plan.traits }, '2026-05-02T00:00:00');
    const names = [...userIndexes].map((user) => scope.ids[user]);
    expect(names).toEqual(['ann', 'bo']);
    const share = features.find(({ id }) => id === 'tea-share')!;
    expect([share.kind, ...share.values]).toEqual(['number', 1, NaN]);
    expect(features.map(({ id }) => id)).not.toContain('basket');
    const kept = await readFeatures({ ...scope, planTraits: plan.traits }, asOf, undefined, { leaveOut: ['country'] });
    expect(kept.features.map(({ id }) => id)).not.toContain('country');
  });

  it('keep old values apart from new ones when a definition changes', async () => {
    const [first, ...others] = plan.traits;
    const changed = { ...first, measure: { ...(first as { measure: object }).measure, window: { withinDays: 365 } } } as PlanTrait;
    const now = { ...scope, ...(await openProfiles(scope, { traits: [changed, ...others], scores: new Map() })) };
    expect(namesIn(await membersOf(now, { trait: 'tea-share', atLeast: 0.5 }), scope)).toEqual(['ann', 'bo', 'cy']);
    expect(namesIn(await membersOf(scope, { trait: 'tea-share', atLeast: 0.5 }), scope)).toEqual(['ann', 'cy']);
    // What is made of it follows.
    const keen = async (at: SegmentScope) => namesIn(await membersOf(at, { trait: 'keen', atLeast: 10 }), scope);
    expect([await keen(scope), await keen(now)]).toEqual([[], ['bo']]);
  });

  it('that this data cannot give are left out, and nothing else', async () => {
    const traits: PlanTrait[] = [
      { id: 'ok', formula: 'orders * 2' },
      { id: 'shoes', formula: '[shoe-size] + 1' },
      { id: 'more', formula: 'shoes * 2' },
      { id: 'town', attribute: 'town' },
      { id: 'sum', formula: 'country + 1' },
    ];
    const broken = await brokenTraits(scope, traits);
    expect([...broken].map(([id, { code }]) => [id, code])).toEqual([
      ['sum', 'formula_needs_numbers'],
      ['town', 'attribute_unknown'],
      ['shoes', 'trait_unknown'],
      ['more', 'trait_unknown'],
    ]);
    const opened = await openProfiles(scope, { traits, scores: new Map() });
    expect([...opened.ownTraits!.keys()]).toEqual(['ok']);
  });

  it('cannot take a name that is taken, stand in a circle or be a feature that is made of a score', () => {
    const codes = (...traits: PlanTrait[]) => planTraitProblems(traits, null).map(({ problem }) => problem.code);
    expect(codes({ id: 'Revenue', formula: 'orders' })).toEqual(['trait_id_built_in']);
    expect(codes({ id: 'a', formula: 'orders' }, { id: 'A', formula: 'orders' })).toEqual(['trait_id_twice']);
    expect(codes({ id: 'a', formula: 'b + 1' }, { id: 'b', formula: 'a' })).toEqual(['trait_circle', 'trait_circle']);
    expect(codes({ id: 'a', formula: 'a' })).toEqual(['trait_circle']);
    const ofScore: PlanTrait = { id: 'a', formula: '[score:will-buy] * 2' };
    expect(codes(ofScore)).toEqual([]);
    expect(codes({ ...ofScore, feature: true })).toEqual(['trait_of_score']);
    expect(codes(ofScore, { id: 'b', formula: 'a + 1', feature: true })).toEqual(['trait_of_score']);
    expect(codes({ id: 'a', formula: 'favoriteItem * 2' })).toEqual(['formula_needs_numbers']);
    expect(codes({ id: 'a', rank: { of: 'favoriteItem', as: 'place' } })).toEqual(['rank_needs_order']);
    expect(codes({ id: 'a', measure: { aggregate: 'sum' } })).toEqual(['measure_of_wrong']);
    const bad = teaShop.replace('revenue / orders', 'revenue /').replace('id: place', 'id: orders');
    expect(() => readPlan(bad)).toThrow(/traits\[1\].*formula|traits\[4\].*orders/s);
    expect(() => readPlan(teaShop.replace('aggregate: last', 'aggregate: latest'))).toThrow(/traits\[6\]/);
  });
});

describe('an attribute with the name of a trait', () => {
  it('keeps its values under a name of its own, and the trait keeps its', async () => {
    const store = await openNativeStore({ threads: 2 });
    const opened = await openTinyShop(store, shop, asOf);
    await store.execute(sql`CREATE TABLE users_wide AS
      SELECT *, 7.5::DOUBLE AS orders, 'gold' AS "Revenue", 'x' AS loyalty_level, 'y' AS "loyaltyLevel", 3::DOUBLE AS basket FROM users`);
    const data = { ...plainScope(store, asOf, opened.users), tables: { ...opened.tables, users: 'users_wide' }, dataKey: 'wide' };
    const plain = await openProfiles(data, { traits: [], scores: new Map() });
    const ids = (await traitColumns(plain)).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => /orders|revenue|loyalty|basket/i.test(id))).toEqual(
      ['orders', 'revenue', 'attribute:orders', 'attribute:Revenue', 'loyaltyLevel', 'attribute:loyaltyLevel', 'basket'].sort(
        (a, b) => ids.indexOf(a) - ids.indexOf(b),
      ),
    );
    const who = async (at: typeof plain, rule: Parameters<typeof membersOf>[1]) =>
      namesIn(await membersOf({ ...at, segments: [] }, rule), opened);
    expect(await who(plain, { trait: 'orders', atLeast: 2 })).toEqual(['ann', 'bo']);
    expect(await who(plain, { trait: 'attribute:orders', atLeast: 7 })).toEqual(['ann', 'bo', 'cy', 'zoe']);
    expect(await who(plain, { trait: 'attribute:Revenue', is: 'gold' })).toHaveLength(4);
    // An old plan means the column by its plain name, as long as no trait of the plan has it.
    expect(await who(plain, { trait: 'country', is: 'CN' })).toEqual(['ann']);
    expect(await who(plain, { trait: 'basket', is: 3 })).toHaveLength(4);
    const planned = await openProfiles(data, {
      traits: [{ id: 'basket', formula: 'revenue / orders + [attribute:basket]' }],
      scores: new Map(),
    });
    expect(await who(planned, { trait: 'basket', is: 33 })).toEqual(['bo']);
    expect(await who(planned, { trait: 'attribute:basket', is: 3 })).toHaveLength(4);
    const page = await readProfilesPage(planned, { offset: 0, limit: 1 });
    expect(page.rows[0][page.columns.indexOf('attribute:orders')]).toBe(7.5);
    await store.close();
  });
});

describe('a propensity model', () => {
  it('learns from a trait of the plan that says so, and is out of date when the definition changes', async () => {
    const [store, tensors] = [await openNativeStore({ threads: 2 }), await openNodeTensors()];
    const { events, users } = makeShop();
    // Fans buy tea; who left bought cups.
    const withItems = events.map((event) => (event.value ? { ...event, item: event.user.startsWith('fan') ? 'oolong' : 'cup' } : event));
    const fans = await openTinyShop(store, { events: withItems, users, items: shop.items }, fanShopAsOf);
    const [share] = readPlan(teaShop).plan.traits;
    const spec = {
      id: 'will-buy',
      kind: 'prediction' as const,
      task: 'propensity',
      learner: 'logistic',
      options: {},
      target: { event: 'order_completed', withinDays: 14 },
    };
    const train = (planTraits: PlanTrait[]) =>
      trainPrediction(
        { ...fans, planTraits },
        spec,
        1,
        toolsOf(async () => tensors),
        quietContext(),
      );
    const { report } = await train([share]);
    expect(sectionOf(report, 'drivers')!.drivers.map(({ feature }) => feature)).toContain('tea-share');
    const now = { dataHash: fans.dataHash, asOf: fans.asOf, seed: 1, features: featureDefinitions([share]) };
    expect(predictionStaleReasons(report, spec, now)).toEqual([]);
    const changed = { ...share, measure: { ...(share as { measure: EventMeasure }).measure, window: { withinDays: 30 } } };
    expect(predictionStaleReasons(report, spec, { ...now, features: featureDefinitions([changed]) })).toEqual(['traits']);
    const renamed = { ...share, name: 'Tea' };
    expect(predictionStaleReasons(report, spec, { ...now, features: featureDefinitions([renamed]) })).toEqual([]);
    const without = await train([{ ...share, feature: false }]);
    expect(sectionOf(without.report, 'drivers')!.drivers.map(({ feature }) => feature)).not.toContain('tea-share');
    await store.close();
  });
});
