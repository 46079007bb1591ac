import { expect, it } from 'vitest';
import type { OptionValues } from '$lib/core/base/options';
import { quietContext } from '$lib/core/base/run';
import { matrixFromPairs, type InteractionMatrix } from '$lib/core/math/sparseRows';
import { associationRules } from '$lib/core/recommenders/associationRules';
import { trainRecommender } from '$lib/core/recommenders/trainRecommender';

const [tea, cup, honey, kite] = [0, 1, 2, 3];

function customers(lists: number[][], items: number): InteractionMatrix {
  const user = lists.flatMap((list, row) => list.map(() => row));
  return matrixFromPairs(lists.length, items, user, lists.flat());
}

async function train(pairs: InteractionMatrix, given: OptionValues) {
  const compute = { kernels: {} as never, tensors: () => Promise.reject(new Error('not needed')) };
  const options = { leastCustomers: 1, leastConfidence: 0, popularityShare: 0, ...given };
  return trainRecommender({ recommender: associationRules, given: options, data: { pairs }, seed: 1 }, compute, quietContext());
}

/** Tea and cup together mean honey; either alone rarely does. */
const shop = customers(
  [
    [tea, cup, honey],
    [tea, cup, honey],
    [tea, cup, honey],
    [tea, kite],
    [tea, kite],
    [cup, kite],
    [tea, cup],
  ],
  4,
);

it('adds up the confidence of the rules whose left side a customer has', async () => {
  const { model } = await train(shop, { mostItems: 3 });
  const basket = { items: Int32Array.of(tea, cup) };
  // tea → honey 3 of 6, cup → honey 3 of 5, tea and cup → honey 3 of 4.
  expect(model.foldIn!(basket)[honey]).toBeCloseTo(0.5 + 0.6 + 0.75, 6);
  const { score, contributions } = model.explain!(basket, honey);
  expect(score).toBeCloseTo(1.85, 6);
  expect(contributions.map(({ amount }) => Math.round(1000 * amount) / 1000)).toEqual([0.5 + 0.375, 0.6 + 0.375]);
  expect(model.similarItems!(honey, 1)[0].item).toBe(tea);
});

it('or takes the best rule alone, by how much more often than for anybody', async () => {
  const { model } = await train(shop, { mostItems: 3, combine: 'best', ruleScore: 'lift' });
  const basket = { items: Int32Array.of(tea, cup) };
  expect(model.foldIn!(basket)[honey]).toBeCloseTo(0.75 / (3 / 7), 6);
  const { contributions } = model.explain!(basket, honey);
  expect(contributions[0].amount).toBeCloseTo(contributions[1].amount, 6);
  // A customer without the cup has the left side of one rule only.
  expect(model.foldIn!({ items: Int32Array.of(tea) })[honey]).toBeCloseTo(0.5 / (3 / 7), 6);
});

it('leaves out what few customers bear out, and what rarely comes true', async () => {
  const basket = { items: Int32Array.of(cup) };
  expect((await train(shop, { leastCustomers: 2 })).model.foldIn!(basket)[kite]).toBe(0);
  expect((await train(shop, { leastCustomers: 1 })).model.foldIn!(basket)[kite]).toBeCloseTo(0.2, 6);
  expect((await train(shop, { leastConfidence: 0.3 })).model.foldIn!(basket)[kite]).toBe(0);
});

it('says so where the memory for rules was spent', async () => {
  const everything = customers(
    Array.from({ length: 3 }, () => Array.from({ length: 24 }, (_, item) => item)),
    24,
  );
  const { warnings, model } = await train(everything, { mostItems: 6, memory: 1 });
  expect(warnings).toEqual([{ code: 'rules_incomplete', values: { items: expect.any(Number) } }]);
  const { items } = warnings![0].values;
  expect(items).toBeGreaterThan(5);
  expect(items).toBeLessThan(24);
  // The rules of those items are there.
  expect(model.foldIn!({ items: Int32Array.of(0) })[items - 1]).toBeGreaterThan(0);
  expect((await train(shop, {})).warnings).toEqual([]);
});
