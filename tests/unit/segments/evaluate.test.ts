import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluateRule, membersOf, rfmOf, type SegmentScope } from '$lib/core/segments/evaluate';
import type { Rule, TraitRule } from '$lib/core/segments/rule';
import { DerivedCache } from '$lib/core/store/derivedCache';
import type { Sql } from '$lib/core/store/sql';
import { sql } from '$lib/core/store/sql';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { namesIn, openTinyShop, type TinyShop } from '../../support/tinyShop';

/** A tea shop on 1 June: Ann buys often, Bo once and long ago, Cy only looks, Dee came back after a year, Eve is new. */
const shop: TinyShop = {
  items: [
    { id: 'cup', category: 'Kitchen / Cups', brand: 'Blue' },
    { id: 'oolong', category: 'Tea / Green', brand: 'Leaf' },
    { id: 'teapot', category: 'Teapots', brand: 'Blue' },
  ],
  users: {
    ann: { country: 'CN', email: 'Ann@Example.com', consentEmail: true, createdAt: '2024-12-24T10:00:00' },
    bo: { country: 'DE', consentEmail: false },
    cy: { country: 'cn' },
    eve: {},
    'zoe"; DROP TABLE users; --': { country: "O'Brien's" },
  },
  events: [
    { user: 'ann', event: 'order_completed', at: '2026-05-31T23:59:59', item: 'oolong', value: 20, order: 'A3', channel: 'app' },
    { user: 'ann', event: 'order_completed', at: '2026-05-02T00:00:00', item: 'oolong', value: 30, order: 'A2', channel: 'web' },
    { user: 'ann', event: 'order_completed', at: '2026-05-02T00:00:00', item: 'cup', value: 10, order: 'A2', channel: 'web' },
    { user: 'ann', event: 'order_completed', at: '2026-05-01T23:59:59', item: 'cup', value: 5, order: 'A1', channel: 'web' },
    { user: 'bo', event: 'order_completed', at: '2025-07-01T12:00:00', item: 'teapot', value: 80, order: 'B1' },
    { user: 'bo', event: 'order_completed', at: '2025-07-01T12:00:00', item: 'cup', value: 8, order: 'B1' },
    { user: 'cy', event: 'product_viewed', at: '2026-05-30T08:00:00', item: 'oolong', channel: 'app' },
    { user: 'cy', event: 'product_viewed', at: '2026-05-30T08:01:00', item: 'oolong', channel: 'app' },
    { user: 'dee', event: 'order_completed', at: '2025-05-01T09:00:00', item: 'oolong', value: 15, order: 'D1' },
    { user: 'dee', event: 'order_completed', at: '2026-05-20T09:00:00', item: 'teapot', value: 15, order: 'D2', channel: 'app' },
    { user: 'eve', event: 'order_completed', at: '2026-06-01T00:00:00', item: 'cup', value: 9, order: 'E1' },
  ],
};

