import { describe, expect, it } from 'vitest';
import type { OptionValues } from '$lib/core/base/options';
import { quietContext } from '$lib/core/base/run';
import { Random } from '$lib/core/base/random';
import { compareModels, type ComparisonRequest, type Contestant } from '$lib/core/evaluation/compareModels';
import { createReferenceKernels } from '$lib/core/math/referenceKernels';
import { findRecommender } from '$lib/core/recommenders/catalogue';
import type { Basket, Recommender } from '$lib/core/recommenders/recommender';
import type { Sequences } from '$lib/core/recommenders/trainingData';
import { popularity } from '$lib/core/recommenders/popularity';
import type { InteractionList } from '$lib/core/store/interactionQueries';

const compute = { kernels: createReferenceKernels(''), tensors: () => Promise.reject(new Error('not needed')) };
const models: Contestant[] = ['popularity', 'item-knn', 'ials'].map((id) => ({
  modelId: id,
  recommender: findRecommender(id),
  options: (id === 'ials' ? { factors: 4, epochs: 3 } : {}) as OptionValues,
}));
const request = (interactions: InteractionList, part: Partial<ComparisonRequest> = {}): ComparisonRequest => ({
  contestants: models,
  interactions,
  dataHash: 'h',
  split: { kind: 'global-time', testShare: 0.3 },
  seed: 4,
  cutoffs: [2],
  now: () => 0,
  ...part,
});

/** Thirty people of two tastes over a hundred hours; several things happen in one hour. */
function shop(): InteractionList {
  const random = new Random(6);
  const events = Array.from({ length: 400 }, () => {
    const user = random.below(30);
    return { user, item: (user % 2) + 2 * random.below(7), time: random.below(100) };
  }).sort((a, b) => a.time - b.time || a.user - b.user || a.item - b.item);
  return {
    users: 30,
    items: 14,
    userOfEvent: Int32Array.from(events, ({ user }) => user),
    itemOfEvent: Int32Array.from(events, ({ item }) => item),
    valueOfEvent: new Float32Array(400).fill(1),
    timeOfEvent: Float64Array.from(events, ({ time }) => time),
  };
}

