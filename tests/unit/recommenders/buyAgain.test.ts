import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { OptionValues } from '$lib/core/base/options';
import { quietContext } from '$lib/core/base/run';
import { repeatWarnings } from '$lib/core/evaluation/collapse';
import { usualExclusion } from '$lib/core/recommendations/exclusion';
import { buyAgain } from '$lib/core/recommenders/buyAgain';
import { findRecommender } from '$lib/core/recommenders/catalogue';
import type { Compute } from '$lib/core/recommenders/recommender';
import { trainingDataOf } from '$lib/core/recommenders/trainingData';
import { restoreRecommender, trainRecommender } from '$lib/core/recommenders/trainRecommender';

const day = 86_400_000_000;
type Line = readonly [user: number, item: number, day: number];

function shop(lines: readonly Line[], users: number, items: number, category?: number[]) {
  const inOrder = [...lines].sort((a, b) => a[2] - b[2]);
  return trainingDataOf(
    {
      users,
      items,
      userOfEvent: Int32Array.from(inOrder, ([user]) => user),
      itemOfEvent: Int32Array.from(inOrder, ([, item]) => item),
      valueOfEvent: new Float32Array(lines.length).fill(1),
      timeOfEvent: Float64Array.from(inOrder, ([, , at]) => at * day),
    },
    category && {
      itemFeatures: async () => [{ name: 'category', kind: 'label', codes: Int32Array.from(category), labels: ['a', 'b', 'c'] }],
    },
  );
}

async function train(data: ReturnType<typeof shop>, given: OptionValues = {}) {
  return (await trainRecommender({ recommender: buyAgain, given, data, seed: 1 }, {} as Compute, quietContext())).model;
}

describe('buying again', () => {
  // Coffee every thirty days, rice every ten; a kettle once. Customer 1 has just bought coffee, customer 0 rice.
  const [coffee, rice, kettle] = [0, 1, 2];
  const lines: Line[] = [
    ...[0, 30, 60, 90].map((at): Line => [0, coffee, at]),
    ...[88, 98, 108, 118].map((at): Line => [0, rice, at]),
    [0, kettle, 70],
    ...[28, 58, 88, 118].map((at): Line => [1, coffee, at]),
    ...[78, 88, 98, 108].map((at): Line => [1, rice, at]),
    [1, kettle, 50],
  ];

  it('offers what is due, and says when', async () => {
    const model = await train(shop(lines, 2, 3));
    const scores = await model.score(Int32Array.of(0, 1));
    expect(scores[coffee]).toBeGreaterThan(scores[rice]);
    expect(scores[3 + rice]).toBeGreaterThan(scores[3 + coffee]);
    expect(scores[kettle]).toBeLessThan(Math.min(scores[coffee], scores[rice]));
    expect(model.due!(0, coffee)! / day).toBeCloseTo(120, -1);
    expect(model.due!(1, rice)! / day).toBeCloseTo(118, -1);
    expect(model.due!(1, coffee)!).toBeGreaterThan(model.due!(1, rice)!);
  });

  it('counts what was bought since training', async () => {
    const before = await train(shop(lines, 2, 3));
    const since = await restoreRecommender(buyAgain, before.state(), shop([...lines, [0, coffee, 119]], 2, 3));
    expect(since.due!(0, coffee)! / day).toBeGreaterThan(140);
    const scores = await since.score(Int32Array.of(0));
    expect(scores[rice]).toBeGreaterThan(scores[coffee]);
  });

  it('has a date for nobody who never bought it, and a list for whoever bought only once', async () => {
    const model = await train(shop([...lines, [2, kettle, 100]], 3, 4));
    expect(model.due!(2, coffee)).toBeUndefined();
    expect(model.due!(2, kettle)).toBeGreaterThan(100 * day);
    const [scores] = [await model.score(Int32Array.of(2))];
    expect(scores.every(Number.isFinite)).toBe(true);
    // Those who have a kettle buy coffee and rice.
    expect(Math.min(scores[coffee], scores[rice])).toBeGreaterThan(scores[3]);
  });

  it('is not left out of a list, and says what a ranking of new items does not measure', () => {
    expect(usualExclusion(buyAgain)).toEqual([]);
    expect(usualExclusion(findRecommender('ials'))).toEqual(['bought']);
    expect(repeatWarnings(buyAgain, 'new').map(({ code }) => code)).toEqual(['repeats_not_asked']);
    expect(repeatWarnings(buyAgain, undefined)).toHaveLength(1);
    expect(repeatWarnings(buyAgain, 'any')).toEqual([]);
    expect(repeatWarnings(findRecommender('ials'), 'new')).toEqual([]);
  });
});

describe('has the numbers of code that stands on NumPy and SciPy', () => {
  /** Made by scripts/reference/buy_again.py. */
  const fixture = JSON.parse(readFileSync(new URL('../../fixtures/buy-again.json', import.meta.url), 'utf8'));
  const data = shop(fixture.events, fixture.users, fixture.items, fixture.category);
  const everyone = Int32Array.from({ length: fixture.users }, (_, user) => user);

  it.each([
    ['tifu-knn', 'tifuKnn'],
    ['rhythm', 'rhythm'],
  ])('by %s', async (repeatsBy, expected) => {
    const scores = await (await train(data, { ...fixture.options, repeatsBy })).score(everyone);
    (fixture[expected] as number[][]).flat().forEach((score, at) => expect(Math.abs(scores[at] - score)).toBeLessThan(2e-6));
  });

  it('to the date', async () => {
    const model = await train(data, fixture.options);
    for (const [pair, date] of Object.entries(fixture.due as Record<string, number>)) {
      const [user, item] = pair.split(' ').map(Number);
      expect(model.due!(user, item)! / day).toBeCloseTo(date, 4);
    }
  });
});
