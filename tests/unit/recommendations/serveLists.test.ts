import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { createReferenceKernels } from '$lib/core/math/referenceKernels';
import { matrixFromPairs } from '$lib/core/math/sparseRows';
import { windowOf } from '$lib/core/recommendations/chooseItems';
import { compileCap } from '$lib/core/recommendations/policies/caps';
import { hasPair, noPairs } from '$lib/core/recommendations/policies/excludedPairs';
import { labelled, type ItemFacts } from '$lib/core/recommendations/policies/itemFacts';
import { liftsOf } from '$lib/core/recommendations/policies/boosts';
import { categoryLikeness } from '$lib/core/recommendations/policies/likeness';
import { rowsOf, type ServedLists, type ServedRow } from '$lib/core/recommendations/served';
import { serveLists, type ServingRequest } from '$lib/core/recommendations/serveLists';
import { factorScores } from '$lib/core/recommenders/factorModel';

const kernels = createReferenceKernels('');
const serve = (request: ServingRequest) => serveLists(request, kernels, quietContext());
const listsOf = (served: ServedLists): ServedRow[][] =>
  Array.from({ length: served.items.length / served.size }, (_, list) => rowsOf(served, list));
const itemsOf = (served: ServedLists) => listsOf(served).map((rows) => rows.map(({ item }) => item));

/** Three teas, two cups and a book; Ann and Bo have bought, Cy has not. The model likes what comes first. */
const facts: ItemFacts = {
  ids: ['green', 'black', 'white', 'cup', 'mug', 'book'],
  titles: [],
  category: labelled(['Tea', 'Tea', 'Tea', 'Cups', 'Cups', null]),
  brand: labelled(['Leaf', 'Leaf', 'Root', 'Root', null, null]),
  price: Float64Array.of(5, 6, 40, 12, 15, NaN),
  cost: Float64Array.of(4, 1, 10, 6, 14, NaN),
  stock: Float64Array.of(3, 0, 9, 1, NaN, 2),
  newOn: Float64Array.of(1, 2, 3, 4, 5, 6),
};
const training = matrixFromPairs(3, 6, [0, 1, 1], [0, 0, 3]);
const model = factorScores(6, 1, Float32Array.of(1, 1, 1), Float32Array.of(6, 5, 4, 3, 2, 1));
const tastes = { id: 'tastes', model, training, servesNewUsers: false };
const plain: ServingRequest = {
  users: Int32Array.of(0, 1, 2),
  userIds: ['ann', 'bo', 'cy'],
  sources: [tastes],
  candidates: { exclude: training, eligible: new Uint8Array(6).fill(1) },
  rules: { size: 3, window: windowOf(3), caps: [], slots: new Map() },
};

