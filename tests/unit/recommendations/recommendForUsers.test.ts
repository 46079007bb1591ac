import { describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { createReferenceKernels } from '$lib/core/math/referenceKernels';
import { matrixFromPairs } from '$lib/core/math/sparseRows';
import { recommendForUsers } from '$lib/core/recommendations/recommendForUsers';
import { factorScores } from '$lib/core/recommenders/factorModel';

const kernels = createReferenceKernels('');

describe('lists for customers', () => {
  /** Items 0 … 3; item 2 has three customers, item 1 two, item 0 one, item 3 none. Customer 3 is new. */
  const training = matrixFromPairs(4, 4, [0, 0, 1, 1, 2, 2], [0, 2, 1, 2, 1, 2]);
  const model = factorScores(4, 1, Float32Array.of(1, 1, 1, 0), Float32Array.of(1, 2, 3, 4));
  const everyone = Int32Array.of(0, 1, 2, 3);
  const trained = { model, training, servesNewUsers: false };
  const rows = (items: Int32Array, size: number) =>
    everyone.reduce<number[][]>((all, user) => [...all, [...items.subarray(user * size, (user + 1) * size)]], []);

  it('follow the model, leave out what was bought, and give a new customer what most chose', async () => {
    const lists = await recommendForUsers(trained, { users: everyone, size: 2, exclude: training }, kernels, quietContext());
    expect(rows(lists.items, 2)).toEqual([
      [3, 1],
      [3, 0],
      [3, 0],
      [2, 1],
    ]);
    expect([...lists.fromPopularity]).toEqual([0, 0, 0, 0, 0, 0, 1, 1]);
    // Scores of popular items count customers.
    expect([...lists.scores.subarray(6)]).toEqual([3, 2]);
  });

  it('are as long as what is allowed, and end with -1', async () => {
    const eligible = Uint8Array.of(1, 1, 1, 0);
    const lists = await recommendForUsers(trained, { users: everyone, size: 3, exclude: training, eligible }, kernels, quietContext());
    expect(rows(lists.items, 3)).toEqual([
      [1, -1, -1],
      [0, -1, -1],
      [0, -1, -1],
      [2, 1, 0],
    ]);
  });

  it('fill up with popular items, each once, where the model has no more', async () => {
    const partial = {
      ...trained,
      model: { score: (users: Int32Array) => new Float32Array(users.length * 4).map((_, at) => (at % 4 === 1 ? 5 : -Infinity)) },
    };
    const lists = await recommendForUsers(partial, { users: Int32Array.of(0), size: 3 }, kernels, quietContext());
    expect([...lists.items]).toEqual([1, 2, 0]);
    expect([...lists.fromPopularity]).toEqual([0, 1, 1]);
  });
});
