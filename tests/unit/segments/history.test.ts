import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bitset } from '$lib/core/base/bitset';
import { Random } from '$lib/core/base/random';
import { quietContext } from '$lib/core/base/run';
import { readRanks, shareBelow } from '$lib/core/profiles/ranks';
import { movesBetween, moversBy, replayDays, replayRule, timelessTraits, type ReplayScope } from '$lib/core/segments/history';
import { jaccard, overlapOf } from '$lib/core/segments/overlap';
import type { Rule } from '$lib/core/segments/rule';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { naiveMembers, naivePopulation, randomRule, randomShop, type NaiveShop } from '../../support/naiveSegments';
import { openScoredShop } from '../../support/scoredShop';
import { namesIn } from '../../support/tinyShop';

const asOf = '2026-06-01T00:00:00';
const run = quietContext();

let store: TableStore;
let scope: ReplayScope & { ids: string[]; profiles: string };
let shop: NaiveShop;
beforeAll(async () => {
  store = await openNativeStore({ threads: 2 });
  shop = randomShop(new Random(3), asOf);
  scope = { ...(await openScoredShop(store, shop, asOf)), planTraits: [{ id: 'perView', formula: 'orders / views' }] };
});
afterAll(() => store.close());

describe('a rule as of past dates', () => {
  it('holds whom a walk through the events before that day finds', async () => {
    const random = new Random(41);
    for (let round = 0; round < 60; round++) {
      const rule = randomRule(random, 2);
      const day = `2026-0${3 + random.below(3)}-0${1 + random.below(9)}T00:00:00`;
      const { members, everyone } = await replayRule(scope, rule, day, run);
      // What random rules say is relative to the day they are asked as of.
      expect(namesIn(members, scope), `${day} ${JSON.stringify(rule)}`).toEqual([...naiveMembers(rule, shop, scope.ids, day)]);
      expect(namesIn(everyone, scope)).toEqual(naivePopulation(shop, day));
    }
  });

  it('makes the traits of the plan that a rule needs, with what they are made of', async () => {
    const rule: Rule = { trait: 'perView', atLeast: 0.5 };
    const { members } = await replayRule(scope, rule, '2026-05-01T00:00:00', run);
    const names = namesIn(members, scope);
    const orders = await replayRule(scope, { trait: 'orders', atLeast: 1 }, '2026-05-01T00:00:00', run);
    expect(names.length).toBeGreaterThan(0);
    expect(namesIn(orders.members, scope)).toEqual(expect.arrayContaining(names));
  });

  it('parts people into those who stayed, entered, came into the data, and left', async () => {
    const rule: Rule = {
      all: [
        { event: 'order_completed', withinDays: 30 },
        { trait: 'views', atLeast: 2 },
      ],
    };
    const then = await replayRule(scope, rule, '2026-04-15T00:00:00', run);
    const now = await replayRule(scope, rule, asOf, run);
    const moves = movesBetween(then, now);
    const { stayed, entered, arrived, left } = moves;
    expect(stayed.count + entered.count + arrived.count).toBe(now.members.count);
    expect(stayed.count + left.count).toBe(then.members.count);
    expect(arrived.and(then.everyone).count).toBe(0);
    expect(left.count * entered.count).toBeGreaterThan(0);
    for (const group of ['entered', 'left'] as const) {
      // Everybody who moved has a condition that turned: an "all of" turns by nothing else.
      const each = moves.turned.map(({ path }) => moversBy(moves, then, now, group, path));
      expect(each.reduce((a, b) => a.or(b)).count).toBe(moves[group].count);
      expect(each.map(({ count }) => count)).toEqual(moves.turned.map((turned) => turned[group]));
      const alone = moves.turned.reduce((sum, turned) => sum + turned[`${group}Alone`], 0);
      expect(alone).toBe(moves[group].count - each[0].and(each[1]).count);
    }
  });

  it('looks at ends of months and of weeks back to the first event, and names what has no past', async () => {
    expect(replayDays('2026-03-15', '2026-06-10T00:00:00', 'month')).toEqual([
      '2026-04-01T00:00:00',
      '2026-05-01T00:00:00',
      '2026-06-01T00:00:00',
      '2026-06-10T00:00:00',
    ]);
    expect(replayDays('2026-03-15', '2026-06-01T00:00:00', 'month').at(-2)).toBe('2026-05-01T00:00:00');
    // 1 June 2026 is a Monday: its midnight ends a week.
    expect(replayDays('2026-05-20', '2026-06-03T00:00:00', 'week')).toEqual([
      '2026-05-25T00:00:00',
      '2026-06-01T00:00:00',
      '2026-06-03T00:00:00',
    ]);
    expect(replayDays('2010-01-01', asOf, 'week')).toHaveLength(60);
    const rule: Rule = {
      all: [
        { trait: 'country', is: 'CN' },
        { trait: 'score:likely', atLeast: 0.5 },
        { trait: 'orders', atLeast: 1 },
      ],
    };
    expect(await timelessTraits(scope, rule)).toEqual(['country', 'score:likely']);
    const planTraits: ReplayScope['planTraits'] = [{ id: 'band', rank: { of: 'score:likely', as: 'percent' } }];
    expect(await timelessTraits({ ...scope, planTraits }, { trait: 'band', atLeast: 0.5 })).toEqual(['band']);
  });
});

describe('the overlap of sets', () => {
  it('counts what counting one person after the other counts', async () => {
    const random = new Random(43);
    for (let round = 0; round < 20; round++) {
      const size = 1 + random.below(200);
      const sets = Array.from({ length: 1 + random.below(6) }, () => {
        const share = random.uniform();
        return Bitset.of(
          size,
          Array.from({ length: size }, (_, i) => i).filter(() => random.uniform() < share),
        );
      });
      const overlap = await overlapOf(sets, run);
      const people = Array.from({ length: size }, (_, i) => sets.flatMap((set, s) => (set.has(i) ? [s] : [])));
      expect(overlap.union).toBe(people.filter((inside) => inside.length > 0).length);
      for (const [a] of sets.entries())
        for (const [b] of sets.entries()) {
          expect(overlap.pairs[a][b]).toBe(people.filter((inside) => inside.includes(a) && inside.includes(b)).length);
          const either = people.filter((inside) => inside.includes(a) || inside.includes(b)).length;
          expect(jaccard(overlap, a, b)).toBeCloseTo(either === 0 ? 0 : overlap.pairs[a][b] / either, 12);
        }
      for (const { sets: exactly, count } of overlap.exact)
        expect(count).toBe(people.filter((inside) => String(inside) === String(exactly)).length);
      expect(overlap.exact.reduce((sum, { count }) => sum + count, 0)).toBe(overlap.union);
    }
  });
});

describe('where somebody stands in each trait', () => {
  it('is their place among those who have a value', async () => {
    const opened = await openScoredShop(store, shop, asOf);
    const user = scope.ids.indexOf('user 14');
    const ranks = await readRanks(opened, user);
    const orders = ranks.find(({ trait }) => trait === 'orders')!;
    const counted = async (rule: Rule) => (await replayRule(scope, rule, asOf, run)).members.count;
    expect(orders.less).toBe(await counted({ trait: 'orders', lessThan: orders.value }));
    expect(orders.equal).toBe(await counted({ trait: 'orders', is: orders.value }));
    expect(orders.among).toBe(await counted({ trait: 'orders', exists: true }));
    expect(shareBelow({ less: 3, among: 7 })).toBe(0.5);
    expect(shareBelow({ less: 0, among: 1 })).toBe(0);
  });
});