describe('a list under policies', () => {
  it('without any follows the model, and fills with what most chose for somebody new, and says so', async () => {
    const served = await serve(plain);
    expect(itemsOf(served)).toEqual([
      [1, 2, 3],
      [1, 2, 4],
      [0, 3, 1],
    ]);
    const [ann, , cy] = listsOf(served);
    expect(ann[0]).toMatchObject({ source: 0, score: 5, finalScore: 1, reason: 'model', filled: null });
    expect(cy[0]).toMatchObject({ source: 1, score: 2, reason: 'filled', filled: 'new-customer' });
  });

  it('asks a second model where the first has no more', async () => {
    const short = { ...tastes, model: { score: () => Float32Array.from({ length: 6 }, (_, item) => (item === 5 ? 1 : -Infinity)) } };
    const second = { ...tastes, id: 'second', model: factorScores(6, 1, Float32Array.of(1, 1, 1), Float32Array.of(1, 2, 3, 4, 5, 6)) };
    const served = await serve({ ...plain, users: Int32Array.of(0), userIds: ['ann'], sources: [short, second] });
    expect(served.sources).toEqual(['tastes', 'second', 'popular', 'promoted']);
    expect(listsOf(served)[0].map(({ item, source, filled }) => [item, source, filled])).toEqual([
      [5, 0, null],
      [4, 1, 'model-ended'],
      [3, 1, 'model-ended'],
    ]);
  });

  it('keeps to a cap, and looks at every item before it leaves a place empty', async () => {
    const caps = [compileCap({ by: 'category', most: 1 }, facts)];
    const served = await serve({ ...plain, rules: { ...plain.rules, window: 2, caps } });
    expect(itemsOf(served)).toEqual([
      [1, 3, 5],
      [1, 4, 5],
      [0, 3, 5],
    ]);
  });

  it('moves what brings more up by places, whatever the model’s scale', async () => {
    // Margins 1, 5, 30, 6, 1, unknown: quarters 1/8, 1/2, 1, 3/4, 1/8.
    const lifts = liftsOf([{ by: 'margin', places: 4 }], facts, plain.candidates.eligible);
    expect([...lifts]).toEqual([-3, 0, 4, 2, -3, 0]);
    const rules = { ...plain.rules, lifts };
    const served = await serve({ ...plain, rules });
    expect(listsOf(served)[0].map(({ item, reason }) => [item, reason])).toEqual([
      [2, 'boosted'],
      [1, 'model'],
      [3, 'model'],
    ]);
    const stretched = { ...tastes, model: factorScores(6, 1, Float32Array.of(1, 1, 1), Float32Array.of(6e6, 5.1, 5, -3, -200, -1e9)) };
    expect(itemsOf(await serve({ ...plain, rules, sources: [stretched] }))).toEqual(itemsOf(served));
  });

  it('gives a place to a promoted item, unless the customer has it', async () => {
    const served = await serve({ ...plain, rules: { ...plain.rules, slots: new Map([[1, [3, 5]]]) } });
    expect(itemsOf(served)).toEqual([
      [1, 3, 2],
      [1, 5, 2],
      [0, 3, 1],
    ]);
    expect(listsOf(served)[0][1]).toMatchObject({ reason: 'promoted', score: 3 });
  });

  it('shows no item in more than a share of lists: whom it suits best keeps it', async () => {
    const served = await serve({ ...plain, exposure: 0.34, rules: { ...plain.rules, size: 2 } });
    const counts = new Map<number, number>();
    for (const item of itemsOf(served).flat()) counts.set(item, (counts.get(item) ?? 0) + 1);
    expect(Math.max(...counts.values())).toBe(1);
    expect(itemsOf(served).map(({ length }) => length)).toEqual([2, 2, 2]);
    // Cy alone has the green tea first.
    expect(itemsOf(served)[2][0]).toBe(0);
  });

  it('gives a short list what somebody was turned away from and another gave up', async () => {
    const scores = [3, 11, 9, 16, 19, 2, 9, 12, 0, 11];
    const score = (asked: Int32Array) => Float32Array.from([...asked].flatMap((user) => scores.slice(5 * user, 5 * user + 5)));
    const shelf = Int32Array.of(0, 1, 0, 1, 1);
    const served = await serve({
      users: Int32Array.of(0, 1),
      userIds: ['u0', 'u1'],
      sources: [{ id: 'own', model: { score }, training: matrixFromPairs(2, 5, [0, 1], [0, 0]), servesNewUsers: false }],
      candidates: { exclude: noPairs(2, 5), eligible: new Uint8Array(5).fill(1) },
      rules: {
        size: 3,
        window: 50,
        caps: [
          { groups: Int32Array.of(0, -1, 0, 1, -1), most: 1 },
          { groups: Int32Array.of(2, 2, 0, 0, -1), most: 1 },
        ],
        diversity: { method: 'mmr', amount: 0.5, likeness: (a, b) => (a === b ? 1 : shelf[a] === shelf[b] ? 0.8 : 0) },
        slots: new Map(),
      },
      exposure: 0.5,
    });
    expect(itemsOf(served)).toEqual([
      [4, 0, 3],
      [2, 1],
    ]);
  });
});

