import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bitset } from '$lib/core/base/bitset';
import { quietContext } from '$lib/core/base/run';
import { differenceOfNumbers, differenceOfShares } from '$lib/core/segments/difference';
import { readPortrait, themeOf, type PortraitLine } from '$lib/core/segments/portrait';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import fixture from '../../fixtures/differences.json';
import { openTinyShop, type TinyEvent } from '../../support/tinyShop';

describe('differences', () => {
  it('of numbers are the area under the curve, with the interval of DeLong', () => {
    for (const { first, second, area, low, high } of fixture.numbers) {
      const found = differenceOfNumbers(Float64Array.from(first), Float64Array.from(second));
      expect(found.effect).toBeCloseTo(2 * area - 1, 6);
      expect(found.low).toBeCloseTo(2 * low - 1, 6);
      expect(found.high).toBeCloseTo(2 * high - 1, 6);
    }
  });

  it('of shares have the interval of Newcombe', () => {
    for (const { hits, of, otherHits, ofOthers, low, high } of fixture.shares) {
      const found = differenceOfShares(hits, of, otherHits, ofOthers);
      expect(found.effect).toBeCloseTo(hits / of - otherHits / ofOthers, 12);
      expect(found.low).toBeCloseTo(low, 10);
      expect(found.high).toBeCloseTo(high, 10);
    }
  });

  it('are the same of a yes and a no whichever way they are counted', () => {
    const flags = (yes: number, all: number) => Float64Array.from({ length: all }, (_, i) => (i < yes ? 1 : 0));
    expect(differenceOfNumbers(flags(30, 40), flags(20, 80)).effect).toBeCloseTo(differenceOfShares(30, 40, 20, 80).effect, 12);
  });
});

describe('a portrait', () => {
  let store: TableStore;
  beforeAll(async () => void (store = await openNativeStore({ threads: 1 })));
  afterAll(() => store.close());

  /** 20 people; the first ten order three times each and are Chinese, the others once and German. All say yes to e-mail but one. */
  async function portrait(leaveOut: string[] = []): Promise<PortraitLine[]> {
    const ids = Array.from({ length: 20 }, (_, n) => `u${String(n).padStart(2, '0')}`);
    const events = ids.flatMap((user, n): TinyEvent[] =>
      Array.from({ length: n < 10 ? 3 : 1 }, (_, i) => ({
        user,
        event: 'order_completed',
        at: `2026-01-${10 + i}T10:00:00`,
        value: 10,
        order: `${user}-${i}`,
      })),
    );
    const users = Object.fromEntries(
      ids.map((id, n) => [id, { country: n < 10 ? 'CN' : 'DE', consentEmail: n !== 19, email: `${id}@x.de` }]),
    );
    const scope = await openTinyShop(store, { events, users }, '2026-02-01T00:00:00');
    const first = Bitset.of(20, [...Array(10).keys()]);
    return readPortrait(scope, first, first.not(), new Set(leaveOut), quietContext());
  }
  const line = (lines: PortraitLine[], trait: string, value?: string) => lines.find((each) => each.trait === trait && each.value === value);

  it('puts what distinguishes first, with the figures of both groups', async () => {
    const lines = await portrait();
    expect(line(lines, 'orders')).toMatchObject({ effect: 1, first: 3, second: 1, firstKnown: 10, secondKnown: 10 });
    expect(line(lines, 'country', 'CN')).toMatchObject({ effect: 1, first: 1, second: 0 });
    expect(line(lines, 'country', 'DE')).toMatchObject({ effect: -1, first: 0, second: 1 });
    expect(line(lines, 'consentEmail', 'true')!.effect).toBeCloseTo(0.1, 12);
    expect(line(lines, 'averageOrderValue')).toMatchObject({ effect: 0, low: 0, high: 0 });
    const effects = lines.map(({ effect }) => Math.abs(effect));
    expect(effects).toEqual(effects.toSorted((a, b) => b - a));
  });

  it('says nothing of names that nobody shares, nor of what is left out', async () => {
    const lines = await portrait(['country']);
    expect(lines.some(({ trait }) => trait === 'email')).toBe(false);
    expect(lines.some(({ trait }) => trait === 'country')).toBe(false);
  });

  it('sorts traits by what they are about', () => {
    const theme = (id: string, origin: 'attribute' | 'profile' | 'plan', kind: 'text' | 'count' | 'boolean') =>
      themeOf({ id, origin, kind });
    expect(theme('country', 'attribute', 'text')).toBe('place');
    expect(theme('省份', 'attribute', 'text')).toBe('place');
    expect(theme('consentEmail', 'attribute', 'boolean')).toBe('behaviour');
    expect(theme('gender', 'attribute', 'text')).toBe('person');
    expect(theme('favoriteCategory', 'profile', 'text')).toBe('taste');
    expect(theme('orders', 'profile', 'count')).toBe('behaviour');
  });
});
