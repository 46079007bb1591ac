import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { OptionValues } from '$lib/core/base/options';
import { createRunContext, quietContext } from '$lib/core/base/run';
import { Cancelled } from '$lib/core/base/errors';
import { matrixFromPairs } from '$lib/core/math/sparseRows';
import { slim } from '$lib/core/recommenders/slim';
import { trainRecommender } from '$lib/core/recommenders/trainRecommender';

const read = (name: string) => JSON.parse(readFileSync(new URL(`../../fixtures/${name}.json`, import.meta.url), 'utf8'));
/** Made by scripts/reference/slim.py: scikit-learn's ElasticNet. */
const fixture = read('slim');
const { users, items, pairs: listed } = read('item-models');
const pairs = matrixFromPairs(
  users,
  items,
  listed.map(([user]: number[]) => user),
  listed.map(([, item]: number[]) => item),
);
const compute = { kernels: {} as never, tensors: () => Promise.reject(new Error('not needed')) };
const { regularization, sparsity } = fixture;

function train(given: OptionValues, warmStart?: Awaited<ReturnType<typeof slim.train>>) {
  const request = { recommender: slim, given: { regularization, sparsity, popularityShare: 0, ...given }, data: { pairs }, seed: 1 };
  return trainRecommender({ ...request, warmStart: warmStart?.model.state() }, compute, quietContext());
}

describe('scikit-learn’s elastic net', () => {
  for (const nonNegative of [true, false]) {
    it(`finds the same weights, ${nonNegative ? 'none of them negative' : 'some of them negative'}`, async () => {
      const { model } = await train({ nonNegative, epochs: 1000 });
      const theirs: number[][] = nonNegative ? fixture.nonNegative : fixture.signed;
      for (let item = 0; item < items; item++) {
        const says = model.foldIn!({ items: Int32Array.of(item) });
        theirs[item].forEach((weight, other) => expect(Math.abs(says[other] - weight)).toBeLessThan(5e-4));
      }
      expect(theirs.flat().some((weight) => weight < 0)).toBe(!nonNegative);
    });
  }
});

it('comes nearer with every sweep, and a warm start begins where the last one ended', async () => {
  const cold = await train({ epochs: 4 });
  cold.losses.slice(1).forEach(({ loss }, at) => expect(loss).toBeLessThanOrEqual(cold.losses[at].loss));
  const warm = await train({ epochs: 2 }, cold);
  expect(warm.losses[0].loss).toBeLessThanOrEqual(cold.losses[3].loss * (1 + 1e-6));
  // What is reported is the objective itself.
  const { loss } = cold.losses[3];
  let expected = 0;
  const { arrays } = cold.model.state();
  for (const weight of arrays.weight.data as Float32Array) expected += (regularization / 2) * weight ** 2 + sparsity * Math.abs(weight);
  const scores = (await cold.model.score(Int32Array.from({ length: users }, (_, user) => user))).map((score) => -score);
  listed.forEach(([user, item]: number[]) => (scores[user * items + item] += 1));
  for (const rest of scores) expected += rest ** 2 / 2;
  expect(loss).toBeCloseTo(expected, 3);
});

it('leaves fewer weights with more sparsity', async () => {
  const count = async (given: OptionValues) => (await train(given)).model.state().arrays.weight.data.length;
  expect(await count({ sparsity: 2 })).toBeLessThan(await count({ sparsity: 0.1 }));
});

it('hears a cancel in the middle', async () => {
  const controller = new AbortController();
  const run = createRunContext(controller.signal, () => controller.abort());
  await expect(trainRecommender({ recommender: slim, given: {}, data: { pairs }, seed: 1 }, compute, run)).rejects.toBeInstanceOf(
    Cancelled,
  );
});