/** A small shop, a model and rules, all at random. */
const shops = fc
  .record({ users: fc.integer({ min: 1, max: 7 }), items: fc.integer({ min: 1, max: 14 }), seed: fc.nat() })
  .chain(({ users, items }) => {
    const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.array(arbitrary, { minLength: items, maxLength: items });
    const figure = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 9 }) }, { weight: 1, arbitrary: fc.constant(NaN) });
    const pairs = fc.array(fc.tuple(fc.nat(users - 1), fc.nat(items - 1)), { maxLength: 3 * users });
    const most = fc.integer({ min: 1, max: 4 });
    return fc.record({
      users: fc.constant(users),
      items: fc.constant(items),
      categories: some(fc.constantFrom('Tea', 'Tea / Green', 'Tea / Black', 'Cups', null)),
      brands: some(fc.constantFrom('Leaf', 'Root', null)),
      price: some(figure),
      cost: some(figure),
      stock: some(figure),
      scores: fc.array(
        fc.oneof({ weight: 5, arbitrary: fc.integer({ min: -9, max: 9 }) }, { weight: 1, arbitrary: fc.constant(-Infinity) }),
        {
          minLength: users * items,
          maxLength: users * items,
        },
      ),
      training: pairs,
      exclude: pairs,
      eligible: some(fc.constantFrom(1, 1, 1, 0)),
      size: fc.integer({ min: 1, max: 8 }),
      /** So small that the first candidates often run dry. */
      window: fc.integer({ min: 1, max: 12 }),
      caps: fc.subarray([{ by: 'category' as const, level: 1 }, { by: 'brand' as const }, { by: 'price' as const, bands: [3, 6] }]),
      most,
      boosts: fc.subarray(['margin', 'freshness', 'stock'] as const),
      diversity: fc.option(fc.record({ method: fc.constantFrom('mmr' as const, 'dpp' as const), amount: fc.constantFrom(0.2, 0.5, 0.9) }), {
        nil: undefined,
      }),
      slots: fc.array(fc.tuple(fc.nat(7), fc.array(fc.nat(items - 1), { minLength: 1, maxLength: 3 })), { maxLength: 2 }),
      exposure: fc.option(fc.constantFrom(0.2, 0.5, 0.8), { nil: undefined }),
    });
  });
type Shop = typeof shops extends fc.Arbitrary<infer Value> ? Value : never;

function requestOf(shop: Shop): { request: ServingRequest; most: number } {
  const { users, items } = shop;
  const own: ItemFacts = {
    ids: Array.from({ length: items }, (_, item) => `i${item}`),
    titles: [],
    category: labelled(shop.categories),
    brand: labelled(shop.brands),
    price: Float64Array.from(shop.price),
    cost: Float64Array.from(shop.cost),
    stock: Float64Array.from(shop.stock),
    newOn: Float64Array.from(shop.stock.keys()),
  };
  const matrix = (pairs: [number, number][]) =>
    matrixFromPairs(
      users,
      items,
      pairs.map(([user]) => user),
      pairs.map(([, item]) => item),
    );
  const score = (asked: Int32Array) => Float32Array.from([...asked].flatMap((user) => shop.scores.slice(user * items, (user + 1) * items)));
  const eligible = Uint8Array.from(shop.eligible);
  const known = shop.boosts.filter(
    (by) =>
      by === 'freshness' || shop.stock.some((pieces, item) => !Number.isNaN(by === 'stock' ? pieces : shop.price[item] - shop.cost[item])),
  );
  const { diversity } = shop;
  return {
    most: shop.exposure === undefined ? Infinity : Math.max(1, Math.floor(shop.exposure * users + 1e-9)),
    request: {
      users: Int32Array.from({ length: users }, (_, user) => user),
      userIds: Array.from({ length: users }, (_, user) => `u${user}`),
      sources: [{ id: 'own', model: { score }, training: matrix(shop.training), servesNewUsers: false }],
      candidates: { exclude: matrix(shop.exclude), eligible },
      rules: {
        size: shop.size,
        window: shop.window,
        caps: shop.caps.map((cap) => compileCap({ ...cap, most: shop.most }, own)),
        ...(known.length > 0 && {
          lifts: liftsOf(
            known.map((by) => ({ by, places: 3 })),
            own,
            eligible,
          ),
        }),
        ...(diversity && { diversity: { ...diversity, likeness: categoryLikeness(own.category) } }),
        slots: new Map(shop.slots),
      },
      ...(shop.exposure !== undefined && { exposure: shop.exposure }),
    },
  };
}

