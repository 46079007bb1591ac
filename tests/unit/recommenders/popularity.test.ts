import { describe, expect, it } from 'vitest';
import type { OptionValues } from '$lib/core/base/options';
import { quietContext } from '$lib/core/base/run';
import { popularity } from '$lib/core/recommenders/popularity';
import { groupsByFeature } from '$lib/core/recommenders/features';
import { trainingDataOf, type LabelFeature, type TrainingData } from '$lib/core/recommenders/trainingData';
import { restoreRecommender, trainRecommender } from '$lib/core/recommenders/trainRecommender';

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

describe('by segment', () => {
  /** Three from the north, three from the south, and one of whom nobody knows. */
  const towns: LabelFeature = { name: 'town', kind: 'label', labels: ['north', 'south'], codes: Int32Array.of(0, 0, 0, 1, 1, 1, -1) };
  const bySegment = async (given: OptionValues, segments = towns) => {
    const compute = { kernels: {} as never, tensors: () => Promise.reject(new Error('not needed')) };
    const data = { ...shop(), groups: async () => segments };
    return trainRecommender({ recommender: popularity, given: { segmentBy: 'town', ...given }, data, seed: 1 }, compute, quietContext());
  };
  const row = async (given: OptionValues, user: number, segments = towns) => [
    ...(await (await bySegment(given, segments)).model.score(Int32Array.of(user))),
  ];

  it('counts the people of the segment, and seven who choose as everybody does', async () => {
    // Of the north all three have tea and cups; of everybody six, four and three of seven have tea, cups and kites.
    expect(await row({ segmentPrior: 7 }, 1)).toEqual([3 + 6, 3 + 4, 0 + 3]);
    expect(await row({ segmentPrior: 7 }, 4)).toEqual([3 + 6, 1 + 4, 2 + 3]);
    expect(await row({ segmentPrior: 0 }, 4)).toEqual([3, 1, 2]);
  });

  it('gives everybody’s to whoever is in none, and to a basket', async () => {
    expect(await row({}, 6)).toEqual([6, 4, 3]);
    expect([...(await bySegment({})).model.foldIn!({ items: Int32Array.of(0) })]).toEqual([6, 4, 3]);
  });

  it('ranks a small segment as everybody, a large one as itself: only kites are bought in the far east', async () => {
    const far: LabelFeature = { ...towns, labels: ['far east'], codes: Int32Array.of(-1, -1, -1, -1, -1, -1, 0) };
    const [tea, , kites] = await row({ segmentPrior: 30 }, 6, far);
    expect(tea).toBeGreaterThan(kites);
    const own = await row({ segmentPrior: 0.5 }, 6, far);
    expect(own.indexOf(Math.max(...own))).toBe(2);
  });

  it('lets choices fade, and tells what rises, among them alone', async () => {
    const [ofTea, , ofKites] = await row({ segmentPrior: 0, period: 'recent', halfLife: 10 }, 4);
    expect(ofTea).toBeCloseTo(2 ** -3.6 + 2 ** -3.5 + 2 ** -3.4, 5);
    expect(ofKites).toBeCloseTo(2 ** -0.4 + 2 ** -0.3, 5);
    const [, cupsRising, kitesRising] = await row({ segmentPrior: 0, period: 'trending', halfLife: 20 }, 4);
    // The south after day 20: cups 1, kites 2; before: tea 3.
    expect(cupsRising).toBeCloseTo(1 / Math.sqrt(2), 5);
    expect(kitesRising).toBeCloseTo(2 / Math.sqrt(3), 5);
  });

  it('has it all in its state and in its factors', async () => {
    const { model } = await bySegment({ segmentPrior: 7 });
    const again = await restoreRecommender(popularity, structuredClone(model.state()), shop());
    const all = Int32Array.from({ length: 7 }, (_, user) => user);
    expect(await again.score(all)).toEqual(await model.score(all));
    const { size, userFactors, itemFactors } = again.factors!;
    const dot = (user: number, item: number) => {
      let sum = 0;
      for (let f = 0; f < size; f++) sum += userFactors[user * size + f] * itemFactors[item * size + f];
      return sum;
    };
    expect([0, 1, 2].map((item) => dot(4, item))).toEqual([9, 5, 5]);
    expect(again.explain!(4, 2)).toEqual({ score: 5, contributions: [], rest: 5 });
  });

  it('says so where nothing has that name', async () => {
    expect(() => groupsByFeature([towns], 'city')).toThrow(expect.objectContaining({ code: 'segment_by_unknown' }));
    await expect(scores({ segmentBy: 'town' })).rejects.toMatchObject({ code: 'segment_by_unknown' });
  });
});
