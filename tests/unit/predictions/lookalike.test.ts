import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bitset } from '$lib/core/base/bitset';
import { quietContext } from '$lib/core/base/run';
import { Random } from '$lib/core/base/random';
import type { Tensors } from '$lib/core/math/tensors';
import { wilson } from '$lib/core/math/intervals';
import { liftCurve } from '$lib/core/predictions/lookalike/lift';
import { percentileRanks } from '$lib/core/predictions/ranks';
import { sectionOf } from '$lib/core/predictions/report';
import { readSeed } from '$lib/core/predictions/seed';
import type { PredictionSpec } from '$lib/core/predictions/spec';
import { predictionStaleReasons } from '$lib/core/predictions/staleness';
import { trainPrediction } from '$lib/core/predictions/trainPrediction';
import { addDays } from '$lib/core/schema/asOf';
import type { Rule } from '$lib/core/segments/rule';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { openNodeTensors } from '$lib/platform/node/tensors';
import fixture from '../../fixtures/lookalike-lift.json';
import { openTinyShop, type TinyShop } from '../../support/tinyShop';
import { toolsOf } from '../../support/tools';

describe('lift', () => {
  it('is what counting gives, with the interval of statsmodels', () => {
    const sizes = fixture.points.map(({ size }) => size);
    const points = liftCurve(fixture.scores, Uint8Array.from(fixture.members), sizes);
    points.forEach((point, i) => {
      const { low, high, ...counted } = fixture.points[i];
      expect(point).toMatchObject(counted);
      expect(point.low).toBeCloseTo(low, 10);
      expect(point.high).toBeCloseTo(high, 10);
    });
  });

  it('gives people with equal scores an equal share of their hits, whatever their order', () => {
    const points = liftCurve([2, 1, 1, 1, 1, 0, 0, 0, 0, 0], Uint8Array.of(0, 1, 1, 0, 0, 0, 0, 0, 0, 0), [0.1, 0.2, 0.3, 0.5]);
    expect(points.map(({ hits }) => hits)).toEqual([0, 0.5, 1, 2]);
    expect(points.map(({ lift }) => lift)).toEqual([0, 1.25, 0.5 / 0.3, 2]);
  });

  it('keeps an interval inside what can be', () => {
    expect(wilson(0, 20)[0]).toBe(0);
    expect(wilson(1, 20)[1]).toBe(1);
  });

  it('ranks by the share that is lower, equal ones in the middle', () => {
    expect([...percentileRanks([5, 1, NaN, 5, 9])]).toEqual([0.5, 0.125, NaN, 0.5, 0.875]);
  });
});

/**
 * Of 400 people half buy tea things and half coffee things, each once in a while; who of the tea people buys often is a
 * "regular". Everybody has a lottery ticket, too, which says nothing.
 */
function teaAndCoffee(): TinyShop {
  const random = new Random(7);
  const items = ['tea', 'coffee'].flatMap((category) =>
    Array.from({ length: 6 }, (_, i) => ({ id: `${category}-${i}`, title: `${category} ${i}`, category })),
  );
  const events: TinyShop['events'] = [];
  const users: TinyShop['users'] = {};
  for (let n = 0; n < 400; n++) {
    const [user, category] = [`u${String(n).padStart(3, '0')}`, n % 2 ? 'tea' : 'coffee'];
    users[user] = { country: random.below(4) === 0 ? 'CN' : 'DE' };
    const orders = 2 + random.below(n % 6 === 1 ? 12 : 4);
    for (let i = 0; i < orders; i++) {
      const at = `${addDays('2026-01-01', random.below(100))}T10:00:00`;
      events.push({
        user,
        event: 'order_completed',
        at,
        item: `${category}-${random.below(6)}`,
        value: 5 + random.below(9),
        order: `${user}-${i}`,
      });
    }
  }
  return { events, items, users };
}

