import { describe, expect, it } from 'vitest';
import { Cancelled } from '$lib/core/base/errors';
import { resolveOptions, type OptionValues } from '$lib/core/base/options';
import { createRunContext, quietContext } from '$lib/core/base/run';
import { Random } from '$lib/core/base/random';
import { rankItems } from '$lib/core/evaluation/ranking';
import { placesOf, type Numbering } from '$lib/core/math/permute';
import { matrixFromPairs, type InteractionMatrix } from '$lib/core/math/sparseRows';
import { basketOf, eventsOfUser } from '$lib/core/recommenders/basket';
import type { Ability, Basket, Compute, Recommender } from '$lib/core/recommenders/recommender';
import type { Feature, Sequences, TrainingData } from '$lib/core/recommenders/trainingData';
import { trainingParts } from '$lib/core/recommenders/trainingData';
import { restoreRecommender, trainRecommender } from '$lib/core/recommenders/trainRecommender';
import { checkerboard } from '../../support/checkerboard';

export interface SuiteOptions {
  /** Options that learn the small tables of this suite well and quickly. */
  options?: OptionValues;
}

/** What every recommender of the catalogue must do. Call it with the recommender and something to compute with. */
export function everyRecommenderMust(recommender: Recommender, compute: () => Promise<Compute>, { options = {} }: SuiteOptions = {}): void {
  const { personal, can, needs, uses = [] } = recommender;
  const settings = resolveOptions(recommender.id, recommender.options, options);
  /** Everything there is to learn from; what the model did not declare breaks the training. */
  const offered = (pairs: InteractionMatrix, numbering?: Numbering): TrainingData => {
    const refused = trainingParts.filter((part) => !needs.includes(part) && !uses.includes(part));
    const refusals = refused.map((part) => [part, () => Promise.reject(new Error(`${recommender.id} did not declare ${part}`))]);
    return { ...dataOf(pairs, numbering), ...Object.fromEntries(refusals) };
  };
  const trainAnew = async (pairs: InteractionMatrix, seed = 1, numbering?: Numbering) =>
    trainRecommender({ recommender, given: options, data: offered(pairs, numbering), seed }, await compute(), quietContext());
  /** Most of what is asked is asked of the same two or three models: nobody changes one, so each is trained once. */
  const trained = new Map<string, ReturnType<typeof trainAnew>>();
  const train = (pairs: InteractionMatrix, seed = 1): ReturnType<typeof trainAnew> => {
    const key = JSON.stringify([seed, pairs.users, pairs.items, [...pairs.rowStarts], [...pairs.columns], [...pairs.values]]);
    if (!trained.has(key)) trained.set(key, trainAnew(pairs, seed));
    return trained.get(key)!;
  };
  const rank = async (matrix: InteractionMatrix, k: number, exclude?: InteractionMatrix) => {
    const { model } = await train(matrix);
    const { kernels } = await compute();
    return rankItems(model, matrix.items, { users: everyone(matrix), k, exclude }, kernels, quietContext());
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
      const matrix = checkerboard(12);
      const { model } = await train(matrix);
      const scores = await model.score(Int32Array.of(7, 2));
      expect(scores.length).toBe(24);
      if (!model.factors) return;
      const { size, userFactors, itemFactors, itemBiases } = model.factors;
      let expected = itemBiases ? itemBiases[3] : 0;
      for (let f = 0; f < size; f++) expected += userFactors[2 * size + f] * itemFactors[3 * size + f];
      expect(scores[12 + 3]).toBeCloseTo(expected, 4);
    });

    it('gives the same bytes for the same seed, where it says so', async () => {
      const matrix = checkerboard(12);
      const [first, second] = [await trainAnew(matrix, 1), await train(matrix, 1)];
      if (!first.reproducible) return;
      const everyone = Int32Array.from({ length: 12 }, (_, user) => user);
      expect(await second.model.score(everyone)).toEqual(await first.model.score(everyone));
      expect(second.losses).toEqual(first.losses);
    });

    it('lowers its loss and reports every epoch', async () => {
      const seen: number[] = [];
      const run = createRunContext(new AbortController().signal, ({ stage, values }) => {
        if (stage === 'train' && values?.loss !== undefined) seen.push(values.loss);
      });
      const { losses } = await recommender.train(dataOf(checkerboard()), settings, 1, await compute(), run);
      expect(seen).toEqual(losses.map(({ loss }) => loss));
      if (losses.length > 1) expect(losses.at(-1)!.loss).toBeLessThan(losses[0].loss);
    });

    it('stops when it is cancelled', async () => {
      const controller = new AbortController();
      let reports = 0;
      const run = createRunContext(controller.signal, () => (reports++, controller.abort()));
      const trained = recommender.train(dataOf(checkerboard()), settings, 1, await compute(), run);
      const outcome = await trained.then(
        () => 'done',
        (error: unknown) => error,
      );
      // A model that never reports is done before a cancel could be heard.
      if (reports > 0) expect(outcome).toBeInstanceOf(Cancelled);
      else expect(outcome).toBe('done');
    });

    it('learns from one customer with one item, and from rows and columns without any', async () => {
      const one = await rank(matrixFromPairs(1, 1, [0], [0]), 1);
      expect([...one.items]).toEqual([0]);
      const sparse = matrixFromPairs(5, 4, [1, 1, 3], [0, 2, 2]);
      const { model } = await train(sparse);
      expect((await model.score(Int32Array.of(0, 1, 4))).some(Number.isNaN)).toBe(false);
    });

    it('is whole again from its state: the same scores, in arrays whose shapes say how they lie', async () => {
      const matrix = tastes();
      const { model } = await train(matrix);
      const state = model.state();
      expect(JSON.parse(JSON.stringify(state.meta))).toEqual(state.meta);
      expect(state.format).toMatch(new RegExp(`^${recommender.id}/\\d+$`));
      for (const { data, shape, axes } of Object.values(state.arrays)) {
        expect(data.length).toBe(shape.reduce((product, length) => product * length, 1));
        expect(axes.length).toBe(shape.length);
        axes.forEach((axis, at) => axis === 'users' && expect(shape[at]).toBe(matrix.users));
        axes.forEach((axis, at) => axis === 'items' && expect(shape[at]).toBe(matrix.items));
      }
      const copy = { ...state, arrays: structuredClone(state.arrays), meta: JSON.parse(JSON.stringify(state.meta)) };
      const restored = await restoreRecommender(recommender, copy, dataOf(matrix));
      expect(await restored.score(everyone(matrix))).toEqual(await model.score(everyone(matrix)));
      expect(restored.state()).toEqual(state);
    });

    it('gives the same lists by id, whoever was given which number', async () => {
      const matrix = tastes();
      const { kernels } = await compute();
      const plain = await train(matrix);
      if (!plain.reproducible) return;
      const listed = await rankItems(
        plain.model,
        matrix.items,
        { users: everyone(matrix), k: 8, exclude: matrix },
        kernels,
        quietContext(),
      );

      const { renumbered, numbering } = renumber(matrix);
      const other = await trainAnew(renumbered, 1, numbering);
      const { userOrder, itemOrder } = numbering;
      const otherListed = await rankItems(
        other.model,
        renumbered.items,
        { users: userOrder, k: 8, exclude: renumbered },
        kernels,
        quietContext(),
      );
      expect([...otherListed.items]).toEqual([...listed.items].map((item) => (item < 0 ? -1 : itemOrder[item])));
      expect(otherListed.scores).toEqual(listed.scores);
      expect(other.losses).toEqual(plain.losses);

      // Scores, abilities and what is kept are by number, too.
      const scores = await other.model.score(userOrder);
      const expected = await plain.model.score(everyone(matrix));
      itemOrder.forEach((item, place) => expect(scores[5 * renumbered.items + item]).toBe(expected[5 * matrix.items + place]));
      const restored = await restoreRecommender(recommender, other.model.state(), dataOf(renumbered, numbering));
      expect(await restored.score(userOrder)).toEqual(scores);
      if (other.model.similarItems) {
        const [own, theirs] = [other.model.similarItems(itemOrder[3], 5), plain.model.similarItems!(3, 5)];
        expect(own).toEqual(theirs.map(({ item, score }) => ({ item: itemOrder[item], score })));
      }
      if (other.model.explain) {
        const [own, theirs] = [other.model.explain(userOrder[5], itemOrder[3]), plain.model.explain!(5, 3)];
        expect(own).toEqual({ ...theirs, contributions: theirs.contributions.map((each) => ({ ...each, item: itemOrder[each.item] })) });
      }
      if (other.model.foldIn) {
        const basket = Int32Array.of(1, 5, 9);
        const [own, theirs] = [
          other.model.foldIn({ items: basket.map((item) => itemOrder[item]) }),
          plain.model.foldIn!({ items: basket }),
        ];
        itemOrder.forEach((item, place) => expect(own[item]).toBe(theirs[place]));
      }
    });

    it('can what it says it can', async () => {
      const { model } = await train(checkerboard(12));
      const abilities: Ability[] = (['foldIn', 'similarItems', 'explain', 'biases', 'due'] as const).filter((ability) => model[ability]);
      expect(abilities.sort()).toEqual(can.filter((ability) => ability !== 'warmStart').sort());
    });

    if (can.includes('foldIn')) {
      it('says of a basket what it says of a customer who has the same, and of whom nothing else is known', async () => {
        const matrix = tastes();
        const { userFeatures: _, ...data } = offered(matrix);
        const { model } = await trainRecommender({ recommender, given: options, data, seed: 1 }, await compute(), quietContext());
        for (const user of [0, 7, 31]) {
          const folded = model.foldIn!(basketInOrder(matrix, user));
          const known = await model.score(Int32Array.of(user));
          folded.forEach((score, item) => expect(Math.abs(score - known[item])).toBeLessThan(1e-3 * (1 + Math.abs(known[item]))));
        }
        if (personal) expect(model.foldIn!({ items: Int32Array.of(0) })).not.toEqual(model.foldIn!({ items: Int32Array.of(1) }));
      });
    }

    if (can.includes('similarItems')) {
      it('finds items of the same colour most like an item, never itself', async () => {
        const { model } = await train(checkerboard());
        const similar = model.similarItems!(4, 5);
        expect(similar.length).toBe(5);
        expect(similar.every(({ item }) => item % 2 === 0 && item !== 4)).toBe(true);
        similar.slice(1).forEach(({ score }, rank) => expect(score).toBeLessThanOrEqual(similar[rank].score));
      });
    }

    if (can.includes('explain')) {
      it('explains a score by amounts that add up to it', async () => {
        const matrix = tastes();
        const { model } = await train(matrix);
        const known = await model.score(Int32Array.of(7));
        const basket = basketInOrder(matrix, 7);
        for (const item of [0, 9, 20]) {
          for (const who of [7, basket]) {
            const { score, contributions, rest } = model.explain!(who, item);
            expect(Math.abs(score - known[item])).toBeLessThan(1e-3 * (1 + Math.abs(known[item])));
            expect(contributions.reduce((sum, { amount }) => sum + amount, rest)).toBeCloseTo(score, 5);
            if (personal) expect(contributions.map((each) => each.item)).toEqual([...basket.items]);
            if (personal) expect(Math.abs(rest)).toBeLessThan(1e-3 * (1 + Math.abs(score)));
          }
        }
      });
    }

    if (can.includes('warmStart')) {
      it('goes on from its state, also with customers and items that came since', async () => {
        const matrix = tastes();
        const [first, one] = [await train(matrix), { ...options, epochs: 1 }];
        const cold = await trainRecommender({ recommender, given: one, data: dataOf(matrix), seed: 2 }, await compute(), quietContext());
        const warmStart = first.model.state();
        const request = { recommender, given: one, seed: 2, warmStart };
        const warm = await trainRecommender({ ...request, data: dataOf(matrix) }, await compute(), quietContext());
        expect(warm.losses[0].loss).toBeLessThan(cold.losses[0].loss);
        const grown = {
          ...matrix,
          users: matrix.users + 1,
          items: matrix.items + 2,
          rowStarts: Int32Array.of(...matrix.rowStarts, matrix.columns.length),
        };
        const later = await trainRecommender({ ...request, data: dataOf(grown) }, await compute(), quietContext());
        expect((await later.model.score(Int32Array.of(matrix.users))).length).toBe(matrix.items + 2);
        // A state of another size is passed over.
        const other = { ...warmStart, arrays: {}, format: 'another/1' };
        const fresh = await trainRecommender({ ...request, warmStart: other, data: dataOf(matrix) }, await compute(), quietContext());
        expect(fresh.losses).toEqual(cold.losses);
      });
    }

    // For what people buy again categories only steady a rhythm: nothing is said where they lack, and new items have none.
    if (uses.some((part) => part === 'itemFeatures' || part === 'userFeatures') && !recommender.repeats) {
      it('learns from pairs alone where nothing else is offered, and says what it lacks', async () => {
        const matrix = tastes();
        const { itemFeatures: _1, userFeatures: _2, context: _3, ...pairsOnly } = offered(matrix);
        const request = { recommender, given: options, data: pairsOnly, seed: 1 };
        const { model, warnings = [] } = await trainRecommender(request, await compute(), quietContext());
        expect((await model.score(everyone(matrix))).every(Number.isFinite)).toBe(true);
        expect(warnings.map(({ code }) => code)).toEqual(['features_missing']);
        expect((await train(matrix)).warnings ?? []).toEqual([]);
      });
    }

    if (uses.includes('itemFeatures') && !recommender.repeats) {
      it('offers items that nobody has yet to those who like their kind', async () => {
        const matrix = checkerboard();
        const newcomers = 2;
        const grown = { ...matrix, items: matrix.items + newcomers };
        const { model } = await train(grown);
        const scores = await model.score(everyone(grown));
        const ofOwn = Array.from({ length: matrix.users }, (_, user) =>
          scores.subarray(user * grown.items + matrix.items, (user + 1) * grown.items),
        );
        // Item 24 is of the even kind, item 25 of the odd.
        ofOwn.forEach((own, user) => expect(own[user % 2]).toBeGreaterThan(own[1 - (user % 2)]));
      });
    }

    if (uses.includes('userFeatures')) {
      it('knows the taste of customers who have done nothing yet by what they are', async () => {
        const matrix = checkerboard();
        const grown = { ...matrix, users: matrix.users + 2, rowStarts: Int32Array.of(...matrix.rowStarts, ...matrix.rowStarts.slice(-1), ...matrix.rowStarts.slice(-1)) }; // prettier-ignore
        const { model } = await train(grown);
        const scores = await model.score(Int32Array.of(matrix.users, matrix.users + 1));
        [0, 1].forEach((taste) => {
          const own = scores.subarray(taste * matrix.items, (taste + 1) * matrix.items);
          const ofKind = (kind: number) => own.reduce((sum, score, item) => sum + (item % 2 === kind ? score : 0), 0);
          expect(ofKind(taste)).toBeGreaterThan(ofKind(1 - taste));
        });
      });
    }

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

