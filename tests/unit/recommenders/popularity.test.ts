import { expect, it } from 'vitest';
import type { OptionValues } from '$lib/core/base/options';
import { quietContext } from '$lib/core/base/run';
import { popularity } from '$lib/core/recommenders/popularity';
import { trainingDataOf, type TrainingData } from '$lib/core/recommenders/trainingData';
import { trainRecommender } from '$lib/core/recommenders/trainRecommender';

const day = 86_400_000_000;
const [tea, cups, kites] = [0, 1, 2];

/** Forty days of a shop: tea was bought by six people long ago, cups by four all along, kites by three this week. */
function shop(): TrainingData {
  const sold: [item: number, user: number, onDay: number][] = [
    ...[0, 1, 2, 3, 4, 5].map((user): [number, number, number] => [tea, user, 1 + user]),
    [cups, 0, 5],
    [cups, 1, 22],
    [cups, 2, 25],
    [cups, 3, 38],
    // Twice is one customer, at the later time.
    [cups, 3, 39],
    [kites, 4, 36],
    [kites, 5, 37],
    [kites, 6, 40],
  ];
  sold.sort((a, b) => a[2] - b[2]);
  return trainingDataOf({
    users: 7,
    items: 3,
    userOfEvent: Int32Array.from(sold, ([, user]) => user),
    itemOfEvent: Int32Array.from(sold, ([item]) => item),
    valueOfEvent: new Float32Array(sold.length).fill(1),
    timeOfEvent: Float64Array.from(sold, ([, , onDay]) => onDay * day),
  });
}

async function scores(given: OptionValues, data = shop()): Promise<number[]> {
  const compute = { kernels: {} as never, tensors: () => Promise.reject(new Error('not needed')) };
  const { model } = await trainRecommender({ recommender: popularity, given, data, seed: 1 }, compute, quietContext());
  return [...(await model.score(Int32Array.of(0)))];
}

it('counts customers of all time, where nothing else is asked for', async () => {
  expect(await scores({})).toEqual([6, 4, 3]);
});

it('lets older choices fade: after ten days a customer counts for half', async () => {
  const [ofTea, ofCups, ofKites] = await scores({ period: 'recent', halfLife: 10 });
  expect(ofTea).toBeCloseTo(
    [1, 2, 3, 4, 5, 6].reduce((sum, onDay) => sum + 2 ** ((onDay - 40) / 10), 0),
    6,
  );
  expect(ofCups).toBeCloseTo(
    [5, 22, 25, 39].reduce((sum, onDay) => sum + 2 ** ((onDay - 40) / 10), 0),
    6,
  );
  expect(ofKites).toBeCloseTo(2 ** -0.4 + 2 ** -0.3 + 1, 6);
});

it('puts what rises first: kites had nobody in the twenty days before, cups as many as now', async () => {
  const [ofTea, ofCups, ofKites] = await scores({ period: 'trending', halfLife: 20 });
  // After day 20: cups 3 customers, kites 3; days 1 to 20: tea 6, cups 1.
  const growth = 6 / 7;
  expect(ofTea).toBeCloseTo((0 - 6 * growth) / Math.sqrt(0 + 6 * growth + 1), 5);
  expect(ofCups).toBeCloseTo((3 - growth) / Math.sqrt(3 + growth + 1), 5);
  expect(ofKites).toBeCloseTo(3 / Math.sqrt(4), 5);
});

it('says that data without times has no lately', async () => {
  const { pairs } = shop();
  await expect(scores({ period: 'recent' }, { pairs })).rejects.toMatchObject({ code: 'popularity_no_times' });
  expect(await scores({}, { pairs })).toEqual([6, 4, 3]);
});
