import { describe, expect, it } from 'vitest';
import { UserError } from '$lib/core/base/errors';
import { matrixFromPairs } from '$lib/core/math/sparseRows';
import { allowedItems } from '$lib/core/recommendations/policies/allowedItems';
import { liftsOf } from '$lib/core/recommendations/policies/boosts';
import { CapCounter, compileCap } from '$lib/core/recommendations/policies/caps';
import { hasPair, withHiddenPairs, withoutRepurchases } from '$lib/core/recommendations/policies/excludedPairs';
import { labelled, type ItemFacts } from '$lib/core/recommendations/policies/itemFacts';
import { policiesSchema } from '$lib/core/recommendations/policies/schema';
import { changedCaps, changedChoice, changedPolicies, readBands } from '$lib/ui/audiences/policies/policyEdit';

/** Two teas of a path, a tea of another, a cup, and a number that nobody has any more. */
const facts: ItemFacts = {
  ids: ['green', 'jasmine', 'black', 'cup', ''],
  titles: [],
  category: labelled(['Tea / Green', 'Tea / Green / Jasmine', 'Tea / Black', 'Teaware', null]),
  brand: labelled(['Leaf', 'Leaf', 'Root', null, null]),
  price: Float64Array.of(5, 20, 50, 60, NaN),
  cost: Float64Array.of(NaN, NaN, NaN, NaN, NaN),
  stock: Float64Array.of(0, 3, NaN, 8, NaN),
  newOn: Float64Array.of(10, 10, 30, NaN, NaN),
};
const eligible = (policies: Parameters<typeof allowedItems>[1]) =>
  facts.ids.filter((_, item) => allowedItems(facts, policies).eligible[item]);

describe('which items a list may show', () => {
  it('all that there are; hidden by any way, allowed by every way; a category means all below it and nothing that begins alike', () => {
    expect(eligible({})).toEqual(['green', 'jasmine', 'black', 'cup']);
    expect(eligible({ hide: { items: ['cup', 'nothing'], categories: ['Tea / Green'] } })).toEqual(['black']);
    expect(eligible({ only: { categories: ['Tea'] } })).toEqual(['green', 'jasmine', 'black']);
    expect(eligible({ only: { categories: ['Tea'], brands: ['Leaf'] } })).toEqual(['green', 'jasmine']);
    expect(eligible({ only: { items: ['cup', 'black'], categories: ['Tea'] } })).toEqual(['black']);
  });

  it('what has run out goes, what nobody counts stays; without any count the rule is refused', () => {
    expect(eligible({ stock: { atLeast: 1 } })).toEqual(['jasmine', 'black', 'cup']);
    const uncounted = { ...facts, stock: new Float64Array(5).fill(NaN) };
    expect(() => allowedItems(uncounted, { stock: { atLeast: 1 } })).toThrow(UserError);
    expect(() => liftsOf([{ by: 'margin', places: 3 }], facts, new Uint8Array(5).fill(1))).toThrow(UserError);
  });
});

it('what was bought may come again by the rule with the longest path, and single items can be hidden from single customers', () => {
  const pairs = matrixFromPairs(2, 5, [0, 0, 0, 0, 1], [0, 1, 2, 3, 2]);
  const held = { pairs, daysSince: Int32Array.of(40, 40, 40, 400, 3) };
  const left = withoutRepurchases(
    held,
    [
      { category: 'Tea', afterDays: 30 },
      { category: 'Tea / Green / Jasmine', afterDays: 90 },
    ],
    facts,
  );
  expect([0, 1, 2, 3].map((item) => hasPair(left, 0, item))).toEqual([false, true, false, true]);
  expect(hasPair(left, 1, 2)).toBe(true);
  const everything = withoutRepurchases(held, [{ afterDays: 400 }], facts);
  expect([...everything.columns]).toEqual([0, 1, 2, 2]);
  const hidden = withHiddenPairs(
    left,
    [
      { user: 'bo', item: 'cup' },
      { user: 'nobody', item: 'cup' },
    ],
    {
      userIds: ['ann', 'bo'],
      itemIds: facts.ids,
    },
  );
  expect([hasPair(hidden, 1, 3), hasPair(hidden, 0, 3), hidden.columns.length]).toEqual([true, true, left.columns.length + 1]);
});

it('caps count categories by level, and prices by band with the line in the upper one', () => {
  const [whole, first] = [undefined, 1].map((level) => compileCap({ by: 'category', most: 1, ...(level && { level }) }, facts).groups);
  expect(new Set(whole).size).toBe(5);
  expect([first[0] === first[1], first[0] === first[2], first[0] === first[3], first[4]]).toEqual([true, true, false, -1]);
  const price = compileCap({ by: 'price', most: 1, bands: [20, 60] }, facts);
  expect([...price.groups]).toEqual([0, 1, 1, 2, -1]);
  const counter = new CapCounter([price]);
  counter.take(1);
  expect([0, 1, 2, 3, 4].map((item) => counter.fullFor(item))).toEqual([-1, 0, 0, -1, -1]);
});

it('boosts go by rank, ties by half, and leave what is not known where it is', () => {
  expect([...liftsOf([{ by: 'freshness', places: 4 }], facts, Uint8Array.of(1, 1, 1, 1, 0))]).toEqual([-2, -2, 4, 0, 0]);
});

it('the form leaves out what says nothing', () => {
  const capped = changedPolicies({}, { caps: changedCaps(undefined, 'brand', { by: 'brand', most: 2 }) })!;
  expect(capped).toEqual({ caps: [{ by: 'brand', most: 2 }] });
  expect(changedPolicies(capped, { caps: changedCaps(capped.caps, 'brand', null) })).toBeUndefined();
  expect(changedPolicies({ hide: { items: ['cup'] } }, { hide: changedChoice({ items: ['cup'] }, { items: undefined }) })).toBeUndefined();
  expect(readBands(' 200 50,  50')).toBeNull();
  expect(readBands('200 50 50；9.5')).toEqual([9.5, 50, 200]);
  expect(readBands('0 20')).toBeNull();
  expect(policiesSchema.safeParse({ caps: [{ by: 'price', most: 2 }] }).success).toBe(false);
});