const settings = { seed: 67, numRuns: 120 };

describe('whatever the rules and the data', () => {
  it('no row breaks a rule, and a list ends early only where nothing more fits', async () => {
    await fc.assert(
      fc.asyncProperty(shops, async (shop) => {
        const { request, most } = requestOf(shop);
        const { candidates, rules, users } = request;
        const lists = itemsOf(await serve(request));
        const shown = new Map<number, number>();
        for (const item of lists.flat()) shown.set(item, (shown.get(item) ?? 0) + 1);
        expect(Math.max(0, ...shown.values())).toBeLessThanOrEqual(most);

        lists.forEach((list, row) => {
          const isAllowed = (item: number) => candidates.eligible[item] === 1 && !hasPair(candidates.exclude, users[row], item);
          const inGroup = (group: Int32Array, code: number) => list.filter((item) => group[item] === code).length;
          expect(new Set(list).size).toBe(list.length);
          expect(list.every(isAllowed)).toBe(true);
          for (const { groups, most: atMost } of rules.caps)
            for (const item of list) if (groups[item] >= 0) expect(inGroup(groups, groups[item])).toBeLessThanOrEqual(atMost);
          const open = Array.from({ length: shop.items }, (_, item) => item).filter(
            (item) =>
              isAllowed(item) &&
              !list.includes(item) &&
              (shown.get(item) ?? 0) < most &&
              rules.caps.every(({ groups, most: atMost }) => groups[item] < 0 || inGroup(groups, groups[item]) < atMost),
          );
          if (list.length < rules.size) expect(open).toEqual([]);
          // Where at most one thing is limited, that is as many as there can be.
          if (rules.caps.length === 0 && most === Infinity)
            expect(list.length).toBe(Math.min(rules.size, Array.from({ length: shop.items }, (_, item) => item).filter(isAllowed).length));
        });
      }),
      settings,
    );
  });

  it('a promoted place shows one of its items where the customer may be shown one', async () => {
    await fc.assert(
      fc.asyncProperty(shops, async (shop) => {
        const { request } = requestOf({ ...shop, exposure: undefined, caps: [] });
        const lists = listsOf(await serve(request));
        lists.forEach((list, row) => {
          for (const [position, items] of request.rules.slots) {
            const before = list.slice(0, position).map(({ item }) => item);
            const open = items.filter(
              (item) =>
                request.candidates.eligible[item] === 1 &&
                !hasPair(request.candidates.exclude, request.users[row], item) &&
                !before.includes(item),
            );
            if (open.length > 0 && position < list.length) expect(open).toContain(list[position].item);
          }
        });
      }),
      settings,
    );
  });

  it('customers in another order get the same lists', async () => {
    await fc.assert(
      fc.asyncProperty(shops, async (shop) => {
        const { request } = requestOf(shop);
        const turned = { ...request, users: request.users.toReversed(), userIds: request.userIds.toReversed() };
        expect(listsOf(await serve(turned)).toReversed()).toEqual(listsOf(await serve(request)));
      }),
      settings,
    );
  });

  it('how many candidates are fetched at once changes nothing where nothing is preferred', async () => {
    await fc.assert(
      fc.asyncProperty(shops, async (shop) => {
        const { request } = requestOf({ ...shop, boosts: [], diversity: undefined, slots: [] });
        const wide = { ...request, rules: { ...request.rules, window: 20 } };
        expect(itemsOf(await serve(request))).toEqual(itemsOf(await serve(wide)));
      }),
      settings,
    );
  });
});
