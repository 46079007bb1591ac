import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '$lib/core/base/random';
import { checkSegment } from '$lib/core/segments/checks';
import { evaluateRule, membersOf, type SegmentScope } from '$lib/core/segments/evaluate';
import { relaxRule } from '$lib/core/segments/relax';
import { replaceAt, ruleAt } from '$lib/core/segments/ruleEdit';
import type { Rule } from '$lib/core/segments/rule';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { naiveMembers, randomRule, randomShop, type NaiveShop } from '../../support/naiveSegments';
import { openScoredShop } from '../../support/scoredShop';

const asOf = '2026-06-01T00:00:00';

let store: TableStore;
let scope: SegmentScope & { ids: string[] };
let shop: NaiveShop;
beforeAll(async () => {
  store = await openNativeStore({ threads: 2 });
  shop = randomShop(new Random(3), asOf);
  scope = await openScoredShop(store, shop, asOf);
});
afterAll(() => store.close());

describe('what is odd about a segment', () => {
  const check = async (rule: Rule) => checkSegment(rule, await evaluateRule(scope, rule));

  it('names everyone, nobody, and the condition after which nobody is left', async () => {
    expect(await check({ all: [] })).toEqual([{ is: 'everyone' }]);
    expect(await check({ any: [] })).toEqual([{ is: 'empty' }]);
    expect(
      await check({
        all: [
          { trait: 'orders', atLeast: 1 },
          { trait: 'orders', atLeast: 10_000 },
        ],
      }),
    ).toEqual([{ is: 'empty', emptied: 'all.1' }]);
  });

  it('names two conditions that exclude each other', async () => {
    const rule: Rule = {
      all: [
        { trait: 'orders', atLeast: 4 },
        { trait: 'views', atLeast: 0 },
        { trait: 'orders', atMost: 3 },
      ],
    };
    expect(await check(rule)).toEqual([
      { is: 'empty', emptied: 'all.2' },
      { is: 'excluding', paths: ['all.0', 'all.2'] },
    ]);
  });

  it('names a condition that removes nobody, and the one because of which', async () => {
    const rule: Rule = {
      all: [
        { trait: 'orders', atLeast: 4 },
        { trait: 'orders', atLeast: 1 },
      ],
    };
    expect(await check(rule)).toEqual([{ is: 'idle', path: 'all.1', group: 'all', because: 'all.0' }]);
    const all: Rule = {
      all: [
        { trait: 'orders', atLeast: 0 },
        { trait: 'orders', atLeast: 4 },
      ],
    };
    expect(await check(all)).toEqual([{ is: 'idle', path: 'all.0', group: 'all' }]);
    // Of two that say the same, one is too many.
    const twice: Rule = {
      all: [
        { trait: 'orders', atLeast: 4 },
        { trait: 'orders', moreThan: 3 },
      ],
    };
    expect(await check(twice)).toEqual([{ is: 'idle', path: 'all.0', group: 'all', because: 'all.1' }]);
    const any: Rule = {
      any: [
        { trait: 'orders', atLeast: 4 },
        { trait: 'orders', atLeast: 1 },
      ],
    };
    expect(await check(any)).toContainEqual({ is: 'idle', path: 'any.0', group: 'any', because: 'any.1' });
  });

  it('names another segment with the same people', async () => {
    const members = await membersOf(scope, { segment: 'buyers' });
    const found = checkSegment({ segment: 'buyers' }, await evaluateRule(scope, { segment: 'buyers' }), [
      { id: 'other', members: await membersOf(scope, { trait: 'orders', atLeast: 4 }) },
      { id: 'buyers', members },
    ]);
    expect(found).toEqual([{ is: 'same', segment: 'buyers' }]);
  });

  it('says of no condition that it is idle whose loss changes the segment, and of no two that they exclude each other wrongly', async () => {
    const random = new Random(31);
    let met = 0;
    for (let round = 0; round < 250; round++) {
      const parts = Array.from({ length: 2 + random.below(3) }, () => randomRule(random, 1));
      const kind = random.below(2) === 0 ? 'all' : 'any';
      const rule = { [kind]: parts } as unknown as Rule;
      for (const finding of await check(rule)) {
        const place = (path: string) => Number(path.split('.')[1]);
        if (finding.is === 'idle' && finding.path.split('.').length === 2) {
          met++;
          const without = { [kind]: parts.toSpliced(place(finding.path), 1) } as unknown as Rule;
          expect(naiveMembers(without, shop, scope.ids, asOf), JSON.stringify(rule)).toEqual(naiveMembers(rule, shop, scope.ids, asOf));
        }
        if (finding.is === 'excluding' && finding.paths.every((path) => path.split('.').length === 2)) {
          met++;
          const both = { all: finding.paths.map((path) => parts[place(path)]) };
          expect(naiveMembers(both, shop, scope.ids, asOf).size).toBe(0);
        }
      }
    }
    expect(met).toBeGreaterThan(60);
  });
});

