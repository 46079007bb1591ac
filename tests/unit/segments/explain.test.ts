import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '$lib/core/base/random';
import { conditions } from '$lib/core/segments/conditions/catalogue';
import { kindOf } from '$lib/core/segments/conditions/kindOf';
import { decidingFor, explainRule, type Explanation, type Reason } from '$lib/core/segments/explain';
import { evaluateRule, type SegmentScope } from '$lib/core/segments/evaluate';
import { reasonPhrase } from '$lib/core/segments/reasonPhrase';
import { cellMatcher } from '$lib/core/segments/rfm';
import { isLeaf, type LeafRule, type Rule } from '$lib/core/segments/rule';
import { samplePeople } from '$lib/core/segments/sample';
import { removedBy, waterfallOf } from '$lib/core/segments/waterfall';
import { timesRange } from '$lib/core/segments/conditions/event';
import { visitRule } from '$lib/core/segments/walk';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import {
  fits,
  naiveMembers,
  naiveMeasure,
  naivePopulation,
  randomRule,
  randomShop,
  things,
  type NaiveShop,
} from '../../support/naiveSegments';
import { openScoredShop } from '../../support/scoredShop';
import { byBytes, namesIn, openTinyShop } from '../../support/tinyShop';

const asOf = '2026-06-01T00:00:00';

describe('why Ann is in, and Bo is not', () => {
  let store: TableStore;
  let scope: SegmentScope & { ids: string[] };
  beforeAll(async () => {
    store = await openNativeStore({ threads: 2 });
    scope = await openTinyShop(
      store,
      {
        items: [{ id: 'oolong', category: 'Tea' }],
        events: [
          { user: 'ann', event: 'order_completed', at: '2026-05-20T10:00:00', value: 60, order: 'A1' },
          { user: 'ann', event: 'order_completed', at: '2026-05-28T10:00:00', value: 50, order: 'A2' },
          { user: 'ann', event: 'product_added', at: '2026-05-27T10:00:00', item: 'oolong' },
          { user: 'bo', event: 'order_completed', at: '2026-03-01T10:00:00', value: 20, order: 'B1' },
          { user: 'bo', event: 'product_viewed', at: '2026-05-25T10:00:00', item: 'oolong' },
          { user: 'bo', event: 'product_added', at: '2026-02-01T10:00:00', item: 'oolong' },
          { user: 'cy', event: 'product_viewed', at: '2026-05-31T10:00:00', item: 'oolong' },
        ],
      },
      asOf,
    );
    scope.segments = [{ id: 'buyers', rule: { trait: 'orders', atLeast: 1 } }];
  });
  afterAll(() => store.close());

  const why = async (rule: Rule) => {
    const explained = await explainRule(scope, rule, [...scope.ids.keys()]);
    return new Map(explained.map(({ user, reasons }) => [scope.ids[user], reasons]));
  };

  it('gives the figure that decided, and how far away it was', async () => {
    const rule: Rule = {
      all: [
        { trait: 'orders', atLeast: 2 },
        { not: { event: 'product_viewed', where: [{ property: 'category', oneOf: ['Tea'] }], withinDays: 3 } },
      ],
    };
    const found = await why(rule);
    expect(found.get('ann')).toEqual([
      { path: '', holds: true },
      { path: 'all.0', holds: true, figure: { is: 'value', value: 2, as: { trait: 'orders' } } },
      { path: 'all.1', holds: true },
      {
        path: 'all.1.not',
        holds: false,
        figure: { is: 'value', value: 0, as: { kind: 'count' }, lastDays: null },
        miss: { by: 'amount', amount: 1, direction: 'more' },
      },
    ]);
    expect(found.get('bo')![1]).toEqual({
      path: 'all.0',
      holds: false,
      figure: { is: 'value', value: 1, as: { trait: 'orders' } },
      miss: { by: 'amount', amount: 1, direction: 'more' },
    });
    expect(found.get('bo')![3].figure).toEqual({ is: 'value', value: 0, as: { kind: 'count' }, lastDays: 7 });
    expect(decidingFor(rule, found.get('ann')!)).toEqual([
      { path: 'all.0', negated: false },
      { path: 'all.1.not', negated: true },
    ]);
    expect(decidingFor(rule, found.get('bo')!)).toEqual([{ path: 'all.0', negated: false }]);
  });

  it('gives the place among those who have a value', async () => {
    const found = await why({ trait: 'revenue', topPercent: 30 });
    const [ann, bo] = [found.get('ann')![0], found.get('bo')![0]];
    expect(ann.figure).toEqual({ is: 'place', value: 110, as: { trait: 'revenue' }, place: 1, among: 3, places: 1 });
    expect(bo).toMatchObject({ holds: false, figure: { place: 2 }, miss: { by: 'places', places: 1 } });
  });

  it('gives the days of the steps of a sequence', async () => {
    const found = await why({ sequence: { first: { events: 'product_added' }, next: { events: 'order_completed' }, withinDays: 7 } });
    expect(found.get('ann')![0].figure).toEqual({ is: 'sequence', came: 'through', first: '2026-05-27', next: '2026-05-28' });
    expect(found.get('bo')![0]).toMatchObject({
      figure: { came: 'late', first: '2026-02-01', next: '2026-03-01', days: 28 },
      miss: { by: 'days', days: 21, direction: 'earlier' },
    });
    expect(found.get('cy')![0].figure).toEqual({ is: 'sequence', came: 'nowhere' });
  });

  it('looks into the segment that a condition names', async () => {
    const [reason] = (await why({ segment: 'buyers' })).get('cy')!;
    expect(reason).toMatchObject({ holds: false, figure: { is: 'segment', segment: 'buyers' } });
    expect(reason.inside).toMatchObject([{ path: '', holds: false, figure: { value: 0 } }]);
  });

  it('counts what each condition removes, what it alone would, and what it alone keeps out', async () => {
    const rule: Rule = {
      all: [
        { trait: 'orders', atLeast: 1 },
        { trait: 'orders', atLeast: 2 },
      ],
    };
    const evaluation = await evaluateRule(scope, rule);
    expect(waterfallOf(rule, evaluation)).toEqual([
      { path: 'all.0', left: 2, here: 1, alone: 1, without: 0 },
      { path: 'all.1', left: 1, here: 1, alone: 2, without: 1 },
    ]);
    const removed = (path: string, of: 'here' | 'only') => namesIn(removedBy(path, of, evaluation), scope);
    expect(removed('all.0', 'here')).toEqual(['cy']);
    expect(removed('all.1', 'here')).toEqual(['bo']);
    expect(removed('all.0', 'only')).toEqual([]);
    const any = { any: rule.all };
    expect(waterfallOf(any, await evaluateRule(scope, any))).toEqual([
      { path: 'any.0', left: 2, here: 2, alone: 2, without: 1 },
      { path: 'any.1', left: 2, here: 0, alone: 1, without: 0 },
    ]);
  });
});