describe('a comparison', () => {
  it('says what was tested and what was left out: repeated pairs, and customers without a history', async () => {
    // Ann 0 and Bo 1 have a history; Cy 2 and Di 3 come in the test part, Di with two items.
    const list: InteractionList = {
      users: 4,
      items: 5,
      userOfEvent: Int32Array.of(0, 0, 1, 1, 0, 0, 1, 2, 3, 3),
      itemOfEvent: Int32Array.of(0, 1, 0, 2, 0, 2, 3, 1, 0, 4),
      valueOfEvent: new Float32Array(10).fill(1),
      timeOfEvent: Float64Array.of(1, 1, 1, 1, 9, 9, 9, 9, 9, 9),
    };
    const { protocol } = await compareModels(
      request(list, { split: { kind: 'global-time', testShare: 0.6 }, events: { order_completed: 5 } }),
      compute,
      quietContext(),
    );
    expect(protocol).toMatchObject({
      trainPairs: 4,
      testUsers: 2,
      // Ann's item 2 and Bo's item 3; her second order of item 0 is no discovery.
      testPairs: 2,
      repeatedPairs: 1,
      newUsers: 2,
      newUserPairs: 3,
      events: { order_completed: 5 },
    });
  });

  it('keeps the loss curve with its row', async () => {
    const { rows } = await compareModels(request(shop()), compute, quietContext());
    expect(rows.map(({ losses }) => losses!.length)).toEqual([0, 0, 3]);
    expect(rows[2].losses![0]).toEqual({ epoch: 1, loss: expect.any(Number) });
    expect(rows[2].options).toMatchObject({ factors: 4, unobservedWeight: 0.1 });
  });

  it('is the same to the last digit whoever was given which number', async () => {
    const list = shop();
    const random = new Random(2);
    const shuffled = (count: number, numbers: number) =>
      random.shuffle(Int32Array.from({ length: numbers }, (_, number) => number)).slice(0, count);
    const numbering = { userOrder: shuffled(30, 33), itemOrder: shuffled(14, 15) };
    const userOfEvent = list.userOfEvent.map((place) => numbering.userOrder[place]);
    const itemOfEvent = list.itemOfEvent.map((place) => numbering.itemOrder[place]);
    // Within an hour the events come in another order, too: that of the numbers.
    const order = Array.from({ length: 400 }, (_, event) => event).sort(
      (a, b) => list.timeOfEvent[a] - list.timeOfEvent[b] || userOfEvent[a] - userOfEvent[b] || itemOfEvent[a] - itemOfEvent[b],
    );
    const renumbered: InteractionList = {
      ...list,
      users: 33,
      items: 15,
      userOfEvent: Int32Array.from(order, (event) => userOfEvent[event]),
      itemOfEvent: Int32Array.from(order, (event) => itemOfEvent[event]),
      timeOfEvent: Float64Array.from(order, (event) => list.timeOfEvent[event]),
    };
    for (const kind of ['global-time', 'random', 'leave-last-out'] as const) {
      const split = { kind, testShare: 0.3 };
      const [plain, other] = [
        await compareModels(request(list, { split }), compute, quietContext()),
        await compareModels(request(renumbered, { split, numbering }), compute, quietContext()),
      ];
      expect(other).toEqual(plain);
    }
  });

  it('tests on people whom no model has seen, and refuses models that have nothing to say to them', async () => {
    const split = { kind: 'strong-generalisation', testShare: 0.3 } as const;
    const { protocol, rows } = await compareModels(request(shop(), { split }), compute, quietContext());
    expect(protocol).toMatchObject({ testUsers: expect.any(Number), newUsers: 0 });
    const byId = Object.fromEntries(rows.map(({ modelId, metrics }) => [modelId, metrics]));
    // Two tastes: who folds in finds the half of the shop that somebody likes.
    expect(byId['item-knn']['recall@2']).toBeGreaterThan(byId.popularity['recall@2']);
    expect(byId['item-knn'].userCoverage).toBe(1);
    const deaf: Contestant = { ...models[1], recommender: { ...models[1].recommender, id: 'deaf', can: [] } };
    await expect(compareModels(request(shop(), { split, contestants: [deaf] }), compute, quietContext())).rejects.toThrow(
      'deaf cannot recommend',
    );
  });

  it('lets what people have stay in the ranking where asked, and then counts it', async () => {
    const split = { kind: 'global-time', testShare: 0.3 } as const;
    const [fresh, any] = [
      await compareModels(request(shop(), { split }), compute, quietContext()),
      await compareModels(request(shop(), { split: { ...split, next: 'any' } }), compute, quietContext()),
    ];
    expect(fresh.protocol.candidates).toBe('all-unseen');
    expect(any.protocol).toMatchObject({ candidates: 'all', repeatedPairs: 0 });
    expect(any.protocol.testPairs).toBe(fresh.protocol.testPairs + fresh.protocol.repeatedPairs!);
  });

  it('repeats with the next seeds, and measures on validation what was neither trained on nor tested', async () => {
    const once = (seed: number, part = {}) =>
      compareModels(
        request(shop(), { split: { kind: 'random', testShare: 0.3, validationShare: 0.3, ...part }, seed }),
        compute,
        quietContext(),
      );
    const [twice, first, second] = [await once(4, { repeats: 2 }), await once(4), await once(5)];
    const mean = (name: string, row: number) => (first.rows[row].metrics[name] + second.rows[row].metrics[name]) / 2;
    for (const row of [0, 1, 2]) expect(twice.rows[row].metrics['coverage@2']).toBeCloseTo(mean('coverage@2', row), 12);
    const { metrics } = twice.rows[1];
    const bounds = [first, second].map(({ rows }) => rows[1].metrics['recall@2']).sort((a, b) => a - b);
    expect(metrics['recall@2']).toBeGreaterThan(bounds[0] - 0.02);
    expect(metrics['recall@2']).toBeLessThan(bounds[1] + 0.02);
    expect(twice.rows[1].validation!['recall@2']).toBeGreaterThan(0);
    expect(first.rows[1].validation).not.toEqual(first.rows[1].metrics);
    const trainPairs = (await compareModels(request(shop(), { split: { kind: 'random', testShare: 0.3 } }), compute, quietContext()))
      .protocol.trainPairs;
    expect(first.protocol.trainPairs).toBeLessThan(0.8 * trainPairs);
  });

  it('gives a model the parts that it needs, of the train part only, and nobody else', async () => {
    const seen: Sequences[] = [];
    let featuresRead = 0;
    const curious: Recommender = {
      ...popularity,
      id: 'curious',
      needs: ['sequences', 'itemFeatures'],
      async train(data, ...rest) {
        seen.push(await data.sequences!());
        expect(await data.itemFeatures!()).toEqual([{ name: 'price', kind: 'number', values: Float32Array.of(1, 0) }]);
        return popularity.train(data, ...rest);
      },
    };
    const list: InteractionList = {
      users: 2,
      items: 2,
      userOfEvent: Int32Array.of(0, 1, 0, 0, 1),
      itemOfEvent: Int32Array.of(0, 1, 1, 0, 0),
      valueOfEvent: Float32Array.of(1, 2, 3, 4, 5),
      timeOfEvent: Float64Array.of(10, 20, 30, 40, 50),
    };
    const parts = {
      itemFeatures: async () => {
        featuresRead++;
        return [{ name: 'price', kind: 'number' as const, values: Float32Array.of(0, 1) }];
      },
    };
    // Item 1 has the lower id, and customer 1 too.
    const numbering = { userOrder: Int32Array.of(1, 0), itemOrder: Int32Array.of(1, 0) };
    const contestants = [
      { modelId: 'c', recommender: curious, options: {} },
      { modelId: 'p', recommender: popularity, options: {} },
    ];
    await compareModels(
      request(list, { contestants, parts, numbering, split: { kind: 'global-time', testShare: 0.2 }, cutoffs: [1] }),
      compute,
      quietContext(),
    );
    expect(featuresRead).toBe(1);
    expect(seen).toEqual([
      {
        rowStarts: Int32Array.of(0, 1, 4),
        items: Int32Array.of(0, 1, 0, 1),
        times: Float64Array.of(20, 10, 30, 40),
        values: Float32Array.of(2, 1, 3, 4),
      },
    ]);
    const without = request(list, { contestants, split: { kind: 'random', testShare: 0.2 } });
    await expect(compareModels(without, compute, quietContext())).rejects.toThrow('needs itemFeatures');
  });

  it('tells a model in which order people it does not know did things', async () => {
    const baskets: Basket[] = [];
    const curious: Recommender = {
      ...popularity,
      id: 'curious',
      async train(...given) {
        const result = await popularity.train(...given);
        return { ...result, model: { ...result.model, foldIn: (basket) => (baskets.push(basket), result.model.foldIn!(basket)) } };
      },
    };
    const list = shop();
    await compareModels(
      request(list, {
        contestants: [{ modelId: 'c', recommender: curious, options: {} }],
        split: { kind: 'strong-generalisation', testShare: 0.2, next: 'any' },
      }),
      compute,
      quietContext(),
    );
    expect(baskets).toHaveLength(6);
    for (const { items, events } of baskets) {
      expect([...new Set(events!.items)].sort((a, b) => a - b)).toEqual([...items]);
      expect([...events!.times!]).toEqual([...events!.times!].sort((a, b) => a - b));
    }
    // In time, which is not the order of items.
    expect(baskets.some(({ events }) => events!.items[0] > events!.items[1])).toBe(true);
  });
});
