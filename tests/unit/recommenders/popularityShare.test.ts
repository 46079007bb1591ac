import { describe, expect, it } from 'vitest';
import { defaultOf } from '$lib/core/base/options';
import { quietContext } from '$lib/core/base/run';
import { createReferenceKernels } from '$lib/core/math/referenceKernels';
import { matrixFromPairs } from '$lib/core/math/sparseRows';
import { findRecommender } from '$lib/core/recommenders/catalogue';
import { popularityShareOption } from '$lib/core/recommenders/popularityShare';
import { restoreRecommender, trainRecommender } from '$lib/core/recommenders/trainRecommender';

/** Item 0 is everybody's, 1 and 2 go together, 3 and 4 are somebody's; customer 4 has only 2. */
const pairs = matrixFromPairs(5, 5, [0, 0, 1, 1, 2, 2, 3, 3, 4], [0, 3, 0, 4, 1, 2, 0, 2, 2]);
const compute = { kernels: createReferenceKernels(''), tensors: () => Promise.reject(new Error('not needed')) };
const train = (id: string, popularityShare: number) =>
  trainRecommender({ recommender: findRecommender(id), given: { popularityShare }, data: { pairs }, seed: 1 }, compute, quietContext());

describe.each(['item-knn', 'user-knn', 'rp3beta'])('popularity beside %s', (id) => {
  it('is its share of the customer’s best score, as the rest of an explanation that adds up', async () => {
    const [plain, blended] = [(await train(id, 0)).model, (await train(id, 0.5)).model];
    for (const user of [0, 4]) {
      const [own, scores] = [await plain.score(Int32Array.of(user)), await blended.score(Int32Array.of(user))];
      const best = Math.max(...own);
      expect(best).toBeGreaterThan(0);
      // Three customers have item 0 and one has item 3; nobody has more than three.
      [3, 1, 3, 1, 1].forEach((customers, item) => {
        expect(scores[item]).toBeCloseTo(own[item] + (0.5 * best * customers) / 3, 5);
        const { score, contributions, rest } = blended.explain!(user, item);
        expect(score).toBeCloseTo(scores[item], 5);
        expect(contributions.reduce((sum, { amount }) => sum + amount, rest)).toBeCloseTo(score, 5);
      });
    }
    const folded = blended.foldIn!({ items: Int32Array.of(2), values: Float32Array.of(1) });
    const known = await blended.score(Int32Array.of(4));
    folded.forEach((score, item) => expect(score).toBeCloseTo(known[item], 5));
    const restored = await restoreRecommender(findRecommender(id), blended.state(), { pairs });
    expect(await restored.score(Int32Array.of(4))).toEqual(known);
  });
});

it('comes in where customers have hardly anything, and is gone where they have enough', () => {
  const share = (each: number) => defaultOf(popularityShareOption, { users: 100, items: 50, pairs: 100 * each });
  expect([2, 3, 4.5, 6, 20].map(share)).toEqual([1, 1, 0.5, 0, 0]);
});