describe('segments of a tea shop as of 1 June', () => {
  let store: TableStore;
  let scope: SegmentScope & { ids: string[] };
  beforeAll(async () => {
    store = await openNativeStore({ threads: 2 });
    scope = await openTinyShop(store, shop, '2026-06-01T00:00:00');
  });
  afterAll(() => store.close());

  const who = async (rule: Rule, over: Partial<SegmentScope> = {}) => namesIn(await membersOf({ ...scope, ...over }, rule), scope);
  const ordered = 'order_completed';

  it('finds who ordered at least twice in the last 30 days, and did not only view', async () => {
    const rule: Rule = { all: [{ event: ordered, atLeast: 2, withinDays: 30 }, { not: { event: 'product_viewed' } }] };
    expect(await who(rule)).toEqual(['ann']);
    const { nodes, windows } = await evaluateRule(scope, rule);
    expect(nodes).toEqual([
      { path: '', count: 1 },
      { path: 'all.0', count: 1, left: 1 },
      { path: 'all.1', count: 4, left: 1 },
      { path: 'all.1.not', count: 1 },
    ]);
    expect(windows).toEqual([
      { path: 'all.0', from: '2026-05-02T00:00:00', to: '2026-06-01T00:00:00' },
      { path: 'all.1.not', from: null, to: '2026-06-01T00:00:00' },
    ]);
  });

  it('counts an order once, however many lines it has', async () => {
    expect(await who({ event: ordered, atLeast: 2 })).toEqual(['ann', 'dee']);
    expect(await who({ event: ordered, atLeast: 3 })).toEqual(['ann']);
    expect(await who({ event: ordered, atLeast: 4 })).toEqual([]);
    expect(await who({ event: 'product_viewed', atLeast: 2 })).toEqual(['cy']);
  });

  it('takes a window as whole local days before asOf, and dates as both included', async () => {
    expect(await who({ event: ordered, atLeast: 2, withinDays: 30 })).toEqual(['ann']);
    expect(await who({ event: ordered, atLeast: 3, withinDays: 30 })).toEqual([]);
    expect(await who({ event: ordered, atLeast: 3, withinDays: 31 })).toEqual(['ann']);
    expect(await who({ event: ordered, from: '2026-05-20', to: '2026-05-20' })).toEqual(['dee']);
    expect(await who({ event: ordered, from: '2026-05-21', to: '2026-05-30' })).toEqual([]);
    // Eve's order is at asOf itself and not seen yet, even by a window that goes on.
    expect(await who({ event: ordered, from: '2026-05-31', to: '2026-12-31' })).toEqual(['ann']);
    expect(await who({ event: ordered, to: '2025-05-01' })).toEqual(['dee']);
  });

  it('counts those who never did it among "at most"', async () => {
    const others = ['bo', 'cy', 'zoe"; DROP TABLE users; --'];
    expect(await who({ event: ordered, atMost: 1 })).toEqual(others);
    expect(await who({ event: ordered, atMost: 0 })).toEqual(others.slice(1));
    expect(await who({ event: ordered, atLeast: 1, atMost: 2 })).toEqual(['bo', 'dee']);
    expect((await membersOf(scope, { event: ordered, atLeast: 0 })).count).toBe(5);
  });

  it('looks at what was bought and where: a category holds its subcategories, and only those', async () => {
    const bought = (property: 'item' | 'category' | 'brand' | 'channel', ...oneOf: string[]): Rule => ({
      event: ordered,
      where: [{ property, oneOf }],
    });
    expect(await who(bought('category', 'Tea'))).toEqual(['ann', 'dee']);
    expect(await who(bought('category', 'Tea / Green'))).toEqual(['ann', 'dee']);
    expect(await who(bought('category', 'Tea', 'Teapots'))).toEqual(['ann', 'bo', 'dee']);
    expect(await who(bought('brand', 'Blue'))).toEqual(['ann', 'bo', 'dee']);
    expect(await who(bought('item', 'cup'))).toEqual(['ann', 'bo']);
    expect(await who(bought('channel', 'app'))).toEqual(['ann', 'dee']);
    const both: Rule = {
      event: ordered,
      where: [
        { property: 'channel', oneOf: ['app'] },
        { property: 'category', oneOf: ['Tea'] },
      ],
    };
    expect(await who(both)).toEqual(['ann']);
  });

  it('compares traits', async () => {
    expect(await who({ trait: 'daysSinceLastOrder', between: [2, 400] })).toEqual(['bo', 'dee']);
    expect(await who({ trait: 'revenue', atLeast: 65 })).toEqual(['ann', 'bo']);
    expect(await who({ trait: 'revenue', moreThan: 65 })).toEqual(['bo']);
    expect(await who({ trait: 'orders', lessThan: 1 })).toEqual(['cy', 'zoe"; DROP TABLE users; --']);
    expect(await who({ trait: 'averageOrderValue', exists: true })).toEqual(['ann', 'bo', 'dee']);
    expect(await who({ trait: 'consentEmail', is: true })).toEqual(['ann']);
    expect(await who({ trait: 'consentEmail', is: false })).toEqual(['bo']);
    expect(await who({ trait: 'createdAt', is: '2024-12-24' })).toEqual(['ann']);
    expect(await who({ trait: 'orders', oneOf: [1, 3] })).toEqual(['ann', 'bo']);
  });

  it('compares dates by whole days: before, after, on, between, and counted back from asOf', async () => {
    const created = (comparison: Omit<TraitRule, 'trait'>) => who({ trait: 'createdAt', ...comparison });
    const days = 524; // from 24 December 2024 to 1 June 2026
    expect(await created({ before: '2024-12-25' })).toEqual(['ann']);
    expect(await created({ before: '2024-12-24' })).toEqual([]);
    expect(await created({ after: '2024-12-23' })).toEqual(['ann']);
    expect(await created({ after: '2024-12-24' })).toEqual([]);
    expect(await created({ on: '2024-12-24' })).toEqual(['ann']);
    expect(await created({ betweenDates: ['2024-12-24', '2024-12-24'] })).toEqual(['ann']);
    expect(await created({ betweenDates: ['2024-12-25', '2025-12-24'] })).toEqual([]);
    expect(await created({ withinDays: days })).toEqual(['ann']);
    expect(await created({ withinDays: days - 1 })).toEqual([]);
    expect(await created({ longerAgoThanDays: days - 1 })).toEqual(['ann']);
    expect(await created({ longerAgoThanDays: days })).toEqual([]);
  });

  it('knows only who came before asOf: "not", "all" and shares are of them', async () => {
    // Eve's first order is at asOf itself.
    const { members, population } = await evaluateRule(scope, { not: { event: 'product_viewed' } });
    expect(namesIn(members, scope)).toEqual(['ann', 'bo', 'dee', 'zoe"; DROP TABLE users; --']);
    expect(population).toBe(5);
    const past = await openTinyShop(store, shop, '2025-06-01T00:00:00');
    // A year before only Ann had signed up, Dee had ordered, and Zoe is without a date.
    expect(namesIn(await membersOf(past, { all: [] }), past)).toEqual(['ann', 'dee', 'zoe"; DROP TABLE users; --']);
    expect(namesIn(await membersOf(past, { trait: 'revenue', bottomPercent: 34 }), past)).toEqual(['ann', 'zoe"; DROP TABLE users; --']);
    await openTinyShop(store, shop, '2026-06-01T00:00:00');
  });

  it('breaks ties by id, whatever numbers people were given', async () => {
    const numbers = { ann: 9, bo: 2, cy: 7, dee: 0, eve: 4, 'zoe"; DROP TABLE users; --': 1 };
    const renumbered = await openTinyShop(store, { ...shop, numbers }, '2026-06-01T00:00:00');
    const found = async (rule: Rule) => namesIn(await membersOf(renumbered, rule), renumbered);
    // Cy and Zoe both have no revenue.
    expect(await found({ trait: 'revenue', bottomPercent: 20 })).toEqual(['cy']);
    const { measures } = await rfmOf(renumbered, { bins: 5, method: 'quintile' });
    expect([...measures.userIndexes]).toEqual([9, 2, 0]);
    await openTinyShop(store, shop, '2026-06-01T00:00:00');
  });

  it('compares text exactly with is, and in any case with contains and startsWith', async () => {
    expect(await who({ trait: 'country', is: 'CN' })).toEqual(['ann']);
    expect(await who({ trait: 'country', contains: 'cn' })).toEqual(['ann', 'cy']);
    expect(await who({ trait: 'email', startsWith: 'ann@' })).toEqual(['ann']);
    // Without a value, it is not China either.
    expect(await who({ trait: 'country', isNot: 'CN' })).toEqual(['bo', 'cy', 'dee', 'zoe"; DROP TABLE users; --']);
    expect(await who({ trait: 'country', exists: false })).toEqual(['dee']);
  });

  it('takes N percent of those with a value, rounded up, equal ones by id', async () => {
    // ann 65, bo 88, dee 30, and 0 for the other two whom the data knows.
    expect(await who({ trait: 'revenue', topPercent: 40 })).toEqual(['ann', 'bo']);
    expect(await who({ trait: 'revenue', topPercent: 41 })).toEqual(['ann', 'bo', 'dee']);
    expect(await who({ trait: 'revenue', bottomPercent: 20 })).toEqual(['cy']);
    expect(await who({ trait: 'averageOrderValue', topPercent: 1 })).toEqual(['bo']);
    expect((await membersOf(scope, { trait: 'revenue', topPercent: 100 })).count).toBe(5);
  });

  it('asks a score like a trait, and asks again when the model was trained again', async () => {
    const scored = (version: string) => ({
      scores: new Map([['score:will-buy', { table: 'scores', column: 'score', version, kind: 'score' as const }]]),
    });
    await store.execute(sql`CREATE OR REPLACE TABLE scores (user_index INTEGER, score DOUBLE)`);
    await store.execute(sql`INSERT INTO scores VALUES (0, 0.9), (2, 0.4)`);
    const rule: Rule = { trait: 'score:will-buy', moreThan: 0.5 };
    expect(await who(rule, scored('v1'))).toEqual(['ann']);
    await store.execute(sql`UPDATE scores SET score = 0.6 WHERE user_index = 2`);
    expect(await who(rule, scored('v2'))).toEqual(['ann', 'cy']);
    expect(await who({ trait: 'score:will-buy', topPercent: 50 }, scored('v2'))).toEqual(['ann']);
    await expect(who(rule)).rejects.toMatchObject({ code: 'score_missing', values: { model: 'will-buy', path: '' } });
  });

  it('keeps quotes and semicolons in values what they are', async () => {
    for (const value of ["O'Brien's", "'; DROP TABLE events; --", '" OR 1=1', '\0', '\\', '%', '_', '${x}', '王小明']) {
      const expected = value === "O'Brien's" ? ['zoe"; DROP TABLE users; --'] : [];
      expect(await who({ trait: 'country', is: value })).toEqual(expected);
      expect(await who({ trait: 'country', contains: value })).toEqual(expected);
      expect(await who({ event: value })).toEqual([]);
      expect(await who({ event: ordered, where: [{ property: 'category', oneOf: [value] }] })).toEqual([]);
      await expect(who({ trait: value, is: 1 })).rejects.toMatchObject({ code: 'trait_unknown' });
    }
    expect((await membersOf(scope, { all: [] })).count).toBe(5);
  });

  it('takes everyone for an empty all and no one for an empty any', async () => {
    expect((await membersOf(scope, { all: [] })).count).toBe(5);
    expect((await membersOf(scope, { any: [] })).count).toBe(0);
  });

  describe('inside one another', () => {
    const segments = [
      { id: 'buyers', rule: { event: ordered } as Rule },
      { id: 'tea', rule: { all: [{ segment: 'buyers' }, { event: ordered, where: [{ property: 'category', oneOf: ['Tea'] }] }] } as Rule },
      { id: 'loop-a', rule: { all: [{ segment: 'loop-b' }] } as Rule },
      { id: 'loop-b', rule: { not: { segment: 'loop-a' } } as Rule },
      { id: 'broken', rule: { any: [{ trait: 'shoeSize', atLeast: 40 }] } as Rule },
    ];

    it('gives the members of the other segment', async () => {
      const rule: Rule = { all: [{ segment: 'buyers' }, { not: { segment: 'tea' } }] };
      expect(await who(rule, { segments })).toEqual(['bo']);
    });

    it('names the circle when segments refer to each other', async () => {
      await expect(who({ any: [{ segment: 'loop-a' }] }, { segments })).rejects.toMatchObject({
        code: 'segment_cycle',
        values: { path: 'any.0', cycle: 'loop-a → loop-b → loop-a' },
      });
    });

    it('finds the circle that the edit being made would close', async () => {
      const edited = evaluateRule({ ...scope, segments }, { all: [{ segment: 'tea' }] }, { segmentId: 'buyers' });
      await expect(edited).rejects.toMatchObject({ code: 'segment_cycle', values: { path: 'all.0', cycle: 'buyers → tea → buyers' } });
    });

    it('blames the node that leads to a broken segment', async () => {
      await expect(who({ all: [{ event: ordered }, { segment: 'broken' }] }, { segments })).rejects.toMatchObject({
        code: 'trait_unknown',
        values: { path: 'all.1', segment: 'broken', trait: 'shoeSize' },
      });
    });
  });

  it('asks the store only for the leaf that changed', async () => {
    const asked: string[] = [];
    const counting = { ...store, query: (query: Sql, signal?: AbortSignal) => (asked.push(query.text), store.query(query, signal)) };
    const watched = { ...scope, cache: new DerivedCache(), store: counting as TableStore };
    const rule = (days: number, least: number, category = 'Tea'): Rule => ({
      all: [
        { trait: 'orders', atLeast: least },
        { not: { event: ordered, withinDays: 60, where: [{ property: 'category', oneOf: [category] }] } },
        { event: ordered, withinDays: days },
      ],
    });
    await membersOf(watched, rule(30, 1));
    asked.length = 0;
    await membersOf(watched, rule(30, 1, 'Cups'));
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain('Cups');
    asked.length = 0;
    // The values of a trait and the days of an event are held, so that another bound or window needs no query at all.
    await membersOf(watched, rule(30, 2));
    await membersOf(watched, rule(31, 2));
    await membersOf(watched, rule(30, 1));
    expect(asked).toEqual([]);
    await membersOf({ ...watched, dataKey: 'other data' }, rule(30, 1));
    expect(asked.length).toBeGreaterThan(1);
  });

  it('stops when it is cancelled', async () => {
    const stopped = new AbortController();
    stopped.abort();
    const run = { signal: stopped.signal, report: () => {}, breathe: () => Promise.reject(new Error('cancelled')) };
    await expect(evaluateRule(scope, { event: ordered }, { run })).rejects.toThrow('cancelled');
  });
});
