import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import type { Kernels } from '$lib/core/math/kernels';
import { createReferenceKernels } from '$lib/core/math/referenceKernels';
import { matrixFromPairs } from '$lib/core/math/sparseRows';
import { findRecommender } from '$lib/core/recommenders/catalogue';
import { trainRecommender } from '$lib/core/recommenders/trainRecommender';
import type { OptionValues } from '$lib/core/base/options';
import { openNodeKernels } from '$lib/platform/node/kernels';

/** Made by scripts/reference/item_models.py. */
const fixture = JSON.parse(readFileSync(new URL('../../fixtures/item-models.json', import.meta.url), 'utf8'));
const pairs = matrixFromPairs(
  fixture.users,
  fixture.items,
  fixture.pairs.map(([user]: number[]) => user),
  fixture.pairs.map(([, item]: number[]) => item),
);
const simd = openNodeKernels({ threads: 2 });
afterAll(async () => (await simd).close());

async function train(id: string, given: OptionValues, kernels: Kernels) {
  const compute = { kernels, tensors: () => Promise.reject(new Error('not needed')) };
  return (await trainRecommender({ recommender: findRecommender(id), given, data: { pairs }, seed: 1 }, compute, quietContext())).model;
}

function expectClose(ours: ArrayLike<number>, theirs: number[][], tolerance: number): void {
  const flat = theirs.flat();
  expect(ours.length).toBe(flat.length);
  flat.forEach((value, at) => expect(Math.abs(ours[at] - value)).toBeLessThan(tolerance));
}

describe('EASE', () => {
  it('has the weights and scores of the paper’s own code', async () => {
    for (const [kernels, tolerance] of [[await simd, 2e-6] as const, [createReferenceKernels(''), 1e-6] as const]) {
      const model = await train('ease', { regularization: fixture.ease.regularization, popularityShare: 0 }, kernels);
      expectClose(model.state().arrays.weights.data, fixture.ease.weights, tolerance);
      expectClose(await model.score(Int32Array.of(0, 1, 2, 3, 4)), fixture.ease.scores, 10 * tolerance);
    }
  });
});

describe('item-kNN', () => {
  it('has the neighbours and scores of SciPy, ties to the lower item', async () => {
    const model = await train('item-knn', { ...fixture.itemKnn.options, asymmetry: 0.5, popularityShare: 0 }, await simd);
    expect([...model.state().arrays.neighbours.data]).toEqual(fixture.itemKnn.neighbours.flat());
    expectClose(await model.score(Int32Array.of(0, 1, 2, 3, 4)), fixture.itemKnn.scores, 1e-6);
  });

  it('says which items are chosen together, and why one is recommended', async () => {
    const model = await train('item-knn', { neighbours: 3, shrinkage: 0, popularityShare: 0 }, await simd);
    const [best] = model.similarItems!(0, 1);
    const { contributions, score } = model.explain!({ items: Int32Array.of(0, 24) }, best.item);
    expect(contributions).toEqual([
      { item: 0, amount: best.score },
      { item: 24, amount: 0 },
    ]);
    expect(score).toBe(best.score);
  });
});
