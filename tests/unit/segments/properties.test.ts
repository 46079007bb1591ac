import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '$lib/core/base/random';
import { membersOf, type SegmentScope } from '$lib/core/segments/evaluate';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { conditions } from '$lib/core/segments/conditions/catalogue';
import { kindOf } from '$lib/core/segments/conditions/kindOf';
import { isLeaf } from '$lib/core/segments/rule';
import { visitRule } from '$lib/core/segments/walk';
import { naiveMembers, naivePopulation, randomEventRule, randomRule, randomShop, type NaiveShop } from '../../support/naiveSegments';
import { openScoredShop } from '../../support/scoredShop';
import { namesIn } from '../../support/tinyShop';

const asOf = '2026-06-01T00:00:00';

describe('any segment of any shop', () => {
  let store: TableStore;
  let scope: SegmentScope & { ids: string[] };
  let shop: NaiveShop;
  beforeAll(async () => {
    store = await openNativeStore({ threads: 2 });
    shop = randomShop(new Random(3), asOf);
    scope = await openScoredShop(store, shop, asOf);
  });
  afterAll(() => store.close());

  // Six hundred queries, on machines that others keep busy.
  it('holds whom a walk through every event finds', { timeout: 240_000 }, async () => {
    const random = new Random(11);
    let several = 0;
    const met = new Map<string, number>();
    for (let round = 0; round < 600; round++) {
      const rule = randomRule(random, 3);
      visitRule(rule, (node) => {
        if (isLeaf(node)) met.set(kindOf(node).key, (met.get(kindOf(node).key) ?? 0) + 1);
      });
      const expected = [...naiveMembers(rule, shop, scope.ids, asOf)];
      const found = namesIn(await membersOf(scope, rule), scope);
      expect(found, JSON.stringify(rule)).toEqual(expected);
      if (expected.length > 0 && expected.length < naivePopulation(shop, asOf).length) several++;
    }
    // Were the rules all empty or full, or of few kinds, equal answers would say little.
    expect(several).toBeGreaterThan(200);
    for (const { key } of conditions) expect(met.get(key), key).toBeGreaterThan(50);
  });

  it('never shrinks when its window widens or its count falls', async () => {
    const random = new Random(12);
    for (let round = 0; round < 60; round++) {
      const { atMost: _, from: _from, to: _to, fromDaysAgo: _first, toDaysAgo: _last, ...rule } = randomEventRule(random);
      const days = 1 + random.below(60);
      const narrow = await membersOf(scope, { ...rule, atLeast: 3, withinDays: days });
      for (const wider of [{ withinDays: days + 1 + random.below(60) }, { withinDays: undefined }, { atLeast: 2 }]) {
        const wide = await membersOf(scope, { ...rule, atLeast: 3, withinDays: days, ...wider });
        expect(narrow.andNot(wide).count, JSON.stringify({ ...rule, days, ...wider })).toBe(0);
      }
    }
  });

  it('parts everyone with its negation, and is within each part of an "all"', async () => {
    const random = new Random(13);
    for (let round = 0; round < 40; round++) {
      const [a, b] = [randomRule(random, 2), randomRule(random, 2)];
      const members = await membersOf(scope, a);
      const rest = await membersOf(scope, { not: a });
      expect(members.and(rest).count).toBe(0);
      expect(members.count + rest.count).toBe(naivePopulation(shop, asOf).length);
      const both = await membersOf(scope, { all: [a, b] });
      expect(both.andNot(members).count).toBe(0);
      expect((await membersOf(scope, { any: [a, b] })).count).toBe(members.count + (await membersOf(scope, b)).count - both.count);
    }
  });

  it('does not depend on the engine having one thread or two', async () => {
    const single = await openNativeStore({ threads: 1 });
    const alone = await openScoredShop(single, shop, asOf);
    const random = new Random(14);
    for (let round = 0; round < 40; round++) {
      const rule = randomRule(random, 2);
      expect((await membersOf(alone, rule)).words).toEqual((await membersOf(scope, rule)).words);
    }
    await single.close();
  });
});