describe('the nearest change of an empty segment', () => {
  it('lowers the threshold to the highest value that somebody has', async () => {
    const [{ condition, count }] = await relaxRule(scope, { all: [{ trait: 'orders', atLeast: 1000 }] });
    const most = (condition as { atLeast: number }).atLeast;
    expect(count).toBe((await membersOf(scope, { trait: 'orders', atLeast: most })).count);
    expect((await membersOf(scope, { trait: 'orders', moreThan: most })).count).toBe(0);
  });

  it('widens a window to the first day that lets somebody in, and shortens it under a "not"', async () => {
    const buyers: Rule = { event: 'order_completed', withinDays: 60 };
    const rule: Rule = { all: [buyers, { not: { event: 'order_completed', withinDays: 60 } }] };
    const changes = await relaxRule(scope, rule);
    const [shorter] = changes.filter(
      ({ path, condition }) => path === 'all.1.not' && 'withinDays' in condition && condition.withinDays !== 60,
    );
    const days = (shorter.condition as { withinDays: number }).withinDays;
    expect(shorter.count).toBeGreaterThan(0);
    const longer: Rule = { all: [buyers, { not: { event: 'order_completed', withinDays: days + 1 } }] };
    expect((await membersOf(scope, longer)).count).toBe(0);
  });

  it('lets somebody in, whatever the rule, and nobody where it stops short', async () => {
    const random = new Random(33);
    let met = 0;
    for (let round = 0; round < 400 && met < 50; round++) {
      const rule: Rule = { all: Array.from({ length: 3 }, () => randomRule(random, random.below(3))) };
      for (const change of await relaxRule(scope, rule)) {
        met++;
        expect(naiveMembers(change.rule, shop, scope.ids, asOf).size, JSON.stringify([rule, change])).toBe(change.count);
        const shortOf = halfway(rule, change.path, change.condition);
        if (shortOf) expect(naiveMembers(shortOf, shop, scope.ids, asOf).size, JSON.stringify([rule, change])).toBe(0);
      }
    }
    expect(met).toBeGreaterThanOrEqual(30);
  });

  it('looks into groups inside groups, where each alone would be enough and under a "not"', async () => {
    const never: Rule = { event: 'never_heard_of' };
    const changes = await relaxRule(scope, {
      any: [
        never,
        {
          all: [
            { trait: 'orders', atLeast: 1 },
            { trait: 'orders', atLeast: 1000 },
          ],
        },
      ],
    });
    expect(changes.map(({ path }) => path)).toContain('any.1.all.1');
    const turned = await relaxRule(scope, { not: { any: [{ trait: 'orders', atLeast: 0 }, never] } });
    expect(turned.map(({ path }) => path)).toContain('not.any.0');
    for (const change of [...changes, ...turned])
      expect(naiveMembers(change.rule, shop, scope.ids, asOf).size, JSON.stringify(change)).toBe(change.count);
  });

  /** The rule with a bound between the old and the new one, where both are one number under one key. */
  function halfway(rule: Rule, path: string, condition: object): Rule | undefined {
    const old = ruleAt(rule, path)!;
    const negated = path.split('.').filter((step) => step === 'not').length % 2 === 1;
    for (const key of ['atLeast', 'atMost'] as const) {
      const [from, to] = [(old as Record<string, unknown>)[key], (condition as Record<string, unknown>)[key]];
      if (typeof from !== 'number' || typeof to !== 'number' || from === to || negated || 'event' in old) continue;
      return replaceAt(rule, path, { ...old, [key]: (from + to) / 2 } as Rule);
    }
    return undefined;
  }
});