/** All that a model may ask for, of these pairs. */
export function dataOf(pairs: InteractionMatrix, numbering?: Numbering): TrainingData {
  return { pairs, numbering, sequences: async () => sequencesOf(pairs, numbering), ...featuresOf(pairs, numbering) };
}

/**
 * What can be known beside the pairs, by number: the colour of items and customers, titles of one word for each colour
 * and one for all, prices that say nothing, labels of several, and channels by the colour of the item.
 */
function featuresOf(pairs: InteractionMatrix, numbering?: Numbering): Pick<TrainingData, 'itemFeatures' | 'userFeatures' | 'context'> {
  const placed = (order: Int32Array | undefined, count: number) => (order ? placesOf(order, count) : Int32Array.from({ length: count }, (_, at) => at)); // prettier-ignore
  const [user, item] = [placed(numbering?.userOrder, pairs.users), placed(numbering?.itemOrder, pairs.items)];
  const colourOf = (place: number) => Math.max(0, place) % 2;
  const colours = (of: Int32Array): Feature => ({ name: 'colour', kind: 'label', codes: of.map(colourOf), labels: ['even', 'odd'] });
  return {
    itemFeatures: async () => [
      colours(item),
      { name: 'title', kind: 'text', texts: Array.from(item, (place) => (colourOf(place) ? 'odd thing' : '双数 thing')) },
      { name: 'price', kind: 'number', values: Float32Array.from(item, (place) => (place < 0 ? NaN : 1 + ((place >> 1) % 3))) },
      {
        name: 'kinds',
        kind: 'labels',
        rowStarts: Int32Array.from({ length: pairs.items + 1 }, (_, row) => 2 * row),
        codes: Int32Array.from({ length: 2 * pairs.items }, (_, at) => (at % 2 === 0 ? colourOf(item[at >> 1]) : 2)),
        labels: ['even', 'odd', 'all'],
      },
    ],
    userFeatures: async () => [colours(user)],
    context: async () => [
      {
        name: 'channel',
        kind: 'label',
        codes: sequencesOf(pairs, numbering).items.map((own) => colourOf(item[own])),
        labels: ['shop', 'web'],
      },
    ],
  };
}

