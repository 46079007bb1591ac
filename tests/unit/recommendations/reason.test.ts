import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRunContext } from '$lib/core/base/run';
import { createReferenceKernels } from '$lib/core/math/referenceKernels';
import { matrixFromPairs } from '$lib/core/math/sparseRows';
import { listFromBasket } from '$lib/core/recommendations/basketList';
import { partsNamed, reasonFor } from '$lib/core/recommendations/reason';
import { findRecommender } from '$lib/core/recommenders/catalogue';
import type { RecommenderModel } from '$lib/core/recommenders/recommender';
import { trainRecommender } from '$lib/core/recommenders/trainRecommender';

/** Cup and pot go together, so do oolong and green tea; Dee has nothing yet. */
const [cup, pot, oolong, green] = [0, 1, 2, 3];
const baskets = [[cup, pot], [cup, pot, oolong], [oolong, green], [cup], []];
const training = matrixFromPairs(
  5,
  4,
  Int32Array.from(baskets.flatMap((items, user) => items.map(() => user))),
  Int32Array.from(baskets.flat()),
  new Float32Array(baskets.flat().length).fill(1),
);
const run = createRunContext(new AbortController().signal, () => {});
const compute = { kernels: createReferenceKernels('test'), tensors: () => Promise.reject(new Error('not needed')) };
async function trained(id: string, options = {}): Promise<RecommenderModel> {
  const request = { recommender: findRecommender(id), given: options, data: { pairs: training }, seed: 1 };
  return (await trainRecommender(request, compute, run)).model;
}
const asked = (who: number, item: number) => ({ who, item, training, servesNewUsers: false });

describe('reasonFor', () => {
  it('says that the pot comes from the cup', async () => {
    const reason = await reasonFor(await trained('item-knn', { popularityShare: 0, shrinkage: 0, asymmetry: 0.5 }), asked(3, pot));
    expect(reason).toMatchObject({ kind: 'parts', parts: [{ item: cup }], others: { items: 0, amount: 0 } });
    // Two have both, three the cup, two the pot.
    expect((reason as { score: number }).score).toBeCloseTo(2 / Math.sqrt(6), 5);
  });

  it('names the items of the history that are near where the model cannot take its score apart', async () => {
    const { explain: _, ...model } = await trained('item-knn', { popularityShare: 0 });
    expect(await reasonFor(model, asked(1, green))).toMatchObject({ kind: 'near', near: [{ item: oolong }] });
  });

  it('says that nothing is near where nothing is', async () => {
    const { explain: _, similarItems: __, ...model } = await trained('item-knn', { popularityShare: 0 });
    expect(await reasonFor(model, asked(1, green))).toMatchObject({ kind: 'near', near: [], lookedAt: 0 });
  });

  it('counts customers for whom there is no history, and for what the model cannot score', async () => {
    const model = await trained('item-knn');
    expect(await reasonFor(model, asked(4, cup))).toEqual({ kind: 'popular', customers: 3 });
    const blind = { ...model, explain: undefined, score: async () => new Float32Array(4).fill(-Infinity) };
    expect(await reasonFor(blind, asked(0, green))).toEqual({ kind: 'popular', customers: 1 });
  });

  it('adds up to the score, whatever somebody has', async () => {
    const items = 12;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uniqueArray(fc.nat(items - 1), { minLength: 1, maxLength: 9 }), { minLength: 3, maxLength: 8 }),
        fc.constantFrom('item-knn', 'ease', 'user-knn', 'rp3beta'),
        async (rows, id) => {
          const entries = rows.map((row) => [...row].sort((a, b) => a - b));
          const pairs = matrixFromPairs(
            rows.length,
            items,
            Int32Array.from(entries.flatMap((row, user) => row.map(() => user))),
            Int32Array.from(entries.flat()),
            new Float32Array(entries.flat().length).fill(1),
          );
          const { model } = await trainRecommender({ recommender: findRecommender(id), given: {}, data: { pairs }, seed: 1 }, compute, run);
          const scores = await model.score(Int32Array.of(0));
          for (let item = 0; item < items; item++) {
            const reason = await reasonFor(model, { who: 0, item, training: pairs, servesNewUsers: false });
            if (reason.kind !== 'parts') throw new Error(reason.kind);
            const sum = reason.parts.reduce((total, { amount }) => total + amount, 0) + reason.others.amount + reason.rest;
            expect(reason.parts.length).toBeLessThanOrEqual(partsNamed);
            expect(sum).toBeCloseTo(scores[item], 4);
          }
        },
      ),
      { seed: 8, numRuns: 20 },
    );
  });
});

describe('listFromBasket', () => {
  const knn = findRecommender('item-knn');
  const listed = async (items: number[], eligible?: Uint8Array) =>
    listFromBasket(await trained('item-knn', { popularityShare: 0 }), knn, {
      basket: { items: Int32Array.from(items) },
      training,
      size: 2,
      eligible,
    });

  it('gives the pot to whoever has a cup, and not the cup', async () => {
    const list = await listed([cup]);
    expect([...list.items]).toEqual([pot, oolong]);
    expect(list.isPopularity).toBe(false);
  });

  it('gives an empty basket what most customers chose', async () => {
    const list = await listed([]);
    expect([...list.items]).toEqual([cup, pot]);
    expect([...list.scores]).toEqual([3, 2]);
    expect(list.isPopularity).toBe(true);
  });

  it('is short where there is nothing more to give', async () => {
    expect([...(await listed([cup, pot, oolong])).items]).toEqual([green]);
    expect([...(await listed([], Uint8Array.of(0, 1, 0, 0))).items]).toEqual([pot]);
  });

  it('keeps the basket in the list of a model that is there to recommend what people have', async () => {
    const request = { basket: { items: Int32Array.of(cup, pot) }, training, size: 4 };
    const model = await trained('item-knn', { popularityShare: 0 });
    expect([...listFromBasket(model, knn, request).items]).not.toContain(cup);
    expect([...listFromBasket(model, { ...knn, repeats: true }, request).items]).toContain(cup);
  });

  it('refuses a model that knows only its own customers', async () => {
    const model = await trained('item-knn');
    const request = { basket: { items: new Int32Array() }, training, size: 2 };
    expect(() => listFromBasket(model, { id: 'bpr', can: [] }, request)).toThrow('cannot recommend to people');
  });
});