describe('lookalikes', () => {
  let store: TableStore;
  let tensors: Tensors;
  beforeAll(async () => {
    store = await openNativeStore({ threads: 2 });
    tensors = await openNodeTensors();
  });
  afterAll(() => store.close());

  const teaBuyers: Rule = {
    measure: { aggregate: 'count', events: 'order_completed', where: [{ property: 'category', oneOf: ['tea'] }] },
    atLeast: 3,
  };
  const spec = (options: PredictionSpec['options'] = {}): PredictionSpec => ({
    id: 'like',
    kind: 'prediction',
    task: 'lookalike',
    target: { segment: 'seed' },
    options,
  });

  async function train(rule: Rule, options: PredictionSpec['options'] = {}, members?: Bitset) {
    const shop = await openTinyShop(store, teaAndCoffee(), '2026-05-01T00:00:00');
    const scope = { ...shop, items: 12, segments: [{ id: 'seed', rule }] };
    const seed = async (id: string) => {
      const found = await readSeed(scope, id, quietContext(), () => undefined);
      return members ? { ...found, members } : found;
    };
    const made = await trainPrediction(
      { ...scope, seed },
      spec(options),
      1,
      toolsOf(async () => tensors),
      quietContext(),
    );
    return { ...made, lift: sectionOf(made.report, 'lift')!, scope };
  }

  it('finds held-out members by taste where taste is what they share', async () => {
    const { lift, outputs, scope } = await train(teaBuyers, { way: 'taste' });
    expect(lift.used).toBe('taste');
    expect(lift.ways.map(({ id }) => id)).toEqual(['traits', 'taste', 'blend', 'same-category-buyers']);
    expect(lift.category).toBe('tea');
    const taste = lift.ways.find(({ id }) => id === 'taste')!;
    expect(taste.auc).toBeGreaterThan(0.8);
    // Half of the people drink tea; no tenth can hold more than all of its size.
    const tenth = taste.points.find(({ size }) => size === 0.1)!;
    expect(tenth.low).toBeGreaterThan(1);
    const mean = (category: number) => {
      const values = scope.ids.flatMap((_, n) => (n % 2 === category ? [outputs.score[n]] : []));
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    };
    expect(mean(1)).toBeGreaterThan(mean(0) + 0.3);
  });

  it('holds the same share of members and of others out, and counts them', async () => {
    const { lift, report } = await train(teaBuyers, { heldOutPercent: 40 });
    expect(lift.people).toBe(160);
    expect(lift.members / (lift.members + lift.learntFrom)).toBeCloseTo(0.4, 1);
    expect(report.protocol.rows).toEqual({ computed: 400 });
  });

  it('promises nothing of a segment that nothing tells apart', async () => {
    const random = new Random(11);
    const chance = Bitset.of(
      400,
      Array.from({ length: 400 }, (_, n) => n).filter(() => random.below(4) === 0),
    );
    const { lift } = await train(teaBuyers, { way: 'blend', heldOutPercent: 50 }, chance);
    for (const { id, points } of lift.ways) {
      const half = points.find(({ size }) => size === 0.3)!;
      expect([id, half.low < 1 && half.high > 1]).toEqual([id, true]);
    }
  });

  it('does not learn from the traits of the rule, nor from what is made of them', async () => {
    const { report } = await train({
      all: [
        { trait: 'orders', atLeast: 4 },
        { trait: 'country', is: 'DE' },
      ],
    });
    const inputs = sectionOf(report, 'drivers')!.drivers.map(({ feature }) => feature);
    expect(inputs).toContain('revenue');
    expect(inputs.filter((name) => /orders|averageOrderValue|country/.test(name))).toEqual([]);
    const free = await train(teaBuyers);
    expect(sectionOf(free.report, 'drivers')!.drivers.some(({ feature }) => feature === 'orders')).toBe(true);
  });

  it('is out of date when the rule behind it changes', async () => {
    const { report } = await train(teaBuyers);
    const now = { dataHash: 'hand-made', asOf: '2026-05-01T00:00:00', seed: 1, features: report.protocol.features };
    const segments = [{ id: 'seed', rule: teaBuyers }];
    expect(predictionStaleReasons(report, spec(), { ...now, segments })).toEqual([]);
    const changed = [{ id: 'seed', rule: { ...teaBuyers, atLeast: 4 } as Rule }];
    expect(predictionStaleReasons(report, spec(), { ...now, segments: changed })).toEqual(['segment']);
  });

  it('refuses a segment that is too small, or everyone', async () => {
    const few = { trait: 'orders', atLeast: 1000 };
    await expect(train(few)).rejects.toMatchObject({ code: 'lookalike_too_few', values: { members: 0 } });
    await expect(train({ all: [] })).rejects.toMatchObject({ code: 'lookalike_too_few', values: { others: 0 } });
  });
});
