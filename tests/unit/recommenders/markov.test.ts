import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { Random } from '$lib/core/base/random';
import type { OptionValues } from '$lib/core/base/options';
import { measureRanking, meanMetrics, rankingTask } from '$lib/core/evaluation/evaluate';
import { readSplit } from '$lib/core/evaluation/splitFiles';
import { createReferenceKernels } from '$lib/core/math/referenceKernels';
import { nearestFollowers } from '$lib/core/recommenders/followers';
import { markov } from '$lib/core/recommenders/markov';
import { restoreRecommender, trainRecommender } from '$lib/core/recommenders/trainRecommender';
import { trainingDataOf } from '$lib/core/recommenders/trainingData';

const compute = { kernels: createReferenceKernels(''), tensors: () => Promise.reject(new Error('not needed')) };
const [tea, cup, kettle, honey] = [0, 1, 2, 3];
const plain = { reach: 1, fading: 0, shrinkage: 0, rarity: 0, popularityShare: 0 };

/** What each customer did, oldest first. */
function dataOf(rows: number[][], items = 4) {
  const events = rows.flatMap((row, user) => row.map((item, at) => ({ user, item, at }))).sort((a, b) => a.at - b.at || a.user - b.user);
  return trainingDataOf({
    users: rows.length,
    items,
    userOfEvent: Int32Array.from(events, ({ user }) => user),
    itemOfEvent: Int32Array.from(events, ({ item }) => item),
    valueOfEvent: new Float32Array(events.length).fill(1),
    timeOfEvent: Float64Array.from(events, ({ at }) => at),
  });
}
const train = async (rows: number[][], given: OptionValues) =>
  (await trainRecommender({ recommender: markov, given, data: dataOf(rows), seed: 1 }, compute, quietContext())).model;

describe('what comes next', () => {
  // After tea a cup three times and honey once; after a cup a kettle.
  const shop = [
    [tea, cup, kettle],
    [tea, cup],
    [tea, honey],
    [tea, cup],
    [kettle, tea],
  ];

  it('is what came next after the last item, as often as it did', async () => {
    const model = await train(shop, plain);
    const scores = (await model.score(Int32Array.of(4))) as Float32Array;
    // Of the five times that somebody chose tea, three went on to a cup, one to honey.
    expect([...scores]).toEqual([0, Math.fround(3 / 5), 0, Math.fround(1 / 5)]);
    expect(model.similarItems!(tea, 2).map(({ item }) => item)).toEqual([cup, honey]);
  });

  it('adds up over earlier items, each step back and each step between for less', async () => {
    const model = await train(shop, { ...plain, reach: 2, fading: 0.5 });
    // Last tea, before it kettle. Two steps after tea came a kettle once (half of 1 in 5); after a kettle tea once in 2.
    const scores = (await model.score(Int32Array.of(4))) as Float32Array;
    expect(scores[kettle]).toBeCloseTo(0.5 / 5, 6);
    expect(scores[tea]).toBeCloseTo(0.5 * (1 / 2), 6);
  });

  it('goes by the order of a basket, and by what was done since the training', async () => {
    const model = await train(shop, plain);
    const best = (events: number[]) => {
      const scores = model.foldIn!({ items: Int32Array.from(events).sort(), events: { items: Int32Array.from(events) } });
      return scores.indexOf(scores.reduce((most, score) => Math.max(most, score), 0));
    };
    expect([best([cup, tea]), best([tea, cup])]).toEqual([cup, kettle]);
    const since = await restoreRecommender(markov, model.state(), dataOf([...shop.slice(0, 4), [kettle, tea, cup]]));
    expect(((await since.score(Int32Array.of(4))) as Float32Array)[kettle]).toBeCloseTo(1 / 3, 6);
  });

  it('weighs followers as the formula says, whatever is in the sequences', async () => {
    const random = new Random(11);
    const rows = Array.from({ length: 30 }, () => Array.from({ length: 1 + random.below(8) }, () => random.below(12)));
    const settings = { k: 12, reach: 3, fading: 0.7, shrinkage: 2, rarity: 0.4 };
    const { neighbours, likeness } = await nearestFollowers(await dataOf(rows, 12).sequences!(), 12, settings, quietContext());
    const occurrences = (item: number) => rows.flat().filter((other) => other === item).length;
    for (let j = 0; j < 12; j++) {
      for (let i = 0; i < 12; i++) {
        let count = 0;
        for (const row of rows)
          row.forEach((item, at) =>
            row.slice(at + 1, at + 4).forEach((other, gap) => (count += item === j && other === i ? 0.7 ** gap : 0)),
          );
        const place = neighbours.subarray(j * 12, (j + 1) * 12).indexOf(i);
        const expected = count / ((occurrences(j) + 2) ** 0.6 * (occurrences(i) + 2) ** 0.4);
        expect(place < 0 ? 0 : likeness[j * 12 + place]).toBeCloseTo(expected, 6);
      }
    }
  });

  const ratings = '../shared/data/ml-100k/u.data';
  it.skipIf(!existsSync(ratings))('finds twice as many last films as popularity (skipped without ../shared/data)', async () => {
    const rows = readFileSync(ratings, 'utf8').trim().split('\n').map((line) => line.split('\t').map(Number)); // prettier-ignore
    const lines = Array.from({ length: 944 }, (_, user) => [String(user)]);
    for (const [user, item] of rows.sort((a, b) => a[3] - b[3])) lines[user].push(String(item));
    const text = lines.filter((line) => line.length > 1).map((line) => line.join(' ')).join('\n'); // prettier-ignore
    const split = readSplit('sequences', { train: { name: 'ml-100k', text } });
    const task = rankingTask(split.train, split.test, { requireHistory: true });
    const data = trainingDataOf(split.events!);
    const { model } = await trainRecommender({ recommender: markov, given: {}, data, seed: 1 }, compute, quietContext());
    const measured = await measureRanking(model, task, { cutoffs: [10], servesNewUsers: false }, compute.kernels, quietContext());
    // Popularity has .0449, iALS .0748 (models/markov.md).
    expect(meanMetrics(measured)['ndcg@10']).toBeGreaterThan(0.1);
  });
});