/**
 * The same pairs in time, one a day: a customer begins with the item that has their own place and goes round, so on the
 * checkerboard the item that they lack is what comes next.
 */
function sequencesOf({ users, items: numbers, rowStarts, columns, values }: InteractionMatrix, numbering?: Numbering): Sequences {
  const places = { users: numbering && placesOf(numbering.userOrder, users), items: numbering && placesOf(numbering.itemOrder, numbers) };
  const placeOfItem = (item: number) => places.items?.[item] ?? item;
  const order = Int32Array.from(columns, (_, entry) => entry);
  for (let user = 0; user < users; user++) {
    const start = places.users?.[user] ?? user;
    const turn = (entry: number) => placeOfItem(columns[entry]) + (placeOfItem(columns[entry]) < start ? 1e6 : 0);
    order.subarray(rowStarts[user], rowStarts[user + 1]).sort((a, b) => turn(a) - turn(b));
  }
  const days = (user: number) => Array.from({ length: rowStarts[user + 1] - rowStarts[user] }, (_, day) => day * 86_400_000_000);
  return {
    rowStarts,
    items: order.map((entry) => columns[entry]),
    times: Float64Array.from(Array.from({ length: users }, (_, user) => days(user)).flat()),
    values: Float32Array.from(order, (entry) => values[entry]),
  };
}

