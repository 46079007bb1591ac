import { describe, expect, it, vi } from 'vitest';
import { Cancelled } from '$lib/core/base/errors';
import type { OptionSpec, OptionValue } from '$lib/core/base/options';
import { Random } from '$lib/core/base/random';
import { createRunContext, quietContext, type RunContext } from '$lib/core/base/run';
import { rankItems } from '$lib/core/evaluation/ranking';
import { matrixFromPairs, type InteractionMatrix } from '$lib/core/math/sparseRows';
import type { Compute, Recommender, RecommenderModel } from '$lib/core/recommenders/recommender';
import { restoreRecommender, trainRecommender } from '$lib/core/recommenders/trainRecommender';
import { checkerboard } from '../../support/checkerboard';
import { dataOf, everyone, tastes, type SuiteOptions } from './everyRecommender';

/** What every recommender of the catalogue must bear: data that says little or nonsense, and interruptions. */
export function everyRecommenderWithstands(
  recommender: Recommender,
  compute: () => Promise<Compute>,
  { options: given = {} }: SuiteOptions = {},
): void {
  // Nothing is asked here of how well it learns.
  const isLong = recommender.options.some(({ name }) => name === 'epochs');
  const options = isLong ? { ...given, epochs: 6 } : given;
  const train = async (pairs: InteractionMatrix, run: RunContext = quietContext(), asked = options) =>
    trainRecommender({ recommender, given: asked, data: dataOf(pairs), seed: 1 }, await compute(), run);
  const listsOf = async (model: RecommenderModel, matrix: InteractionMatrix, users = everyone(matrix)) => {
    const { kernels } = await compute();
    const { items } = await rankItems(model, matrix.items, { users, k: 3, exclude: matrix }, kernels, quietContext());
    return Array.from(users, (_, row) => [...items.subarray(row * 3, row * 3 + 3)].filter((item) => item >= 0));
  };
  const saysNumbers = async (model: RecommenderModel, users: Int32Array) =>
    expect((await model.score(users)).findIndex((score) => Number.isNaN(score) || score === Infinity)).toBe(-1);

  describe(`recommender ${recommender.id}, given bad input`, () => {
    it('refuses data without any interaction', async () => {
      await expect(train(matrixFromPairs(5, 4, [], []))).rejects.toMatchObject({ code: 'nothing_to_learn' });
    });

    it('refuses weights that are no numbers', async () => {
      for (const weight of [NaN, Infinity]) {
        const pairs = matrixFromPairs(3, 2, [0, 1, 2], [0, 1, 0], [1, weight, 1]);
        await expect(train(pairs)).rejects.toMatchObject({ code: 'weights_not_finite', values: { count: 1, of: 3 } });
      }
    });

    it('refuses data in which nobody likes anything, and learns nothing from a dislike', async () => {
      const no = matrixFromPairs(3, 2, [0, 1, 2], [0, 1, 0], [-1, 0, -2]);
      await expect(train(no)).rejects.toMatchObject({ code: 'only_negative', values: { of: 3 } });

      const liked = tastes();
      const withDislikes = matrixFromPairs(
        liked.users,
        liked.items,
        [...everyone(liked)].flatMap((user) => Array.from(row(liked, user), () => user)).concat([0, 1]),
        [...liked.columns, 21, 20],
        [...liked.values, -1, -3],
      );
      const [with_, without] = [await train(withDislikes), await train(liked)];
      if (without.reproducible) {
        expect(await with_.model.score(everyone(liked))).toEqual(await without.model.score(everyone(liked)));
        const restored = await restoreRecommender(recommender, with_.model.state(), dataOf(withDislikes));
        expect(await restored.score(everyone(liked))).toEqual(await without.model.score(everyone(liked)));
      }
    });

    it('has nothing left for whoever has everything, and says no nonsense of them', async () => {
      const all = matrixFromPairs(
        6,
        4,
        Array.from({ length: 24 }, (_, at) => Math.floor(at / 4)),
        Array.from({ length: 24 }, (_, at) => at % 4),
      );
      const { model } = await train(all);
      await saysNumbers(model, everyone(all));
      expect(await listsOf(model, all)).toEqual(Array.from({ length: 6 }, () => []));
    });

    it('learns from one customer of many items, and from one item of many customers', async () => {
      const [one, many] = [Array.from({ length: 5 }, () => 0), [0, 1, 2, 3, 4]];
      for (const pairs of [matrixFromPairs(2, 6, one, many), matrixFromPairs(6, 2, many, one)]) {
        const { model } = await train(pairs);
        await saysNumbers(model, everyone(pairs));
        expect((await listsOf(model, pairs)).length).toBe(pairs.users);
      }
    });

    it('serves customers and items that came after the training, and passes over items that nobody knows', async () => {
      const learnt = tastes();
      const { model } = await train(learnt);
      const today = matrixFromPairs(
        learnt.users + 2,
        learnt.items + 3,
        [...everyone(learnt)].flatMap((user) => Array.from(row(learnt, user), () => user)).concat(learnt.users),
        [...learnt.columns, learnt.items + 1],
      );
      const restored = await restoreRecommender(recommender, model.state(), dataOf(today));
      await saysNumbers(restored, Int32Array.of(0, learnt.users, learnt.users + 1));
      // Who has something only the new item tells of, and who has nothing, get a list or none, never an error.
      expect((await listsOf(restored, today, Int32Array.of(learnt.users, learnt.users + 1))).length).toBe(2);
      if (model.foldIn) {
        const known = model.foldIn({ items: Int32Array.of(1, 5) });
        expect(model.foldIn({ items: Int32Array.of(1, 5, 999, -1) })).toEqual(known);
        expect(model.foldIn({ items: Int32Array.of(1, 5, 9), values: Float32Array.of(1, 1, NaN) })).toEqual(
          model.foldIn({ items: Int32Array.of(1, 5), values: Float32Array.of(1, 1) }),
        );
        expect(model.foldIn({ items: Int32Array.of(999) }).some(Number.isNaN)).toBe(false);
      }
      if (model.similarItems) expect(model.similarItems(999, 3)).toEqual([]);
    });

    it('refuses every option that is out of its range, by name', async () => {
      for (const spec of recommender.options) {
        for (const [value, code] of outOf(spec)) {
          const asked = { ...options, [spec.name]: value };
          await expect(train(checkerboard(4), quietContext(), asked)).rejects.toMatchObject({ code, values: { name: spec.name } });
        }
      }
      await expect(train(checkerboard(4), quietContext(), { nonsense: 1 })).rejects.toMatchObject({ code: 'option_unknown' });
    });

    it('can be cancelled at any of its reports, leaves nothing behind, and trains as before afterwards', async () => {
      const matrix = tastes();
      const { tensors } = await compute();
      const held = async () => (await tensors()).tf.memory().numTensors;
      let reports = 0;
      const before = await train(
        matrix,
        createRunContext(new AbortController().signal, () => reports++),
      );
      const tensorsBefore = await held();
      const random = new Random(11);
      for (const at of reports < 3 ? [...Array(reports).keys()] : [0, random.below(reports), reports - 1]) {
        const controller = new AbortController();
        let seen = 0;
        const run = createRunContext(controller.signal, () => seen++ === at && controller.abort());
        const outcome = await train(matrix, run).catch((error: unknown) => error);
        // After its last report a training may be done before a cancel is heard.
        if (at < reports - 1) expect(outcome).toBeInstanceOf(Cancelled);
        expect(await held()).toBe(tensorsBefore);
      }
      if (!before.reproducible) return;
      const after = await train(matrix);
      expect(await after.model.score(everyone(matrix))).toEqual(await before.model.score(everyone(matrix)));
    });

    it('goes on in a tab that has been hidden for an hour, where timers and animation frames stand still', async () => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'requestAnimationFrame', 'requestIdleCallback'] });
      try {
        const { model } = await train(checkerboard(8));
        expect((await model.score(Int32Array.of(0))).length).toBe(8);
      } finally {
        vi.useRealTimers();
      }
    });
  });
}

function row({ rowStarts, columns }: InteractionMatrix, user: number): Int32Array {
  return columns.subarray(rowStarts[user], rowStarts[user + 1]);
}

/** Values that an option must not take, and what is said of them. */
function outOf(spec: OptionSpec): [OptionValue, string][] {
  if (spec.kind === 'text') return [['x'.repeat(spec.longest + 1), 'option_too_long']];
  if (spec.kind !== 'number') return [['nonsense', 'option_not_a_choice']];
  return [
    [spec.min - 1, 'option_out_of_range'],
    [spec.max + 1, 'option_out_of_range'],
    [NaN, 'option_not_a_number'],
    ['', 'option_not_a_number'],
    ['many', 'option_not_a_number'],
    ...(spec.integer ? ([[spec.min + 0.5, 'option_not_a_number']] as [OptionValue, string][]) : []),
  ];
}
