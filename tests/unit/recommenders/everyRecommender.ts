import { describe, expect, it } from 'vitest';
import { Cancelled } from '$lib/core/base/errors';
import { resolveOptions, type OptionValues } from '$lib/core/base/options';
import { createRunContext, quietContext } from '$lib/core/base/run';
import { rankItems } from '$lib/core/evaluation/ranking';
import { matrixFromPairs, type InteractionMatrix } from '$lib/core/math/sparseRows';
import type { Compute, Recommender } from '$lib/core/recommenders/recommender';

export interface SuiteOptions {
  /** Options that learn the small tables of this suite well and quickly. */
  options?: OptionValues;
  /** Whether it learns who likes what; popularity says the same to everybody. */
  personal: boolean;
}

/**
 * Customers 0 … n−1 and items 0 … n−1 like a checkerboard: even customers took even items and odd ones odd items, each
 * without one item (its own), which a model of tastes must find again. The idea is benfred/implicit's.
 */
export function checkerboard(size = 24): InteractionMatrix {
  const pairs = Array.from({ length: size * size }, (_, at) => [Math.floor(at / size), at % size]);
  const taken = pairs.filter(([user, item]) => user % 2 === item % 2 && user !== item);
  return matrixFromPairs(
    size,
    size,
    taken.map(([user]) => user),
    taken.map(([, item]) => item),
  );
}

/** What every recommender of the catalogue must do. Call it with the recommender and something to compute with. */
export function everyRecommenderMust(
  recommender: Recommender,
  compute: () => Promise<Compute>,
  { options = {}, personal }: SuiteOptions,
): void {
  const settings = resolveOptions(recommender.id, recommender.options, options);
  const train = async (matrix: InteractionMatrix, seed = 1) => recommender.train(matrix, settings, seed, await compute(), quietContext());
  const rank = async (matrix: InteractionMatrix, k: number, exclude?: InteractionMatrix) => {
    const { model } = await train(matrix);
    const users = Int32Array.from({ length: matrix.users }, (_, user) => user);
    const { kernels } = await compute();
    return rankItems(model, matrix.items, { users, k, exclude }, kernels, quietContext());
  };

  describe(`recommender ${recommender.id}`, () => {
    if (personal) {
      it('finds the one item of their colour that each customer of a checkerboard lacks', async () => {
        const matrix = checkerboard();
        const { items } = await rank(matrix, 1, matrix);
        // Item 0 is customer 0's, so it can be recommended, too.
        expect([...items]).toEqual(Array.from({ length: matrix.users }, (_, user) => user));
      });
    }

    it('recommends item 0 to whoever lacks only that', async () => {
      const others = [1, 2, 3].flatMap((user) => [0, 1, 2].map((item) => [user, item]));
      const pairs = [...others, [0, 1], [0, 2]];
      const matrix = matrixFromPairs(
        4,
        3,
        pairs.map(([user]) => user),
        pairs.map(([, item]) => item),
      );
      const { items } = await rank(matrix, 1, matrix);
      expect(items[0]).toBe(0);
    });

    it('never ranks what is excluded', async () => {
      const matrix = checkerboard(12);
      const { items } = await rank(matrix, 12, matrix);
      for (let user = 0; user < matrix.users; user++) {
        const own = new Set(matrix.columns.subarray(matrix.rowStarts[user], matrix.rowStarts[user + 1]));
        const listed = [...items.subarray(user * 12, user * 12 + 12)].filter((item) => item >= 0);
        expect(listed.length).toBe(12 - own.size);
        expect(listed.some((item) => own.has(item))).toBe(false);
      }
    });

    it('scores a row of items for each customer that is asked for, as its factors say', async () => {
      const matrix = checkerboard(10);
      const { model } = await train(matrix);
      const scores = await model.score(Int32Array.of(7, 2));
      expect(scores.length).toBe(20);
      if (!model.factors) return;
      const { size, userFactors, itemFactors, itemBiases } = model.factors;
      let expected = itemBiases ? itemBiases[3] : 0;
      for (let f = 0; f < size; f++) expected += userFactors[2 * size + f] * itemFactors[3 * size + f];
      expect(scores[10 + 3]).toBeCloseTo(expected, 4);
    });

    it('gives the same bytes for the same seed, where it says so', async () => {
      const matrix = checkerboard(10);
      const [first, second] = [await train(matrix, 9), await train(matrix, 9)];
      if (!first.reproducible) return;
      const everyone = Int32Array.from({ length: 10 }, (_, user) => user);
      expect(await second.model.score(everyone)).toEqual(await first.model.score(everyone));
      expect(second.losses).toEqual(first.losses);
    });

    it('lowers its loss and reports every epoch', async () => {
      const seen: number[] = [];
      const run = createRunContext(new AbortController().signal, ({ stage, values }) => {
        if (stage === 'train' && values?.loss !== undefined) seen.push(values.loss);
      });
      const { losses } = await recommender.train(checkerboard(), settings, 1, await compute(), run);
      expect(seen).toEqual(losses.map(({ loss }) => loss));
      if (losses.length > 1) expect(losses.at(-1)!.loss).toBeLessThan(losses[0].loss);
    });

    it('stops when it is cancelled', async () => {
      const controller = new AbortController();
      const run = createRunContext(controller.signal, () => controller.abort());
      const { losses } = await recommender.train(checkerboard(6), settings, 1, await compute(), quietContext());
      const trained = recommender.train(checkerboard(), settings, 1, await compute(), run);
      // A model without epochs is done before a cancel could be heard.
      if (losses.length > 1) await expect(trained).rejects.toBeInstanceOf(Cancelled);
      else await trained;
    });

    it('learns from one customer with one item, and from rows and columns without any', async () => {
      const one = await rank(matrixFromPairs(1, 1, [0], [0]), 1);
      expect([...one.items]).toEqual([0]);
      const sparse = matrixFromPairs(5, 4, [1, 1, 3], [0, 2, 2]);
      const { model } = await train(sparse);
      expect((await model.score(Int32Array.of(0, 1, 4))).some(Number.isNaN)).toBe(false);
    });

    it('estimates more for more factors, customers and pairs', () => {
      const small = recommender.estimate({ users: 100, items: 50, pairs: 1000 }, settings);
      const large = recommender.estimate({ users: 1000, items: 500, pairs: 100000 }, settings);
      expect(large.operations).toBeGreaterThan(small.operations);
      expect(large.bytes).toBeGreaterThan(small.bytes);
    });

    it('says one sentence about every option', () => {
      for (const option of recommender.options) expect(option.what).toMatch(/^[A-Z].*\.$/);
    });
  });
}