describe('any explanation of any segment', () => {
  let store: TableStore;
  let scope: SegmentScope & { ids: string[] };
  let shop: NaiveShop;
  let people: string[];
  beforeAll(async () => {
    store = await openNativeStore({ threads: 2 });
    shop = randomShop(new Random(3), asOf);
    scope = await openScoredShop(store, shop, asOf);
    people = naivePopulation(shop, asOf).sort(byBytes);
  });
  afterAll(() => store.close());

  const explain = (rule: Rule): Promise<Explanation[]> =>
    explainRule(
      scope,
      rule,
      people.map((id) => scope.ids.indexOf(id)),
    );

  it('says of each node what a walk through every event says, and shows a figure that says the same', async () => {
    const random = new Random(21);
    const shown = new Map<string, number>();
    for (let round = 0; round < 150; round++) {
      const rule = randomRule(random, 2);
      const explained = await explain(rule);
      const nodes: [string, Rule][] = [];
      visitRule(rule, (node, { path }) => void nodes.push([path, node]));
      for (const [at, [path, node]] of nodes.entries()) {
        const members = naiveMembers(node, shop, scope.ids, asOf);
        for (const [i, id] of people.entries()) {
          const reason = explained[i].reasons[at];
          const told = `${id} in ${JSON.stringify(node)}: ${JSON.stringify(reason)}`;
          expect(reason.path).toBe(path);
          expect(reason.holds, told).toBe(members.has(id));
          if (!isLeaf(node)) continue;
          shown.set(kindOf(node).key, (shown.get(kindOf(node).key) ?? 0) + 1);
          const says = figureSays(node, reason, id);
          if (says !== undefined) expect(says, told).toBe(reason.holds);
          expect(reasonPhrase(reason) !== undefined || says === undefined || 'segment' in node, told).toBe(true);
        }
      }
    }
    for (const { key } of conditions) expect(shown.get(key), key).toBeGreaterThan(500);
  });

  it('shows the figure that a walk through every event finds', async () => {
    const random = new Random(22);
    const kind = conditions.find(({ key }) => key === 'measure')!;
    for (let round = 0; round < 60; round++) {
      const rule = kind.sample(random, { ...things, asOf }) as Extract<LeafRule, { measure: unknown }>;
      const explained = await explain(rule);
      for (const [i, id] of people.entries()) {
        const { figure } = explained[i].reasons[0];
        if (figure?.is !== 'value') continue;
        const seen = shop.events.filter(({ user, at }) => user === id && at < asOf);
        const value = naiveMeasure(rule, seen, shop, asOf);
        if (typeof value === 'number') expect(figure.value, `${id} ${JSON.stringify(rule)}`).toBeCloseTo(value, 9);
        else expect(figure.value, `${id} ${JSON.stringify(rule)}`).toBe(value);
      }
    }
  });

  it('says how far away a figure is: so much more or less would have done', async () => {
    const random = new Random(23);
    let met = 0;
    for (let round = 0; round < 150; round++) {
      const rule = randomRule(random, 0);
      if (!('trait' in rule) && !('measure' in rule)) continue;
      for (const { user, reasons } of await explain(rule)) {
        const { figure, miss } = reasons[0];
        if (!miss || figure?.is !== 'value') continue;
        met++;
        const passed = miss.by === 'amount' && miss.passed ? 0.001 : 0;
        const by = miss.by === 'amount' ? (miss.amount + passed) * (miss.direction === 'more' ? 1 : -1) : 0;
        const days = miss.by === 'days' ? miss.days * (miss.direction === 'later' ? 1 : -1) : 0;
        const moved =
          miss.by === 'amount'
            ? Number((Number(figure.value) + by).toPrecision(12))
            : new Date(Date.parse(`${String(figure.value)}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
        expect(fits(rule, moved, scope.ids[user], new Map(), asOf), JSON.stringify([rule, figure, miss, moved])).toBe(true);
      }
    }
    expect(met).toBeGreaterThan(200);
  });

  it('decides by conditions of which the turn of all would turn the whole', async () => {
    const random = new Random(24);
    for (let round = 0; round < 60; round++) {
      const rule = randomRule(random, 3);
      for (const { reasons } of await explain(rule)) {
        const deciding = decidingFor(rule, reasons);
        const truth = new Map(reasons.map(({ path, holds }) => [path, holds]));
        const turned = new Set(deciding.map(({ path }) => path));
        const holds = truthOf(rule, '', (path) => truth.get(path)! !== turned.has(path));
        // Whoever is out comes in when all that stands in the way is turned; whoever is in by an empty "all" has no reason.
        if (!reasons[0].holds && deciding.length > 0 && !JSON.stringify(rule).includes('[]'))
          expect(holds, JSON.stringify([rule, reasons, deciding])).toBe(true);
      }
    }
  });

  it('draws the same sample for a seed, and nobody twice', async () => {
    const { members } = await evaluateRule(scope, { all: [] });
    const first = samplePeople(members, { seed: 5, limit: 10 });
    expect(samplePeople(members, { seed: 5, limit: 10 })).toEqual(first);
    const next = samplePeople(members, { seed: 5, offset: 10, limit: 10 });
    expect(new Set([...first, ...next]).size).toBe(20);
    expect(samplePeople(members, { seed: 6, limit: 10 })).not.toEqual(first);
  });

  /** What the figure alone says of the condition; undefined where it has none. */
  function figureSays(rule: LeafRule, { figure, inside }: Reason, id: string): boolean | undefined {
    switch (figure?.is) {
      case 'value':
        if ('event' in rule) {
          const { atLeast, atMost } = timesRange(rule);
          return Number(figure.value) >= atLeast && Number(figure.value) <= atMost;
        }
        return fits(rule as never, figure.value, id, new Map(), asOf);
      case 'place':
        return figure.place !== null && figure.place <= figure.places;
      case 'sequence':
        return figure.came === 'through';
      case 'scores':
        return figure.scores !== null && 'rfm' in rule && cellMatcher(rule.rfm.cells)(...figure.scores);
      case 'segment':
        return inside![0].holds;
      case 'lot':
        return 'random' in rule && figure.percent >= rule.random.from && figure.percent < rule.random.to;
      case 'list':
        return figure.isOn;
      default:
        return undefined;
    }
  }
});

function truthOf(rule: Rule, path: string, leaf: (path: string) => boolean): boolean {
  const inner = (step: string) => (path === '' ? step : `${path}.${step}`);
  if ('not' in rule) return !truthOf(rule.not, inner('not'), leaf);
  if ('all' in rule) return rule.all.every((child, i) => truthOf(child, inner(`all.${i}`), leaf));
  if ('any' in rule) return rule.any.some((child, i) => truthOf(child, inner(`any.${i}`), leaf));
  return leaf(path);
}
