import { describe, expect, it } from 'vitest';
import { resolveOptions, type OptionValues } from '$lib/core/base/options';
import { quietContext } from '$lib/core/base/run';
import { measureRatings, readRatings } from '$lib/core/evaluation/ratings';
import { findRatingPredictor, ratingPredictors } from '$lib/core/recommenders/ratings/catalogue';
import type { Ratings } from '$lib/core/recommenders/ratings/ratingPredictor';
import fixture from '../../fixtures/ratings.json';

function ratingsOf(rows: readonly (readonly number[])[], users = fixture.users, items = fixture.items): Ratings {
  return {
    users,
    items,
    userOf: Int32Array.from(rows, ([user]) => user),
    itemOf: Int32Array.from(rows, ([, item]) => item),
    values: Float64Array.from(rows, ([, , value]) => value),
  };
}

async function train(id: string, ratings: Ratings, given: OptionValues = {}) {
  const predictor = findRatingPredictor(id);
  return predictor.train(ratings, resolveOptions(id, predictor.options, given), 1, quietContext());
}

const [learnt, asked] = [ratingsOf(fixture.train), ratingsOf(fixture.test)];
const { userDamping, itemDamping, neighbours, shrinkage } = fixture;

describe('predicted ratings', () => {
  it('Ann likes everything, and kites are liked by nobody: the baseline says what Ann would say of a kite', async () => {
    const [ann, bob, kite, tea] = [0, 1, 0, 1];
    const model = await train(
      'bias',
      ratingsOf(
        [
          [ann, tea, 5],
          [bob, tea, 3],
          [bob, kite, 1],
        ],
        2,
        2,
      ),
      { userDamping: 0, itemDamping: 0 },
    );
    // μ = 3; tea + 1, kite − 2; Ann + 1, Bob − 0.5.
    expect(model.predict(ann, kite)).toBeCloseTo(3 - 2 + 1, 10);
    expect(model.predict(bob, tea)).toBeCloseTo(3 + 1 - 0.5, 10);
  });

  for (const id of ['bias', 'item-knn'] as const) {
    it(`${id} predicts what ${id === 'bias' ? 'LensKit' : 'Koren’s formula in NumPy'} predicts, and is as far off`, async () => {
      const given: OptionValues = id === 'bias' ? { userDamping, itemDamping } : { userDamping, itemDamping, neighbours, shrinkage };
      const model = await train(id, learnt, given);
      fixture.test.forEach(([user, item], at) => expect(model.predict(user, item)).toBeCloseTo(fixture[id].predicted[at], 4));
      const { metrics } = measureRatings(model, learnt, asked, 1);
      expect(metrics.rmse).toBeCloseTo(fixture[id].rmse, 5);
      expect(metrics.mae).toBeCloseTo(fixture[id].mae, 5);
    });
  }

  it('als finds the two tastes that were planted, which the baseline cannot', async () => {
    const [als, baseline] = [await train('als', learnt, { factors: 2, regularization: 0.05, epochs: 40 }), await train('bias', learnt)].map(
      (model) => measureRatings(model, learnt, asked, 1),
    );
    expect(als.metrics.rmse).toBeLessThan(0.8 * baseline.metrics.rmse);
    expect(als.intervals.rmse[0]).toBeLessThan(als.metrics.rmse);
    expect(als.intervals.rmse[1]).toBeGreaterThan(als.metrics.rmse);
  });

  for (const { id, options } of ratingPredictors) {
    it(`${id} predicts something of people and items that it has never met, and gives the same for the same seed`, async () => {
      const ratings = ratingsOf(fixture.train, fixture.users + 1, fixture.items + 1);
      const [first, second] = [await train(id, ratings), await train(id, ratings)];
      for (const [user, item] of [
        [fixture.users, 0],
        [0, fixture.items],
        [fixture.users, fixture.items],
      ]) {
        expect(Number.isFinite(first.predict(user, item))).toBe(true);
        expect(second.predict(user, item)).toBe(first.predict(user, item));
      }
      for (const option of options) expect(option.what).toMatch(/^[A-Z].*\.$/);
    });
  }

  it('names the line of a file that has no rating, and counts strangers', () => {
    const file = (text: string) => ({ name: 'r.txt', text });
    expect(() => readRatings(file('a x 5\nb y'), file('a x 4'))).toThrow('Line 2 of r.txt has no rating');
    expect(() => readRatings(file('a x five'), file('a x 4'))).toThrow('"five"');
    const { train: known, test } = readRatings(file('a x 5\nb y 1\n'), file('a y 4 881250949\nc x 2\nc z 2\n'));
    const { newUsers, newItems, metrics } = measureRatings({ predict: () => 9 }, known, test, 1);
    expect([newUsers, newItems]).toEqual([2, 1]);
    // 9 is cut to the scale of train, 1 to 5.
    expect(metrics.mae).toBeCloseTo((1 + 3 + 3) / 3, 10);
  });

  it('says which models predict ratings', () => {
    expect(() => findRatingPredictor('ease')).toThrow('does not predict ratings');
  });
});