/** What a customer has, and in which order it came. */
function basketInOrder(matrix: InteractionMatrix, user: number): Basket {
  return { ...basketOf(matrix, user), events: eventsOfUser(sequencesOf(matrix), user) };
}

export function everyone({ users }: InteractionMatrix): Int32Array {
  return Int32Array.from({ length: users }, (_, user) => user);
}

/** Forty customers of two tastes and twenty-four items, some of which nobody chose; many equal counts, so many ties. */
export function tastes(): InteractionMatrix {
  const random = new Random(7);
  const [user, item]: [number[], number[]] = [[], []];
  for (let u = 0; u < 40; u++) {
    for (let pair = 0; pair < 5; pair++) {
      user.push(u);
      item.push((u % 2) + 2 * random.below(11));
    }
  }
  return matrixFromPairs(40, 24, user, item);
}

/** The same data where ids were numbered in another order, and some numbers were given up. */
function renumber(matrix: InteractionMatrix): { renumbered: InteractionMatrix; numbering: Numbering } {
  const random = new Random(8);
  const order = (count: number, numbers: number) =>
    random.shuffle(Int32Array.from({ length: numbers }, (_, number) => number)).slice(0, count);
  const numbering = { userOrder: order(matrix.users, matrix.users + 3), itemOrder: order(matrix.items, matrix.items + 2) };
  const [user, item]: [number[], number[]] = [[], []];
  for (let place = 0; place < matrix.users; place++) {
    for (let entry = matrix.rowStarts[place]; entry < matrix.rowStarts[place + 1]; entry++) {
      user.push(numbering.userOrder[place]);
      item.push(numbering.itemOrder[matrix.columns[entry]]);
    }
  }
  // One value a pair: the matrix has them summed already.
  return { renumbered: matrixFromPairs(matrix.users + 3, matrix.items + 2, user, item, matrix.values), numbering };
}
